// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two patches that need no schema: JSON Patch (RFC 6902) and JSON merge patch (RFC 7386), with the reading that the
// real API server gives them: `replace` of a key that is not there adds it, a negative index counts from the end, a
// test of what is absent against null holds. Each makes a new object of the old one and the text of the request's body;
// what the object may be afterwards others judge. Pure, any thread. A patch that is no patch is 400, one that does not
// fit the object is 422, one with too many operations 413, all in the words of the real server.
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "worlds/kube_refusal.hpp"

namespace originpull::worlds {

inline constexpr std::size_t kMostPatchOperations = 10'000;

KubeOutcome<nlohmann::json> json_patched(const nlohmann::json& object, std::string_view patch);
// `checked`: what is no JSON object is told as such (fieldValidation Warn and Strict); else it is what it makes.
KubeOutcome<nlohmann::json> merge_patched(const nlohmann::json& object, std::string_view patch, bool checked = true);

}  // namespace originpull::worlds
