// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Parts` are the rooms' pieces in the order in which they are made, each of which may use those above it; destruction
// goes the other way. Only operator.cpp uses it. Members that refer to one another are why it is neither copied nor
// moved.
// Owned by Operator; what runs on threads is started by it, after all of them are made. Fails with a sentence.
#include <memory>
#include <vector>

#include "cli/figures.hpp"
#include "cli/options.hpp"
#include "cli/trouble_sink.hpp"
#include "control/counted_sink.hpp"
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
  std::unique_ptr<control::Metrics> metrics;
  std::unique_ptr<net::Network> kube_network;  // counts into them
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
  net::Served serve(const net::ServedRequest& request);

  Foundations foundations;
  control::Metrics& metrics;
  control::Health health;
  control::Store<api::OriginPullConfig> store;
  control::SecretIndex index;
  control::WorkQueue queue;
  control::WatchSet secret_watches;
  reconcile::PairCache pairs;
  std::shared_ptr<cloudflare::BudgetRegistry> budgets;
  kube::EventRecorder events;
  reconcile::Reconciler reconciler;
  control::Loop loop;
  Figures figures;
  std::unique_ptr<control::Leadership> leadership;

  // The watches of resources: one for the cluster, or one per namespace.
  struct ResourceWatch {
    std::unique_ptr<control::ResourceFeed<api::OriginPullConfig>> feed;
    std::unique_ptr<TroubleSink> trouble;
    std::unique_ptr<control::CountedSink> counted;
    std::unique_ptr<kube::Watch> watch;
  };
  std::vector<ResourceWatch> resource_watches;

 private:
  std::optional<Error> resource_trouble() const;
  std::optional<Error> secret_trouble() const;
  std::string scrape();
  void watch_resources(env::Env& env, const Log& log);
  reconcile::Surroundings surroundings(env::Env& env, const Log& log);
};

}  // namespace originpull::cli
