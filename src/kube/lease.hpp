// SPDX-License-Identifier: Apache-2.0
#pragma once
// `LeaseElector` tries for a coordination.k8s.io/v1 Lease, so that one process of several leads, and says until when
// this one may act. That time is fenced: it is measured from the *start* of the last successful write, on a clock that
// counts suspend, so it ends before any rival may take over, however late an answer came. When to try, what a term is
// and when to stop belong to the caller (control's Leadership); the rules of one try are in lease_machine.hpp.
// `release` gives the Lease back and is only called when all guarded work has stopped. Tries and release come from one
// thread; `valid_until` and `standing` from any, through a Monitor. Nothing fails outwards: an error is logged and
// makes the try kUnknown.
#include <memory>
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
  struct Standing {
    std::optional<Instant> valid_until = {};  // empty: not the holder. Guarded work must have ended by then
    std::string holder = {};                  // as last seen; for logs and metrics
    std::int64_t transitions = 0;             // the epoch
    std::uint64_t renewals = 0;               // successful writes
    std::uint64_t failures = 0;               // tries that ended kUnknown
  };

  // `env` outlives it. kInvalid: the durations contradict each other, or the identity is empty.
  static Result<std::unique_ptr<LeaseElector>> make(env::Env& env, const Client& client, LeaseOptions options,
                                                    const Log& log);
  LeaseElector(const LeaseElector&) = delete;
  LeaseElector& operator=(const LeaseElector&) = delete;

  // One try to become or to stay the holder: at most four calls of `call_limit`.
  Held acquire_or_renew(const std::stop_token& stop);

  // Until when guarded work may run; empty: this process does not hold the Lease. It may lie in the past.
  // A write that takes at most `t` may begin at `now` if now + t < *valid_until().
  std::optional<Instant> valid_until() const { return standing().valid_until; }
  Standing standing() const;

  // Gives the Lease back so that a rival need not wait for its end. True: it is free, or it was not ours. False: the
  // calls failed, and it will run out by itself, which is no harm.
  bool release(const std::stop_token& stop);

 private:
  LeaseElector(env::Env& env, const Client& client, LeaseOptions options, const Log& log);
  void read(const std::stop_token&);
  void write(const LeaseRecord&, const std::stop_token&);
  Result<LeaseRecord> put(const LeaseRecord&, const std::stop_token&) const;
  void publish(std::optional<Held> tried);

  env::Env& env_;
  const LeaseOptions options_;
  const Client client_;
  Log log_;
  LeaseMachine machine_;
  std::string known_holder_;
  env::Monitor<Standing> standing_;
};

// A name for this start of this process: "<host>_<128 random bits in hex>".
std::string lease_identity(const std::string& host, env::Env& env);

}  // namespace originpull::kube
