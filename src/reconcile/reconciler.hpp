// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Reconciler::pass` is the loop round the planner, on one screen and without a rule of its own: ask what is next;
// look, act, or finish. A pass makes only the calls that it needs, never runs on a copy of the resource that is older
// than our own last write to it, and ends with a status that is written if it says something new. In Observe mode
// actions are applied to a model and become `status.plan`. Called by the Loop's workers, one key at a time;
// thread-safe. Cannot fail: what goes wrong is in the status, the log and the Outcome.
#include <map>

#include "control/outcome.hpp"
#include "control/permit.hpp"
#include "env/monitor.hpp"
#include "plan/observed.hpp"
#include "plan/step.hpp"
#include "reconcile/surroundings.hpp"

namespace originpull::reconcile {

class Observer;
class Executor;

class Reconciler {
 public:
  explicit Reconciler(Surroundings surroundings) : s_(std::move(surroundings)), throttled_since_(s_.env) {}

  control::Outcome pass(const control::Key& key, control::PermitSource& permits, const std::stop_token& stop);

 private:
  struct Pass;

  Result<std::optional<api::OriginPullConfig>> resource(const control::Key& key, const std::stop_token& stop);
  control::Outcome finish(Pass& pass, plan::Rest rest);
  control::Outcome outcome(const Pass& pass, const plan::Rest& rest);
  bool may_stay_unsaid(const Pass& pass, const plan::Rest& rest, const api::Status& after);
  void forget(const control::Key& key);

  Surroundings s_;
  env::Monitor<std::map<control::Key, Instant>> throttled_since_;  // of those whose last pass the budget cut short
};

}  // namespace originpull::reconcile
