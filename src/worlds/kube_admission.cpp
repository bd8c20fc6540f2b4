// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_admission.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "worlds/kube_crd.hpp"
#include "worlds/kube_event.hpp"
#include "worlds/kube_meta.hpp"
#include "worlds/kube_rules.hpp"
#include "worlds/kube_schema.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

void set_defaults(json& value, const KubeSchema& at) {
  const KubeSchema& schema = at.self();
  if (value.is_object()) {
    for (const auto& [name, field] : schema.properties) {
      const auto& fallback = field.self().fallback;
      auto found = value.find(name);
      if (fallback && (found == value.end() || (found->is_null() && !field.self().nullable)))
        found = value.emplace(name, json()).first, *found = *fallback;
      if (found != value.end()) set_defaults(*found, field);
    }
    if (schema.values)
      for (json& one : value) set_defaults(one, *schema.values);
  } else if (value.is_array() && schema.items) {
    for (json& one : value) set_defaults(one, *schema.items);
  }
}

// Unknown fields warn, or refuse, or pass.
KubeOutcome<void> report_unknown(const std::vector<std::string>& unknown, const KubeType& type,
                                 const KubeWriteOptions& options, std::vector<std::string>& warnings) {
  using Unknown = KubeWriteOptions::Unknown;
  if (unknown.empty() || options.unknown_fields == Unknown::kIgnore) return {};
  std::string all;
  for (const std::string& field : unknown) {
    const std::string line = "unknown field \"" + field + "\"";
    all += (all.empty() ? "" : ", ") + line;
    if (options.unknown_fields == Unknown::kWarn) warnings.push_back(line);
  }
  if (options.unknown_fields == Unknown::kStrict) return cannot_be_handled(type, "strict decoding error: " + all);
  return {};
}

}  // namespace

KubeOutcome<void> decode_content(json& object, const KubeType& type, const KubeLaws&, const KubeWriteOptions& options,
                                 std::vector<std::string>& warnings) {
  std::vector<std::string> unknown;
  TRY(normalise_meta(object, type, unknown));
  if (type.rules == KubeRules::kEvent && type.group.empty()) object = event_of_core(object);
  return report_unknown(unknown, type, options, warnings);
}

KubeOutcome<void> complete_content(json& object, const KubeType& type, const KubeLaws& laws, bool made) {
  if (type.rules == KubeRules::kDefinition) normalise_definition(object);
  if (type.custom()) {
    if (laws.schemas && type.schema) set_defaults(object, *type.schema);
    return {};
  }
  return normalise(object, type, made);
}

KubeOutcome<std::vector<KubeCause>> faults_of_content(const json& object, const json* before, const KubeType& type,
                                                      const KubeLaws&) {
  std::vector<KubeCause> causes;
  if (type.custom()) {
    if (object.value("kind", type.kind) != type.kind)
      causes.push_back(invalid_value("kind", object["kind"].dump(), "must be " + type.kind));
    return causes;
  }
  if (type.rules == KubeRules::kDefinition) return faults_of_definition(object);
  causes = faults_of(object, type);
  if (before != nullptr) std::ranges::move(faults_of_change(*before, object, type), std::back_inserter(causes));
  return causes;
}

}  // namespace originpull::worlds
