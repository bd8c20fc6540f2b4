// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_watch.hpp"

#include <algorithm>

#include "worlds/kube_answer.hpp"

namespace originpull::worlds {

namespace {

constexpr Duration kBookmarkEvery{60'000};
constexpr Duration kBookmarkBeforeEnd{2'000};
constexpr Duration kPatience{3'000};  // for a version that is not known yet

}  // namespace

KubeWatch::KubeWatch(env::Env& env, env::Monitor<KubeState>& state, KubeWatchRequest request)
    : env_(env), state_(state), request_(std::move(request)) {
  const Instant now = env_.now();
  const auto least = std::chrono::minutes(30);
  end_ = now + (request_.options.timeout ? Duration(*request_.options.timeout)
                                         : Duration(least) + Duration(request_.chance % Duration(least).count()));
  give_up_ = now + kPatience;
  schedule_bookmark();
  cuts_ = state_.look([](const KubeState& s) { return s.cuts; });
}

void KubeWatch::schedule_bookmark() {
  if (!request_.options.bookmarks) return;
  const Instant now = env_.now();
  bookmark_at_ = now + kBookmarkEvery;
  if (const Instant last = end_ - kBookmarkBeforeEnd; last > now) bookmark_at_ = std::min(bookmark_at_, last);
}

bool KubeWatch::wants(const KubeKey& key) const {
  return key.storage == request_.view.type->storage && (request_.ns.empty() || request_.ns == key.ns);
}

// What is there when it begins. False: the front-end is not there yet.
bool KubeWatch::begin(const KubeState& state, Instant now, Batch& batch) {
  const KubeListOptions& options = request_.options;
  const bool quorum = options.version.empty();
  const std::int64_t known = quorum ? state.store.version : horizon(state, request_.front_end, now).version;
  const bool from_version = !quorum && options.version != "0";
  const bool initial = options.initial_events || (!from_version && !options.no_initial_events);
  if (options.initial_events && from_version && known < options.at_version) {
    if (now < give_up_) return false;
    batch.refusal = status_text(too_large_version(options.at_version, known));
    begun_ = true;
    return true;
  }
  begun_ = true;
  cursor_ = from_version && !options.initial_events ? options.at_version : known;
  if (initial) {
    for (const auto& [key, object] : state.store.list(request_.view.type->storage, request_.ns, known))
      if (options.selector.matches(*object->value)) batch.events.push_back({"ADDED", object});
  }
  if (options.initial_events && options.bookmarks) {
    batch.bookmark = known;
    batch.initial_end = true;
  }
  return true;
}

void KubeWatch::tell(const KubeChange& change, Batch& batch) const {
  const KubeSelector& selector = request_.options.selector;
  const bool was = change.before && selector.matches(*change.before->value);
  const bool is = change.after && selector.matches(*change.after->value);
  if (is) {
    batch.events.push_back({was ? "MODIFIED" : "ADDED", change.after});
  } else if (was && change.last) {
    batch.events.push_back({"DELETED", change.last});
  } else if (was) {
    batch.events.push_back({"DELETED", change.before, change.version});
  }
}

// Whether there is something to tell.
bool KubeWatch::collect(const KubeState& state, Instant now, Batch& batch) {
  if (state.cuts != cuts_) {
    batch.end = true;
    return true;
  }
  if (!begun_ && !begin(state, now, batch)) return false;
  if (!batch.refusal.empty() || batch.initial_end) return true;
  if (cursor_ < state.store.compacted) {
    batch.refusal = status_text(expired("too old resource version: " + std::to_string(cursor_) + " (" +
                                        std::to_string(state.store.compacted) + ")"));
    return true;
  }
  const KubeHorizon seen = horizon(state, request_.front_end, now);
  for (auto change = state.store.after(cursor_); change != state.store.history.end() && change->version <= seen.version;
       ++change)
    if (wants(change->key)) tell(*change, batch);
  cursor_ = std::max(cursor_, seen.version);
  if (!batch.events.empty()) return true;
  if (now >= end_) {
    batch.end = true;
    return true;
  }
  if (now >= bookmark_at_) batch.bookmark = cursor_;
  return batch.bookmark != 0;
}

std::string KubeWatch::text(const Batch& batch) {
  std::string frames;
  for (const Told& told : batch.events) {
    KubeObjectPtr object = told.object;
    if (told.version != 0) object = with_version(*object, told.version);
    frames += frame(told.type, show_watched(request_.view, *object, std::exchange(first_frame_, false)));
  }
  if (batch.bookmark != 0) frames += frame("BOOKMARK", show_bookmark(request_.view, batch.bookmark, batch.initial_end));
  if (!batch.refusal.empty()) frames += frame("ERROR", batch.refusal);
  return frames;
}

net::ServedStream::Next KubeWatch::next(std::string& part, Instant deadline, const std::stop_token& stop) {
  if (ended_) return Next::kEnd;
  Batch batch;
  const auto came = state_.await(
      [&](const KubeState& state, Instant now) -> env::Poll<bool> {
        if (collect(state, now, batch)) return {true};
        if (now >= deadline) return {false};
        const Instant more = horizon(state, request_.front_end, now).more;
        const Instant patience = begun_ ? Instant::max() : give_up_;
        return {.again = std::min({deadline, end_, bookmark_at_, more, patience})};
      },
      stop);
  if (!came.value_or(false)) return Next::kSilence;
  ended_ = batch.end || !batch.refusal.empty();
  if (batch.end && batch.events.empty()) return Next::kEnd;
  if (batch.bookmark != 0 && !batch.initial_end) schedule_bookmark();
  request_.view.now = env_.wall();
  part = text(batch);
  return Next::kPart;
}

}  // namespace originpull::worlds
