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
    unpushed_.erase(found->first);
    series_.erase(found);
    return false;
  }
  ++series.count;
  unpushed_.insert(found->first);
  series.last_seen = queued.at;
  series.touched = env_.now();
  // The second time is news; how often after that can wait.
  if (series.count == 2) push(found->first, series, stop);
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
  for (const std::string& thing : unpushed_) due = std::min(due, series_.at(thing).pushed + options_.series_push);
  return due;
}

void EventRecorder::push_due(const std::stop_token& stop) {
  const Instant now = env_.now();
  for (const std::string& thing : std::vector<std::string>(unpushed_.begin(), unpushed_.end())) {
    Series& series = series_.at(thing);
    if (now >= series.pushed + options_.series_push) push(thing, series, stop);
  }
}

void EventRecorder::push(const std::string& thing, Series& series, const std::stop_token& stop) {
  const auto pushed =
      client_.patch(event_type(), series.event, PatchType::kMerge, encode_series(series.count, series.last_seen), stop);
  series.pushed = env_.now();
  if (pushed) unpushed_.erase(thing);
  if (pushed || worth_another_try(pushed.error())) return;
  // The server has dropped it (Events live an hour), or will not have it: the next one is a new Event.
  unpushed_.erase(thing);
  series.touched = env_.now() - options_.series_idle;
}

// A bucket of `burst`, kept as the time at which it will be full again.
bool EventRecorder::allowed(const EventSubject& subject) {
  const Instant now = env_.now();
  if (budgets_.size() >= prune_budgets_at_) {
    std::erase_if(budgets_, [&](const auto& entry) { return entry.second <= now; });
    prune_budgets_at_ = std::max<std::size_t>(64, 2 * budgets_.size());
  }
  Instant& full_at = budgets_.try_emplace(subject.kind + "/" + to_string(subject.key), now).first->second;
  full_at = std::max(full_at, now);
  if (full_at + options_.refill > now + options_.burst * options_.refill) return false;
  full_at += options_.refill;
  return true;
}

// Where there is none the older half is forgotten: what happens again of it is a new Event.
void EventRecorder::make_room() {
  if (series_.size() < options_.series) return;
  std::vector<Instant> touched;
  for (const auto& [thing, series] : series_) touched.push_back(series.touched);
  const auto middle = touched.begin() + static_cast<std::ptrdiff_t>(touched.size() / 2);
  std::ranges::nth_element(touched, middle);
  std::erase_if(series_, [&](const auto& entry) {
    if (entry.second.touched > *middle) return false;
    unpushed_.erase(entry.first);
    return true;
  });
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
