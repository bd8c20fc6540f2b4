// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_gate.hpp"

#include <algorithm>

#include "worlds/cloudflare_answer.hpp"

namespace originpull::worlds {
namespace {

constexpr Duration kFailureMemory{60'000};
constexpr std::string_view kThrottled = "Please wait and consider throttling your request speed";

std::int64_t whole_seconds(Duration wait) { return (std::max(wait, Duration(0)).count() + 999) / 1000; }

net::Served unauthenticated(const CloudflareModes& modes) {
  const bool by_gate = modes.denied_code != 9109;
  return gateway_error(modes.denied_status,
                       {{.code = modes.denied_code,
                         .message = by_gate ? "Authentication error" : "Unauthorized to access requested resource"}});
}

net::Served throttled(const CloudflareModes& modes, Duration rest) {
  const std::string& form = modes.keeps(Behaviour::kOddAnswers) ? modes.throttled_as : "429";
  net::Served answer = gateway_error(form == "200" ? 200 : 429, {{.code = 971, .message = std::string(kThrottled)}});
  if (form == "empty") answer.body.clear();
  if (form == "null") answer.body = "null";
  if (form != "200") answer.headers.emplace_back("retry-after", std::to_string(whole_seconds(rest)));
  return answer;
}

net::Served bad_header(const CloudflareModes& modes, int chained, std::string why) {
  if (!modes.keeps(Behaviour::kBadTokens)) return unauthenticated(modes);
  return gateway_error(400, {{.code = 6003,
                              .message = "Invalid request headers",
                              .chained_code = chained,
                              .chained_message = std::move(why)}});
}

// The token of "Bearer <token>"; empty: not of that form.
std::string_view bearer(std::string_view header) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!header.starts_with(kScheme)) return {};
  const std::string_view token = header.substr(kScheme.size());
  return token.find(' ') == std::string_view::npos ? token : std::string_view();
}

// 37 to 45 hex digits, or of the newer form.
bool is_legacy_key(std::string_view key) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return key.starts_with("cfk_") ||
         (key.size() >= 37 && key.size() <= 45 && std::all_of(key.begin(), key.end(), is_hex));
}

net::Served refuse(CloudflareState& state, const Moment& now, net::Served answer) {
  auto& failures = state.auth_failures;
  const auto limit = static_cast<std::size_t>(state.modes.max_auth_failures);
  std::erase_if(failures, [&](Instant at) { return at + kFailureMemory <= now.instant; });
  if (limit == 0) {
    failures.clear();
    return answer;
  }
  failures.push_back(now.instant);
  if (failures.size() > limit + 1) failures.erase(failures.begin());
  if (failures.size() <= limit || !state.modes.keeps(Behaviour::kBadTokens)) return answer;
  return gateway_error(state.modes.denied_status, {{.code = 9109, .message = "Max auth failures reached"}});
}

// Whose key it is, by the legacy pair of headers.
Admission find_legacy(CloudflareState& state, std::string_view email, std::string_view key, const Moment& now) {
  if (email.empty() || key.empty()) {
    return {.refusal = gateway_error(400, {{.code = 9106, .message = "Missing X-Auth-Key or X-Auth-Email header"}})};
  }
  if (!is_legacy_key(key)) return {.refusal = bad_header(state.modes, 6103, "Invalid format for X-Auth-Key header")};
  if (SimToken* token = state.token(legacy_text(email, key))) return {.token = token};
  return {.refusal = refuse(state, now,
                            gateway_error(state.modes.denied_status,
                                          {{.code = 9103, .message = "Unknown X-Auth-Key or X-Auth-Email"}}))};
}

Admission find_token(CloudflareState& state, const net::ServedRequest& request, const Moment& now) {
  const std::string_view header = net::find_header(request.headers, "authorization");
  if (header.empty()) {
    const std::string_view email = net::find_header(request.headers, "x-auth-email");
    const std::string_view key = net::find_header(request.headers, "x-auth-key");
    if (!email.empty() || !key.empty()) return find_legacy(state, email, key, now);
    return {.refusal = gateway_error(400, {{.code = 1001, .message = "Missing \"Authorization\" header"}})};
  }
  const std::string_view text = bearer(header);
  if (text.empty()) return {.refusal = bad_header(state.modes, 6111, "Invalid format for Authorization header")};
  SimToken* token = state.token(text);
  if (token == nullptr) return {.refusal = refuse(state, now, unauthenticated(state.modes))};
  if (token->fresh_until > now.instant && token->asked++ % 2 == 0 && state.modes.keeps(Behaviour::kBadTokens)) {
    return {.refusal = gateway_error(403, {{.code = 10001, .message = "Unable to authenticate request"}})};
  }
  return {.token = token};
}

