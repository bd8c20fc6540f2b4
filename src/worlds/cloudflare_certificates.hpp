// SPDX-License-Identifier: Apache-2.0
#pragma once
// The certificate endpoints of the simulated Cloudflare, on a settled state: upload, list, read and delete of
// certificates of the zone's level and of the hostnames', with the refusals of the real service (1406, 1408, 1412,
// 1414, 1433, 1434, 1552, a mismatched key). A certificate is known by its leaf, not by its text. The control endpoint
// adds and deletes through the same functions, as a human would in the dashboard. Pure functions on values under the
// world's lock; the world has done tokens, budgets and overlaps before.
#include <string>
#include <string_view>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

inline constexpr std::size_t kMostHostCertificates = 10;  // per zone; what is deleted does not count

net::Served list_certificates(const CloudflareModes&, const SimZone&, const Moment& now, Level = Level::kZone);
net::Served read_certificate(const CloudflareModes&, SimZone&, std::string_view id, Level = Level::kZone);
// `body`: {"certificate": PEM, "private_key": PEM}. `fresh_id`: a UUID that nobody has.
net::Served upload_certificate(const CloudflareModes&, SimZone&, std::string_view body, std::string fresh_id,
                               const Moment& now, Level = Level::kZone, bool foreign = false);
net::Served delete_certificate(const CloudflareModes&, SimZone&, std::string_view id, const Moment& now,
                               Level = Level::kZone);

// The status that a test asked for, or what becomes of it where that behaviour is turned off.
std::string reachable(const CloudflareModes&, const std::string& status, std::string_view otherwise);
// With `code`, unless the recorded codes of the hostname calls are turned off.
net::Served hostname_error(const CloudflareModes&, int status, int code, std::string message);
Moment after(const Moment& now, Duration wait);
// Of the leaf: issuer, signature, expires_on, for whatever object is being written.
void write_leaf(json::Writer&, const CloudflareModes&, const SimLeaf&);

}  // namespace originpull::worlds
