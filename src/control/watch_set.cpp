// SPDX-License-Identifier: Apache-2.0
#include "control/watch_set.hpp"

#include <algorithm>
#include <utility>

namespace originpull::control {

// One watch's news. Called on that watch's thread; `listed_` is that thread's own.
class WatchSet::Sink final : public kube::WatchSink {
 public:
  Sink(WatchSet& set, WatchScope scope) : set_(set), scope_(std::move(scope)) {}

  void begin_list() override { listed_.clear(); }

  void listed(std::string_view json) override {
    const auto meta = readable(json);
    if (!meta || !set_.index_.refers(meta->key)) return;  // keeps nothing of the thousands that nobody refers to
    listed_.insert(meta->key);
    queue(set_.index_.listed(meta->key, {meta->uid, meta->resource_version}));
  }

  void end_list(const std::string&) override {
    queue(set_.index_.list_is_complete(scope_.ns, scope_.name, listed_));
    listed_.clear();
    health([](Health& health) { health = {.synced = true}; });
  }

  void changed(kube::Change change, std::string_view json) override {
    const auto meta = readable(json);
    if (!meta) return;
    queue(change == kube::Change::kDeleted ? set_.index_.gone(meta->key)
                                           : set_.index_.saw(meta->key, {meta->uid, meta->resource_version}));
  }

  void troubled(const Error& error) override {
    health([&](Health& health) { health.trouble = error; });
  }
  void recovered() override {
    health([](Health& health) { health.trouble.reset(); });
  }

 private:
  std::optional<kube::ObjectMeta> readable(std::string_view json) {
    auto meta = kube::decode_meta(json);
    if (meta) return std::move(*meta);
    set_.log_.error("a Secret's metadata cannot be read; it is left alone", {{"error", describe(meta.error())}});
    return std::nullopt;
  }

  void queue(const std::vector<Key>& resources) {
    for (const Key& resource : resources) set_.queue_.add(resource, Urgency::kUserChange);
  }

  void health(const std::function<void(Health&)>& change) {
    set_.state_.with([&](State& state) {
      if (const auto watch = state.watches.find(scope_); watch != state.watches.end()) change(watch->second);
    });
  }

