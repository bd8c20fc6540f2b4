// SPDX-License-Identifier: Apache-2.0
#include "reconcile/reconciler.hpp"

#include <algorithm>

#include "api/codec.hpp"
#include "plan/planner.hpp"
#include "reconcile/announce.hpp"
#include "reconcile/executor.hpp"
#include "reconcile/observer.hpp"

namespace originpull::reconcile {
namespace {

using control::Outcome;
using control::Urgency;
using plan::Observed;
using plan::Rest;
using plan::Verdict;

// Far above what the longest sequence of looks and actions needs; reaching it is a fault of the planner.
constexpr int kMostSteps = 64;
constexpr Duration kAtOnce{100};
// The store shows it and a call does not find it. If it was deleted the watch says so; if an API server that has only
// just started knows no such kind yet, nothing else brings the key back.
constexpr Duration kNotFoundAgain{30'000};
constexpr Duration kThrottledUnsaid{3'600'000};  // or the interval, if that is shorter

bool lost_leadership(const Error& error) { return error.reason == control::kNotLeading; }

// A permit is refused, too, while the lease is near its end and may yet be renewed: then nothing else brings the key
// back. Where the term is over, the next one looks at every key anyway.
Outcome until_renewed() { return Outcome::not_before(Seconds(1), Urgency::kUserChange); }

// The action changes nothing of what is seen, so it would be next for ever: an answer said "done" and showed no change.
bool repeats(const plan::Action& action, const std::optional<plan::Action>& before, const Observed& seen) {
  if (const auto* write = std::get_if<plan::WriteLedger>(&action)) return write->ledger == seen.resource.status.ledger;
  return before && plan::describe(action) == plan::describe(*before);
}

Error no_effect(const plan::Action& action) {
  return {.kind = ErrorKind::kInternal,
          .attempted = plan::describe(action).value_or("write the status"),
          .message = "the answer said that it was done and showed no change; trying again later"};
}

// Kubernetes has something newer than what this pass stands on: look again, and say nothing in between.
bool our_copy_is_old(const Error& error) { return error.kind == ErrorKind::kConflict && !error.reason.empty(); }

}  // namespace

struct Reconciler::Pass {
  const control::Key& key;
  control::PermitSource& permits;
  const std::stop_token& stop;
  Observer observer;
  Executor executor;
  Observed seen;                       // what is
  std::optional<Observed> imagined{};  // Observe mode: what would be after the plan so far
  std::vector<std::string> plan{};
  std::optional<plan::Action> last_action{};
  bool observing() const { return seen.resource.spec.mode == api::Mode::kObserve; }

