// SPDX-License-Identifier: Apache-2.0
// Every order of events on two keys, up to a depth: adds now and later in each urgency, takes, each outcome, pauses,
// and time moving. Beside the queue walks a witness that states the laws in the plainest way (the least of all requests
// since the last take), and after each event both must agree. States already seen are not walked again. A planted fault
// in the witness' place would be found: `the_search_finds_a_queue_that_forgets` runs the same search over such a queue.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <set>
#include <sstream>
#include <string>

#include "control/key_queue.hpp"

namespace originpull::control {
namespace {

constexpr Instant kT0{Seconds(1'000)};
constexpr Duration kStep{1'000};
constexpr QueueOptions kOptions{.base = kStep * 2, .cap = kStep * 4};
const std::array<Key, 2> kKeys{Key{"ns", "a"}, Key{"ns", "b"}};

// What the laws say of one key.
struct Law {
  std::optional<Instant> due = {};  // the earliest request since the last take
  Urgency urgency = Urgency::kDrift;
  bool running = false;
  int failures = 0;

  void request(Instant when, Urgency how) {
    urgency = due ? std::min(urgency, how) : how;
    due = due ? std::min(*due, when) : when;
  }
};

struct Event {
  enum class Kind { kAdd, kTake, kDone, kPause, kTick };
  Kind kind = Kind::kTake;
  std::size_t key = 0;
  Urgency urgency = Urgency::kDrift;
  Duration after{0};
  Outcome outcome = {};
};

std::vector<Event> all_events() {
  std::vector<Event> events{{.kind = Event::Kind::kTake}, {.kind = Event::Kind::kPause}, {.kind = Event::Kind::kTick}};
  for (std::size_t key = 0; key < kKeys.size(); ++key) {
    for (const Duration after : {Duration(0), kStep * 2}) {
      for (const Urgency urgency : {Urgency::kUserChange, Urgency::kDrift}) {
        events.push_back({.kind = Event::Kind::kAdd, .key = key, .urgency = urgency, .after = after});
      }
    }
    for (const Outcome& outcome : {Outcome::done(), Outcome::again(kStep * 3), Outcome::failed(),
                                   Outcome::failed(kStep * 3), Outcome::not_before(kStep, Urgency::kRotation)}) {
      events.push_back({.kind = Event::Kind::kDone, .key = key, .outcome = outcome});
    }
  }
  return events;
}

template <class Queue>
struct World {
  Queue queue = Queue(kOptions);
  std::array<Law, 2> laws = {};
  Instant now = kT0;
  bool paused = false;
  std::string broken = {};  // which law

  void demand(bool holds, const char* law) {
    if (!holds && broken.empty()) broken = law;
  }

  void take() {
    const auto taken = queue.take(now);
    const Law* best = nullptr;
    for (const Law& law : laws) {
      if (law.running || !law.due || *law.due > now || paused) continue;
      if (best == nullptr || law.urgency < best->urgency) best = &law;
    }
    demand(taken.has_value() == (best != nullptr), best != nullptr ? "a due key is given" : "only due keys are given");
    if (!taken || best == nullptr) return;
    Law& law = laws[taken->key == kKeys[0] ? 0 : 1];
    demand(!law.running, "a key is never run twice at once");
    demand(law.due && *law.due <= now, "a key is not run before its time");
    demand(law.urgency == best->urgency, "the most urgent of the due keys is first");
    law.running = true;
    law.due.reset();
  }

  void done(const Event& event) {
    Law& law = laws[event.key];
    if (!law.running) return;  // not a thing that can happen
    queue.done(kKeys[event.key], event.outcome, now, 0);
    law.running = false;
    const Duration after = event.outcome.after.value_or(Duration(0));
    switch (event.outcome.kind) {
      case Outcome::Kind::kDone: law.failures = 0; break;
      case Outcome::Kind::kAgain: law.failures = 0; [[fallthrough]];
      case Outcome::Kind::kNotBefore: law.request(now + after, event.outcome.urgency); break;
      case Outcome::Kind::kFailed: {
        const Duration half = ++law.failures == 1 ? kStep : kStep * 2;
        law.request(now + std::max(after, half), event.outcome.urgency);
      }
    }
  }

  void happen(const Event& event) {
    switch (event.kind) {
      case Event::Kind::kAdd:
        queue.add(kKeys[event.key], event.urgency, now + event.after);
        laws[event.key].request(now + event.after, event.urgency);
        break;
      case Event::Kind::kTake: take(); break;
      case Event::Kind::kDone: done(event); break;
      case Event::Kind::kPause: queue.pause(paused = !paused); break;
      case Event::Kind::kTick: now += kStep; break;
    }
    compare();
  }

  void compare() {
    Instant next = Instant::max();
    std::size_t entries = 0;
    for (std::size_t i = 0; i < laws.size(); ++i) {
      const Law& law = laws[i];
      if (law.due && !law.running && !paused) next = std::min(next, *law.due);
      if (law.due || law.running) ++entries;
      demand(law.failures == 0 || queue.failures(kKeys[i]) == law.failures, "failures are counted");
    }
    // What is ready already may be reported as due at any moment that has passed.
    demand(next <= now ? queue.next_due() <= now : queue.next_due() == next, "the next due time is known");
    demand(queue.size() == entries, "one entry per key, and none for a key that is done");
  }

  // All that decides what can happen from here, with times from now.
  std::string fingerprint() const {
    std::ostringstream text;
    for (const Law& law : laws) {
      text << (law.due ? (*law.due - now).count() : -99'999) << ' ' << static_cast<int>(law.urgency) << law.running
           << std::min(law.failures, 3) << ';';
    }
    text << paused << (queue.next_due() <= now);
    return text.str();
  }
};

struct Findings {
  std::size_t states = 0;
  std::string broken = {};
};

template <class Queue>
Findings search(int depth) {
  const std::vector<Event> events = all_events();
  Findings findings;
  std::set<std::string> seen;
  std::deque<std::pair<World<Queue>, int>> open;
  open.emplace_back(World<Queue>{}, 0);
  while (!open.empty() && findings.broken.empty()) {
    const auto [world, steps] = std::move(open.front());
    open.pop_front();
    for (const Event& event : events) {
      World<Queue> next = world;
      next.happen(event);
      if (!next.broken.empty()) findings.broken = next.broken;
      if (steps + 1 < depth && seen.insert(next.fingerprint()).second) open.emplace_back(std::move(next), steps + 1);
    }
  }
  findings.states = seen.size();
  return findings;
}

TEST(KeyQueueSearch, every_order_of_events_keeps_every_law) {
  const Findings findings = search<KeyQueue>(9);
  EXPECT_EQ(findings.broken, "");
  EXPECT_GT(findings.states, 1'000U) << "so few states are no proof";
}

// The classic fault: a change during a run is forgotten.
class ForgetfulQueue : public KeyQueue {
 public:
  using KeyQueue::KeyQueue;
  void add(const Key& key, Urgency urgency, Instant when) {
    if (running_key_ != key) KeyQueue::add(key, urgency, when);
  }
  std::optional<Taken> take(Instant now) {
    auto taken = KeyQueue::take(now);
    if (taken) running_key_ = taken->key;
    return taken;
  }
  void done(const Key& key, const Outcome& outcome, Instant now, std::uint64_t chance) {
    if (running_key_ == key) running_key_.reset();
    KeyQueue::done(key, outcome, now, chance);
  }

 private:
  std::optional<Key> running_key_ = {};
};

TEST(KeyQueueSearch, the_search_finds_a_queue_that_forgets) { EXPECT_NE(search<ForgetfulQueue>(5).broken, ""); }

}  // namespace
}  // namespace originpull::control
