// SPDX-License-Identifier: Apache-2.0
#pragma once
// How Cloudflare's edge treats a visitor's request, apart from sockets: how it connects to the origin in each SSL mode,
// which headers it passes on in either direction, and which of its own pages it answers with when the origin does not
// answer. The one idea: every way in which a request can end has a name, and the status is a rule over names. What a
// refused client certificate looks like to a visitor is not documented for Authenticated Origin Pulls (525 is the
// page for failed handshakes, 520 has been seen), so that one is a habit that can be changed. Pure functions, any
// thread; nothing fails.
#include <string>
#include <string_view>

#include "net/server.hpp"

namespace originpull::worlds {

enum class EdgeEnding {
  kAnswered,          // by the origin, whatever it said
  kHandshakeRefused,  // the origin ended the TLS handshake with an alert
  kHandshakeFailed,   // it failed otherwise, or took too long
  kUntrusted,         // the origin's certificate was not accepted (strict, origin_pull)
  kNobodyListens,     // the origin refused the TCP connection
  kUnreachable,       // TCP failed otherwise
  kConnectTimedOut,   // no TCP connection in time
  kAnswerTimedOut,    // connected, and no answer in time
  kNoAnswer,          // closed without an answer, or what came is no HTTP
  kIdentityUnusable,  // what is to be presented cannot be used in TLS
  kNoOrigin,          // the zone has no origin
  kUnknownHost,       // no zone has the host
  kStopped,           // the edge itself stops
};
inline constexpr int kEdgeEndings = static_cast<int>(EdgeEnding::kStopped) + 1;
std::string_view to_string(EdgeEnding);  // "handshakeRefused"

enum class EdgeTls { kNone, kUnverified, kVerified };
// Of the zone's setting `ssl`. Visitors count as come by HTTPS, so `full` means TLS to the origin.
EdgeTls edge_tls(std::string_view ssl);

// The visitor's status for what is not an answer. `refused_status` is the habit; `versioned`: the zone uses Zone
// Versioning, where 520 has been seen instead.
int edge_status(EdgeEnding ending, int refused_status, bool versioned);
net::Served edge_page(int status, std::string_view host, std::string_view ray);

// What the origin gets beside Host and its length: hop-by-hop headers stay behind, Cloudflare's own come along.
net::Headers headers_for_origin(const net::ServedRequest&, std::string_view ray);
// What the visitor gets of the origin's headers, beside the content's type and length.
net::Headers headers_for_visitor(const net::Headers& of_origin, std::string_view ray);

}  // namespace originpull::worlds
