// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_validate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "api/validate.hpp"
#include "worlds/kube_format.hpp"
#include "worlds/kube_prune.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using Type = KubeSchema::Type;
using List = KubeSchema::List;

constexpr const char* kNowhere = "<nil>";  // how the real server writes that a fault has no field

const char* name_of(Type type) {
  switch (type) {
    case Type::kObject: return "object";
    case Type::kArray: return "array";
    case Type::kString: return "string";
    case Type::kInteger: return "integer";
    case Type::kNumber: return "number";
    case Type::kBoolean: return "boolean";
    case Type::kIntOrString: return "integer,string";
    case Type::kAny: break;
  }
  return "";
}

std::string type_name(const json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "boolean";
  if (value.is_string()) return "string";
  if (value.is_number_integer()) return "integer";
  if (value.is_number()) return "number";
  return value.is_array() ? "array" : "object";
}

bool is_integral(const json& value) {
  return value.is_number_integer() || (value.is_number() && std::floor(value.get<double>()) == value.get<double>());
}

bool has_type(const json& value, Type type) {
  switch (type) {
    case Type::kAny: return true;
    case Type::kObject: return value.is_object();
    case Type::kArray: return value.is_array();
    case Type::kString: return value.is_string();
    case Type::kInteger: return is_integral(value);
    case Type::kNumber: return value.is_number();
    case Type::kBoolean: return value.is_boolean();
    case Type::kIntOrString: return is_integral(value) || value.is_string();
  }
  return false;
}

