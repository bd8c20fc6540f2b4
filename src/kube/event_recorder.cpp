// SPDX-License-Identifier: Apache-2.0
#include "kube/event_recorder.hpp"

#include <algorithm>

namespace originpull::kube {
namespace {

// The server is away or busy: the same Event may be taken later.
bool worth_another_try(const Error& error) {
  return error.kind == ErrorKind::kUnavailable || error.kind == ErrorKind::kUnknownOutcome ||
         error.kind == ErrorKind::kRateLimited;
}

}  // namespace

EventRecorder::EventRecorder(env::Env& env, const Client& client, EventOptions options, Log log)
    : env_(env),
      options_(std::move(options)),
      client_(client),
      last_client_(client.on_lane(Lane::kUnary, options_.last_words / 2)),
      log_(std::move(log)),
      shared_(env) {}

void EventRecorder::record(Event event) {
  Queued queued{.event = std::move(event), .at = env_.wall(), .name = {}};
  queued.name = event_name(queued.event.subject, env_.random());
  shared_.with([&](Shared& shared) {
    if (shared.queue.size() >= options_.queue) {
      ++shared.counts.dropped;
      return;
    }
    shared.queue.push_back(std::move(queued));
  });
}

void EventRecorder::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const auto queued = take(stop)) handle(*queued, stop);
    push_due(stop);
  }
  // The reason of a stop is often the last thing that was recorded; the calls must not see the stop.
  const Instant end = env_.now() + options_.last_words;
  while (env_.now() < end) {
    const auto queued = shared_.with([](Shared& shared) {
      std::optional<Queued> first;
      if (shared.queue.empty()) return first;
      first = std::move(shared.queue.front());
      shared.queue.pop_front();
      return first;
    });
    if (!queued) return;
    const auto sent = last_client_.create(event_type(), event_namespace(queued->event.subject),
                                          encode_event(queued->event, options_.reporter, queued->name, queued->at), {});
    tell(sent ? Fate::kSent : Fate::kDropped);
  }
}

// The next one, or nothing: a series is due, or a stop.
std::optional<EventRecorder::Queued> EventRecorder::take(const std::stop_token& stop) {
  const Instant due = next_push();
  const auto taken = shared_.await(
      [&](Shared& shared, Instant now) {
        env::Poll<std::optional<Queued>> poll{.value = {}, .again = due};
        if (!shared.queue.empty()) {
          poll.value.emplace(std::move(shared.queue.front()));
          shared.queue.pop_front();
        } else if (now >= due) {
          poll.value.emplace();
        }
        return poll;
      },
      stop);
  return taken ? *taken : std::nullopt;
}

void EventRecorder::handle(const Queued& queued, const std::stop_token& stop) {
  if (count_into_series(queued, stop)) return tell(Fate::kCounted);
  if (!allowed(queued.event.subject)) return tell(Fate::kDropped);
  if (!send(queued, stop)) return tell(Fate::kDropped);
  make_room();
  const Instant now = env_.now();
  series_.insert_or_assign(same_thing(queued.event),
                           Series{.event = {event_namespace(queued.event.subject), queued.name},
                                  .last_seen = queued.at,
                                  .touched = now,
                                  .pushed = now});
  tell(Fate::kSent);
}

bool EventRecorder::count_into_series(const Queued& queued, const std::stop_token& stop) {
  const auto found = series_.find(same_thing(queued.event));
  if (found == series_.end()) return false;
  Series& series = found->second;
  if (env_.now() - series.touched >= options_.series_idle) {
    series_.erase(found);
    return false;
  }
  ++series.count;
  series.last_seen = queued.at;
  series.touched = env_.now();
  // The second time is news; how often after that can wait.
  if (series.count == 2) push(series, stop);
  return true;
}

bool EventRecorder::send(const Queued& queued, const std::stop_token& stop) {
  const std::string ns = event_namespace(queued.event.subject);
  Duration wait = options_.first_wait;
  for (unsigned attempt = 1;; ++attempt) {
    const auto sent =
        client_.create(event_type(), ns, encode_event(queued.event, options_.reporter, queued.name, queued.at), stop);
    // Its name is its own, so one that exists is this one, sent before.
    if (sent || sent.error().reason == "AlreadyExists") return true;
    if (sent.error().reason == "NamespaceTerminating" || sent.error().kind == ErrorKind::kNotFound) return false;
    if (!worth_another_try(sent.error()) || attempt == options_.tries) {
      log_.warning("an Event was not recorded", {{"reason", queued.event.reason}, {"why", describe(sent.error())}});
      return false;
    }
    const Duration pause = std::max(wait, std::min(sent.error().retry_after.value_or(Duration(0)), Duration(30'000)));
    if (!env::pause_until(env_, env_.now() + pause, stop)) return false;
    wait = std::min(2 * wait, 10 * options_.first_wait);
  }
}

Instant EventRecorder::next_push() const {
  Instant due = Instant::max();
  for (const auto& [thing, series] : series_) {
    if (series.count != series.pushed_count) due = std::min(due, series.pushed + options_.series_push);
  }
  return due;
}

void EventRecorder::push_due(const std::stop_token& stop) {
  const Instant now = env_.now();
  for (auto& [thing, series] : series_) {
    if (series.count != series.pushed_count && now >= series.pushed + options_.series_push) push(series, stop);
  }
}

void EventRecorder::push(Series& series, const std::stop_token& stop) {
  const auto pushed =
      client_.patch(event_type(), series.event, PatchType::kMerge, encode_series(series.count, series.last_seen), stop);
  series.pushed = env_.now();
  if (pushed) series.pushed_count = series.count;
  if (pushed || worth_another_try(pushed.error())) return;
  // The server has dropped it (Events live an hour), or will not have it: the next one is a new Event.
  series.pushed_count = series.count;
  series.touched = env_.now() - options_.series_idle;
}

// A bucket of `burst`, kept as the time at which it will be full again.
bool EventRecorder::allowed(const EventSubject& subject) {
  const Instant now = env_.now();
  std::erase_if(budgets_, [&](const auto& entry) { return entry.second <= now; });
  Instant& full_at = budgets_.try_emplace(subject.kind + "/" + to_string(subject.key), now).first->second;
  if (full_at + options_.refill > now + options_.burst * options_.refill) return false;
  full_at += options_.refill;
  return true;
}

void EventRecorder::make_room() {
  const Instant now = env_.now();
  std::erase_if(series_, [&](const auto& entry) {
    const Series& series = entry.second;
    return now - series.touched >= options_.series_idle && series.count == series.pushed_count;
  });
  while (series_.size() >= options_.series) {
    series_.erase(std::ranges::min_element(series_, {}, [](const auto& entry) { return entry.second.touched; }));
  }
}

void EventRecorder::tell(Fate fate) {
  shared_.with([&](Shared& shared) {
    switch (fate) {
      case Fate::kSent: ++shared.counts.sent; break;
      case Fate::kCounted: ++shared.counts.counted; break;
      case Fate::kDropped: ++shared.counts.dropped; break;
    }
  });
}

EventRecorder::Counts EventRecorder::counts() const {
  return shared_.look([](const Shared& shared) { return shared.counts; });
}

}  // namespace originpull::kube
