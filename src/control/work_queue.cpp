// SPDX-License-Identifier: Apache-2.0
#include "control/work_queue.hpp"

namespace originpull::control {

WorkQueue::WorkQueue(env::Env& env, QueueOptions options) : env_(env), queue_(env, KeyQueue(options)) { pause(); }

void WorkQueue::add(const Key& key, Urgency urgency) { add_at(key, urgency, env_.now()); }

void WorkQueue::add_at(const Key& key, Urgency urgency, Instant when) {
  queue_.with([&](KeyQueue& queue) { queue.add(key, urgency, when); });
}

std::optional<Taken> WorkQueue::take(const std::stop_token& stop) {
  return queue_.await(
      [&](KeyQueue& queue, Instant now) -> env::Poll<Taken> {
        // A Monitor prefers a value to a stop; a worker that is told to stop must not drain the queue first.
        if (stop.stop_requested()) return {};
        auto taken = queue.take(now);
        return {.value = std::move(taken), .again = queue.next_due()};
      },
      stop);
}

void WorkQueue::done(const Key& key, const Outcome& outcome) {
  const Instant now = env_.now();
  const std::uint64_t chance = env_.random();
  queue_.with([&](KeyQueue& queue) { queue.done(key, outcome, now, chance); });
}

void WorkQueue::pause() {
  queue_.with([](KeyQueue& queue) { queue.pause(true); });
}

void WorkQueue::resume() {
  queue_.with([](KeyQueue& queue) { queue.pause(false); });
}

bool WorkQueue::await_idle(Instant until) {
  const auto idle = queue_.await(
      [&](KeyQueue& queue, Instant now) -> env::Poll<bool> {
        if (queue.idle()) return {.value = true};
        if (now >= until) return {.value = false};
        return {.again = until};
      },
      std::stop_token());
  return idle.value_or(false);
}

QueueFigures WorkQueue::figures() const {
  const Instant now = env_.now();
  return queue_.look([&](const KeyQueue& queue) { return queue.figures(now); });
}

int WorkQueue::failures(const Key& key) const {
  return queue_.look([&](const KeyQueue& queue) { return queue.failures(key); });
}

}  // namespace originpull::control