std::int64_t runes(const std::string& text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

// A bound as Go prints it.
std::string text_of(double bound) {
  if (std::floor(bound) == bound && std::abs(bound) < 1e15) return std::to_string(static_cast<std::int64_t>(bound));
  return json(bound).dump();
}

class Checker {
 public:
  // Of an update of the status only the fields are named with it; the texts count from there.
  explicit Checker(std::string base = {}) : base_(std::move(base)) {}

  std::vector<KubeCause> causes = {};

  void value(const json& value, const json* old, const KubeSchema& schema, const std::string& path);
  void lists(const json& value, const KubeSchema& schema, const std::string& path);

 private:
  void type(const json& value, const KubeSchema& node, const std::string& path);
  void text(const std::string& value, const KubeSchema& node, const std::string& path);
  void number(const json& value, const KubeSchema& node, const std::string& path);
  void options(const json& value, const KubeBounds& bounds, const std::string& path);
  void items(const json& value, const json* old, const KubeSchema& node, const std::string& path);
  void fields(const json& value, const json* old, const KubeSchema& node, const std::string& path);
  void alternatives(const json& value, const KubeSchema& node, const std::string& path);
  void list_map(const json& list, const KubeSchema& node, const std::string& path);
  void once(const json& list, const std::vector<json>& keys, const std::string& path);

  std::string at(const std::string& path) const {
    return base_.empty() ? path : path.empty() ? base_ : base_ + "." + path;
  }
  void broken(const std::string& path, const json& value, const std::string& rule) {
    causes.push_back(invalid_value(at(path), value.dump(), path + " in body " + rule));
  }
  void of_type(const std::string& path, const std::string& wanted, const std::string& got) {
    const std::string shown = json(got).dump();
    causes.push_back(invalid_value(at(path), shown, path + " in body must be of type " + wanted + ": " + shown));
    causes.back().reason = "FieldValueTypeInvalid";
  }
  void too_many(const std::string& path, std::int64_t size, std::int64_t most) {
    causes.push_back(
        {.reason = "FieldValueTooMany",
         .message = "Too many: " + std::to_string(size) + ": must have at most " + std::to_string(most) + " items",
         .field = at(path)});
  }
  void nowhere(const std::string& why) {
    causes.push_back(invalid_value(base_.empty() ? kNowhere : base_, "\"\"", why));
  }

  std::string base_;
};

void Checker::type(const json& value, const KubeSchema& node, const std::string& path) {
  const std::string format = node.bounds ? node.bounds->format : std::string();
  if (node.type == Type::kAny || has_type(value, node.type)) return;
  const bool of_text = value.is_string() || value.is_array();
  const bool numeric = node.type == Type::kInteger || node.type == Type::kNumber;
  if (!value.is_null() && !of_text && !format.empty()) {  // then the format stands for the type
    const std::string got = !value.is_number() ? "" : value.is_number_integer() ? "int64" : "float64";
    of_type(path, format, got);
  } else if (value.is_null() || format.empty() || numeric) {
    of_type(path, name_of(node.type), type_name(value));
  }
}

void Checker::text(const std::string& value, const KubeSchema& node, const std::string& path) {
  const KubeBounds& bounds = *node.bounds;
  if (bounds.max_length && runes(value) > *bounds.max_length) {
    causes.push_back({.reason = "FieldValueTooLong",
                      .message = "Too long: may not be more than " + std::to_string(*bounds.max_length) +
                                 (*bounds.max_length == 1 ? " byte" : " bytes"),
                      .field = at(path)});
  } else if (bounds.min_length && runes(value) < *bounds.min_length) {
    broken(path, value, "should be at least " + std::to_string(*bounds.min_length) + " chars long");
  } else if (bounds.pattern && !bounds.pattern->matches(value)) {
    broken(path, value, "should match '" + bounds.pattern->text() + "'");
  }
  if (node.type == Type::kString && !bounds.format.empty() && !has_format(value, bounds.format))
    of_type(path, bounds.format, value);
}

void Checker::number(const json& value, const KubeSchema& node, const std::string& path) {
  const KubeBounds& bounds = *node.bounds;
  const auto number = value.get<double>();
  if (node.type == Type::kInteger) {
    const bool small = bounds.format != "int32" || (number >= std::numeric_limits<std::int32_t>::min() &&
                                                    number <= std::numeric_limits<std::int32_t>::max());
    const std::string format = bounds.format.empty() ? "(default format)" : "with format " + bounds.format;
    if (!is_integral(value) || !small) nowhere("Checked value must be of type integer " + format + " in " + path);
  }
  if (bounds.minimum && (number < *bounds.minimum || (bounds.above_minimum && number == *bounds.minimum)))
    broken(path, value,
           (bounds.above_minimum ? "should be greater than " : "should be greater than or equal to ") +
               text_of(*bounds.minimum));
  if (bounds.maximum && (number > *bounds.maximum || (bounds.below_maximum && number == *bounds.maximum)))
    broken(path, value,
           (bounds.below_maximum ? "should be less than " : "should be less than or equal to ") +
               text_of(*bounds.maximum));
}

void Checker::options(const json& value, const KubeBounds& bounds, const std::string& path) {
  if (!bounds.options || std::find(bounds.options->begin(), bounds.options->end(), value) != bounds.options->end())
    return;
  std::string supported;
  for (const json& option : *bounds.options)
    supported += (supported.empty() ? "" : ", ") + json(option.is_string() ? option : json(option.dump())).dump();
  causes.push_back({.reason = "FieldValueNotSupported",
                    .message = "Unsupported value: " + value.dump() + ": supported values: " + supported,
                    .field = at(path)});
}

// The item of the old list that has the same keys; null: none, or the list is of no such kind.
const json* same_item(const json* old, const json& item, const KubeSchema& node) {
  if (old == nullptr || !old->is_array() || node.list != List::kMap || !item.is_object()) return nullptr;
  const auto same = [&](const json& one) {
    return one.is_object() && std::ranges::all_of(node.list_keys, [&](const std::string& key) {
             return one.value(key, json()) == item.value(key, json());
           });
  };
  const auto found = std::ranges::find_if(*old, same);
  return found == old->end() ? nullptr : &*found;
}

void Checker::items(const json& list, const json* old, const KubeSchema& node, const std::string& path) {
  if (node.items)
    for (std::size_t i = 0; i < list.size(); ++i)
      value(list[i], same_item(old, list[i], node), *node.items, path + "[" + std::to_string(i) + "]");
  if (!node.bounds) return;
  const auto size = static_cast<std::int64_t>(list.size());
  if (node.bounds->min_items && size < *node.bounds->min_items)
    broken(path, size, "should have at least " + std::to_string(*node.bounds->min_items) + " items");
  if (node.bounds->max_items && size > *node.bounds->max_items) too_many(path, size, *node.bounds->max_items);
}

void Checker::fields(const json& object, const json* old, const KubeSchema& node, const std::string& path) {
  const auto size = static_cast<std::int64_t>(object.size());
  if (node.bounds && node.bounds->min_properties && size < *node.bounds->min_properties)
    broken(path, size, "should have at least " + std::to_string(*node.bounds->min_properties) + " properties");
  if (node.bounds && node.bounds->max_properties && size > *node.bounds->max_properties)
    too_many(path, size, *node.bounds->max_properties);
  for (const auto& [name, one] : object.items()) {
    const KubeSchema* field = node.member(name);
    if (field == nullptr || (at(path).empty() && name == "metadata")) continue;
    const json* before = nullptr;
    if (old != nullptr && old->is_object())
      if (const auto found = old->find(name); found != old->end()) before = &*found;
    value(one, before, *field, path.empty() ? name : path + "." + name);
  }
  if (!node.bounds) return;
  for (const std::string& name : node.bounds->required)
    if (!object.contains(name)) causes.push_back(required_value(at(path.empty() ? name : path + "." + name)));
}

void Checker::alternatives(const json& value, const KubeSchema& node, const std::string& path) {
  const auto faults = [&](const KubeSchema& one) {
    Checker inner(base_);
    inner.value(value, nullptr, one, path);
    return std::move(inner.causes);
  };
  const std::string must = "\"" + path + "\" must ";
  const auto fitting = [&](const std::vector<KubeSchema>& all) {
    return std::ranges::count_if(all, [&](const KubeSchema& one) { return faults(one).empty(); });
  };
  if (!node.any_of.empty() && fitting(node.any_of) == 0) nowhere(must + "validate at least one schema (anyOf)");
  if (const auto count = fitting(node.one_of); !node.one_of.empty() && count != 1)
    nowhere(must + "validate one and only one schema (oneOf). " +
            (count == 0 ? "Found none valid" : "Found " + std::to_string(count) + " valid alternatives"));
  std::size_t kept = 0;
  for (const KubeSchema& one : node.all_of) {
    auto found = faults(one);
    kept += found.empty() ? 1 : 0;
    causes.insert(causes.end(), found.begin(), found.end());
  }
  if (kept != node.all_of.size())
    nowhere(must + "validate all the schemas (allOf)" + (kept == 0 ? ". None validated" : ""));
  if (node.none_of && faults(*node.none_of).empty()) nowhere(must + "not validate the schema (not)");
}

void Checker::value(const json& value, const json* old, const KubeSchema& schema, const std::string& path) {
  const KubeSchema& node = schema.self();
  if (value.is_null() && schema.nullable) return;
  const std::size_t before = causes.size();
  type(value, node, path);
  if (!value.is_null()) {
    if (!node.any_of.empty() || !node.one_of.empty() || !node.all_of.empty() || node.none_of)
      alternatives(value, node, path);
    if (node.bounds && value.is_string()) text(value.get_ref<const std::string&>(), node, path);
    if (node.bounds && value.is_number()) number(value, node, path);
    if (value.is_array()) items(value, old, node, path);
  }
  if (node.bounds) options(value, *node.bounds, path);
  if (value.is_object()) fields(value, old, node, path);
  if (causes.size() > before && old != nullptr && *old == value) causes.resize(before);
}

// Each key that comes a second time is named once, where it does.
void Checker::once(const json& list, const std::vector<json>& keys, const std::string& path) {
  std::map<json, int> seen;
  for (std::size_t i = 0; i < list.size(); ++i)
    if (++seen[keys[i]] == 2)
      causes.push_back({.reason = "FieldValueDuplicate",
                        .message = "Duplicate value: " + keys[i].dump(),
                        .field = path + "[" + std::to_string(i) + "]"});
}

void Checker::list_map(const json& list, const KubeSchema& node, const std::string& path) {
  std::vector<json> keys;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].is_object() && !list[i].is_null()) {
      causes.push_back(invalid_value(path + "[" + std::to_string(i) + "]", list[i].dump(),
                                     "must be an object for an array of list-type map"));
      return;
    }
    json key = json::object();
    for (const std::string& name : node.list_keys)
      if (list[i].is_object() && list[i].contains(name)) key[name] = list[i][name];
    keys.push_back(std::move(key));
  }
  once(list, keys, path);
}

