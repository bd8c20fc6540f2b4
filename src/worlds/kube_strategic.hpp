// SPDX-License-Identifier: Apache-2.0
#pragma once
// Strategic merge patch, which `kubectl apply`, `edit`, `label` and `annotate` send for built-in kinds: maps merge,
// null removes, and lists that the schema says so merge by a key (the ports of a Service by `port`, owner references
// by `uid`) or as a set (finalizers). It knows the directives: `$patch` (replace, delete), `$retainKeys`,
// `$deleteFromPrimitiveList/…`, `$setElementOrder/…`. Custom resources have no such patch; to answer 415 is the world's
// business. Pure, any thread. A patch that breaks its own rules is refused as the real server refuses it.
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

KubeOutcome<nlohmann::json> strategic_patched(const nlohmann::json& object, std::string_view patch, const KubeSchema&);

}  // namespace originpull::worlds
