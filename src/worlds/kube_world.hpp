// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeWorld` is a Kubernetes API in memory, at the level of HTTP: built-in kinds and those of custom definitions, with
// uid, resourceVersion and generation, validation, patches, finalizers, lists in pages that are all of one moment,
// watches, history that can be compacted (410), and front-ends that lag behind. No sockets and no threads: a watch is
// an answer with a stream that somebody pumps. What is chance or time comes from the Env, so a simulation replays.
//
// Thread-safe. Every request has an answer; nothing fails. The world outlives its watches. A list of a version that is
// not known yet blocks for up to three seconds.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "env/monitor.hpp"
#include "net/server.hpp"
#include "worlds/kube_body.hpp"
#include "worlds/kube_request.hpp"
#include "worlds/kube_show.hpp"
#include "worlds/kube_state.hpp"
#include "worlds/kube_writer.hpp"

namespace originpull::worlds {

// One write, as it was done.
struct KubeCommit {
  std::int64_t version = 0;
  std::string type;  // ADDED, MODIFIED, DELETED
  std::string plural;
  std::string ns;
  std::string name;
  std::string text;  // the object after it; of a deletion the last one
};

struct KubeOptions {
  std::shared_ptr<const KubeCatalogue> catalogue = KubeCatalogue::built_in();  // kube_crd.hpp makes others
  KubeLaws laws = {};
  unsigned front_ends = 1;
  KubeYaml yaml = {};
  std::size_t history = 10'000;  // changes that are remembered; older ones are compacted away
  std::int64_t first_version = 100;
};

class KubeWorld {
 public:
  // Called after each write, outside the world's lock, on the thread that made it.
  using Observer = std::function<void(const KubeCommit&)>;

  explicit KubeWorld(env::Env& env, KubeOptions options = {}, Observer observer = {});
  KubeWorld(const KubeWorld&) = delete;
  KubeWorld& operator=(const KubeWorld&) = delete;

  // `front_end`: the one that the client happens to talk to.
  net::Served handle(const net::ServedRequest&, unsigned front_end = 0);

  // What tests do past the API.
  std::string object(const std::string& plural, const std::string& ns, const std::string& name);  // "": there is none
  void compact();                                          // forgets all history: who resumes from before now gets 410
  void cut_watches();                                      // ends every open watch, in the middle of nothing
  void add_user(const std::string& token, KubeUser user);  // asked for only where KubeLaws::access holds
  void set_lag(unsigned front_end, const KubeLag& lag);

 private:
  KubeMoment moment();
  net::Served serve(const KubeRequest&, unsigned front_end);
  net::Served serve_json(const KubeRequest&, unsigned front_end);
  KubeOutcome<net::Served> route(const KubeRequest&, unsigned front_end);
  KubeOutcome<KubeTypePtr> find_type(const KubeRequest&);
  KubeOutcome<void> check_warm(const KubeRequest&, unsigned front_end) const;
  KubeOutcome<net::Served> get(const KubeRequest&, const KubeView&, unsigned front_end);
  KubeOutcome<net::Served> list(const KubeRequest&, const KubeView&, unsigned front_end);
  KubeOutcome<net::Served> watch(const KubeRequest&, const KubeView&, unsigned front_end);
  KubeOutcome<net::Served> write(const KubeRequest&, const KubeView&);
  KubeOutcome<net::Served> remove_collection(const KubeRequest&, const KubeView&);
  using Write = std::function<KubeOutcome<KubeWritten>(KubeWriter&)>;
  KubeOutcome<KubeWritten> commit(const KubeRequest&, const KubeTypePtr&, const KubeWriteOptions&, const Write&);
  void observe(const std::vector<KubeChange>& changes, const KubeCatalogue& catalogue) const;

  env::Env& env_;
  const KubeLaws laws_;
  const KubeYaml yaml_;
  const Observer observer_;
  env::Monitor<KubeState> state_;
};

}  // namespace originpull::worlds
