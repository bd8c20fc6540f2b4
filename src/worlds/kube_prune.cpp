// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_prune.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/base64.hpp"
#include "worlds/kube_meta.hpp"

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

bool is_struct(const KubeSchema& schema) { return schema.shared || !schema.self().properties.empty(); }

// As Go decodes JSON into structs and shows them again. The first value that does not fit is told; the rest is decoded
// on.
class GoDecoder {
 public:
  std::string fault = {};

  void members(json& object, const KubeSchema& schema) {
    const KubeSchema& node = schema.self();
    for (const auto& [name, field] : node.properties) {
      const bool root = owner_.empty() && is_identity(name);
      if (root) continue;
      auto found = object.find(name);
      if (found == object.end() && !field.shown && !field.always) continue;
      if (found == object.end()) found = object.emplace(name, nullptr).first;
      go(name, *found, field, node.name.substr(node.name.find('.') + 1));
      if (is_absent(*found, field)) object.erase(found);
    }
  }

 private:
  static json zero_of(const KubeSchema& schema) {
    using Type = KubeSchema::Type;
    if (is_struct(schema)) return json::object();
    if (schema.type == Type::kString) return "";
    if (schema.type == Type::kBoolean) return false;
    return schema.type == Type::kInteger || schema.type == Type::kNumber ? json(0) : json();
  }

  static bool is_absent(const json& value, const KubeSchema& field) {
    if (value.is_null()) return true;
    if (field.pointer || field.shown || is_struct(field)) return false;
    return value.is_structured() ? value.empty() : value == zero_of(field);
  }

  void go(const std::string& name, json& value, const KubeSchema& field, const std::string& owner) {
    const std::string was = std::exchange(owner_, owner);
    path_.push_back(name);
    if (value.is_null() && (field.shown || field.always)) value = zero_of(field);
    this->value(value, field);
    path_.pop_back();
    owner_ = was;
  }

  void value(json& value, const KubeSchema& schema) {
    using Type = KubeSchema::Type;
    if (value.is_null() || schema.type == Type::kAny) return;
    if (is_struct(schema) || schema.type == Type::kObject) return object(value, schema);
    if (schema.type == Type::kArray) return items(value, schema);
    const bool fits = schema.type == Type::kString    ? value.is_string()
                      : schema.type == Type::kBoolean ? value.is_boolean()
                      : schema.type == Type::kInteger ? fits_integer(value)
                      : schema.type == Type::kNumber  ? value.is_number()
                                                      : value.is_string() || value.is_number_integer();
    if (!fits) {
      wrong(value, schema);
    } else if (schema.bytes && !decode_base64(value.get_ref<const std::string&>())) {
      note("illegal base64 data at input byte " + std::to_string(bad_byte(value.get_ref<const std::string&>())));
    }
  }

  void object(json& value, const KubeSchema& schema) {
    if (!value.is_object()) return wrong(value, schema);
    if (is_struct(schema)) return members(value, schema);
    for (json& one : value) {
      if (one.is_null()) one = zero_of(*schema.values);
      this->value(one, *schema.values);
    }
  }

  void items(json& value, const KubeSchema& schema) {
    if (!value.is_array()) return wrong(value, schema);
    for (json& one : value) {
      if (one.is_null()) one = zero_of(*schema.items);
      this->value(one, *schema.items);
    }
  }

  static bool fits_integer(const json& value) {
    return value.is_number_integer() && value <= std::numeric_limits<std::int32_t>::max() &&
           value >= std::numeric_limits<std::int32_t>::min();
  }

  // The shape of padding is seen where the last group ends.
  static std::size_t bad_byte(std::string_view text) {
    const auto known = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
    };
    return static_cast<std::size_t>(std::ranges::find_if_not(text, known) - text.begin());
  }

  static std::string go_type(const KubeSchema& schema) {
    using Type = KubeSchema::Type;
    if (is_struct(schema)) return "v1." + schema.self().name.substr(schema.self().name.find('.') + 1);
    if (schema.type == Type::kObject) return "map[string]" + go_type(*schema.values);
    if (schema.type == Type::kArray) return "[]" + go_type(*schema.items);
    if (schema.type == Type::kString) return schema.bytes ? "[]uint8" : "string";
    return schema.type == Type::kBoolean ? "bool" : "int32";
  }

  void wrong(const json& found, const KubeSchema& schema) {
    const std::string what =
        found.is_number() && schema.type == KubeSchema::Type::kInteger ? "number " + found.dump() : json_type(found);
    if (schema.type == KubeSchema::Type::kIntOrString)
      return note("json: cannot unmarshal " + what + " into Go value of type int32");
    std::string path;
    for (const std::string& part : path_) path += "." + part;
    note("json: cannot unmarshal " + what + " into Go struct field " + owner_ + path + " of type " +
         (named_type().empty() ? go_type(schema) : named_type()));
  }

  // Where Go has a type of its own for a text.
  std::string named_type() const {
    static const std::map<std::string, std::string> kNamed = {{"NamespaceSpec.finalizers", "[]v1.FinalizerName"},
                                                              {"NamespaceStatus.phase", "v1.NamespacePhase"},
                                                              {"ServiceSpec.type", "v1.ServiceType"},
                                                              {"ServiceSpec.sessionAffinity", "v1.ServiceAffinity"},
                                                              {"ServicePort.protocol", "v1.Protocol"},
                                                              {"EndpointSlice.addressType", "v1.AddressType"},
                                                              {"Secret.type", "v1.SecretType"}};
    const auto found = kNamed.find(owner_ + "." + (path_.empty() ? "" : path_.back()));
    return found == kNamed.end() ? std::string() : found->second;
  }

  void note(std::string why) {
    if (fault.empty()) fault = std::move(why);
  }

  std::string owner_ = {};  // the struct; empty: at the root
  std::vector<std::string> path_ = {};
};

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
      if (level.names.insert(level.key).second) return true;
      if (const std::string path = here(); std::ranges::find(twice, path) == twice.end()) twice.push_back(path);
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

std::string decode_struct(json& object, const KubeSchema& schema) {
  GoDecoder decoder;
  decoder.members(object, schema);
  return std::move(decoder.fault);
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
