// SPDX-License-Identifier: Apache-2.0
#pragma once
// The base scenarios: what people do, in order, each a short script for a Stage. The one idea: a script waits for what
// the product does, never for a time in which it should have done it, so that a mishap delays a run and does not make
// another of it. What a script waits for in vain it gives up after some minutes and goes on: the oracles say what is
// wrong, not the script. A table of constants; any thread may read it, a script runs on its Stage's.
#include <span>
#include <string_view>

#include "sim/runner/stage.hpp"

namespace originpull::sim {

struct Base {
  std::string_view name;
  std::string_view what;  // one line
  void (*play)(Stage&);
  unsigned replicas = 1;
  bool timed = false;              // people do not wait for what the product does: how much it does depends on delays
  unsigned resources = 1;          // at most at once
  std::string_view families = {};  // of mishaps that say something new here: "F15 F17"; empty: all
};
std::span<const Base> bases();
const Base* find_base(std::string_view name);

}  // namespace originpull::sim
