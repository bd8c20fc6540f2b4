// SPDX-License-Identifier: Apache-2.0
#pragma once
// The name of a run: the base scenario (bases.hpp), the mishaps that befall it (mishap.hpp) and the seed, from which
// every choice of the scheduler and all chance are drawn. The one idea: these three are all of a run, so its name
// replays it. Its text, "rotation:F3@17:1", is what a failure prints and what `sim --explain` takes. Plain values, any
// thread; a text that is no such name is kInvalid.
#include <string>
#include <string_view>

#include "sim/runner/mishap.hpp"

namespace originpull::sim {

struct RunId {
  std::string base = {};
  Mishaps mishaps = {};
  std::uint64_t seed = 1;
};
std::string to_text(const RunId&);
Result<RunId> read_run_id(std::string_view text);

}  // namespace originpull::sim
