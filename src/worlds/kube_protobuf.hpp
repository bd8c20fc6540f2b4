// SPDX-License-Identifier: Apache-2.0
#pragma once
// A body in Kubernetes' protobuf form, which kubectl sends of built-in kinds whatever a server says it accepts, as the
// JSON that the rest of this world reads. The one idea: a table of the published field numbers and one walk over the
// bytes; nothing of the wire is trusted, so each length is held against what is there, and depth has a bound. Of what
// Go writes though nobody set it (empty texts, zeros) nothing is said, but where a pointer was sent. Fields of another
// number are skipped, as protobuf wants it. Pure, any thread. 400: bytes that are no such message; 415: a kind that is
// not in the table, which a client may send as JSON.
#include <string>
#include <string_view>

#include "worlds/kube_refusal.hpp"

namespace originpull::worlds {

inline constexpr std::string_view kProtobuf = "application/vnd.kubernetes.protobuf";

KubeOutcome<std::string> json_of_protobuf(std::string_view body);

}  // namespace originpull::worlds
