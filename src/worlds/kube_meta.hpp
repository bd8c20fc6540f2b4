// SPDX-License-Identifier: Apache-2.0
#pragma once
// The metadata that all objects have: brought into form as the server's decoder does it (nulls and empty collections
// go, unknown fields are named), and checked by the rules of names, labels, annotations, finalizers and owners. Pure,
// any thread. A value of the wrong type is a refusal (400); a broken rule is a cause for 422.
// Stands before kube_rules.hpp and the schemas, which judge all else.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

// Also makes a metadata object where there is none. Adds unknown fields, as paths, to `unknown`.
KubeOutcome<void> normalise_meta(nlohmann::json& object, const KubeType&, std::vector<std::string>& unknown);
// "Secret in version "v1" cannot be handled as a Secret: …"
tl::unexpected<KubeRefusal> cannot_be_handled(const KubeType&, const std::string& why);
std::string metadata_view(const nlohmann::json& object);  // as PartialObjectMetadata
// A refused value in messages: as JSON.
std::string shown(const nlohmann::json&);
std::string json_type(const nlohmann::json&);  // in Go's words: "number"

std::vector<KubeCause> faults_of_meta(const nlohmann::json& object, const KubeType&);
// Of a change; `before` has what the server itself fills in.
std::vector<KubeCause> faults_of_meta_change(const nlohmann::json& before, const nlohmann::json& after);
// What the server advises against: of a creation if `before` is null.
std::vector<std::string> warnings_of_meta(const nlohmann::json* before, const nlohmann::json& after, const KubeType&);

}  // namespace originpull::worlds
