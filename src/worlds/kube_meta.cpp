// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_meta.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "worlds/kube_answer.hpp"
#include "worlds/kube_names.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxAnnotations = 256 * 1024;
enum class Shape { kText, kInteger, kTime, kTexts, kTextMap, kList };
struct Field {
  const char* name;
  Shape shape;
};
constexpr std::array kFields = {
    Field{"name", Shape::kText},
    Field{"generateName", Shape::kText},
    Field{"namespace", Shape::kText},
    Field{"selfLink", Shape::kText},
    Field{"uid", Shape::kText},
    Field{"resourceVersion", Shape::kText},
    Field{"generation", Shape::kInteger},
    Field{"creationTimestamp", Shape::kTime},
    Field{"deletionTimestamp", Shape::kTime},
    Field{"deletionGracePeriodSeconds", Shape::kInteger},
    Field{"labels", Shape::kTextMap},
    Field{"annotations", Shape::kTextMap},
    Field{"ownerReferences", Shape::kList},
    Field{"finalizers", Shape::kTexts},
    Field{"managedFields", Shape::kList},
};

// What is wrong with the type, as Go names it; a null inside a map or list is its zero.
std::string wrong_type(json& value, Shape shape, const std::string& go_field) {
  const auto wrong = [&](const json& found, const char* wanted) {
    return "json: cannot unmarshal " + json_type(found) + " into Go struct field ObjectMeta." + go_field + " of type " +
           wanted;
  };
  switch (shape) {
    case Shape::kText:
    case Shape::kTime: return value.is_string() ? "" : wrong(value, "string");
    case Shape::kInteger: return value.is_number_integer() ? "" : wrong(value, "int64");
    case Shape::kList: return value.is_array() ? "" : wrong(value, "[]v1.OwnerReference");
    case Shape::kTexts:
    case Shape::kTextMap: break;
  }
  const bool map = shape == Shape::kTextMap;
  if (map ? !value.is_object() : !value.is_array()) return wrong(value, map ? "map[string]string" : "[]string");
  for (json& one : value) {
    if (one.is_null()) one = "";
    if (!one.is_string()) return wrong(one, "string");
  }
  return {};
}

bool is_void(const json& value) {
  return value.is_null() || (value.is_structured() && value.empty()) ||
         (value.is_string() && value.get_ref<const std::string&>().empty());
}

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void add(std::vector<KubeCause>& causes, const std::string& field, const std::string& value, const std::string& wrong) {
  if (!wrong.empty()) causes.push_back(invalid_value(field, shown(json(value)), wrong));
}

std::string wrong_with_name(const KubeType& type, const std::string& name) {
  switch (type.rules) {
    case KubeRules::kNamespace:
    case KubeRules::kService: return wrong_with_label_name(name);
    case KubeRules::kRole:
    case KubeRules::kRoleBinding: return wrong_with_path_segment(name);
    case KubeRules::kEvent: return type.group.empty() ? wrong_with_path_segment(name) : wrong_with_subdomain(name);
    default: return wrong_with_subdomain(name);
  }
}

void check_owners(std::vector<KubeCause>& causes, const json& owners) {
  const json* controller = nullptr;
  for (const json& owner : owners) {
    const std::string at = "metadata.ownerReferences.";
    if (text_at(owner, "apiVersion").empty()) add(causes, at + "apiVersion", "", "version must not be empty");
    for (const char* needed : {"kind", "name", "uid"})
      if (text_at(owner, needed).empty()) add(causes, at + needed, "", "must not be empty");
    if (!owner.is_object() || !owner.value("controller", false)) continue;
    if (controller != nullptr) {
      causes.push_back(
          invalid_value("metadata.ownerReferences", shown(owners),
                        "Only one reference can have Controller set to true. Found \"true\" in references for " +
                            text_at(*controller, "kind") + "/" + text_at(*controller, "name") + " and " +
                            text_at(owner, "kind") + "/" + text_at(owner, "name")));
    }
    controller = &owner;
  }
}

bool is_bare(const std::string& finalizer) {
  const bool standard = finalizer == "kubernetes" || finalizer == "orphan" || finalizer == "foregroundDeletion";
  return !standard && finalizer.find('/') == std::string::npos;
}

// A finalizer without a domain is refused by the core kinds, and by the others let through.
bool allows_bare_finalizers(const KubeType& type) {
  return type.custom() || type.rules == KubeRules::kLease || type.rules == KubeRules::kDefinition;
}

void check_finalizers(std::vector<KubeCause>& causes, const json& finalizers, const KubeType& type) {
  for (const json& one : finalizers) {
    const auto name = one.get<std::string>();
    for (const std::string& fault : wrong_with_qualified_name(name)) add(causes, "metadata.finalizers", name, fault);
  }
  if (allows_bare_finalizers(type)) return;
  for (std::size_t i = 0; i < finalizers.size(); ++i) {
    const auto name = finalizers[i].get<std::string>();
    if (is_bare(name))
      add(causes, "metadata.finalizers[" + std::to_string(i) + "]", name,
          "name is neither a standard finalizer name nor is it fully qualified");
  }
}

}  // namespace

std::string metadata_view(const json& object) {
  const auto meta = object.find("metadata");
  return R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":)" +
         (meta == object.end() ? std::string("{}") : meta->dump()) + "}";
}

