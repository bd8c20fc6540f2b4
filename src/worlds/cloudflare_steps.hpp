// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the steps of the simulated Cloudflare are taken: deployments and deletions of certificates and associations, in
// the order of their times, each change of what the edge presents noted at its own time. `settle`, which walks them, is
// declared with the state that it moves (cloudflare_state.hpp). Pure functions on values under the world's lock;
// nothing fails.
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

// The certificate reaches the edge, and is the newest deployment of its zone.
void deploy(SimZone&, SimCertificate&, Level, const BehaviourSet& without);

}  // namespace originpull::worlds
