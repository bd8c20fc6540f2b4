// SPDX-License-Identifier: Apache-2.0
#pragma once
// What each built-in kind demands beyond its metadata: its defaults, its form, and what may not change. An object comes
// decoded and leaves as the server would keep it. Only the fields that the operator, its users and kubectl
// meet are checked. Pure, any thread. A value that cannot be decoded is a refusal (400); a broken rule is a cause.
// What is in metadata is judged by kube_meta.hpp.
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

// The defaults of its type, which belong to whoever wrote the object.
KubeOutcome<void> set_defaults(nlohmann::json& object, const KubeType&);
// What the server itself adds; `before` is null for a new object. What it cannot give is a cause.
std::vector<KubeCause> complete(nlohmann::json& object, const nlohmann::json* before, const KubeType&);
// Of a write of the status alone.
std::vector<KubeCause> faults_of_status(const nlohmann::json& object, const KubeType&);
std::vector<KubeCause> faults_of(const nlohmann::json& object, const KubeType&);
std::vector<KubeCause> faults_of_change(const nlohmann::json& before, const nlohmann::json& after, const KubeType&);

}  // namespace originpull::worlds
