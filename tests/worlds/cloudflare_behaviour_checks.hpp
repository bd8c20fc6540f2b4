// SPDX-License-Identifier: Apache-2.0
#pragma once
// One check for each behaviour of cloudflare_behaviours.hpp: a function over a fresh house that tells what is broken.
// It is no test by itself, so it can be run where it must fail, too: with its behaviour turned off. The law of writing
// one: it may stand on no other behaviour, so what it needs (a certificate that is being deleted, a switch that is on)
// it brings about past the API. One thread.
#include <string>
#include <vector>

#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {

class Findings {
 public:
  void that(bool holds, const std::string& law) {
    if (!holds) broken_ += (broken_.empty() ? "" : "; ") + law;
  }
  const std::string& broken() const { return broken_; }

 private:
  std::string broken_;
};

struct BehaviourCheck {
  Behaviour behaviour;
  void (*check)(CloudflareHouse&, Findings&);
};

// By topic; together all 66.
std::vector<BehaviourCheck> switch_checks();
std::vector<BehaviourCheck> upload_checks();
std::vector<BehaviourCheck> life_checks();
std::vector<BehaviourCheck> edge_checks();
std::vector<BehaviourCheck> access_checks();
std::vector<BehaviourCheck> answer_checks();

}  // namespace originpull::worlds
