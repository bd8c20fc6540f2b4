// SPDX-License-Identifier: Apache-2.0
#pragma once
// The switches and the zones of the simulated Cloudflare, on a settled state: the zone-level switch, the
// settings `tls_client_auth` and `ssl`, the look-up of zones by name and by id. Bodies are checked as the real
// API does (1007 for a bad value, 1057 where the plan forbids). Pure functions on values under the world's
// lock.
#include <map>
#include <string>
#include <string_view>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

net::Served read_zone_level(const SimZone&);
net::Served put_zone_level(SimZone&, std::string_view body);

net::Served read_setting(SimZone&, std::string_view name);
net::Served patch_setting(SimZone&, std::string_view name, std::string_view body, const Moment& now);
// Whether the setting takes the value, editable or not: what a human can choose in the dashboard.
bool is_value_of(std::string_view setting, std::string_view value);

net::Served read_zone(const SimZone&);
// Those that the token sees; `query` may hold name, status, page and per_page.
net::Served list_zones(const CloudflareState&, const SimToken&, const std::map<std::string, std::string>& query);

}  // namespace originpull::worlds
