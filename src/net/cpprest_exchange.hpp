// SPDX-License-Identifier: Apache-2.0
#pragma once
// One request and its answer over cpprestsdk. `Connections` is an http_client with its pool; `exchange` sends on it and
// waits. The one idea: cpprestsdk's two I/O threads only move bytes into a mailbox, and the calling thread alone waits,
// on its own condition variable until deadlines of the Env's clock, and runs the sink. It never waits for cpprestsdk: a
// stop, a deadline or a sink that has enough abandons the mailbox, cancels, and returns at once, even while a DNS
// lookup cannot be interrupted. When the sink is slow the mailbox answers the next write with a task that is not
// finished, so TCP holds the server back and no I/O thread blocks. What has arrived whole is delivered before a stop or
// a deadline is. Not bounded by us: a chunk or a head that is still arriving grows in cpprestsdk's buffer until the
// deadline.
#include <memory>
#include <stop_token>
#include <string>

#include "env/env.hpp"
#include "net/cpprest_errors.hpp"
#include "net/cpprest_tls.hpp"
#include "net/transport.hpp"

namespace originpull::net {

struct Origin {
  std::string base_url;
  std::string host_header = {};  // of tls-server-name; empty: from the URL. It decides SNI and the verified name
  bool https = false;
  bool ipv4_literal = false;  // keepalive can then be set before connecting
  bool verify = true;
  std::shared_ptr<const ClientTls> tls = {};  // with https
};

class Connections {
 public:
  enum class Use { kPool, kOnce };  // kOnce: for one exchange, which then knows better what the server has seen
  // Where the server is verified, no handshake succeeds at `not_after` or later.
  static Result<std::shared_ptr<Connections>> open(env::Env&, const Origin&, Use, Instant not_after = Instant::max());
  virtual ~Connections() = default;
};

struct Limits {
  Instant deadline = Instant::max();
  Duration idle{30'000};
};

// The head, when the body has ended or the sink has said stop.
tl::expected<Head, Fault> exchange(env::Env&, Connections&, const Request&, BodySink&, const Limits&,
                                   const std::stop_token&);

// Whether every exchange, abandoned ones too, has left cpprestsdk within `limit`.
bool wait_for_exchanges(Duration limit);

}  // namespace originpull::net
