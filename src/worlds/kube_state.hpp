// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a KubeWorld holds under its lock, and the laws by which it may be made simpler than a real API server. Plain
// values.
// The world alone owns one; its parts are given it under the lock, for one step, and keep nothing. The one idea: a
// front-end that lags is a horizon over the one history, not a copy.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "worlds/kube_store.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

struct KubeLaws {
  bool namespaces_must_exist = true;  // for what is made in them; `default` and the like do from the start
  bool schemas = true;                // custom resources are pruned, defaulted and validated
  bool managed_fields = true;         // kept and shown
  bool access = false;                // tokens are users, and RBAC says what they may do
  bool endings = true;  // what a controller does: a namespace that is deleted loses its content, then goes
};

// How far behind a front-end is: what it shows from its cache ends before the last `versions` changes and those of the
// last `time`. A frozen one learns nothing new.
struct KubeLag {
  Duration time{0};
  std::int64_t versions = 0;
  bool frozen = false;
  bool warming = false;        // its cache is not filled yet: watches and lists get 429
  std::int64_t frozen_at = 0;  // set by the world
};

struct KubeUser {
  std::string name = {};
  std::vector<std::string> groups = {};
};

struct KubeState {
  KubeStore store = {};
  std::shared_ptr<const KubeCatalogue> catalogue = KubeCatalogue::built_in();
  std::uint64_t cuts = 0;
  std::vector<KubeLag> front_ends = {};
  std::map<std::string, KubeUser> users = {};  // by token
};

// When and by which chance something is done; drawn before the lock is taken.
struct KubeMoment {
  Instant at{};
  Wall wall{};
  std::string now = {};  // RFC 3339
  std::string fresh_uid = {};
  std::uint64_t chance = 0;
};

// The newest version that a front-end shows from its cache, and when it will show more; Instant::max(): not by time.
struct KubeHorizon {
  std::int64_t version = 0;
  Instant more = Instant::max();
};
KubeHorizon horizon(const KubeState&, unsigned front_end, Instant now);

}  // namespace originpull::worlds
