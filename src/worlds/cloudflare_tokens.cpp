// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_tokens.hpp"

#include "base/rfc3339.hpp"
#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {

net::Served verify_token(const CloudflareModes& modes, const SimToken& token, std::string_view account,
                         const Moment& now) {
  const bool tolerated = account.empty() && !modes.keeps(Behaviour::kAccountTokens);
  if (token.account != account && !tolerated) {
    return gateway_error(403, {{.code = 9109, .message = "Unauthorized to access requested resource"}});
  }
  const bool truthful = modes.keeps(Behaviour::kTokenStatus);
  const std::string_view status = truthful ? token.status(now.wall) : "active";
  const auto write = [&](json::Writer& w) {
    w.begin_object().field("id", token.id).field("status", status);
    if (token.not_before) w.field("not_before", format_rfc3339(*token.not_before));
    if (token.expires_on) w.field("expires_on", format_rfc3339(*token.expires_on));
    w.end_object();
  };
  if (status != "active" || !truthful) return success(write);
  return success(write, CloudflareNote{.code = 10000, .message = "This API Token is valid and active"});
}

}  // namespace originpull::worlds
