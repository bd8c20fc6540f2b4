// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Surroundings` are the things that every pass uses and none owns: the doors, the store and index of
// the control room, the readers. One struct, made by the program once all its parts exist; everything
// in it outlives every pass and is thread-safe. `Config` is the operator's options that reach a
// decision.
#include "api/origin_pull_config.hpp"
#include "base/log.hpp"
#include "control/metrics.hpp"
#include "control/secret_index.hpp"
#include "control/store.hpp"
#include "control/watch_set.hpp"
#include "env/env.hpp"
#include "kube/client.hpp"
#include "kube/event_recorder.hpp"
#include "reconcile/cloudflare_access.hpp"
#include "reconcile/pair_cache.hpp"
#include "reconcile/secret_reader.hpp"

namespace originpull::reconcile {

struct Config {
  Seconds missing_secret_grace{600};
};

struct Surroundings {
  env::Env& env;
  Log log;
  kube::Client kube;  // its calls end within the longest write that a permit covers
  SecretReader secrets;
  CloudflareAccess cloudflare;
  control::Store<api::OriginPullConfig>& store;
  control::SecretIndex& index;
  control::WatchSet& watches;
  PairCache& pairs;
  kube::EventRecorder& events;
  control::Metrics& metrics;
  Config config;
};

const kube::ResourceType& config_type();  // originpullconfigs

// The Secrets that a resource refers to: its token's and its certificate's.
std::set<control::Key> references(const control::Key&, const api::OriginPullConfig&);

// Whether a change of a resource needs a pass: what a person may change. Only the operator writes the status.
bool concerns(const api::OriginPullConfig& before, const api::OriginPullConfig& after);

}  // namespace originpull::reconcile