void Checker::lists(const json& value, const KubeSchema& schema, const std::string& path) {
  const KubeSchema& node = schema.self();
  if (value.is_array()) {
    if (node.list == List::kMap) list_map(value, node, path);
    if (node.list == List::kSet) once(value, std::vector<json>(value.begin(), value.end()), path);
    if (node.items)
      for (std::size_t i = 0; i < value.size(); ++i) lists(value[i], *node.items, path + "[" + std::to_string(i) + "]");
  } else if (value.is_object()) {
    for (const auto& [name, one] : value.items()) {
      const KubeSchema* field = node.member(name);
      if (field != nullptr && !(path.empty() && name == "metadata"))
        lists(one, *field, path.empty() ? name : path + "." + name);
    }
  }
}

std::vector<KubeCause> faults_of_lists(const json& object, const KubeSchema& schema) {
  Checker checker;
  checker.lists(object, schema, "");
  return std::move(checker.causes);
}

bool blocks_rules(const KubeCause& cause) {
  return cause.reason == "FieldValueNotSupported" || cause.reason == "FieldValueRequired" ||
         cause.reason == "FieldValueTooLong" || cause.reason == "FieldValueTooMany" ||
         cause.reason == "FieldValueTypeInvalid";
}

const json* status_of(const json& object) {
  const auto found = object.find("status");
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

KubeCause rules_not_checked() {
  return invalid_value(kNowhere, "null",
                       "some validation rules were not checked because the object was invalid; correct the existing "
                       "errors to complete validation");
}

CelRules origin_pull_config_rules() {
  return [](const json& object, const json* old) {
    std::vector<KubeCause> causes;
    for (const api::RuleFault& fault : api::validate(object, old)) {
      const std::string shown = fault.shown.empty() ? std::string() : fault.shown + ": ";
      causes.push_back(
          {.reason = "FieldValueInvalid", .message = "Invalid value: " + shown + fault.message, .field = fault.field});
    }
    return causes;
  };
}

std::vector<KubeCause> faults_of_defaults(const KubeSchema& schema, const std::string& at) {
  if (schema.shared) return {};  // of what is built in
  std::vector<KubeCause> causes;
  const auto add = [&causes](std::vector<KubeCause> more) {
    causes.insert(causes.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  if (schema.fallback && !schema.fallback->is_null()) {
    json known = *schema.fallback;
    if (!prune(known, schema).empty())
      causes.push_back(invalid_value(at + ".default", schema.fallback->dump(), "must not have unknown fields"));
    Checker checker(at + ".default");
    checker.value(*schema.fallback, nullptr, schema, "");
    add(std::move(checker.causes));
  }
  for (const auto& [name, field] : schema.properties) add(faults_of_defaults(field, at + ".properties[" + name + "]"));
  if (schema.values) add(faults_of_defaults(*schema.values, at + ".additionalProperties"));
  if (schema.items) add(faults_of_defaults(*schema.items, at + ".items"));
  return causes;
}

std::vector<KubeCause> validate_custom(const json& object, const json* old, const KubeSchema& schema,
                                       const CelRules& rules, KubeScope scope, const std::vector<KubeCause>& so_far) {
  Checker checker(scope == KubeScope::kAll ? "" : "status");
  if (scope == KubeScope::kAll) {
    checker.value(object, old, schema, "");
  } else if (const json* status = status_of(object); status != nullptr && schema.member("status") != nullptr) {
    checker.value(*status, old == nullptr ? nullptr : status_of(*old), *schema.member("status"), "");
  }
  std::vector<KubeCause> causes = std::move(checker.causes);
  if (auto found = faults_of_lists(object, schema);
      !found.empty() && (old == nullptr || faults_of_lists(*old, schema).empty()))
    causes.insert(causes.end(), found.begin(), found.end());
  if (std::ranges::any_of(causes, blocks_rules) || std::ranges::any_of(so_far, blocks_rules)) {
    causes.push_back(rules_not_checked());
  } else if (rules) {
    const auto broken = rules(object, old);
    causes.insert(causes.end(), broken.begin(), broken.end());
  }
  return causes;
}

}  // namespace originpull::worlds
