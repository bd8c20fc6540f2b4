// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_crd.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/bug.hpp"
#include "worlds/kube_answer.hpp"
#include "worlds/kube_cel.hpp"
#include "worlds/kube_meta.hpp"
#include "worlds/kube_names.hpp"
#include "worlds/kube_schema.hpp"
#include "worlds/kube_validate.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

const json& at(const json& object, const char* key) {
  static const json kNone;
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found == object.end() ? kNone : *found;
}

std::string text_at(const json& object, const char* key) {
  const json& found = at(object, key);
  return found.is_string() ? found.get<std::string>() : std::string();
}

std::vector<std::string> texts_at(const json& object, const char* key) {
  std::vector<std::string> texts;
  for (const json& one : at(object, key))
    if (one.is_string()) texts.push_back(one.get<std::string>());
  return texts;
}

std::vector<KubeColumn> columns_of(const json& version) {
  std::vector<KubeColumn> columns;
  for (const json& one : at(version, "additionalPrinterColumns"))
    columns.push_back({.name = text_at(one, "name"),
                       .type = text_at(one, "type"),
                       .format = text_at(one, "format"),
                       .description = text_at(one, "description"),
                       .json_path = text_at(one, "jsonPath"),
                       .priority = one.value("priority", 0)});
  if (columns.empty())
    columns.push_back({.name = "Age",
                       .type = "date",
                       .description = "CreationTimestamp is a timestamp representing the server time when this object "
                                      "was created. It is not guaranteed to be set in happens-before order across "
                                      "separate operations. Clients may not set this value. It is represented in "
                                      "RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for "
                                      "lists. More info: "
                                      "https://git.k8s.io/community/contributors/devel/sig-architecture/"
                                      "api-conventions.md#metadata",
                       .json_path = ".metadata.creationTimestamp"});
  return columns;
}

KubeOutcome<KubeType> type_of(const json& spec, const json& version) {
  const json& names = at(spec, "names");
  KubeType type{.group = text_at(spec, "group"),
                .version = text_at(version, "name"),
                .plural = text_at(names, "plural"),
                .singular = text_at(names, "singular"),
                .kind = text_at(names, "kind"),
                .list_kind = text_at(names, "listKind"),
                .short_names = texts_at(names, "shortNames"),
                .categories = texts_at(names, "categories"),
                .rules = KubeRules::kCustom,
                .namespaced = text_at(spec, "scope") == "Namespaced",
                .generations = true,
                .status_subresource = at(at(version, "subresources"), "status").is_object(),
                .update_needs_version = true,
                .columns = columns_of(version)};
  for (const json& field : at(version, "selectableFields"))
    type.selectable_fields.push_back(text_at(field, "jsonPath"));
  const json& openapi = at(at(version, "schema"), "openAPIV3Schema");
  type.schema = std::make_shared<const KubeSchema>(TRY(compile_schema(openapi)));
  type.openapi = std::make_shared<const json>(openapi);
  // A definition without rules, as a simulation may use, has none.
  const bool has_rules = openapi.dump().find("x-kubernetes-validations") != std::string::npos;
  if (!has_rules) return type;
  // The shipped type's rules are functions, many times as quick; a test holds the two against each other.
  if (type.group == "originpull.dev" && type.kind == "OriginPullConfig") {
    type.cel = origin_pull_config_rules();
  } else {
    type.cel = compile_rules(openapi, type.schema, {}).rules;
  }
  return type;
}

json stored_versions(const json& crd) {
  json stored = json::array();
  for (const json& version : at(at(crd, "spec"), "versions"))
    if (version.value("storage", false)) stored.push_back(text_at(version, "name"));
  return stored;
}

json condition(const char* type, bool holds, const std::string& now, const std::string& reason,
               const std::string& message) {
  return {{"type", type},
          {"status", holds ? "True" : "False"},
          {"lastTransitionTime", now},
          {"reason", reason},
          {"message", message}};
}

constexpr std::size_t kMostSelectable = 8;

std::vector<KubeCause> faults_of_schema(const json& openapi, const std::string& place) {
  std::vector<KubeCause> causes = faults_of_structure(openapi, place);
  if (!causes.empty()) return causes;
  auto schema = compile_schema(openapi);
  if (!schema) return causes;  // types_of_definition says why it cannot be kept
  causes = faults_of_defaults(*schema, place);
  std::ranges::move(compile_rules(openapi, std::make_shared<const KubeSchema>(std::move(*schema)), place).causes,
                    std::back_inserter(causes));
  return causes;
}

}  // namespace

