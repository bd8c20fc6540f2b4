// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Operator` is the program put together: options in, every room's parts made in their order, started, and stopped in
// the reverse order. The one idea: start-up is a list of steps that either all succeed or leave nothing running, and
// tear-down always runs whole: stop leading (which waits for guarded work and releases the Lease), stop watching, stop
// serving. After `start` all work is on the Env's threads; `stop` ends within 5 s. Owned by main. `start` fails with
// kInvalid (what to repair is in the sentence) or kUnavailable (port taken).
#include <memory>

#include "base/result.hpp"
#include "cli/options.hpp"
#include "env/env.hpp"
#include "net/transport.hpp"

namespace originpull::cli {

class Operator {
 public:
  // `env`, `network` and `sink` outlive it.
  static Result<std::unique_ptr<Operator>> start(env::Env& env, net::Network& network, LogSink& sink,
                                                 const Options& options);
  virtual ~Operator() = default;  // stops
  virtual void stop() = 0;
  virtual std::uint16_t port() const = 0;  // of health and metrics; 0: not serving
};

}  // namespace originpull::cli
