// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_schema.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "worlds/kube_builtin.hpp"
#include "worlds/kube_format.hpp"

namespace originpull::worlds {

using nlohmann::json;

const KubeSchema* KubeSchema::member(std::string_view field) const {
  const KubeSchema& node = self();
  const auto found = node.properties.find(field);
  return found != node.properties.end() ? &found->second : node.values.get();
}

const KubeSchema* KubeSchema::element() const { return self().items.get(); }

namespace {

using Type = KubeSchema::Type;

class Compiler {
 public:
  KubeOutcome<KubeSchema> node(const json& text);

 private:
  static KubeOutcome<Type> type_of(const json& text);
  KubeOutcome<void> children(KubeSchema& node, const json& text);
  KubeOutcome<void> several(std::vector<KubeSchema>& nodes, const json& text, const char* key);
  KubeOutcome<std::unique_ptr<KubeSchema>> one(const json& text, const char* key);
  KubeOutcome<std::unique_ptr<KubeBounds>> bounds(const json& text);

  std::map<std::string, KubePattern> patterns_ = {};  // the same text is compiled once
};

tl::unexpected<KubeRefusal> unknown(const std::string& what) {
  return refuse(422, "Invalid", "the simulated API cannot keep this schema: " + what);
}

KubeOutcome<Type> Compiler::type_of(const json& text) {
  if (text.value("x-kubernetes-int-or-string", false)) return Type::kIntOrString;
  const std::string name = text.value("type", std::string());
  if (name.empty()) return Type::kAny;
  if (name == "object") return Type::kObject;
  if (name == "array") return Type::kArray;
  if (name == "string") return Type::kString;
  if (name == "integer") return Type::kInteger;
  if (name == "number") return Type::kNumber;
  if (name == "boolean") return Type::kBoolean;
  return unknown("type " + name);
}

template <class T>
std::optional<T> number_in(const json& text, const char* key) {
  const auto found = text.find(key);
  return found == text.end() || !found->is_number() ? std::nullopt : std::optional<T>(found->template get<T>());
}

KubeOutcome<std::unique_ptr<KubeBounds>> Compiler::bounds(const json& text) {
  KubeBounds kept;
  kept.required = text.value("required", std::vector<std::string>());
  if (text.contains("enum")) kept.options = std::make_shared<const json>(text["enum"]);
  if (kept.options)
    for (const json& one : *kept.options)
      if (one.is_string())
        kept.longest_option = std::max(kept.longest_option, one.get_ref<const std::string&>().size());
  kept.format = text.value("format", std::string());
  if (!knows_format(kept.format)) return unknown("format " + kept.format);
  if (text.contains("pattern")) {
    const std::string pattern = text["pattern"];
    auto found = patterns_.find(pattern);
    if (found == patterns_.end()) {
      auto compiled = KubePattern::compile(pattern);
      if (!compiled) return unknown("pattern " + pattern);
      found = patterns_.emplace(pattern, std::move(*compiled)).first;
    }
    kept.pattern = found->second;
  }
  kept.min_length = number_in<std::int64_t>(text, "minLength");
  kept.max_length = number_in<std::int64_t>(text, "maxLength");
  kept.min_items = number_in<std::int64_t>(text, "minItems");
  kept.max_items = number_in<std::int64_t>(text, "maxItems");
  kept.min_properties = number_in<std::int64_t>(text, "minProperties");
  kept.max_properties = number_in<std::int64_t>(text, "maxProperties");
  kept.minimum = number_in<double>(text, "minimum");
  kept.maximum = number_in<double>(text, "maximum");
  kept.above_minimum = text.value("exclusiveMinimum", false);
  kept.below_maximum = text.value("exclusiveMaximum", false);
  if (text.contains("multipleOf") || text.value("uniqueItems", false)) return unknown("multipleOf or uniqueItems");
  return std::make_unique<KubeBounds>(std::move(kept));
}

KubeOutcome<std::unique_ptr<KubeSchema>> Compiler::one(const json& text, const char* key) {
  const auto found = text.find(key);
  if (found == text.end() || !found->is_object()) return nullptr;
  return std::make_unique<KubeSchema>(TRY(node(*found)));
}

KubeOutcome<void> Compiler::several(std::vector<KubeSchema>& nodes, const json& text, const char* key) {
  const auto found = text.find(key);
  if (found == text.end()) return {};
  for (const json& one : *found) nodes.push_back(TRY(node(one)));
  return {};
}

KubeOutcome<void> Compiler::children(KubeSchema& node, const json& text) {
  if (const auto found = text.find("properties"); found != text.end())
    for (const auto& [name, field] : found->items()) node.properties.emplace(name, TRY(this->node(field)));
  node.values = TRY(one(text, "additionalProperties"));
  node.items = TRY(one(text, "items"));
  node.none_of = TRY(one(text, "not"));
  TRY(several(node.all_of, text, "allOf"));
  TRY(several(node.any_of, text, "anyOf"));
  TRY(several(node.one_of, text, "oneOf"));
  return {};
}

KubeOutcome<KubeSchema> Compiler::node(const json& text) {
  KubeSchema node{.type = TRY(type_of(text))};
  node.nullable = text.value("nullable", false);
  node.keeps_unknown = text.value("x-kubernetes-preserve-unknown-fields", false);
  node.embedded = text.value("x-kubernetes-embedded-resource", false);
  node.atomic_map = text.value("x-kubernetes-map-type", std::string()) == "atomic";
  const std::string list = text.value("x-kubernetes-list-type", std::string("atomic"));
  if (list == "map") node.list = KubeSchema::List::kMap;
  if (list == "set") node.list = KubeSchema::List::kSet;
  node.list_keys = text.value("x-kubernetes-list-map-keys", std::vector<std::string>());
  if (text.contains("default")) node.fallback = std::make_shared<const json>(text["default"]);
  node.bounds = TRY(bounds(text));
  TRY(children(node, text));
  return node;
}

// What every object has, and no schema of a custom resource may say.
void give_identity(KubeSchema& node) {
  for (const char* field : {"apiVersion", "kind"}) node.properties[field].type = Type::kString;
  KubeSchema meta{.type = Type::kObject, .name = "ObjectMeta"};
  meta.shared = std::shared_ptr<const KubeSchema>(std::shared_ptr<void>(), &object_meta_schema());
  node.properties["metadata"] = std::move(meta);
}

// What a node is below: it decides what is said where its type is missing.
enum class Place { kRoot, kField, kItem };

class Structure {
 public:
  std::vector<KubeCause> causes = {};

