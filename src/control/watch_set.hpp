// SPDX-License-Identifier: Apache-2.0
#pragma once
// `WatchSet` keeps the watches of Secrets that the resources need. Two ways (`--secret-watch`): `metadata` has one
// watch per namespace, or one for the cluster, of metadata only; `named` has one per Secret that is referred to, for
// installations whose Role names Secrets, at most 32, and says why the next one is refused. News of a Secret goes on
// the watch's thread straight into the index and from there into the queue: the queue merges by key, so a mailbox
// before it would merge twice. What is wanted is data; a keeper thread, which owns the watches, opens and closes them
// to match, so that nobody who refers to a Secret waits for a thread. Thread-safe, if one thread speaks for each
// namespace (its resource watch). Nothing fails outwards; a watch in trouble is told by `trouble`.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "control/named_slots.hpp"
#include "control/secret_index.hpp"
#include "control/work_queue.hpp"
#include "kube/watch.hpp"

namespace originpull::control {

enum class SecretWatch { kMetadata, kNamed };

struct WatchScope {
  std::string ns;    // empty: all namespaces
  std::string name;  // empty: all names
  auto operator<=>(const WatchScope&) const = default;
};

struct WatchSetOptions {
  SecretWatch mode = SecretWatch::kMetadata;
  std::vector<std::string> namespaces = {};  // of metadata mode; empty: the cluster
  std::size_t max_named = 32;
};

// Runs a watch of that scope into the sink until it is stopped (secret_watch.hpp).
using RunWatch = std::function<void(const WatchScope&, kube::WatchSink&, const std::stop_token&)>;

class WatchSet {
 public:
  WatchSet(env::Env& env, Log log, WatchSetOptions options, RunWatch run, SecretIndex& index, WorkQueue& queue);
  ~WatchSet();  // stops

  void start();
  void stop();

  // All that `resource` refers to from now on; none: it is gone. True: it must run, because there is a new reference.
  bool refer(const Key& resource, const std::set<Key>& secrets);

  // Why the Secret is not watched, and what to do; empty: it is, or will be.
  std::optional<std::string> refusal(const Key& secret) const;
  // The failure of the last attempt of the watch that covers the Secret; empty: it is in step.
  std::optional<Error> trouble(const Key& secret) const;
  // Every watch has seen one complete list.
  bool synced() const;

  struct Figures {
    std::size_t watches = 0;
    std::size_t refused = 0;
  };
  Figures figures() const;

 private:
  class Sink;
  struct Health {
    bool synced = false;
    std::optional<Error> trouble = {};
  };
  struct State {
    NamedSlots slots;
    std::map<WatchScope, Health> watches = {};  // that are wanted
  };
  struct Running {
    std::unique_ptr<Sink> sink;
    env::Thread thread;
  };

  WatchScope scope_of(const Key& secret) const;
  std::vector<Key> deal(const SecretIndex::Shift& shift);
  void keep(const std::stop_token& stop);
  Running open(const WatchScope& scope);

  env::Env& env_;
  Log log_;
  WatchSetOptions options_;
  RunWatch run_;
  SecretIndex& index_;
  WorkQueue& queue_;
  mutable env::Monitor<State> state_;
  env::Thread keeper_;
};

}  // namespace originpull::control
