// SPDX-License-Identifier: Apache-2.0
#include "control/loop.hpp"

#include <exception>
#include <utility>

namespace originpull::control {
namespace {

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

std::string_view result_label(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::kDone: return "success";
    case Outcome::Kind::kAgain: return "requeue_after";
    case Outcome::Kind::kNotBefore: return "requeue";
    case Outcome::Kind::kFailed: return "error";
  }
  return "error";
}

}  // namespace

Loop::Loop(env::Env& env, Log log, Metrics& metrics, WorkQueue& queue, std::function<std::vector<Key>()> term_begins,
           Pass pass, LoopOptions options)
    : env_(env),
      log_(std::move(log)),
      metrics_(metrics),
      queue_(queue),
      term_begins_(std::move(term_begins)),
      pass_(std::move(pass)),
      options_(options),
      term_(env) {}

Loop::~Loop() { stop(); }

void Loop::start() {
  metrics_.set(Metric::kMaxConcurrentReconciles, {}, options_.workers);
  for (unsigned i = 0; i < options_.workers; ++i) {
    workers_.push_back(env_.spawn("worker-" + std::to_string(i), [this](const std::stop_token& stop) { work(stop); }));
  }
}

void Loop::stop() {
  for (env::Thread& worker : workers_) worker.request_stop();
  workers_.clear();
}

void Loop::begin_term(std::shared_ptr<PermitSource> permits, std::stop_token term) {
  term_.with([&](Term& mine) { mine = {std::move(permits), std::move(term)}; });
  for (const Key& key : term_begins_()) queue_.add(key, Urgency::kDrift);
  queue_.resume();
}

bool Loop::end_term(Instant until) {
  queue_.pause();
  return queue_.await_idle(until);
}

void Loop::work(const std::stop_token& stop) {
  while (const auto taken = queue_.take(stop)) queue_.done(taken->key, run(*taken));
}

Outcome Loop::run(const Taken& taken) {
  // The term cannot change while a key runs: the next one begins only when the queue is idle.
  const Term term = term_.look([](const Term& mine) { return mine; });
  const Instant began = env_.now();
  Outcome outcome = Outcome::failed();
  try {
    outcome = pass_(taken.key, *term.permits, term.stop);
  } catch (const std::exception& e) {
    metrics_.add(Metric::kReconcilePanics);
    log_.error("a pass threw; this is a fault of the operator, please report it",
               {{"resource", to_string(taken.key)}, {"exception", e.what()}});
  }
  metrics_.observe(Metric::kQueueWait, {}, seconds(taken.waited));
  // What was cut short by the end of its term has not failed; the next term looks at every key anyway.
  if (term.stop.stop_requested()) return Outcome::not_before(Duration(0), taken.urgency);
  count(outcome, env_.now() - began);
  return outcome;
}

void Loop::count(const Outcome& outcome, Duration took) {
  metrics_.add(Metric::kReconciles, {result_label(outcome.kind)});
  if (outcome.kind == Outcome::Kind::kFailed) metrics_.add(Metric::kReconcileErrors);
  metrics_.observe(Metric::kReconcileTime, {}, seconds(took));
  metrics_.observe(Metric::kQueueWork, {}, seconds(took));
}

std::optional<std::string> Loop::fault() const {
  const Duration longest = queue_.figures().longest_running;
  if (longest < options_.stuck) return std::nullopt;
  return "a pass has been running for " + std::to_string(std::chrono::floor<Seconds>(longest).count()) + " s";
}

void Loop::report() const {
  const QueueFigures now = queue_.figures();
  metrics_.raise(Metric::kQueueAdds, {}, static_cast<double>(now.adds));
  metrics_.raise(Metric::kQueueRetries, {}, static_cast<double>(now.retries));
  metrics_.set(Metric::kQueueDepth, {}, static_cast<double>(now.due));
  metrics_.set(Metric::kQueueUnfinished, {}, seconds(now.unfinished));
  metrics_.set(Metric::kQueueLongestRunning, {}, seconds(now.longest_running));
  metrics_.set(Metric::kActiveWorkers, {}, static_cast<double>(now.running));
}

}  // namespace originpull::control
