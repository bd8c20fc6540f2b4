// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Parts` are the rooms' pieces in the order in which they are made, each of which may use those above it; destruction
// goes the other way. Only operator.cpp uses it. Members that refer to one another are why it is neither copied nor
// moved.
#include <memory>
#include <vector>

#include "cli/options.hpp"
#include "control/health.hpp"
#include "control/leadership.hpp"
#include "control/loop.hpp"
#include "control/metrics.hpp"
#include "control/resource_feed.hpp"
#include "control/secret_index.hpp"
#include "control/store.hpp"
#include "control/watch_set.hpp"
#include "control/work_queue.hpp"
#include "kube/event_recorder.hpp"
#include "kube/watch.hpp"
#include "net/server.hpp"
#include "reconcile/reconciler.hpp"

namespace originpull::cli {

// What must be known before the parts can be made; each can fail with a sentence.
struct Foundations {
  Options options;
  std::vector<std::string> namespaces;  // empty: all
  std::string lease_namespace;
  kube::Client kube;
  std::shared_ptr<net::Transport> cloudflare;
};
Result<Foundations> lay_foundations(env::Env& env, net::Network& network, const Options& options, const Log& log);

struct Parts {
  Parts(env::Env& env, const Log& log, Foundations foundations);
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  Result<void> elect(env::Env& env, const Log& log);  // makes `leadership`
  void add_health_checks();
  net::Served serve(const net::ServedRequest& request) const;

  Foundations foundations;
  control::Metrics metrics;
  control::Health health;
  control::Store<api::OriginPullConfig> store;
  control::SecretIndex index;
  control::WorkQueue queue;
  control::WatchSet secret_watches;
  reconcile::PairCache pairs;
  kube::EventRecorder events;
  reconcile::Reconciler reconciler;
  control::Loop loop;
  std::unique_ptr<control::Leadership> leadership;

  // The watches of resources: one for the cluster, or one per namespace.
  struct ResourceWatch {
    std::unique_ptr<control::ResourceFeed<api::OriginPullConfig>> feed;
    std::unique_ptr<kube::Watch> watch;
  };
  std::vector<ResourceWatch> resource_watches;

 private:
  void watch_resources(env::Env& env, const Log& log);
  reconcile::Surroundings surroundings(env::Env& env, const Log& log);
};

}  // namespace originpull::cli
