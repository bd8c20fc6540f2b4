// SPDX-License-Identifier: Apache-2.0
#pragma once
// Faults between a client and its server, as a decorator over any net::Network: a request that never leaves, an
// answer that is lost after the request was executed, a stream that breaks off, and delays. Which call meets which
// fault is chosen by a function, at random from the Env (`random_faults`) or as a test wants it. The errors are those
// that net::Transport promises for each case, so a client that misreads them acts twice or not at all, and an oracle
// sees it. Thread-safe.
#include <functional>
#include <memory>

#include "env/env.hpp"
#include "net/transport.hpp"

namespace originpull::sim {

struct Fault {
  enum class Kind {
    kNone,
    kDropRequest,  // never sent: kUnavailable
    kLoseAnswer,   // sent and executed: kUnknownOutcome
    kBreakStream,  // after `parts` parts: kUnknownOutcome; a unary call loses its answer
  } kind = Kind::kNone;
  Duration delay{0};  // kLoseAnswer and kBreakStream: after the execution; else before the request is sent
  unsigned parts = 0;
};

using ChooseFault = std::function<Fault(const net::Request&)>;

struct FaultRates {  // one call in so many; 0: never
  unsigned drop_request_one_in = 0;
  unsigned lose_answer_one_in = 0;
  unsigned break_stream_one_in = 0;  // among streams
  unsigned delay_one_in = 0;
  Duration longest_delay{10'000};
  unsigned most_parts = 5;
};
ChooseFault random_faults(env::Env& env, FaultRates rates);

class FaultyNetwork final : public net::Network {
 public:
  FaultyNetwork(env::Env& env, net::Network& inner, ChooseFault choose);
  Result<std::shared_ptr<net::Transport>> open(const net::Endpoint& endpoint) override;

 private:
  env::Env& env_;
  net::Network& inner_;
  ChooseFault choose_;
};

std::shared_ptr<net::Transport> faulty(env::Env& env, std::shared_ptr<net::Transport> inner, ChooseFault choose);

}  // namespace originpull::sim
