// SPDX-License-Identifier: Apache-2.0
#pragma once
// Explicit-state search of a planner over the model: from one world, every interleaving of the planner's steps with
// what can happen without it, with a crash or a lost answer after every step (that is the next world looked at anew), a
// request that arrives late, and an action that was chosen on a look one move old. Counts worlds in which a promise was
// broken, and worlds from which a fair end (nothing interferes any more) is not a right one. Deterministic; one thread.
#include <functional>
#include <string>

#include "search/model.hpp"

namespace originpull::search {

using Planner = std::function<plan::Step(const plan::Observed&)>;
// Whether it is right to come to rest in this world, saying this.
using End = std::function<bool(const World&, const plan::Rest&)>;

// The fixpoint: Ready, the edge presents the Secret's leaf, that certificate alone is live and recorded, the switches
// are as spec.enabled says.
bool is_the_fixpoint(const World&, const plan::Rest&);

struct Findings {
  std::size_t states = 0;
  std::size_t edges = 0;
  std::size_t ends = 0;  // worlds in which nothing moves any more
  std::size_t violations = 0;
  std::size_t wrong_ends = 0;        // worlds from which a wrong end is come to
  std::string first_violation = {};  // with the worlds that lead to it
  std::string first_wrong_end = {};
};

Findings explore(const Planner& planner, World start, const End& right = is_the_fixpoint);

}  // namespace originpull::search
