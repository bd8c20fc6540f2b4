// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_state.hpp"

#include <algorithm>

namespace originpull::worlds {

KubeHorizon horizon(const KubeState& state, unsigned front_end, Instant now) {
  const KubeStore& store = state.store;
  KubeHorizon seen{.version = store.version};
  if (front_end >= state.front_ends.size()) return seen;
  const KubeLag& lag = state.front_ends[front_end];
  if (lag.frozen) seen.version = std::min(seen.version, lag.frozen_at);
  seen.version = std::max(store.compacted, seen.version - lag.versions);
  if (lag.time == Duration(0)) return seen;
  for (auto change = store.history.rbegin(); change != store.history.rend(); ++change) {
    if (change->at + lag.time <= now) break;
    if (change->version <= seen.version) {
      seen.version = change->version - 1;
      seen.more = change->at + lag.time;
    }
  }
  return seen;
}

}  // namespace originpull::worlds
