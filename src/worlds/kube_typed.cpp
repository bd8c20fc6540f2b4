// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_typed.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

namespace originpull::worlds {
namespace {

using nlohmann::json;
using Type = KubeSchema::Type;
using List = KubeSchema::List;

bool is_named(const KubeSchema* schema, const std::string& field) {
  return schema != nullptr && schema->self().properties.contains(field);
}

// Whether it is gone into.
bool is_map(const json& value, const KubeSchema* schema) {
  return value.is_object() && (schema == nullptr || !schema->atomic_map);
}
bool is_list(const json& value, const KubeSchema* schema) {
  return value.is_array() && schema != nullptr && schema->self().list != List::kAtomic;
}
bool holds_something(const json* value) { return value != nullptr && value->is_structured() && !value->empty(); }

const KubeSchema* field_of(const KubeSchema* schema, const std::string& field) {
  return schema == nullptr ? nullptr : schema->member(field);
}

// How an item of a list is known: `k:{…}` or `v:…`; empty where it says no key at all.
std::string step_of(const json& item, const KubeSchema& list) {
  if (list.list == List::kSet) return "v:" + item.dump();
  json keys = json::object();
  for (const std::string& key : list.list_keys) {
    const KubeSchema* field = list.items ? list.items->member(key) : nullptr;
    if (item.is_object() && item.contains(key)) {
      keys[key] = item[key];
    } else if (field != nullptr && field->fallback) {
      keys[key] = *field->fallback;
    }
  }
  return keys.empty() ? std::string() : "k:" + keys.dump();
}

// A value as Go prints it within another text.
std::string go_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_structured()) return value.dump();
  std::string out;
  for (const auto& [key, one] : value.items())
    out += (out.empty() ? "" : " ") + (value.is_object() ? key + ":" : std::string()) + go_text(one);
  return (value.is_object() ? "map[" : "[") + out + "]";
}

// --- what does not fit ---

class Misfits {
 public:
  std::vector<std::string> all = {};

  void value(const json& value, const KubeSchema* schema, const std::string& path) {
    if (schema == nullptr || value.is_null()) return;
    const KubeSchema& node = schema->self();
    if (node.type == Type::kObject) {
      if (!value.is_object()) return add(path, "expected map, got &{" + go_text(value) + "}");
      fields(value, node, path);
    } else if (node.type == Type::kArray) {
      if (!value.is_array()) return add(path, "expected list, got &{" + go_text(value) + "}");
      items(value, node, path);
    } else {
      scalar(value, node.type, path);
    }
  }

 private:
  void add(const std::string& path, const std::string& why) { all.push_back(path + ": " + why); }

  void scalar(const json& value, Type type, const std::string& path) {
    if (type == Type::kString && !value.is_string())
      add(path, "expected string, got &value.valueUnstructured{Value:" + value.dump() + "}");
    if (type == Type::kBoolean && !value.is_boolean()) add(path, "expected boolean, got &{" + go_text(value) + "}");
    if ((type == Type::kInteger || type == Type::kNumber) && !value.is_number()) {
      const char* got = value.is_string()    ? "string"
                        : value.is_boolean() ? "bool"
                        : value.is_array()   ? "[]interface {}"
                                             : "map[string]interface {}";
      add(path, std::string("expected numeric (int or float), got ") + got);
    }
  }

  void fields(const json& value, const KubeSchema& node, const std::string& path) {
    for (const auto& [name, one] : value.items()) {
      const KubeSchema* field = node.member(name);
      std::string at = path;
      at.append(".").append(name);
      if (field == nullptr && !node.keeps_unknown) return add(at, "field not declared in schema");
      this->value(one, field, at);
    }
  }

  void items(const json& value, const KubeSchema& node, const std::string& path) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < value.size(); ++i) {
      std::string step = "i:" + std::to_string(i);
      if (node.list != List::kAtomic) {
        if (const std::string why = no_key(value[i], node); !why.empty())
          return add(path, "element " + std::to_string(i) + ": " + why);
        step = step_of(value[i], node);
        if (!seen.insert(step).second) add(path, "duplicate entries for key " + text_of({step}));
      }
      this->value(value[i], node.element(), path + text_of({step}));
    }
  }

  static std::string no_key(const json& item, const KubeSchema& node) {
    if (node.list == List::kSet) {
      if (item.is_object()) return "associative list without keys has an element that's a map type";
      if (item.is_array()) return "not supported: associative list with lists as elements";
      return item.is_null() ? "associative list without keys has an element that's an explicit null" : "";
    }
    if (item.is_null()) return "associative list with keys may not have a null element";
    if (!item.is_object()) return "associative list with keys may not have non-map elements";
    if (!step_of(item, node).empty()) return "";
    std::string keys;
    for (const std::string& key : node.list_keys) keys += (keys.empty() ? "" : " ") + json(key).dump();
    return "associative list with keys has an element that omits all key fields [" + keys +
           "] (and doesn't have default values for any key fields)";
  }
};

