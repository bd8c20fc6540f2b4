// SPDX-License-Identifier: Apache-2.0
#include "control/key_queue.hpp"

#include <algorithm>

#include "base/bug.hpp"

namespace originpull::control {

void KeyQueue::add(const Key& key, Urgency urgency, Instant when) {
  ++adds_;
  schedule(key, entries_[key], urgency, when);
}

// Only ever moves an entry forward, in time and among the due ones.
void KeyQueue::schedule(const Key& key, Entry& entry, Urgency urgency, Instant when) {
  const bool known = entry.due.has_value();
  if (known && *entry.due <= when && entry.urgency <= urgency) return;
  if (known && !entry.running) withdraw(key, entry);
  entry.due = known ? std::min(*entry.due, when) : when;
  entry.urgency = known ? std::min(entry.urgency, urgency) : urgency;
  if (!known) entry.order = ++order_;
  if (!entry.running) enlist(key, entry);
}

void KeyQueue::withdraw(const Key& key, const Entry& entry) {
  waiting_.erase({*entry.due, entry.order, key});
  ready_.erase({entry.urgency, *entry.due, entry.order, key});
}

std::optional<Taken> KeyQueue::take(Instant now) {
  if (paused_) return std::nullopt;
  while (!waiting_.empty() && std::get<Instant>(*waiting_.begin()) <= now) {
    const auto place = waiting_.extract(waiting_.begin());
    const auto& [due, order, key] = place.value();
    ready_.emplace(entries_.at(key).urgency, due, order, key);
  }
  if (ready_.empty()) return std::nullopt;
  const auto place = ready_.extract(ready_.begin());
  const auto& [urgency, due, order, key] = place.value();
  Entry& entry = entries_.at(key);
  entry.due.reset();
  entry.running = true;
  entry.since = now;
  ++running_;
  if (entry.failures > 0) ++retries_;
  return Taken{.key = key, .urgency = urgency, .waited = now - due};
}

Instant KeyQueue::next_due() const {
  if (paused_) return Instant::max();
  if (!ready_.empty()) return Instant::min();
  return waiting_.empty() ? Instant::max() : std::get<Instant>(*waiting_.begin());
}

void KeyQueue::done(const Key& key, const Outcome& outcome, Instant now, std::uint64_t chance) {
  const auto found = entries_.find(key);
  if (found == entries_.end() || !found->second.running) bug("done with " + to_string(key) + ", which is not running");
  Entry& entry = found->second;
  const Duration after = std::max(outcome.after.value_or(Duration(0)), Duration(0));
  switch (outcome.kind) {
    case Outcome::Kind::kDone: entry.failures = 0; break;
    case Outcome::Kind::kAgain:
      entry.failures = 0;
      schedule(key, entry, outcome.urgency, now + after);
      break;
    case Outcome::Kind::kNotBefore: schedule(key, entry, outcome.urgency, now + after); break;
    case Outcome::Kind::kFailed:
      ++entry.failures;
      schedule(key, entry, outcome.urgency, now + std::max(after, back_off(entry.failures, chance)));
      break;
  }
  entry.running = false;
  --running_;
  if (entry.due) {
    enlist(key, entry);
  } else {
    entries_.erase(found);
  }
}

// Doubles with each failure up to the cap; what is waited is spread evenly over the upper half of that.
Duration KeyQueue::back_off(int failures, std::uint64_t chance) const {
  Duration whole = std::min(options_.base, options_.cap);
  for (int i = 1; i < failures && whole < options_.cap; ++i) whole = std::min(whole * 2, options_.cap);
  const Duration half = whole / 2;
  return half + Duration(chance % (static_cast<std::uint64_t>((whole - half).count()) + 1));
}

int KeyQueue::failures(const Key& key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.failures;
}

QueueFigures KeyQueue::figures(Instant now) const {
  QueueFigures figures{.due = ready_.size(), .running = running_, .adds = adds_, .retries = retries_};
  for (const auto& place : waiting_) ++(std::get<Instant>(place) <= now ? figures.due : figures.waiting);
  for (const auto& [key, entry] : entries_) {
    if (!entry.running) continue;
    const Duration age = now - entry.since;
    figures.unfinished += age;
    figures.longest_running = std::max(figures.longest_running, age);
  }
  return figures;
}

}  // namespace originpull::control
