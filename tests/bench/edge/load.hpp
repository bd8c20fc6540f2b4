// SPDX-License-Identifier: Apache-2.0
#pragma once
// The load run of the edge: visitors send requests through cloudflare-sim's edge to an origin that enforces client
// certificates, while the zone's certificate is rotated again and again by the operator's own client of Cloudflare's
// API. What is asked: how many handshakes does the origin refuse, and is each explained by what was presented where?
// All in one process, on loopback. Visitors and rotations walk in step, so that each rotation falls among requests on
// any machine, and the spread of the edge is walked by moving the world's time. `run` fails where a part cannot be
// started or a rotation goes wrong.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/edge.hpp"

namespace originpull::bench {

struct Scenario {
  enum class Issuer {
    kSame,           // every leaf is of one CA
    kTrustedBefore,  // half way another CA, which the origin trusts beside the former from before on
    kTrustedLate,    // half way another CA, which the origin comes to trust only after its leaf has been deployed
    kDroppedEarly,   // the origin ceases to trust the former CA when the API says active, before every node knows
  };
  std::string name = {};
  cli::EdgePooling pooling = cli::EdgePooling::kByIdentity;
  unsigned nodes = 1;
  bool spread = false;  // nodes learn of each deployment one after the other, among the requests
  Issuer issuer = Issuer::kSame;
};
const std::vector<Scenario>& scenarios();

struct Load {
  unsigned requests = 20'000;
  unsigned rotations = 20;
  unsigned visitors = 16;  // at a time
};

struct Figures {
  std::uint64_t answered = 0;         // 200
  std::uint64_t refused = 0;          // handshakes, as the edge counts them
  std::uint64_t refused_former = 0;   // of them, those that presented a leaf of the first CA
  std::uint64_t refused_behind = 0;   // of them, those at nodes that did not know the newest deployment
  std::uint64_t other = 0;            // requests that ended otherwise
  std::uint64_t visitors_5xx = 0;     // as the visitors count them
  std::uint64_t fresh = 0;            // connections to the origin
  std::uint64_t pooled = 0;           // requests over kept ones
  std::uint64_t behind = 0;           // requests at nodes that did not know the newest deployment
  std::uint64_t stale = 0;            // over a kept connection that had presented another certificate
  std::uint64_t origin_answered = 0;  // as the origin counts them
  std::uint64_t origin_refused = 0;
  std::uint64_t api_calls = 0;
  double seconds = 0;
};

Result<Figures> run(const Scenario&, const Load&);

// What the figures must be by the scenario's own logic, and are not. Empty: every refusal is explained.
std::vector<std::string> contradictions(const Scenario&, const Load&, const Figures&);

}  // namespace originpull::bench