// --- the fields of a value ---

void collect(const json& value, const KubeSchema* schema, FieldSet& here) {
  if (is_map(value, schema)) {
    for (const auto& [name, one] : value.items()) {
      FieldSet inner;
      collect(one, field_of(schema, name), inner);
      if (one.is_null() || (one.is_object() && one.empty()) || !is_named(schema, name)) inner.member = true;
      if (!inner.empty()) here.below["f:" + name] = std::move(inner);
    }
  } else if (is_list(value, schema)) {
    const KubeSchema& node = schema->self();
    std::map<std::string, int> times;
    for (const json& item : value) ++times[step_of(item, node)];
    for (const json& item : value) {
      const std::string step = step_of(item, node);
      if (step.empty()) continue;
      FieldSet& inner = here.below[step];
      if (times[step] == 1) collect(item, node.element(), inner);
      inner.member = true;
    }
  } else {
    here.member = true;
  }
}

// --- what has changed ---

class Comparing {
 public:
  FieldChanges changes = {};

  void value(const json* before, const json* after, const KubeSchema* schema) {
    const bool empty = !holds_something(before) && !holds_something(after);
    if (!empty) {  // a null is an empty map or list, whatever the other is
      before = emptied(before, after);
      after = emptied(after, before);
    }
    const json& one = after != nullptr ? *after : *before;
    const bool same_shape = before == nullptr || after == nullptr || before->type() == after->type();
    if (empty || !same_shape || !(is_map(one, schema) || is_list(one, schema))) {
      if (before != nullptr && after != nullptr && *before == *after) return;
      return note(before, after);
    }
    if (one.is_object()) {
      fields(before, after, schema);
    } else {
      items(before, after, schema->self());
    }
    if (before == nullptr || after == nullptr) note(before, after);
  }

 private:
  static const json* emptied(const json* value, const json* other) {
    static const json no_fields = json::object();
    static const json no_items = json::array();
    if (value == nullptr || other == nullptr || !value->is_null() || !other->is_structured()) return value;
    return other->is_object() ? &no_fields : &no_items;
  }

  void note(const json* before, const json* after) {
    FieldSet& set = before == nullptr ? changes.added : after == nullptr ? changes.removed : changes.modified;
    set.insert(path_);
  }

  void go(std::string step, const json* before, const json* after, const KubeSchema* schema) {
    static const json nothing = json::object();
    static const json null;
    const bool list = schema != nullptr && schema->shown && schema->type == Type::kArray;
    if (list || (schema != nullptr && schema->always)) {
      before = before == nullptr ? (list ? &null : &nothing) : before;
      after = after == nullptr ? (list ? &null : &nothing) : after;
    }
    path_.push_back(std::move(step));
    value(before, after, schema);
    path_.pop_back();
  }

  void fields(const json* before, const json* after, const KubeSchema* schema) {
    const auto part = [](const json* of, const std::string& name) -> const json* {
      if (of == nullptr) return nullptr;
      const auto found = of->find(name);
      return found == of->end() ? nullptr : &*found;
    };
    if (before != nullptr)
      for (const auto& [name, one] : before->items()) go("f:" + name, &one, part(after, name), field_of(schema, name));
    if (after != nullptr)
      for (const auto& [name, one] : after->items())
        if (part(before, name) == nullptr) go("f:" + name, nullptr, &one, field_of(schema, name));
  }

  // Items that come twice are compared as one leaf.
  void items(const json* before, const json* after, const KubeSchema& node) {
    std::map<std::string, std::pair<std::vector<const json*>, std::vector<const json*>>> known;
    if (before != nullptr)
      for (const json& item : *before) known[step_of(item, node)].first.push_back(&item);
    if (after != nullptr)
      for (const json& item : *after) known[step_of(item, node)].second.push_back(&item);
    for (const auto& [step, both] : known) {
      if (step.empty()) continue;
      const auto& [old_ones, new_ones] = both;
      const json* old_one = old_ones.size() == 1 ? old_ones.front() : nullptr;
      const json* new_one = new_ones.size() == 1 ? new_ones.front() : nullptr;
      if (old_one != nullptr || new_one != nullptr) go(step, old_one, new_one, node.element());
      FieldPath path = path_;
      path.push_back(step);
      const bool were_many = old_ones.size() > 1;
      const bool are_many = new_ones.size() > 1;
      if (were_many && are_many && !equal(old_ones, new_ones)) changes.modified.insert(path);
      if (were_many && !are_many) changes.removed.insert(path);
      if (!were_many && are_many) changes.added.insert(path);
    }
  }
  static bool equal(const std::vector<const json*>& a, const std::vector<const json*>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const json* x, const json* y) { return *x == *y; });
  }

  FieldPath path_ = {};
};

// --- merging ---

json merge(const json& live, const json& config, const KubeSchema* schema);

