// SPDX-License-Identifier: Apache-2.0
#pragma once
// `EventRecorder` tells people what happened, as Events (events.k8s.io/v1) that `kubectl describe` shows. `record` puts one
// into a bounded queue and returns: it never waits for the API server and never fails. The thread body `run` sends them.
// The same thing again within six minutes is counted instead of sent, as a series that is pushed at most each 30 s; each
// object has a budget (a burst, then one per five minutes), so that a loop cannot flood the server. What does not fit is
// dropped and counted. Thread-safe through a Monitor.
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <string>

#include "base/log.hpp"
#include "env/monitor.hpp"
#include "kube/client.hpp"

namespace originpull::kube {

// The object that an Event is about.
struct EventSubject {
  std::string api_version;
  std::string kind;
  ObjectKey key;
  std::string uid;
  std::string resource_version = {};
};

struct Event {
  EventSubject subject;
  bool warning = false;
  std::string reason;  // CamelCase, at most 128 bytes: what kind of thing
  std::string action;  // CamelCase, at most 128 bytes: what was being done
  std::string note;    // the sentence; cut at 1,024 bytes
};

struct EventOptions {
  std::string controller = "originpull.dev/operator";  // reportingController
  std::string instance = "origin-pull-operator";       // reportingInstance, at most 128 bytes: the Pod
  std::size_t queue = 1'000;
  std::size_t series = 1'024;  // remembered at once
  Duration series_idle{360'000};
  Duration series_push{30'000};
  unsigned burst = 25;  // Events of one object, then one each `refill`
  Duration refill{300'000};
};

class EventRecorder {
 public:
  // `env` outlives it.
  EventRecorder(env::Env& env, Client client, EventOptions options, Log log);

  void record(Event event);
  // The thread body; after a stop it sends what is queued for at most a second, then returns.
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
    Wall at;
  };
  struct Series {
    ObjectKey event;  // the Event object
    std::int64_t count = 1;
    Wall last_seen{};
    Instant touched{};
    Instant pushed{};
    bool unpushed = false;
  };
  struct Budget {
    double left = 0;
    Instant at{};
  };
  struct Shared {
    std::deque<Queued> queue = {};
    Counts counts = {};
  };

  void send(const Queued&, const std::stop_token&);
  void push_due(Instant now, const std::stop_token&);
  void push(Series&, const std::stop_token&);
  bool allowed(const EventSubject&, Instant now);
  void forget_old(Instant now);

  env::Env& env_;
  Client client_;
  EventOptions options_;
  Log log_;
  env::Monitor<Shared> shared_;
  std::map<std::string, Series> series_;   // by everything but the note; only run's thread
  std::map<std::string, Budget> budgets_;  // by the subject's uid; only run's thread
};

}  // namespace originpull::kube
