// SPDX-License-Identifier: Apache-2.0
#pragma once
// The verification of tokens at the simulated Cloudflare: one path for tokens of users, one for those that an account
// owns, each refusing the other kind. It is the only call that answers a token which is disabled or has expired.
//
// Pure functions on values under the world's lock; nothing fails.
#include <optional>
#include <string_view>

#include "net/server.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

// `account`: that of the path; empty: the path of users.
net::Served verify_token(const CloudflareModes&, const SimToken&, std::string_view account, const Moment& now);

}  // namespace originpull::worlds