  WatchSet& set_;
  WatchScope scope_;
  std::set<Key> listed_ = {};
};

WatchSet::WatchSet(env::Env& env, Log log, WatchSetOptions options, RunWatch run, SecretIndex& index, WorkQueue& queue)
    : env_(env),
      log_(std::move(log)),
      options_(std::move(options)),
      run_(std::move(run)),
      index_(index),
      queue_(queue),
      state_(env, State{.slots = NamedSlots(options_.max_named)}) {}

WatchSet::~WatchSet() { stop(); }

void WatchSet::start() {
  if (options_.mode == SecretWatch::kMetadata) {
    state_.with([&](State& state) {
      if (options_.namespaces.empty()) state.watches[{}] = {};
      for (const std::string& ns : options_.namespaces) state.watches[{.ns = ns, .name = {}}] = {};
    });
  }
  keeper_ = env_.spawn("secret-watches", [this](const std::stop_token& stop) { keep(stop); });
}

void WatchSet::stop() {
  keeper_.request_stop();
  keeper_.join();
  state_.with([](State& state) { state.watches.clear(); });
}

// Opens and closes watches until those that run are those that are wanted; then waits for that to change.
void WatchSet::keep(const std::stop_token& stop) {
  std::map<WatchScope, Running> running;
  const auto changed = [&](State& state, Instant) -> env::Poll<std::set<WatchScope>> {
    std::set<WatchScope> wanted;
    for (const auto& [scope, health] : state.watches) wanted.insert(scope);
    const bool same = std::equal(wanted.begin(), wanted.end(), running.begin(), running.end(),
                                 [](const WatchScope& scope, const auto& watch) { return scope == watch.first; });
    if (same || stop.stop_requested()) return {};
    return {.value = std::move(wanted)};
  };
  while (const auto wanted = state_.await(changed, stop)) {
    std::erase_if(running, [&](const auto& watch) { return !wanted->contains(watch.first); });
    for (const WatchScope& scope : *wanted) {
      if (!running.contains(scope)) running.emplace(scope, open(scope));
    }
  }
  // Tells all before it joins one, so that stopping many takes no longer than stopping one.
  for (auto& [scope, watch] : running) watch.thread.request_stop();
}

WatchSet::Running WatchSet::open(const WatchScope& scope) {
  auto sink = std::make_unique<Sink>(*this, scope);
  auto thread = env_.spawn("secret-watch",
                           [this, scope, out = sink.get()](const std::stop_token& stop) { run_(scope, *out, stop); });
  return {std::move(sink), std::move(thread)};
}

bool WatchSet::refer(const Key& resource, const std::set<Key>& secrets) {
  const SecretIndex::Shift shift = index_.refer(resource, secrets);
  if (options_.mode == SecretWatch::kNamed && !(shift.gained.empty() && shift.lost.empty())) {
    for (const Key& secret : deal(shift)) {
      for (const Key& user : index_.users(secret)) queue_.add(user, Urgency::kUserChange);
    }
  }
  return shift.more;
}

// Moves the slots along. Answers the Secrets that were refused so far and are served now.
std::vector<Key> WatchSet::deal(const SecretIndex::Shift& shift) {
  return state_.with([&](State& state) {
    std::vector<Key> served;
    for (const Key& secret : shift.lost) {
      state.watches.erase(scope_of(secret));
      for (const Key& next : state.slots.leave(secret)) served.push_back(next);
    }
    for (const Key& secret : shift.gained) {
      if (state.slots.want(secret)) state.watches[scope_of(secret)] = {};
    }
    // Who was served may have been lost itself, later in the same shift.
    std::erase_if(served, [&](const Key& secret) { return !state.slots.holds(secret); });
    for (const Key& secret : served) state.watches[scope_of(secret)] = {};
    return served;
  });
}

WatchScope WatchSet::scope_of(const Key& secret) const {
  if (options_.mode == SecretWatch::kNamed) return {.ns = secret.ns, .name = secret.name};
  return {.ns = options_.namespaces.empty() ? std::string() : secret.ns, .name = {}};
}

std::optional<std::string> WatchSet::refusal(const Key& secret) const {
  if (options_.mode == SecretWatch::kMetadata) {
    const auto& known = options_.namespaces;
    if (known.empty() || std::find(known.begin(), known.end(), secret.ns) != known.end()) return std::nullopt;
    return "namespace " + secret.ns + " is not among the watched ones; add it to --namespaces";
  }
  const bool refused = state_.look([&](const State& state) { return state.slots.refused(secret); });
  if (!refused) return std::nullopt;
  return "Secret " + to_string(secret) + " is not watched, because " + std::to_string(options_.max_named) +
         " Secrets are already watched by name; refer to fewer Secrets, or run with --secret-watch=metadata";
}

std::optional<Error> WatchSet::trouble(const Key& secret) const {
  return state_.look([&](const State& state) {
    const auto watch = state.watches.find(scope_of(secret));
    return watch == state.watches.end() ? std::optional<Error>() : watch->second.trouble;
  });
}

bool WatchSet::synced() const {
  if (options_.mode == SecretWatch::kNamed) return true;  // its watches come and go with the references
  return state_.look([](const State& state) {
    return !state.watches.empty() && std::all_of(state.watches.begin(), state.watches.end(),
                                                 [](const auto& watch) { return watch.second.synced; });
  });
}

WatchSet::Figures WatchSet::figures() const {
  return state_.look(
      [](const State& state) { return Figures{.watches = state.watches.size(), .refused = state.slots.waiting()}; });
}

}  // namespace originpull::control