const std::string& owner_of(const SimToken& token) { return token.owner.empty() ? token.id : token.owner; }

// Those of owners whose tokens have gone would stay for ever.
void forget_idle_budgets(CloudflareState& state, const Moment& now) {
  if (state.budgets.size() <= 2 * state.tokens.size() + 16) return;
  std::erase_if(state.budgets, [&](const auto& one) {
    return one.second.blocked_until <= now.instant && one.second.since + state.modes.window <= now.instant;
  });
}

// One request more; the answer if it is one too many.
std::optional<net::Served> spend(CloudflareState& state, const SimToken& token, const Moment& now) {
  const CloudflareModes& modes = state.modes;
  if (modes.requests <= 0) return std::nullopt;
  forget_idle_budgets(state, now);
  SimBudget& budget = state.budgets[owner_of(token)];
  if (budget.blocked_until > now.instant) return throttled(modes, budget.blocked_until - now.instant);
  if (!modes.keeps(Behaviour::kBudget)) return std::nullopt;
  if (budget.used == 0 || budget.since + modes.window <= now.instant) budget = {.since = now.instant};
  if (budget.used < modes.requests) {
    ++budget.used;
    return std::nullopt;
  }
  budget = {.blocked_until = now.instant + modes.throttle};
  return throttled(modes, modes.throttle);
}

}  // namespace

std::string legacy_text(std::string_view email, std::string_view key) {
  return std::string(email) + " " + std::string(key);
}

Admission admit(CloudflareState& state, const net::ServedRequest& request, const Moment& now) {
  Admission admission = find_token(state, request, now);
  if (admission.refusal) return admission;
  // Only the verification of a token answers one that is not active.
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (admission.token->status(now.wall) != "active" && !path.ends_with("/tokens/verify")) {
    return {.refusal = refuse(state, now, unauthenticated(state.modes))};
  }
  admission.refusal = spend(state, *admission.token, now);
  return admission;
}

std::optional<net::Served> forbid(const CloudflareModes& modes, const SimToken& token, std::string_view permission,
                                  const SimZone& zone) {
  if (token.may(permission, zone)) return std::nullopt;
  // Who may read but not write is told so; for all else the answer is the same as for a token that does not exist.
  if (permission.ends_with("-write") &&
      token.may(std::string(permission.substr(0, permission.size() - 5)) + "read", zone)) {
    if (!modes.keeps(Behaviour::kReadOnlyTokens)) return std::nullopt;
    if (modes.read_only_code == 10000) return unauthenticated(modes);
    return gateway_error(403, {{.code = modes.read_only_code, .message = "Method not allowed for token"}});
  }
  return unauthenticated(modes);
}

void add_ratelimit(net::Served& answer, const CloudflareState& state, const SimToken& token, const Moment& now) {
  const CloudflareModes& modes = state.modes;
  const auto found = state.budgets.find(owner_of(token));
  if (modes.requests <= 0 || !modes.keeps(Behaviour::kBudget) || found == state.budgets.end()) return;
  const SimBudget& budget = found->second;
  const bool blocked = budget.blocked_until > now.instant;
  const int left = blocked ? 0 : std::max(0, modes.requests - budget.used);
  const Duration reset = (blocked ? budget.blocked_until : budget.since + modes.window) - now.instant;
  answer.headers.emplace_back("Ratelimit",
                              "\"default\";r=" + std::to_string(left) + ";t=" + std::to_string(whole_seconds(reset)));
  answer.headers.emplace_back("Ratelimit-Policy", "\"default\";q=" + std::to_string(modes.requests) +
                                                      ";w=" + std::to_string(whole_seconds(modes.window)));
}

}  // namespace originpull::worlds
