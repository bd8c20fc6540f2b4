// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_admission.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "worlds/kube_builtin.hpp"
#include "worlds/kube_crd.hpp"
#include "worlds/kube_event.hpp"
#include "worlds/kube_meta.hpp"
#include "worlds/kube_prune.hpp"
#include "worlds/kube_rules.hpp"
#include "worlds/kube_schema.hpp"
#include "worlds/kube_validate.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

const KubeSchema* schema_of(const KubeType& type) {
  return type.custom() ? type.schema.get() : builtin_schema(type.group_version(), type.kind);
}

std::vector<std::string> named(const char* what, const std::vector<std::string>& fields) {
  std::vector<std::string> lines;
  for (const std::string& field : fields) lines.push_back(std::string(what) + " field \"" + field + "\"");
  return lines;
}

}  // namespace

KubeOutcome<void> decode_content(json& object, std::string_view text, const KubeType& type, const KubeLaws& laws,
                                 const KubeWriteOptions& options, std::vector<std::string>& warnings) {
  using Unknown = KubeWriteOptions::Unknown;
  const KubeSchema* schema = schema_of(type);
  std::vector<std::string> unknown;
  if (laws.schemas && schema != nullptr) unknown = prune(object, *schema);
  TRY(normalise_meta(object, type, unknown));
  if (!type.custom() && schema != nullptr)
    if (const std::string why = decode_struct(object, *schema); !why.empty()) return cannot_be_handled(type, why);
  if (type.rules == KubeRules::kEvent && type.group.empty()) object = event_of_core(object);
  if (type.custom() && laws.schemas && schema != nullptr) fill_defaults(object, *schema);
  if (!type.custom()) TRY(set_defaults(object, type));
  if (!laws.schemas || options.unknown_fields == Unknown::kIgnore) return {};
  const auto twice = duplicate_fields(text);
  if (unknown.empty() && twice.empty()) return {};
  if (options.unknown_fields == Unknown::kStrict) return cannot_be_handled(type, strict_error(twice, unknown));
  std::ranges::move(named("unknown", unknown), std::back_inserter(warnings));
  std::ranges::move(named("duplicate", twice), std::back_inserter(warnings));
  return {};
}

std::vector<KubeCause> complete_content(json& object, const json* before, const KubeType& type, const KubeLaws& laws) {
  if (type.rules == KubeRules::kDefinition) normalise_definition(object);
  if (!type.custom()) return complete(object, before, type);
  if (laws.schemas && type.schema) fill_defaults(object, *type.schema);
  return {};
}

KubeOutcome<std::vector<KubeCause>> faults_of_content(const json& object, const json* before, const KubeType& type,
                                                      const KubeLaws& laws, bool of_status,
                                                      const std::vector<KubeCause>& so_far) {
  std::vector<KubeCause> causes;
  if (type.custom()) {
    if (object.value("kind", type.kind) != type.kind)
      causes.push_back(invalid_value("kind", object["kind"].dump(), "must be " + type.kind));
    if (laws.schemas && type.schema)
      std::ranges::move(validate_custom(object, before, *type.schema, type.cel,
                                        of_status ? KubeScope::kStatus : KubeScope::kAll, so_far),
                        std::back_inserter(causes));
    return causes;
  }
  if (type.rules == KubeRules::kDefinition) {
    causes = faults_of_definition(object);
    if (causes.empty()) TRY(types_of_definition(object));
    return causes;
  }
  if (of_status) return faults_of_status(object, type);
  if (before != nullptr) causes = faults_of_change(*before, object, type);
  auto others = faults_of(object, type);
  const bool event = type.rules == KubeRules::kEvent;  // in its new form it is judged as a new one only once
  const auto once = [](const KubeCause& one) { return is_new_rule_of_event(one) && !one.field.starts_with("series"); };
  if (event && before != nullptr) std::erase_if(others, once);
  const auto place = event ? causes.begin() : causes.end();
  causes.insert(place, std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  return causes;
}

}  // namespace originpull::worlds
