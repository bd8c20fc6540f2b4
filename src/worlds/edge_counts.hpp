// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the edge remembers of the requests it has served: how each ended, what was presented to the origin, over a fresh
// or a kept connection, and of the newest refusals the whole story, so that a refused handshake can be explained. The
// one idea: `note` takes one finished request, and everything else is counting. Owned by the edge under its Monitor
// and copied out; it stays bounded: zones and certificates beyond a limit are counted together. Nothing fails.
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include "base/time.hpp"
#include "json/writer.hpp"
#include "worlds/edge_rules.hpp"

namespace originpull::worlds {

// One request of a visitor, when it is over.
struct EdgeVisit {
  Wall at{};
  std::string zone = {};  // its name; empty: no zone has the host
  std::string host = {};
  unsigned node = 0;
  EdgeEnding ending = EdgeEnding::kAnswered;
  int status = 0;              // that the visitor got
  std::string detail = {};     // the alert, the verifier's reason
  std::string presented = {};  // at the handshake of the connection that was used
  std::string known = {};      // what the node would present at a handshake now
  std::string newest = {};     // what the control plane says, which has not reached every node
  Wall newest_since{};
  bool pooled = false;   // over a connection that was kept from an earlier request
  bool retried = false;  // a kept connection had ended, so a fresh one was used
};

struct EdgeCounts {
  struct Presented {
    std::uint64_t handshakes = 0;  // that the origin accepted, or at least did not refuse
    std::uint64_t refused = 0;
    std::uint64_t requests = 0;  // over connections whose handshake presented this
  };
  struct Zone {
    std::uint64_t requests = 0;
    std::map<std::string, std::uint64_t> endings = {};
    std::map<int, std::uint64_t> statuses = {};
    std::map<std::string, Presented> presented = {};  // by fingerprint, "shared", "unknown", "none"
    std::uint64_t fresh = 0;
    std::uint64_t pooled = 0;
    std::uint64_t retried = 0;
    std::uint64_t behind = 0;  // requests at a node that did not know the newest yet
    std::uint64_t stale = 0;   // over a kept connection that had presented something else than the node would now
    std::uint64_t refused_behind = 0;  // of the refused handshakes
  };
  std::map<std::string, Zone> zones = {};
  std::deque<EdgeVisit> last_refused = {};  // the newest 50, oldest first

  void note(const EdgeVisit&);
  std::uint64_t refused() const;  // handshakes, of all zones
};

void write_edge_counts(json::Writer&, const EdgeCounts&);  // the fields of an object that is open

}  // namespace originpull::worlds
