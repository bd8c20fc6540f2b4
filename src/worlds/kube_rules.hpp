// SPDX-License-Identifier: Apache-2.0
#pragma once
// What each built-in kind demands beyond its metadata: its defaults, its form, and what may not change. An object comes
// as a client sent it and leaves as the server would keep it. Only the fields that the operator, its users and kubectl
// meet are checked. Pure, any thread. A value that cannot be decoded is a refusal (400); a broken rule is a cause.
// What is in metadata is judged by kube_meta.hpp.
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

// Decodes and sets defaults. `made`: it is being created.
KubeOutcome<void> normalise(nlohmann::json& object, const KubeType&, bool made);
std::vector<KubeCause> faults_of(const nlohmann::json& object, const KubeType&);
std::vector<KubeCause> faults_of_change(const nlohmann::json& before, const nlohmann::json& after, const KubeType&);

}  // namespace originpull::worlds
