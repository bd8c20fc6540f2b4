// SPDX-License-Identifier: Apache-2.0
#pragma once
// What stands before Cloudflare's services: the check of the token or of the legacy pair, the request budget with the
// `Ratelimit` headers, the lock-out of those who insist with bad tokens, permissions. As at the real one, a refusal
// says little: most of them are code 10000.
//
// Pure functions on values under the world's lock; nothing fails.
#include <optional>
#include <string>
#include <string_view>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

struct Admission {
  SimToken* token = nullptr;                // who calls, if that is known
  std::optional<net::Served> refusal = {};  // who calls is not let in, and this is the answer
};

Admission admit(CloudflareState&, const net::ServedRequest&, const Moment& now);

// Empty if the token has the permission for the zone.
std::optional<net::Served> forbid(const CloudflareModes&, const SimToken&, std::string_view permission, const SimZone&);

// Under which a legacy key stands among the tokens.
std::string legacy_text(std::string_view email, std::string_view key);

// `Ratelimit` and `Ratelimit-Policy`, which stand in every answer to a known token.
void add_ratelimit(net::Served&, const CloudflareState&, const SimToken&, const Moment& now);

}  // namespace originpull::worlds
