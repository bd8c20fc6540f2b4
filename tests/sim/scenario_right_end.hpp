// SPDX-License-Identifier: Apache-2.0
#pragma once
// What must be when nothing has happened for a while, whatever happened before (oracle O1 of operator-engineering.md
// 3.5). The one idea: it is told from the resource's spec, the Secret and the zone alone, by rules of the product's
// promises and not of the program, so that both can be wrong only in different ways. Used by the scenarios at their
// ends and by their scripts, to wait. Pure, any thread; nothing fails: a resource that cannot be read is no right end.
#include <string>

#include "worlds/cloudflare_state.hpp"

namespace originpull::sim {

enum class SecretState { kMissing, kGood, kBad };

struct Ends {
  std::string config = {};  // the resource's text; empty: there is none
  worlds::SimZone zone = {};
  SecretState secret = SecretState::kMissing;
  std::string leaf = {};  // the fingerprint in the Secret
  bool memory_was_lost = false;
};

// Empty: this is the right end.
std::string why_not_the_right_end(const Ends&);

}  // namespace originpull::sim
