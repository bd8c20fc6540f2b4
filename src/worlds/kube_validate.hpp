// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a custom resource keeps its schema, and what the real API server says where it does not: the same causes with
// the same fields and words, in a stable order (the real one's changes from answer to answer). A fault of a value that
// was there before and has not changed is let pass, as since Kubernetes 1.33. The rules that a schema gives in CEL are
// a function of the world's owner (api/validate.hpp has those of OriginPullConfig). Of `anyOf` and `oneOf` only that
// they fail is said as the real server says it; which of the inner faults it adds is its own secret.
// Pure, any thread; nothing fails.
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

// The faults of the CEL rules; `old` is null for a create.
using CelRules = std::function<std::vector<KubeCause>(const nlohmann::json& object, const nlohmann::json* old)>;

// Said beside faults that keep the rules from being checked.
KubeCause rules_not_checked();
// The rules of OriginPullConfig.
CelRules origin_pull_config_rules();

enum class KubeScope { kAll, kStatus };  // of an update of the status subresource only the status is judged

// Defaults that the schema itself would refuse; `at`: the place of the schema.
std::vector<KubeCause> faults_of_defaults(const KubeSchema&, const std::string& at);

// Empty: the object is valid. `old` is null for a create. `rules` may be empty. `so_far`: faults of its metadata, which
// may keep the rules from being asked.
std::vector<KubeCause> validate_custom(const nlohmann::json& object, const nlohmann::json* old, const KubeSchema&,
                                       const CelRules& rules, KubeScope scope = KubeScope::kAll,
                                       const std::vector<KubeCause>& so_far = {});

}  // namespace originpull::worlds
