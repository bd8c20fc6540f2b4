// SPDX-License-Identifier: Apache-2.0
#pragma once
// The switches of the simulated Cloudflare, on a settled state: the zone-level switch and the settings
// `tls_client_auth` and `ssl`. Bodies are checked as the real API does (1007 for a bad value, 1057 where the plan
// forbids).
//
// Pure functions on values under the world's lock; nothing fails.
#include <string_view>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

net::Served read_zone_level(const CloudflareModes&, const SimZone&);
net::Served put_zone_level(const CloudflareModes&, SimZone&, std::string_view body);

net::Served read_setting(const CloudflareModes&, SimZone&, std::string_view name);
net::Served patch_setting(const CloudflareModes&, SimZone&, std::string_view name, std::string_view body,
                          const Moment& now);
// Whether the setting takes the value, editable or not: what a human can choose in the dashboard.
bool is_value_of(std::string_view setting, std::string_view value);

}  // namespace originpull::worlds
