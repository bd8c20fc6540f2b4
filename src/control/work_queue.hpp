// SPDX-License-Identifier: Apache-2.0
#pragma once
// `WorkQueue` is the KeyQueue behind a Monitor, so that watch threads add, workers take, and each wait ends at once on
// a stop. It is also the mailbox of the house: news is merged by key here, so its memory is bounded by the number of
// resources and no reader can be too slow. It starts paused; the Loop opens it while this process leads, so that a
// worker has one place to wait. Made and owned by the program; every function is thread-safe; cannot fail.
#include <stop_token>

#include "control/key_queue.hpp"
#include "env/monitor.hpp"

namespace originpull::control {

class WorkQueue {
 public:
  explicit WorkQueue(env::Env& env, QueueOptions options = {});

  // `key` is to run at once, or as soon as its present run has ended.
  void add(const Key& key, Urgency urgency);
  void add_at(const Key& key, Urgency urgency, Instant when);

  // Waits for the next key; it is running until `done`. Empty: stopped.
  std::optional<Taken> take(const std::stop_token& stop);
  void done(const Key& key, const Outcome& outcome);

  // A paused queue gives no key; running ones go on.
  void pause();
  void resume();
  // Waits until no key is running. False: `until` came first.
  bool await_idle(Instant until);

  QueueFigures figures() const;
  int failures(const Key& key) const;

 private:
  env::Env& env_;
  mutable env::Monitor<KeyQueue> queue_;
};

}  // namespace originpull::control
