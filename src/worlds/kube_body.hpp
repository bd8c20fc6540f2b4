// SPDX-License-Identifier: Apache-2.0
#pragma once
// The body of a request as an object: parsed with care for its depth, and of the kind that the path speaks of. Pure,
// any thread. What is no JSON, or another kind, is refused with 400 in the API server's words.
// The first of the checks that a write goes through, and done before the world is locked. A refusal quotes the
// beginning of the body, as the real server does.
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "net/server.hpp"
#include "worlds/kube_refusal.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

// Makes JSON of one document in YAML; empty: the world reads none.
using KubeYaml = std::function<Result<std::string>(std::string_view)>;
// The request with a body in JSON, if it has one in YAML or, of a kind that is built in, protobuf; nothing: it may stay
// as it is.
KubeOutcome<std::optional<net::ServedRequest>> with_json_body(const net::ServedRequest&, bool built_in,
                                                              const KubeYaml&);

// Of any JSON; the message is that of Go's decoder where the text ends too early.
KubeOutcome<nlohmann::json> parsed_body(std::string_view body);
KubeOutcome<nlohmann::json> read_object(std::string_view body, const KubeType&, bool lenient = false);
// Of DELETE; an empty body is an empty object.
KubeOutcome<nlohmann::json> read_delete_options(std::string_view body);
// Whether the kind and version are those of the type. `parsed` may lack both where the type is built in.
KubeOutcome<void> check_kind(const nlohmann::json& object, const KubeType&, std::string_view body, bool lenient);

}  // namespace originpull::worlds
