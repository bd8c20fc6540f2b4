// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_reference.hpp"

#include "worlds/cloudflare_behaviours.hpp"

namespace originpull::worlds {

std::string behaviours_reference() {
  std::string page =
      "# Behaviours of Cloudflare that cloudflare-sim keeps\n\n"
      "<!-- Written by `cloudflare-sim --behaviours` from src/worlds/cloudflare_behaviours.cpp; change it there. "
      "-->\n\n"
      "Each has a test, `CloudflareBehaviour.<number>_<name>`, and a switch: `PATCH /__control/modes` with\n"
      "`{\"without\": [17, 28]}` turns some off, and `CloudflareBehaviourSwitch.<number>_<name>` shows that exactly "
      "its\n"
      "own test fails then. Evidence: D, Cloudflare documents it; O, it has been observed of the real service; I, it "
      "is\n"
      "inferred.\n\n"
      "| Number | Name | What Cloudflare does | Evidence |\n|---|---|---|---|\n";
  for (const BehaviourFacts& one : behaviours()) {
    page += "| " + std::to_string(number_of(one.behaviour)) + " | `" + std::string(one.name) + "` | " +
            std::string(one.text) + " | " + std::string(one.evidence) + " |\n";
  }
  return page;
}

}  // namespace originpull::worlds