// The order of the new list, and between its items those of the old one, as near as both allow.
json merge_lists(const json& live, const json& config, const KubeSchema& node) {
  std::vector<std::string> left;
  std::vector<std::string> right;
  std::map<std::string, const json*> lefts;
  std::map<std::string, const json*> rights;
  for (const json& item : live) {
    left.push_back(step_of(item, node));
    const auto [found, fresh] = lefts.emplace(left.back(), &item);
    if (!fresh) found->second = nullptr;  // an item that is there twice is replaced, not merged
  }
  for (const json& item : config) rights.emplace(right.emplace_back(step_of(item, node)), &item);
  std::vector<std::string> shared;
  for (const std::string& step : right)
    if (lefts.contains(step)) shared.push_back(step);

  json out = json::array();
  std::set<std::string> done;
  std::size_t next = 0;  // in `shared`
  const auto take = [&](const std::string& step) {
    done.insert(step);
    const auto old = lefts.find(step);
    const json* mine = old == lefts.end() ? nullptr : old->second;
    out.push_back(mine == nullptr ? *rights[step] : merge(*mine, *rights[step], node.element()));
  };
  for (std::size_t i = 0, j = 0; i < left.size() || j < right.size();) {
    if (i < left.size() && j < right.size()) {
      if (left[i] == right[j]) {
        take(left[i]);
        ++i;
        ++j;
        ++next;
        continue;
      }
      if (rights.contains(left[i]) && next < shared.size() && shared[next] != left[i]) {
        ++i;
        continue;
      }
    }
    if (i < left.size()) {
      if (!rights.contains(left[i])) {
        out.push_back(live[i++]);
        continue;
      }
      if (done.contains(left[i])) ++i;
    }
    if (j < right.size()) {
      if (next < shared.size() && shared[next] == right[j]) ++next;
      take(right[j++]);
    }
  }
  return out;
}

json merge(const json& live, const json& config, const KubeSchema* schema) {
  if (!holds_something(&live) && !holds_something(&config)) return config;
  if (config.is_null() && live.is_structured()) return live;
  if (is_map(config, schema) && live.is_object()) {
    json out = live;
    for (const auto& [name, one] : config.items()) {
      const auto found = out.find(name);
      out[name] = found == out.end() ? one : merge(*found, one, field_of(schema, name));
    }
    return out;
  }
  if (is_list(config, schema) && live.is_array()) return merge_lists(live, config, schema->self());
  return config;
}

// --- taking out ---

// Null: nothing is left. It stands there for the field, which somebody may still own.
json remove(const json& value, const FieldSet& fields, const KubeSchema* schema) {
  if (is_map(value, schema)) {
    json out = json::object();
    for (const auto& [name, one] : value.items()) {
      const auto found = fields.below.find("f:" + name);
      if (found == fields.below.end()) {
        out[name] = one;
      } else if (!found->second.member) {
        out[name] = remove(one, found->second, field_of(schema, name));
      }
    }
    return out.empty() ? json() : out;
  }
  if (is_list(value, schema)) {
    const KubeSchema& node = schema->self();
    json out = json::array();
    for (const json& item : value) {
      const auto found = fields.below.find(step_of(item, node));
      if (found == fields.below.end()) {
        out.push_back(item);
      } else if (!found->second.member) {
        out.push_back(remove(item, found->second, node.element()));
      }
    }
    return out.empty() ? json() : out;
  }
  return value.is_structured() ? json() : value;  // a leaf with fields to take out of it
}

}  // namespace

std::string misfit(const json& value, const KubeSchema& schema) {
  Misfits misfits;
  misfits.value(value, &schema, "");
  if (misfits.all.size() < 2) return misfits.all.empty() ? std::string() : misfits.all.front();
  std::string out = "errors:";
  for (const std::string& one : misfits.all) out += "\n  " + one;
  return out;
}

FieldSet fields_of(const json& value, const KubeSchema& schema) {
  FieldSet all;
  collect(value, &schema, all);
  all.member = false;
  return all;
}

FieldChanges changes_between(const json& before, const json& after, const KubeSchema& schema) {
  Comparing comparing;
  comparing.value(&before, &after, &schema);
  return std::move(comparing.changes);
}

json merged(const json& live, const json& config, const KubeSchema& schema) { return merge(live, config, &schema); }

json without_fields(const json& value, const FieldSet& fields, const KubeSchema& schema) {
  json rest = remove(value, fields, &schema);
  return rest.is_null() ? json::object() : rest;
}

FieldSet with_parents(FieldSet set, const KubeSchema* schema) {
  for (auto& [step, inner] : set.below) {
    if (inner.below.empty()) continue;
    const bool field = step.starts_with("f:");
    const std::string name = step.substr(2);
    const KubeSchema* next = schema == nullptr ? nullptr : field ? schema->member(name) : schema->element();
    if (field && is_named(schema, name)) inner.member = true;
    inner = with_parents(std::move(inner), next);
  }
  return set;
}

}  // namespace originpull::worlds
