// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Call` says what one request to Cloudflare is for: which family of endpoints, of which zone, reading or changing,
// and how urgent. The budget admits calls, the error table explains their failures, and both speak only of a Call,
// never of URLs. Cloudflare's error codes mean different things in different families, so the family is half of a
// table key. Plain values; no thread owns them; nothing here fails.
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "net/transport.hpp"

namespace originpull::cloudflare {

enum class Family {
  kZones,         // /zones, /zones/{id}
  kCertificates,  // /zones/{id}/origin_tls_client_auth[/{certificate}]
  kZoneLevel,     // /zones/{id}/origin_tls_client_auth/settings
  kSettings,      // /zones/{id}/settings/{name}
};

// In the order in which they are served when the budget is short.
enum class Priority { kUserChange, kRotation, kDrift };
std::string_view to_string(Priority);  // "user-change", "rotation", "drift"

// How a caller asks: until when it cares, how urgently, and, for a mutation, until when it may change anything (a
// leader's permit). A bare stop token is an urgent one without a limit.
struct Ask {
  Ask(std::stop_token token, Priority urgency = Priority::kUserChange)  // NOLINT: meant to convert
      : stop(std::move(token)), priority(urgency) {}
  std::stop_token stop;
  Priority priority;
  Instant not_after = Instant::max();
};

struct Call {
  Family family = Family::kZones;
  net::Method method = net::Method::kGet;
  std::string zone = {};       // id, or empty while only a name is known
  std::string attempted = {};  // "upload a certificate to zone 023e…", for messages
  Priority priority = Priority::kUserChange;

  bool mutation() const { return method != net::Method::kGet; }
};

// The permission of an API token that the call needs, in Cloudflare's words: "SSL and Certificates Write".
std::string_view permission(const Call&);

}  // namespace originpull::cloudflare
