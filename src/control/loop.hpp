// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Loop` is the engine: N workers take keys from the queue and run the pass that the program gives, one key at a time
// each. The one idea: keys flow only during a term of leadership, and a term starts by looking at every resource once,
// because the queue's memory of another term is worth nothing. A pass may throw (that is a fault of ours): it is logged
// and counted, the key backs off, the process lives on. Owns the worker threads; `begin_term` and `end_term` come from
// Leadership's thread, the rest is thread-safe. Stopping ends every wait at once; a pass ends when its calls do.
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/log.hpp"
#include "control/leadership.hpp"
#include "control/metrics.hpp"
#include "control/work_queue.hpp"

namespace originpull::control {

// One run of a key. Returns early, with any outcome, when the token is stopped.
using Pass = std::function<Outcome(const Key&, PermitSource&, std::stop_token)>;

struct LoopOptions {
  unsigned workers = 4;
  Duration stuck{600'000};  // a pass that runs longer means a fault; liveness fails then
};

class Loop final : public Led {
 public:
  // `term_begins` lists the resources known then, and may forget what another leader can have made untrue. Everything
  // referred to must outlive the loop.
  Loop(env::Env& env, Log log, Metrics& metrics, WorkQueue& queue, std::function<std::vector<Key>()> term_begins,
       Pass pass, LoopOptions options = {});
  ~Loop() override;  // stops

  void start();
  void stop();

  void begin_term(std::shared_ptr<PermitSource> permits, std::stop_token term) override;
  bool end_term(Instant until) override;

  // A reason why this process should be restarted: a pass that does not end.
  std::optional<std::string> fault() const;
  // Brings the queue's figures into the metrics; call before they are rendered. Thread-safe.
  void report() const;

 private:
  struct Term {
    std::shared_ptr<PermitSource> permits;
    std::stop_token stop;
  };

  void work(const std::stop_token& stop);
  Outcome run(const Taken& taken);
  void count(const Outcome& outcome, Duration took);

  env::Env& env_;
  Log log_;
  Metrics& metrics_;
  WorkQueue& queue_;
  std::function<std::vector<Key>()> term_begins_;
  Pass pass_;
  LoopOptions options_;
  env::Monitor<Term> term_;
  std::vector<env::Thread> workers_;
};

}  // namespace originpull::control
