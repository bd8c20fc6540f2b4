// SPDX-License-Identifier: Apache-2.0
#pragma once
// The way of a request through the simulated Cloudflare: from the path to the endpoint, by way of the gate, the
// permission that the endpoint asks for and the overlap of changes. The zone that the request is about is settled
// before and after; the thousand others are not touched. Works on values under the world's lock; every request has an
// answer.
#include <string>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"
#include "worlds/target.hpp"

namespace originpull::worlds {

// One request on its way.
struct CloudflareVisit {
  const net::ServedRequest& http;
  Target target;
  Moment now;
  std::string fresh_id;       // a UUID for what it may make
  SimToken* token = nullptr;  // who asks, once that is known
};

net::Served route(CloudflareState&, CloudflareVisit&);

}  // namespace originpull::worlds
