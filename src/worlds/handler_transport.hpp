// SPDX-License-Identifier: Apache-2.0
#pragma once
// `HandlerTransport` is a Transport whose other end is a handler in the same process: a client meets a simulated
// world without sockets. It makes of a Request what a server would have received, and of the faults of an answer the
// errors that a real adapter would report, by the rules of net/transport.hpp. Calls run on the caller's thread, which
// also pulls the parts of an answer that has a stream: a watch.
// Errors: kUnavailable (stopped before), kUnknownOutcome (cut, hanging or late), kInternal (the answer is too large).
#include <string>

#include "env/env.hpp"
#include "net/server.hpp"

namespace originpull::worlds {

class HandlerTransport final : public net::Transport {
 public:
  // `base_path` is the endpoint's: "/client/v4".
  HandlerTransport(env::Env& env, net::Handler handler, std::string base_path = {});

  Result<net::Response> send(const net::Request&, std::stop_token) override;
  Result<net::Head> stream(const net::Request&, net::BodySink&, std::stop_token) override;

 private:
  Result<net::Served> ask(const net::Request& request, Instant deadline, const std::stop_token& stop);

  env::Env& env_;
  const net::Handler handler_;
  const std::string base_path_;
};

}  // namespace originpull::worlds
