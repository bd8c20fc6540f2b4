// SPDX-License-Identifier: Apache-2.0
#pragma once
// The look-up of zones at the simulated Cloudflare: by id, and the list with its filters (name and its prefixes,
// status, account, match), its order and its pages. What a query says that the real API would not take is as if it
// had not been said, since nobody has recorded what happens then. Pure functions on values under the world's lock;
// nothing fails.
#include <map>
#include <string>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

net::Served read_zone(const SimZone&, const SimToken&);
// Those that the token sees. `query` may hold name, status, account.id, account.name, match, order, direction, page
// (from 1) and per_page (5 to 50, 20 by default).
net::Served list_zones(CloudflareState&, const SimToken&, const std::map<std::string, std::string>& query);

}  // namespace originpull::worlds
