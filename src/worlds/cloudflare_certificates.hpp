// SPDX-License-Identifier: Apache-2.0
#pragma once
// The certificate endpoints of the simulated Cloudflare, on a settled state: upload, list, read and delete of
// zone-level certificates, with the refusals of the real service (1406, 1408, 1412, 1434, 1552, a mismatched key). A
// certificate is known by its leaf, not by its text. The control endpoint adds and deletes through the same
// functions, as a human would in the dashboard. Pure functions on values under the world's lock; the world has done
// tokens, budgets and overlaps before.
#include <string>
#include <string_view>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

net::Served list_certificates(const CloudflareModes&, const SimZone&, const Moment& now);
net::Served read_certificate(const CloudflareModes&, SimZone&, std::string_view id);
// `body`: {"certificate": PEM, "private_key": PEM}. `fresh_id`: a UUID that nobody has.
net::Served upload_certificate(const CloudflareModes&, SimZone&, std::string_view body, std::string fresh_id,
                               const Moment& now, bool foreign = false);
net::Served delete_certificate(const CloudflareModes&, SimZone&, std::string_view id, const Moment& now);

}  // namespace originpull::worlds
