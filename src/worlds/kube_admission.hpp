// SPDX-License-Identifier: Apache-2.0
#pragma once
// From what a client sent to what the server keeps, for any kind: decoded (metadata in form, unknown fields found and
// dropped, defaults), completed (what the server gives), judged (rules or schema). Built-in kinds go by kube_rules.hpp,
// custom ones by their schema. Pure, any thread. Wrong types are a refusal (400), as are unknown fields where a client
// asked to be strict.
// Stands between the editor and the rules.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "worlds/kube_request.hpp"
#include "worlds/kube_state.hpp"

namespace originpull::worlds {

// `text`: of the body, in which fields may stand twice.
KubeOutcome<void> decode_content(nlohmann::json& object, std::string_view text, const KubeType&, const KubeLaws&,
                                 const KubeWriteOptions&, std::vector<std::string>& warnings);
// `before` is null for a new object. What the server cannot give is told before the object is judged.
std::vector<KubeCause> complete_content(nlohmann::json& object, const nlohmann::json* before, const KubeType&,
                                        const KubeLaws&);
KubeOutcome<std::vector<KubeCause>> faults_of_content(const nlohmann::json& object, const nlohmann::json* before,
                                                      const KubeType&, const KubeLaws&, bool of_status,
                                                      const std::vector<KubeCause>& so_far);

}  // namespace originpull::worlds
