// SPDX-License-Identifier: Apache-2.0
#pragma once
// `EventRecorder` tells people what happened, as Events (events.k8s.io/v1) that `kubectl describe` shows. `record` puts
// one into a bounded queue and returns: it never waits for the API server and never fails. The thread body `run` sends
// them. The same thing again within six minutes is counted instead of sent, as a series that is pushed at most each 30
// s; each object has a budget (a burst, then one per five minutes), so that a loop cannot flood the server. What does
// not fit is dropped and counted. `record` and `counts` are thread-safe through a Monitor; all else belongs to run's
// thread.
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "env/monitor.hpp"
#include "kube/client.hpp"
#include "kube/event.hpp"

namespace originpull::kube {

struct EventOptions {
  EventReporter reporter = {};
  std::size_t queue = 1'000;
  std::size_t series = 1'024;  // remembered at once
  Duration series_idle{360'000};
  Duration series_push{30'000};
  unsigned burst = 25;  // Events of one object, then one each `refill`
  Duration refill{300'000};
  unsigned tries = 12;
  Duration first_wait{1'000};  // between two tries, doubled up to ten times that
  Duration last_words{1'000};  // for what is still queued at a stop
};

class EventRecorder {
 public:
  // `env` outlives it.
  EventRecorder(env::Env& env, const Client& client, EventOptions options, Log log);

  void record(Event event);
  // The thread body; after a stop it sends what is queued for at most `last_words`, then returns.
  void run(const std::stop_token& stop);

  struct Counts {
    std::uint64_t sent = 0;
    std::uint64_t counted = 0;  // into a series
    std::uint64_t dropped = 0;  // queue full, budget spent, or not accepted by the server
  };
  Counts counts() const;

 private:
  struct Queued {
    Event event;
    Wall at{};
    std::string name;
  };
  struct Series {
    ObjectKey event;  // the Event object
    std::int64_t count = 1;
    Wall last_seen{};
    Instant touched{};
    Instant pushed{};
  };
  struct Shared {
    std::deque<Queued> queue = {};
    Counts counts = {};
  };
  enum class Fate { kSent, kCounted, kDropped };

  std::optional<Queued> take(const std::stop_token&);
  void handle(const Queued&, const std::stop_token&);
  bool count_into_series(const Queued&, const std::stop_token&);
  bool send(const Queued&, const std::stop_token&);
  void push_due(const std::stop_token&);
  void push(const std::string& thing, Series&, const std::stop_token&);
  bool allowed(const EventSubject&);
  void make_room();
  void tell(Fate);
  Instant next_push() const;

  env::Env& env_;
  const EventOptions options_;
  const Client client_;
  const Client last_client_;
  Log log_;
  env::Monitor<Shared> shared_;
  std::map<std::string, Series> series_;
  std::set<std::string> unpushed_;          // of series_: those whose count the server does not know
  std::map<std::string, Instant> budgets_;  // by the subject: when its budget is full again
  std::size_t prune_budgets_at_ = 64;       // when it has grown to this size, those that are full are forgotten
};

}  // namespace originpull::kube