std::string shown(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

std::string json_type(const json& value) {
  if (value.is_boolean()) return "bool";
  return value.type_name();
}

tl::unexpected<KubeRefusal> cannot_be_handled(const KubeType& type, const std::string& why) {
  return refuse(400, "BadRequest",
                type.kind + " in version \"" + type.version + "\" cannot be handled as a " + type.kind + ": " + why);
}

KubeOutcome<void> normalise_meta(json& object, const KubeType& type, std::vector<std::string>& unknown) {
  json& meta = object["metadata"];
  if (meta.is_null()) meta = json::object();
  if (!meta.is_object() && type.custom())
    return cannot_be_handled(type,
                             "json: cannot unmarshal " + json_type(meta) + " into Go value of type v1.ObjectMeta");
  if (!meta.is_object())
    return cannot_be_handled(type, "json: cannot unmarshal " + json_type(meta) + " into Go struct field " + type.kind +
                                       ".metadata of type v1.ObjectMeta");
  for (auto one = meta.begin(); one != meta.end();) {
    const auto field = std::ranges::find_if(kFields, [&](const Field& f) { return one.key() == f.name; });
    if (field == kFields.end()) {
      unknown.push_back("metadata." + one.key());
      one = meta.erase(one);
    } else if (one->is_null()) {
      one = meta.erase(one);
    } else {
      const std::string wrong = wrong_type(*one, field->shape, type.custom() ? one.key() : "metadata." + one.key());
      if (!wrong.empty()) return cannot_be_handled(type, wrong);
      one = is_void(*one) ? meta.erase(one) : std::next(one);
    }
  }
  return {};
}

std::vector<KubeCause> faults_of_meta(const json& object, const KubeType& type) {
  std::vector<KubeCause> causes;
  const json& meta = object.at("metadata");
  const std::string name = text_at(meta, "name");
  const std::string prefix = text_at(meta, "generateName");
  if (!prefix.empty()) {
    std::string stem = prefix;  // what the server appends may follow a dash or a dot
    if (stem.ends_with('-') || stem.ends_with('.')) stem.back() = 'a';
    add(causes, "metadata.generateName", prefix, wrong_with_name(type, stem));
  }
  if (name.empty()) {
    causes.push_back(required_value("metadata.name", "name or generateName is required"));
  } else {
    add(causes, "metadata.name", name, wrong_with_name(type, name));
  }
  if (const auto labels = meta.find("labels"); labels != meta.end()) {
    for (const auto& [key, value] : labels->items()) {
      for (const std::string& fault : wrong_with_qualified_name(key)) add(causes, "metadata.labels", key, fault);
      const auto text = value.get<std::string>();
      for (const std::string& fault : wrong_with_label_value(text)) add(causes, "metadata.labels", text, fault);
    }
  }
  if (const auto annotations = meta.find("annotations"); annotations != meta.end()) {
    std::size_t size = 0;
    for (const auto& [key, value] : annotations->items()) {
      size += key.size() + value.get_ref<const std::string&>().size();
      std::string lower = key;  // of annotations, upper case is allowed in the prefix
      std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
      for (const std::string& fault : wrong_with_qualified_name(lower)) add(causes, "metadata.annotations", key, fault);
    }
    if (size > kMaxAnnotations)
      causes.push_back({.reason = "FieldValueTooLong",
                        .message = "Too long: may not be more than 262144 bytes",
                        .field = "metadata.annotations"});
  }
  if (const auto owners = meta.find("ownerReferences"); owners != meta.end()) check_owners(causes, *owners);
  if (const auto finalizers = meta.find("finalizers"); finalizers != meta.end())
    check_finalizers(causes, *finalizers, type);
  return causes;
}

std::vector<KubeCause> faults_of_meta_change(const json& before, const json& after) {
  std::vector<KubeCause> causes;
  const json& old_meta = before.at("metadata");
  const json& meta = after.at("metadata");
  for (const char* fixed : {"name", "namespace", "uid", "creationTimestamp"}) {
    const std::string value = text_at(meta, fixed);
    if (value != text_at(old_meta, fixed)) add(causes, std::string("metadata.") + fixed, value, "field is immutable");
  }
  for (const char* fixed : {"deletionTimestamp", "deletionGracePeriodSeconds"}) {
    const json value = meta.value(fixed, json());
    if (value != old_meta.value(fixed, json()))
      causes.push_back(invalid_value(std::string("metadata.") + fixed, shown(value), "field is immutable"));
  }
  if (!old_meta.contains("deletionTimestamp")) return causes;
  const json none = json::array();
  const json& had = old_meta.contains("finalizers") ? old_meta["finalizers"] : none;
  std::string fresh;
  for (const json& one : meta.contains("finalizers") ? meta["finalizers"] : none)
    if (std::ranges::find(had, one) == had.end()) fresh += (fresh.empty() ? "" : ", ") + one.dump();
  if (!fresh.empty())
    causes.push_back(forbidden("metadata.finalizers",
                               "no new finalizers can be added if the object is being deleted, found new finalizers "
                               "[]string{" +
                                   fresh + "}"));
  return causes;
}

std::vector<std::string> warnings_of_meta(const json* before, const json& after, const KubeType& type) {
  std::vector<std::string> warnings;
  const json& meta = after.at("metadata");
  const auto finalizers = meta.find("finalizers");
  if (!type.custom() || finalizers == meta.end()) return warnings;
  const json had = before == nullptr ? json() : before->at("metadata").value("finalizers", json());
  for (const json& one : *finalizers) {
    const bool known = had.is_array() && std::ranges::find(had, one) != had.end();
    if (!known && is_bare(one.get<std::string>()))
      warnings.push_back("metadata.finalizers: " + one.dump() +
                         ": prefer a domain-qualified finalizer name to avoid accidental conflicts with other "
                         "finalizer writers");
  }
  return warnings;
}

}  // namespace originpull::worlds
