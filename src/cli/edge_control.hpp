// SPDX-License-Identifier: Apache-2.0
#pragma once
// The back door of the edge, below the control endpoint of cloudflare-sim: what it has counted, which CA signs what it
// presents as "shared", and the habits that can be changed. It stands beside the world's control endpoint because the
// edge is the program's and not the world's. JSON in and out; any thread. What cannot be understood is answered 400
// with {"error": …}.
//
//   GET edge      address, nodes, pool, refusedStatus, sharedCa, counts by zone, the newest refused handshakes
//   PATCH edge    {"pool": "off" | "identity" | "origin", "refusedStatus": 520 | 525}
//   DELETE edge   forgets the counts
#include <string>
#include <string_view>

#include "cli/edge.hpp"
#include "net/server.hpp"

namespace originpull::cli {

inline constexpr std::string_view kEdgeControl = "/__control/edge";

net::Served control_edge(Edge&, const std::string& shared_ca, const net::ServedRequest&);

}  // namespace originpull::cli
