// SPDX-License-Identifier: Apache-2.0
#pragma once
// The associations of hostnames with certificates at the simulated Cloudflare, on a settled state: which of the
// zone's hostname certificates the edge presents for a host, whether it presents any (`enabled` false: none), and how
// one is voided (`enabled` null). A PUT is judged as a whole before anything changes. Pure functions on values under
// the world's lock; nothing fails.
#include <string_view>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

inline constexpr std::size_t kMostAssociations = 100;  // per certificate

net::Served read_association(const CloudflareModes&, const SimZone&, std::string_view host);
// `body`: {"config": [{"hostname", "cert_id", "enabled": true | false | null}]}.
net::Served put_associations(const CloudflareModes&, SimZone&, std::string_view body, const Moment& now);

}  // namespace originpull::worlds
