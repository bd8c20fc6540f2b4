// SPDX-License-Identifier: Apache-2.0
#pragma once
// `LeaseCandidacy` decides when to try for the lease and what a term is; kube's LeaseElector knows how to try.
// Standing by it tries every 1 to 2.2 retry periods; leading, every retry period; either way sooner after a try that
// failed, so that work goes on as soon as the server is back. A term ends when somebody else holds the lease, when no
// try has succeeded for `renew_deadline` since the start of the last one that did, or when the lease changed hands
// unseen (its count of transitions moved). The one idea: the end by time does not depend on the thread that tries,
// which may hang in a call; whoever waits in `await_lost` sees it. One candidacy ends with one loss; the LeaseKeeper
// is shared by all, one after the other. Thread-safe through a Monitor. Cannot fail: a failed try is repeated, kube
// logs why.
#include <memory>

#include "control/leadership.hpp"
#include "kube/lease.hpp"

namespace originpull::control {

struct LeaseTimes {
  Duration renew_deadline{10'000};
  Duration retry{2'000};
};

// What is kept: kube's LeaseElector, or a test's own. Used by one candidacy at a time; `valid_until` from any thread.
class LeaseKeeper {
 public:
  virtual ~LeaseKeeper() = default;
  virtual kube::Held acquire_or_renew(const std::stop_token& stop) = 0;
  virtual std::optional<Instant> valid_until() const = 0;  // fenced; empty: not held
  virtual std::int64_t transitions() const = 0;            // changes with each new holder
  virtual bool release(const std::stop_token& stop) = 0;
};

class LeaseCandidacy final : public Candidacy {
 public:
  LeaseCandidacy(env::Env& env, LeaseTimes times, std::shared_ptr<LeaseKeeper> keeper);

  void run(const std::stop_token& stop) override;
  bool await_leading(const std::stop_token& stop) override;
  bool await_lost(const std::stop_token& stop) override;
  std::optional<Instant> valid_until() const override;
  void release(const std::stop_token& stop) override { keeper_->release(stop); }

 private:
  enum class Phase { kStandby, kLeading, kLost };
  struct State {
    Phase phase = Phase::kStandby;
    Instant tried = {};  // start of the last try that succeeded
    std::int64_t transitions = 0;
  };

  // What a try that began at `began` makes of the phase.
  void judge(kube::Held held, Instant began);
  Duration pause() const;

  env::Env& env_;
  LeaseTimes times_;
  std::shared_ptr<LeaseKeeper> keeper_;
  mutable env::Monitor<State> state_;
};

// Empty, or which durations contradict each other; for the start of the program.
std::string fault_of(const kube::LeaseOptions& lease, const LeaseTimes& times, const LeadershipOptions& options);

// For Leadership: stands for the lease through kube. `env` outlives what is returned. kInvalid: options that
// contradict.
Result<Leadership::Stand> stand_for_lease(env::Env& env, const kube::Client& client, kube::LeaseOptions lease,
                                          LeaseTimes times, const LeadershipOptions& options, Log log);

}  // namespace originpull::control