  void node(const json& node, const std::string& at, Place place) {
    type(node, at, place);
    list(node, at);
    if (node.value("uniqueItems", false))
      causes.push_back(forbidden(at + ".uniqueItems",
                                 "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
    const bool properties = node.contains("properties");
    if (properties)
      for (const auto& [name, field] : node["properties"].items())
        this->node(field, std::string(at).append(".properties[").append(name).append("]"), Place::kField);
    if (const auto values = node.find("additionalProperties"); values != node.end()) {
      if (values->is_object()) this->node(*values, at + ".additionalProperties", Place::kField);
      if (properties)
        causes.push_back(
            forbidden(at + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
    }
    if (const auto items = node.find("items"); items != node.end()) this->node(*items, at + ".items", Place::kItem);
    for (const char* several : {"allOf", "anyOf", "oneOf"})
      if (const auto all = node.find(several); all != node.end())
        for (std::size_t i = 0; i < all->size(); ++i)
          judged((*all)[i], at + "." + several + "[" + std::to_string(i) + "]");
    if (node.contains("not")) judged(node["not"], at + ".not");
  }

 private:
  void type(const json& node, const std::string& at, Place place) {
    const std::string name = node.value("type", std::string());
    static const std::vector<std::string> known{"array", "boolean", "integer", "number", "object", "string"};
    const bool typeless = node.value("x-kubernetes-int-or-string", false) ||
                          (node.value("x-kubernetes-preserve-unknown-fields", false) && place != Place::kRoot);
    if (name.empty() && !typeless) {
      causes.push_back(required_value(at + ".type", place == Place::kRoot ? "must not be empty at the root"
                                                    : place == Place::kItem
                                                        ? "must not be empty for specified array items"
                                                        : "must not be empty for specified object fields"));
    } else if (!name.empty() && std::ranges::find(known, name) == known.end()) {
      causes.push_back({.reason = "FieldValueNotSupported",
                        .message = "Unsupported value: " + json(name).dump() +
                                   ": supported values: \"array\", "
                                   "\"boolean\", \"integer\", \"number\", \"object\", \"string\"",
                        .field = at + ".type"});
    } else if (place == Place::kRoot && !name.empty() && name != "object") {
      causes.push_back(invalid_value(at + ".type", json(name).dump(), "must be object at the root"));
    }
  }

  void list(const json& node, const std::string& at) {
    const std::string name = node.value("type", std::string());
    if (name == "array" && !node.contains("items"))
      causes.push_back(required_value(at + ".items", "must be specified"));
    const std::string kind = node.value("x-kubernetes-list-type", std::string());
    if (kind.empty()) return;
    if (name != "array")
      causes.push_back(
          invalid_value(at + ".type", json(name).dump(), "must be array if x-kubernetes-list-type is specified"));
    if (kind == "map" && node.value("x-kubernetes-list-map-keys", json::array()).empty())
      causes.push_back(
          required_value(at + ".x-kubernetes-list-map-keys", "must not be empty if x-kubernetes-list-type is map"));
    const std::string item = node.value("items", json::object()).value("type", std::string());
    if (kind == "map" && !item.empty() && item != "object")
      causes.push_back(invalid_value(at + ".items.type", json(item).dump(),
                                     "must be object if parent array's x-kubernetes-list-type is map"));
  }

  // Below anyOf and the like values are judged, and nothing is said of what they are.
  void judged(const json& node, const std::string& at) {
    for (const char* word : {"type", "description", "title", "default", "nullable"})
      if (node.contains(word)) causes.push_back(forbidden(at + "." + word, "must be empty to be structural"));
    if (const auto fields = node.find("properties"); fields != node.end())
      for (const auto& [name, field] : fields->items())
        judged(field, std::string(at).append(".properties[").append(name).append("]"));
    if (node.contains("items")) judged(node["items"], at + ".items");
  }
};

}  // namespace

std::vector<KubeCause> faults_of_structure(const json& openapi, const std::string& at) {
  Structure structure;
  structure.node(openapi, at, Place::kRoot);
  return std::move(structure.causes);
}

KubeOutcome<KubeSchema> compile_schema(const json& openapi) {
  KubeSchema root = TRY(Compiler().node(openapi));
  give_identity(root);
  return root;
}

}  // namespace originpull::worlds
