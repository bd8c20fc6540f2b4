// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the edge of the simulated Cloudflare knows of a Host: its zone, where the origin is, in which SSL mode to
// connect, and with which certificate and key to present itself: the hostname's before the zone's (the newest
// deployment) before Cloudflare's own, or none. A change reaches the nodes of the edge at different times: within
// `edge_spread` (cloudflare_modes.hpp), by a delay drawn for each node and change from `edge_seed`, so the same run
// replays. No sockets here; who plays the edge asks this for each visitor. Pure functions on values under the world's
// lock, but for Cloudflare's own certificate, which is made when it is first asked for. Nothing fails.
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

struct EdgeView {
  std::string zone_id = {};
  std::string zone_name = {};
  std::string ssl = {};        // "off", "flexible", "full", "strict", "origin_pull"
  std::string origin = {};     // as the zone was given it
  std::string origin_ca = {};  // likewise: PEM; empty: public roots
  bool versioned = false;      // Zone Versioning: Authenticated Origin Pulls does not work, 520 has been seen
  std::string presented = {};  // as `presented` says
  // What is presented, `pem` (the leaf first) and `key`; null: nothing. The same certificate is the same object, as
  // long as the world lives.
  std::shared_ptr<const SimLeaf> identity = {};
  std::string newest = {};  // what every node will present when the last change has reached it
  Wall newest_since{};
};

// What the node presents now for the Host, with or without a port; empty: no zone has it.
std::optional<EdgeView> edge_view(CloudflareState&, std::string_view host, const Moment& now, unsigned node = 0);
// The zone whose name is the longest end of the host, or which has it as a custom hostname.
SimZone* zone_of_host(CloudflareState&, std::string_view host);

// Now, at an edge where changes take no time. An empty host: the zone itself.
Presentation presentation(const SimZone&, std::string_view host, const BehaviourSet& without = {});

// Cloudflare's own certificate and its CA. What is presented as "shared" is signed by it.
const SimShared& shared_certificate(CloudflareState&, const Moment& now);

}  // namespace originpull::worlds
