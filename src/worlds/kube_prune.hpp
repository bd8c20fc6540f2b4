// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the simulated Kubernetes API does to an object before it judges it: nulls that the schema does not allow and
// fields that it does not know are dropped, and defaults are filled in at every depth. Also what `fieldValidation`
// reports: the fields that are unknown, and those that a text names twice. Built-in kinds are decoded as into structs
// of Go: what these do not have, and zeros that they do not show, go. Pure, any thread. A value that does not fit a
// struct is told in Go's words; nothing else fails.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

// Only those that the schema neither allows nor has a default for.
void drop_nulls(nlohmann::json& object, const KubeSchema&);
void add_defaults(nlohmann::json& object, const KubeSchema&);
// Both.
void fill_defaults(nlohmann::json& object, const KubeSchema&);
// Gives the paths of what was dropped, sorted: "spec.intervall", "spec.origin.probes[0].x".
std::vector<std::string> prune(nlohmann::json& object, const KubeSchema&);
// What a Go struct of this built-in kind keeps of the object, but for its metadata. Empty: it fits.
std::string decode_struct(nlohmann::json& object, const KubeSchema&);
// In the order of the text: "metadata.name", "spec.zone.name". Of text that is no JSON: none.
std::vector<std::string> duplicate_fields(std::string_view text);
// `strict decoding error: duplicate field "a", unknown field "b"`, as the real server says it; empty: nothing is wrong.
std::string strict_error(const std::vector<std::string>& duplicates, const std::vector<std::string>& unknown);

}  // namespace originpull::worlds
