// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeWorld` is a Kubernetes API in memory, as far as the operator uses one: objects with uid, resourceVersion and
// generation, lists in pages that are all of one moment, watches that resume, bookmarks, history that can be compacted
// (410), the status subresource, preconditions, and the metadata-only view. It knows no kind but those that it was
// given, checks no schema and no permission. No sockets and no threads: a watch is an object that somebody pumps. What
// is chance or time comes from the Env.
//
// Thread-safe. Every request has an answer; nothing fails. The world outlives its watches.
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "env/monitor.hpp"
#include "net/server.hpp"

namespace originpull::worlds {

struct KubeKind {
  std::string group_version;  // "v1", "coordination.k8s.io/v1"
  std::string plural;
  std::string kind;
  bool generations = false;          // metadata.generation counts changes of the spec
  bool status_subresource = false;   // and nothing else writes the status
  std::string initial_status = {};   // JSON, the schema's default
  bool update_needs_version = true;  // a PUT without resourceVersion is refused
  std::string base_path() const;     // "/api/v1", "/apis/coordination.k8s.io/v1"
};
KubeKind secrets_kind();
KubeKind leases_kind();
KubeKind events_kind();

// One write, as it was done.
struct KubeCommit {
  std::int64_t version = 0;
  std::string type;  // ADDED, MODIFIED, DELETED
  std::string plural;
  std::string ns;
  std::string name;
  std::string text;  // the object after it; of a deletion the last one
};

class KubeWatch;

class KubeWorld {
 public:
  // Called after each write, outside the world's lock, on the thread that made it.
  using Observer = std::function<void(const KubeCommit&)>;

  KubeWorld(env::Env&, std::vector<KubeKind> kinds, Observer = {});
  KubeWorld(const KubeWorld&) = delete;
  KubeWorld& operator=(const KubeWorld&) = delete;

  net::Served handle(const net::ServedRequest&);
  // Null: the request is no watch, or one that is refused; `handle` answers it.
  std::unique_ptr<KubeWatch> watch(const net::ServedRequest&);

  // What tests do past the API.
  std::string object(const std::string& plural, const std::string& ns, const std::string& name);  // "": there is none
  void compact();      // forgets all history: who resumes from before now gets 410
  void cut_watches();  // ends every open watch, in the middle of nothing

 private:
  friend class KubeWatch;
  using Id = std::tuple<std::string, std::string, std::string>;  // plural, namespace, name
  struct Snapshot {
    std::int64_t version = 0;
    std::vector<std::string> items = {};
  };
  struct State {
    std::int64_t version = 100;
    std::int64_t compacted = 0;
    std::uint64_t cuts = 0;
    std::map<Id, std::string> objects = {};  // as JSON
    std::deque<KubeCommit> history = {};
    std::map<std::string, Snapshot> snapshots = {};  // of lists that have more pages
  };
  struct Visit;

  bool resolve(Visit&) const;
  net::Served route(State&, Visit&) const;
  static net::Served list(State&, const Visit&);
  static net::Served create(State&, Visit&);
  static net::Served update(State&, Visit&);
  static net::Served remove(State&, Visit&);

  env::Env& env_;
  const std::vector<KubeKind> kinds_;
  const Observer observer_;
  env::Monitor<State> state_;
};

// A watch that was accepted. Owned by one thread.
class KubeWatch {
 public:
  enum class Next { kFrames, kEnd, kSilence };
  // Waits for the next events, as lines of JSON, until `deadline` or a stop: kSilence.
  Next next(std::string& frames, Instant deadline, const std::stop_token& stop);

 private:
  friend class KubeWorld;
  struct Options {
    KubeKind kind;
    std::string ns = {};    // empty: all
    std::string name = {};  // empty: all
    bool metadata_only = false;
    bool bookmarks = false;
  };
  KubeWatch(KubeWorld& world, Options options) : world_(world), options_(std::move(options)) {}
  bool wants(const KubeCommit&) const;
  bool collect(const KubeWorld::State&, std::string& frames);

  KubeWorld& world_;
  const Options options_;
  std::int64_t cursor_ = 0;  // the version of the last event that was given
  std::string first_ = {};   // frames to give at once: what is there, or a refusal
  bool refused_ = false;
  std::uint64_t cuts_ = 0;
  Instant end_{};
  Instant bookmark_at_ = Instant::max();
};

}  // namespace originpull::worlds
