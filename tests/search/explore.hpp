// SPDX-License-Identifier: Apache-2.0
#pragma once
// Explicit-state search of a planner over the model: from one world, every interleaving of the planner's steps with what can
// happen without it, with a crash or a lost answer after every step (that is the next world looked at anew), a request that
// arrives late, and an action that was chosen on a look one move old. Counts worlds in which a promise was broken, and worlds
// from which a fair end (nothing interferes any more) is not the right fixpoint. Deterministic; one thread.
#include <functional>
#include <string>

#include "search/model.hpp"

namespace originpull::search {

using Planner = std::function<plan::Step(const plan::Observed&)>;

struct Findings {
  std::size_t states = 0;
  std::size_t edges = 0;
  std::size_t violations = 0;
  std::size_t wrong_ends = 0;
  std::string first_violation = {};  // with the worlds that lead to it
  std::string first_wrong_end = {};
};

Findings explore(const Planner& planner, World start);

}  // namespace originpull::search
