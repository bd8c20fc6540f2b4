// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KeyQueue` decides which key runs next, and is the pure half of the work queue: no lock, no clock, no chance; now and
// a random number are passed in. Its laws, each a test of that name: one entry per key; the earlier time wins; a key is
// never run twice at once; a change during a run causes one more run; success forgets the back-off; a failure backs off
// exponentially with jitter; "not before T" is no failure; urgency is an order among due keys only; a paused queue
// gives nothing and forgets nothing. It holds an entry only for a key that waits, runs or has failed, so it cannot
// outgrow the resources. Not thread-safe: WorkQueue (work_queue.hpp) puts it into a Monitor. Cannot fail; a `done`
// without a run is a bug.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "control/key.hpp"
#include "control/outcome.hpp"

namespace originpull::control {

struct QueueOptions {
  Duration base{1'000};   // the first back-off, before jitter
  Duration cap{300'000};  // the longest back-off
};

struct Taken {
  Key key;
  Urgency urgency = Urgency::kDrift;
  Duration waited{0};  // since it was due
};

// What the metrics show; a snapshot.
struct QueueFigures {
  std::size_t due = 0;      // may run now
  std::size_t waiting = 0;  // for their time
  std::size_t running = 0;
  std::uint64_t adds = 0;
  std::uint64_t retries = 0;    // runs that follow a failure
  Duration unfinished{0};       // sum of the ages of the current runs
  Duration longest_running{0};  // age of the oldest current run
};

class KeyQueue {
 public:
  explicit KeyQueue(QueueOptions options = {}) : options_(options) {}

  // `key` is to run at `when` or as soon as its present run has ended. Sooner than known: moved; later: no change.
  void add(const Key& key, Urgency urgency, Instant when);

  // The key to run now, which is running from here on. Empty: none is due, or the queue is paused.
  std::optional<Taken> take(Instant now);

  // When `take` can next answer without an `add` or `done` in between; Instant::max(): never.
  Instant next_due() const;

  // The run of `key` has ended at `now`. `chance` is any number, evenly spread.
  void done(const Key& key, const Outcome& outcome, Instant now, std::uint64_t chance);

  void pause(bool paused) { paused_ = paused; }
  bool idle() const { return running_ == 0; }
  int failures(const Key& key) const;
  std::size_t size() const { return entries_.size(); }
  QueueFigures figures(Instant now) const;

 private:
  struct Entry {
    std::optional<Instant> due = {};  // when it is to run (again)
    Urgency urgency = Urgency::kDrift;
    std::uint64_t order = 0;  // the place among equals: first come, first served
    bool running = false;
    Instant since = {};  // start of the run
    int failures = 0;
  };
  using Place = std::tuple<Instant, std::uint64_t, Key>;              // by time
  using DuePlace = std::tuple<Urgency, Instant, std::uint64_t, Key>;  // among due ones

  void schedule(const Key& key, Entry& entry, Urgency urgency, Instant when);
  void enlist(const Key& key, const Entry& entry) { waiting_.emplace(*entry.due, entry.order, key); }
  void withdraw(const Key& key, const Entry& entry);
  Duration back_off(int failures, std::uint64_t chance) const;

  QueueOptions options_;
  std::map<Key, Entry> entries_;
  std::set<Place> waiting_;   // not running, in order of time
  std::set<DuePlace> ready_;  // not running, and their time had come at the last `take`
  std::uint64_t order_ = 0;
  std::size_t running_ = 0;
  std::uint64_t adds_ = 0;
  std::uint64_t retries_ = 0;
  bool paused_ = false;
};

}  // namespace originpull::control