void normalise_definition(json& crd) {
  json& spec = crd["spec"];
  if (!spec.is_object()) spec = json::object();
  json& names = spec["names"];
  if (!names.is_object()) names = json::object();
  std::string singular = text_at(names, "kind");
  std::ranges::transform(singular, singular.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  if (text_at(names, "singular").empty()) names["singular"] = singular;
  if (text_at(names, "listKind").empty()) names["listKind"] = text_at(names, "kind") + "List";
  if (at(spec, "conversion").is_null()) spec["conversion"] = {{"strategy", "None"}};
}

std::vector<KubeCause> faults_of_definition(const json& crd) {
  std::vector<KubeCause> causes;
  const json& spec = at(crd, "spec");
  const json& names = at(spec, "names");
  const std::string group = text_at(spec, "group");
  const std::string wanted = text_at(names, "plural") + "." + group;
  const std::string name = text_at(at(crd, "metadata"), "name");
  if (name != wanted)
    causes.push_back(invalid_value("metadata.name", shown(json(name)), "must be spec.names.plural+\".\"+spec.group"));
  if (group.empty()) causes.push_back(required_value("spec.group"));
  const std::string scope = text_at(spec, "scope");
  if (scope.empty()) {
    causes.push_back(required_value("spec.scope"));
  } else if (scope != "Namespaced" && scope != "Cluster") {
    causes.push_back(
        {.reason = "FieldValueNotSupported",
         .message = "Unsupported value: " + shown(json(scope)) + R"(: supported values: "Cluster", "Namespaced")",
         .field = "spec.scope"});
  }
  if (text_at(names, "plural").empty()) causes.push_back(required_value("spec.names.plural"));
  if (text_at(names, "kind").empty()) causes.push_back(required_value("spec.names.kind"));
  const json& versions = at(spec, "versions");
  std::size_t stored = 0;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string field = "spec.versions[" + std::to_string(i) + "]";
    if (versions[i].value("storage", false)) ++stored;
    const bool only = versions.size() == 1;
    if (at(versions[i], "selectableFields").size() > kMostSelectable)
      causes.push_back({.reason = "FieldValueTooMany",
                        .message = "Too many: " + std::to_string(versions[i]["selectableFields"].size()) +
                                   ": must have at most 8 items",
                        .field = (only ? "spec" : field) + ".selectableFields"});
    const json& openapi = at(at(versions[i], "schema"), "openAPIV3Schema");
    if (!openapi.is_object()) {
      causes.push_back(required_value(field + ".schema.openAPIV3Schema", "schemas are required"));
    } else {
      // A schema that all versions share is told as the type's own.
      std::ranges::move(
          faults_of_schema(openapi, only ? "spec.validation.openAPIV3Schema" : field + ".schema.openAPIV3Schema"),
          std::back_inserter(causes));
    }
  }
  if (stored != 1)
    causes.push_back(
        invalid_value("spec.versions", shown(versions), "must have exactly one version marked as storage version"));
  return causes;
}

KubeOutcome<std::vector<KubeType>> types_of_definition(const json& crd) {
  std::vector<KubeType> types;
  const json& spec = at(crd, "spec");
  for (const json& version : at(spec, "versions"))
    if (version.value("served", false)) types.push_back(TRY(type_of(spec, version)));
  return types;
}

json definition_status(const json& crd, const std::string& now) {
  return {{"acceptedNames", at(at(crd, "spec"), "names")},
          {"storedVersions", stored_versions(crd)},
          {"conditions",
           {condition("NamesAccepted", true, now, "NoConflicts", "no conflicts found"),
            condition("Established", true, now, "InitialNamesAccepted", "the initial names have been accepted")}}};
}

json conflicting_status(const json& crd, const KubeCatalogue& catalogue, const std::string& now) {
  const json& names = at(at(crd, "spec"), "names");
  json accepted = names;
  std::string reason;
  std::string taken;
  for (const KubeTypePtr& other : catalogue.types()) {
    if (other->group != text_at(at(crd, "spec"), "group") || other->plural == text_at(names, "plural")) continue;
    if (text_at(names, "singular") == other->singular) accepted.erase("singular");
    if (text_at(names, "kind") == other->kind) {
      accepted["kind"] = "";
      reason = "KindConflict";
      taken = other->kind;
    }
    if (text_at(names, "listKind") == other->list_kind) {
      accepted.erase("listKind");
      reason = "ListKindConflict";
      taken = other->list_kind;
    }
  }
  if (reason.empty()) return nullptr;
  return {{"acceptedNames", accepted},
          {"storedVersions", stored_versions(crd)},
          {"conditions",
           {condition("NamesAccepted", false, now, reason, "\"" + taken + "\" is already in use"),
            condition("Established", false, now, "NotAccepted", "not all names are accepted")}}};
}

std::shared_ptr<const KubeCatalogue> catalogue_with(const std::vector<std::string>& crds) {
  auto catalogue = KubeCatalogue::built_in();
  for (const std::string& text : crds) {
    json crd = json::parse(text, nullptr, false);
    check(!crd.is_discarded(), "a CustomResourceDefinition is no JSON");
    normalise_definition(crd);
    const auto types = types_of_definition(crd);
    check(types.has_value(), "a CustomResourceDefinition is refused: " + (types ? "" : types.error().message));
    const json& spec = crd["spec"];
    catalogue = catalogue->with(text_at(spec, "group"), text_at(spec["names"], "plural"), *types);
  }
  return catalogue;
}

}  // namespace originpull::worlds