  Pass(Surroundings& s, const control::Key& k, control::PermitSource& p, const std::stop_token& t)
      : key(k), permits(p), stop(t), observer(s, k), executor(s, k, observer, p) {}
};

Outcome Reconciler::pass(const control::Key& key, control::PermitSource& permits, const std::stop_token& stop) {
  auto found = resource(key, stop);
  if (!found) return Outcome::failed(found.error().retry_after);
  if (!*found) {
    forget(key);
    return s_.store.get(key) ? Outcome::again(kNotFoundAgain) : Outcome::done();
  }
  Pass pass(s_, key, permits, stop);
  pass.seen = {
      .now = s_.env.wall(), .resource = std::move(**found), .missing_secret_grace = s_.config.missing_secret_grace};
  for (int steps = 0; steps < kMostSteps && !stop.stop_requested(); ++steps) {
    Observed& seen = pass.imagined ? *pass.imagined : pass.seen;
    seen.now = s_.env.wall();  // calls may be slow, and an announcement must not be younger than it is
    const plan::Step step = plan::next(seen);
    if (const auto* look = std::get_if<plan::Look>(&step)) {
      pass.observer.fill(*look, seen, stop);
    } else if (const auto* action = std::get_if<plan::Action>(&step)) {
      if (pass.observing()) {
        if (auto words = plan::describe(*action)) pass.plan.push_back(std::move(*words));
        pass.imagined = plan::apply(seen, *action);
        continue;
      }
      if (repeats(*action, pass.last_action, seen)) return finish(pass, plan::rest_for(seen, no_effect(*action)));
      pass.last_action = *action;
      const Observed before = seen;
      if (auto done = pass.executor.run(*action, seen, stop); !done) {
        if (stop.stop_requested()) return Outcome::done();
        if (lost_leadership(done.error())) return until_renewed();
        if (our_copy_is_old(done.error())) return Outcome::failed();
        return finish(pass, plan::rest_for(seen, done.error()));
      }
      if (auto event = event_of(*action, before)) s_.events.record(std::move(*event));
    } else {
      return finish(pass, std::get<Rest>(step));
    }
  }
  if (stop.stop_requested()) return Outcome::done();
  s_.log.error("a pass did not come to rest; this is a fault of the operator, please report it",
               {{"resource", kube::to_string(key)}});
  return Outcome::failed();
}

// The store's copy, or a live read where it may be older than our own last write.
Result<std::optional<api::OriginPullConfig>> Reconciler::resource(const control::Key& key,
                                                                  const std::stop_token& stop) {
  const auto copy = s_.store.get(key);
  if (!copy) return std::optional<api::OriginPullConfig>();
  if (s_.store.fresh(key)) return std::optional(*copy->value);
  auto text = s_.kube.get(config_type(), key, stop);
  if (!text && text.error().kind == ErrorKind::kNotFound) return std::optional<api::OriginPullConfig>();
  if (!text) return fail(std::move(text.error()));
  api::OriginPullConfig live = TRY(api::decode_config(*text));
  s_.store.learned(
      key, {live.metadata.uid, live.metadata.resource_version, std::make_shared<const api::OriginPullConfig>(live)});
  return std::optional(std::move(live));
}

Outcome Reconciler::finish(Pass& pass, Rest rest) {
  if (pass.observing() && !pass.plan.empty()) {
    rest = {
        .verdict = Verdict::kReconciling,
        .reason = api::Reason::kPlanPending,
        .message = "spec.mode is Observe: nothing was changed at Cloudflare. What Manage would do is in status.plan.",
        .until = pass.seen.now + pass.seen.resource.spec.interval};
  }
  const api::Status before = pass.seen.resource.status;
  const api::Status after = plan::report(pass.seen, rest, std::move(pass.plan));
  if (!may_stay_unsaid(pass, rest, after)) {
    const api::OriginPullConfig subject = pass.seen.resource;
    if (auto written = pass.executor.write_status(after, pass.seen, pass.stop); !written) {
      if (pass.stop.stop_requested()) return Outcome::done();
      if (lost_leadership(written.error())) return until_renewed();
      s_.log.warning("the status cannot be written; trying again",
                     {{"resource", kube::to_string(pass.key)}, {"error", describe(written.error())}});
      if (written.error().kind == ErrorKind::kConflict) return Outcome::failed();
      if (written.error().kind == ErrorKind::kNotFound) return Outcome::again(kNotFoundAgain);
      return Outcome::failed(written.error().retry_after);
    }
    for (kube::Event& event : events_of(subject, before, after)) s_.events.record(std::move(event));
  }
  s_.log.info("reconciled", {{"resource", kube::to_string(pass.key)},
                             {"reason", std::string(api::to_string(rest.reason))},
                             {"message", rest.message}});
  return outcome(pass, rest);
}

// A check that the request budget puts off says nothing about the resource, unless it brought news of what is ours, or
// nothing could be looked at for long.
bool Reconciler::may_stay_unsaid(const Pass& pass, const Rest& rest, const api::Status& after) {
  const bool throttled = rest.reason == api::Reason::kRateLimited;
  const Instant now = s_.env.now();
  const Instant since = throttled_since_.with([&](auto& all) {
    if (throttled) return all.try_emplace(pass.key, now).first->second;
    all.erase(pass.key);
    return now;
  });
  const api::OriginPullConfig& resource = pass.seen.resource;
  // Only of a resource that stands as it was last told to be: Ready, and of the pair that is in the Secret now.
  const api::Condition* ready = api::find_condition(resource.status.conditions, api::condition_type::kReady);
  const plan::Pair* pair = plan::seen(pass.seen.pair);
  const api::CertificateRecord* record = pair ? resource.status.ledger.find(pair->leaf) : nullptr;
  const bool rests = ready && ready->status == api::ConditionStatus::kTrue &&
                     (!pair || (record && record->role == api::Role::kDesired));
  return throttled && rests && resource.status.observed_generation == resource.metadata.generation &&
         after.ledger == resource.status.ledger &&
         now < since + std::min<Duration>(resource.spec.interval, kThrottledUnsaid);
}

Outcome Reconciler::outcome(const Pass& pass, const Rest& rest) {
  const Urgency urgency = rest.verdict == Verdict::kReconciling ? Urgency::kRotation : Urgency::kDrift;
  if (rest.back_off) return Outcome::failed(rest.at_least);
  if (pass.observer.is_contradicted()) return Outcome::again(kNotFoundAgain, urgency);
  // A watch wakes it. But a watch can be in trouble, and then this is what does; it costs no call to Cloudflare.
  if (!rest.until && rest.verdict == Verdict::kStalled)
    return Outcome::again(pass.seen.resource.spec.interval, urgency);
  if (!rest.until) return Outcome::done();
  Duration wait = std::max<Duration>(*rest.until - s_.env.wall(), kAtOnce);
  if (rest.reason == api::Reason::kRateLimited) return Outcome::not_before(wait, urgency);
  // Drift checks of many resources must not fall together: each comes up to a tenth early.
  if (rest.verdict == Verdict::kReady && wait >= pass.seen.resource.spec.interval / 2)
    wait -= Duration(static_cast<Duration::rep>(s_.env.random() % static_cast<std::uint64_t>(wait.count() / 10 + 1)));
  return Outcome::again(wait, urgency);
}

void Reconciler::forget(const control::Key& key) {
  s_.pairs.forget(key);
  throttled_since_.with([&](auto& all) { all.erase(key); });
}

}  // namespace originpull::reconcile
