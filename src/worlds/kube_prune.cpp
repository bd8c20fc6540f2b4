// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_prune.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace originpull::worlds {
namespace {

using nlohmann::json;

bool is_unwanted_null(const json& value, const KubeSchema* schema) {
  return value.is_null() && schema != nullptr && !schema->nullable && schema->type != KubeSchema::Type::kAny;
}

void drop(json& value, const KubeSchema* schema) {
  if (value.is_object()) {
    for (auto it = value.begin(); it != value.end();) {
      const KubeSchema* field = schema == nullptr ? nullptr : schema->member(it.key());
      if (is_unwanted_null(*it, field) && !field->fallback) {
        it = value.erase(it);
      } else {
        drop(*it++, field);
      }
    }
  } else if (value.is_array()) {
    for (json& item : value) drop(item, schema == nullptr ? nullptr : schema->element());
  }
}

void fill(json& value, const KubeSchema& schema) {
  const KubeSchema& node = schema.self();
  if (value.is_object()) {
    for (const auto& [name, field] : node.properties) {
      if (!field.fallback) continue;
      const auto found = value.find(name);
      if (found == value.end() || is_unwanted_null(*found, &field)) value[name] = *field.fallback;
    }
    for (auto& [name, one] : value.items())
      if (const KubeSchema* field = node.member(name); field != nullptr) fill(one, *field);
  } else if (value.is_array() && node.items) {
    for (json& item : value) {
      if (is_unwanted_null(item, node.items.get()) && node.items->fallback) item = *node.items->fallback;
      fill(item, *node.items);
    }
  }
}

bool is_identity(const std::string& field) { return field == "apiVersion" || field == "kind" || field == "metadata"; }

void prune(json& value, const KubeSchema& schema, const std::string& path, std::vector<std::string>& dropped) {
  const KubeSchema& node = schema.self();
  if (value.is_array()) {
    if (!node.items) return;
    for (std::size_t i = 0; i < value.size(); ++i)
      prune(value[i], *node.items, path + "[" + std::to_string(i) + "]", dropped);
    return;
  }
  if (!value.is_object() || node.type == KubeSchema::Type::kAny) return;
  for (auto it = value.begin(); it != value.end();) {
    const KubeSchema* field = node.member(it.key());
    const std::string at = path.empty() ? it.key() : path + "." + it.key();
    if (field != nullptr) {
      prune(*it, *field, at, dropped);
    } else if (!node.keeps_unknown && !(node.embedded && is_identity(it.key()))) {
      dropped.push_back(at);
      it = value.erase(it);
      continue;
    }
    ++it;
  }
}

// Where the parser stands in the text, to tell what it has seen before.
class Seen {
 public:
  bool operator()(int, json::parse_event_t event, json& parsed) {
    using Event = json::parse_event_t;
    if (event == Event::object_start) {
      enter(false);
    } else if (event == Event::array_start) {
      enter(true);
    } else if (event == Event::object_end || event == Event::array_end) {
      levels_.pop_back();
    } else if (event == Event::value) {
      next_item();
    } else if (event == Event::key) {
      Level& level = levels_.back();
      level.key = parsed.get<std::string>();
      const std::string path = here();
      if (!level.names.insert(level.key).second && std::ranges::find(twice, path) == twice.end()) twice.push_back(path);
    }
    return true;
  }
  std::vector<std::string> twice = {};

 private:
  struct Level {
    bool list = false;
    std::string key = {};
    int index = -1;
    std::set<std::string> names = {};
  };
  void next_item() {
    if (!levels_.empty() && levels_.back().list) ++levels_.back().index;
  }
  void enter(bool list) {
    next_item();
    levels_.push_back({.list = list});
  }
  std::string here() const {
    std::string path;
    for (const Level& level : levels_) {
      if (level.list) {
        path += "[" + std::to_string(level.index) + "]";
      } else {
        path += (path.empty() ? "" : ".") + level.key;
      }
    }
    return path;
  }
  std::vector<Level> levels_ = {};
};

}  // namespace

void drop_nulls(json& object, const KubeSchema& schema) { drop(object, &schema); }

void add_defaults(json& object, const KubeSchema& schema) { fill(object, schema); }

void fill_defaults(json& object, const KubeSchema& schema) {
  drop_nulls(object, schema);
  add_defaults(object, schema);
}

std::vector<std::string> prune(json& object, const KubeSchema& schema) {
  std::vector<std::string> dropped;
  prune(object, schema, "", dropped);
  std::sort(dropped.begin(), dropped.end());
  return dropped;
}

std::vector<std::string> duplicate_fields(std::string_view text) {
  Seen seen;
  const auto parsed = json::parse(text, std::ref(seen), false);
  return parsed.is_discarded() ? std::vector<std::string>() : std::move(seen.twice);
}

std::string strict_error(const std::vector<std::string>& duplicates, const std::vector<std::string>& unknown) {
  std::string out;
  for (const std::string& path : duplicates) out += (out.empty() ? "" : ", ") + ("duplicate field \"" + path + "\"");
  for (const std::string& path : unknown) out += (out.empty() ? "" : ", ") + ("unknown field \"" + path + "\"");
  return out.empty() ? out : "strict decoding error: " + out;
}

}  // namespace originpull::worlds
