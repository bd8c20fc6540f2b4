// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Executor` carries out one Action of the planner. Each external write takes a fresh Permit just before it goes out
// and carries its end, so a process that no longer leads begins no mutation, however long its thread was kept waiting.
// The *answer* to a write is a look and goes into the Observed; the intention never does. A write that fails leaves the
// Observed as it was, and the pass ends with its error. Owned by one worker's stack; blocks; errors are kube's,
// cloudflare's, and the permit's (reason NotLeading).
#include "control/permit.hpp"
#include "plan/observed.hpp"
#include "plan/step.hpp"
#include "reconcile/observer.hpp"

namespace originpull::reconcile {

class Executor {
 public:
  Executor(Surroundings& surroundings, control::Key key, Observer& observer, control::PermitSource& permits)
      : s_(surroundings), key_(std::move(key)), observer_(observer), permits_(permits) {}

  Result<void> run(const plan::Action& action, plan::Observed& seen, const std::stop_token& stop);

  // Writes `status` if it differs from what `seen.resource` has. The resource in `seen` becomes the answer.
  Result<void> write_status(api::Status status, plan::Observed& seen, const std::stop_token& stop);

 private:
  // How to ask Cloudflare for a change: with a fresh permit, which ends it.
  Result<cloudflare::Ask> may_write(const plan::Observed& seen, const std::stop_token& stop);
  Result<void> upload(const api::Fingerprint& leaf, plan::Observed& seen, const std::stop_token& stop);
  plan::Pair judged(const std::string& name, const Secret& secret) const;
  Result<void> remove(const plan::DeleteCertificate& action, plan::Observed& seen, const std::stop_token& stop);

  Surroundings& s_;
  const control::Key key_;
  Observer& observer_;
  control::PermitSource& permits_;
};

}  // namespace originpull::reconcile
