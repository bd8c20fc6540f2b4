// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_gate.hpp"

#include <algorithm>

#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

constexpr Duration kFailureMemory{60'000};

std::int64_t whole_seconds(Duration wait) { return (std::max(wait, Duration(0)).count() + 999) / 1000; }

net::Served unauthenticated(const CloudflareModes& modes) {
  return gateway_error(modes.denied_status, {{.code = 10000, .message = "Authentication error"}});
}

net::Served throttled(Duration rest) {
  net::Served answer =
      gateway_error(429, {{.code = 971, .message = "Please wait and consider throttling your request speed"}});
  answer.headers.emplace_back("retry-after", std::to_string(whole_seconds(rest)));
  return answer;
}

// The token of "Bearer <token>"; empty: not of that form.
std::string_view bearer(std::string_view header) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!header.starts_with(kScheme)) return {};
  const std::string_view token = header.substr(kScheme.size());
  return token.find(' ') == std::string_view::npos ? token : std::string_view();
}

net::Served refuse(CloudflareState& state, const Moment& now) {
  std::erase_if(state.auth_failures, [&](Instant at) { return at + kFailureMemory <= now.instant; });
  state.auth_failures.push_back(now.instant);
  const int limit = state.modes.max_auth_failures;
  if (limit > 0 && state.auth_failures.size() > static_cast<std::size_t>(limit)) {
    return gateway_error(state.modes.denied_status, {{.code = 9109, .message = "Max auth failures reached"}});
  }
  return unauthenticated(state.modes);
}

}  // namespace

Admission admit(CloudflareState& state, const net::ServedRequest& request, const Moment& now) {
  const std::string_view header = net::find_header(request.headers, "authorization");
  if (header.empty()) {
    return {.refusal = gateway_error(400, {{.code = 1001, .message = "Missing \"Authorization\" header"}})};
  }
  const std::string_view text = bearer(header);
  if (text.empty()) {
    return {.refusal = gateway_error(400, {{.code = 6003,
                                            .message = "Invalid request headers",
                                            .chained_code = 6111,
                                            .chained_message = "Invalid format for Authorization header"}})};
  }
  SimToken* token = state.token(text);
  if (token == nullptr) return {.refusal = refuse(state, now)};
  if (token->blocked_until > now.instant) return {.refusal = throttled(token->blocked_until - now.instant)};
  std::erase_if(token->used, [&](Instant at) { return at + state.modes.window <= now.instant; });
  token->used.push_back(now.instant);
  const int limit = state.modes.requests;
  if (limit > 0 && token->used.size() > static_cast<std::size_t>(limit)) {
    token->blocked_until = now.instant + state.modes.throttle;
    return {.refusal = throttled(state.modes.throttle)};
  }
  return {.token = token};
}

std::optional<net::Served> forbid(const CloudflareModes& modes, const SimToken& token, std::string_view permission,
                                  const SimZone& zone) {
  if (token.may(permission, zone)) return std::nullopt;
  // Who may read but not write is told so; for all else the answer is the same as for a token that does not exist.
  if (permission.ends_with("-write") &&
      token.may(std::string(permission.substr(0, permission.size() - 5)) + "read", zone)) {
    return gateway_error(403, {{.code = 10001, .message = "Method not allowed for token"}});
  }
  return unauthenticated(modes);
}

void add_ratelimit(net::Served& answer, const CloudflareModes& modes, const SimToken& token, const Moment& now) {
  if (modes.requests <= 0) return;
  const auto left = std::max<std::int64_t>(0, modes.requests - static_cast<std::int64_t>(token.used.size()));
  const Duration reset = token.used.empty() ? modes.window : token.used.front() + modes.window - now.instant;
  answer.headers.emplace_back("Ratelimit",
                              "\"default\";r=" + std::to_string(left) + ";t=" + std::to_string(whole_seconds(reset)));
  answer.headers.emplace_back("Ratelimit-Policy", "\"default\";q=" + std::to_string(modes.requests) +
                                                      ";w=" + std::to_string(whole_seconds(modes.window)));
}

}  // namespace originpull::worlds
