// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Client` asks a web server something, as whoever it is told to be: the edge with a certificate, nobody, a stranger.
// It stands under the edge of cloudflare-sim and under the prober of origins. The one idea: the address is pinned and
// apart from the name, nothing is resumed or retried, and every ending is an Outcome, so what it reports is what
// happened. A Client is immutable and shared by threads; a Connection belongs to one thread at a time and may be kept
// for the next request while it is `reusable`. Every wait has a deadline on the Env's clock and ends within 100 ms of
// a stop. Only `make` fails (kInvalid: credentials).
#include <memory>
#include <stop_token>
#include <string>

#include "env/env.hpp"
#include "probe/http_message.hpp"
#include "probe/outcome.hpp"
#include "probe/tls_context.hpp"
#include "probe/tls_stream.hpp"

namespace originpull::probe {

struct Target {
  std::string address = {};      // "127.0.0.1:8443"
  std::string server_name = {};  // SNI, and what the server's certificate must name
};

class Connection {
 public:
  explicit Connection(std::unique_ptr<Stream> stream, HandshakeFacts facts = {})
      : stream_(std::move(stream)), facts_(std::move(facts)) {}

  // kAnswered, kHandshakeRefused (TLS 1.3: the server's word on our certificate comes only now), kClosed, kNotHttp,
  // kAnswerTimedOut, kStopped. After anything but kAnswered the connection is of no more use.
  Outcome exchange(const HttpRequest&, Instant deadline, const std::stop_token&);

  // Whether another request may be sent: the last was answered, and the server has not ended the connection since.
  bool reusable();
  const HandshakeFacts& facts() const { return facts_; }
  bool was_used() const { return exchanges_ > 0; }

 private:
  Outcome ended(const Io&, const AnswerReader&) const;

  std::unique_ptr<Stream> stream_;
  HandshakeFacts facts_;
  unsigned exchanges_ = 0;  // answered
  bool usable_ = true;
};

struct Opened {
  Outcome outcome = {};  // kConnected, or why there is no connection
  HandshakeFacts facts = {};
  std::unique_ptr<Connection> connection = {};
};

class Client {
 public:
  static Result<Client> make(env::Env&, const TlsOptions&);
  static Client plain(env::Env& env) { return Client(env, nullptr); }  // HTTP without TLS

  Opened open(const Target&, Instant deadline, const std::stop_token&) const;
  // One request on a connection of its own; what the handshake told goes to `facts`, if given.
  Outcome ask(const Target&, const HttpRequest&, Instant deadline, const std::stop_token&,
              HandshakeFacts* facts = nullptr) const;

 private:
  Client(env::Env& env, TlsContext context) : env_(&env), context_(std::move(context)) {}

  env::Env* env_;
  std::shared_ptr<ssl_ctx_st> context_;  // none: plain
};

}  // namespace originpull::probe
