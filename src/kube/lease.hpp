// SPDX-License-Identifier: Apache-2.0
#pragma once
// `LeaseElector` makes one process of several the leader, by a coordination.k8s.io/v1 Lease, and says until when this
// process may act. That time is fenced: it is measured from the *start* of the last successful renewal, so it ends before
// any rival may take over, however long an answer was under way. Clocks of other machines are never compared: a rival's
// lease is over when this process has seen it unchanged for its whole duration. Lost is lost: `run` ends, and the process
// should too. The lease is given back by `release`, which the owner calls only after all guarded work has stopped.
//
// `run` is a thread body; all else is thread-safe through a Monitor. The rules are in lease_machine.hpp.
#include <optional>
#include <stop_token>
#include <string>

#include "base/log.hpp"
#include "env/monitor.hpp"
#include "kube/client.hpp"
#include "kube/lease_machine.hpp"

namespace originpull::kube {

class LeaseElector {
 public:
  enum class Phase { kStandby, kLeading, kLost, kReleased };
  struct State {
    Phase phase = Phase::kStandby;
    Instant valid_until = Instant::min();  // guarded work must have ended by then
    Instant renewed_at = Instant::min();   // start of the last successful renewal
    std::string holder = {};               // who leads, as last seen; for logs and metrics
    std::int64_t transitions = 0;          // the epoch
    std::uint64_t renewals = 0;
    std::uint64_t failures = 0;
  };

  // `env` outlives it. Fails with kInvalid where the durations contradict each other.
  static Result<std::unique_ptr<LeaseElector>> make(env::Env& env, const Client& client, LeaseOptions options, Log log);

  // Tries to become the leader, then renews, until the lease is lost or a stop. Does not release.
  void run(const std::stop_token& stop);

  State state() const;
  // Until when guarded work may run; empty: this process does not lead. A mutation that takes at most `t` may begin at
  // `now` if now + t < *valid_until().
  std::optional<Instant> valid_until() const;
  // Waits until this process leads; false: stopped first.
  bool await_leading(const std::stop_token& stop);
  // Waits until it no longer does (lost or released); false: stopped first.
  bool await_lost(const std::stop_token& stop);

  // Gives the lease back so that a rival need not wait. Call it after `run` has ended and all guarded work has stopped;
  // does nothing if this process does not hold it. An error is no harm: the lease then runs out by itself.
  Result<bool> release(const std::stop_token& stop);

 private:
  LeaseElector(env::Env& env, const Client& client, LeaseOptions options, Log log);
  void step(const LeaseMachine::Step&, const std::stop_token&);
  void read(const std::stop_token&);
  void write(const LeaseMachine::Write&, const std::stop_token&);
  void publish();

  env::Env& env_;
  Client client_;
  LeaseOptions options_;
  LeaseMachine machine_;
  Log log_;
  env::Monitor<State> state_;
};

}  // namespace originpull::kube
