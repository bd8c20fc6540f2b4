// SPDX-License-Identifier: Apache-2.0
#pragma once
// A trial is one simulated history that can be repeated: a scenario, a fault and a seed. `first_broken` runs one with
// the bug that is chosen and says what the oracles found; `trials` are those that are tried to find a bug, in their
// order. This is the one place that knows the scenario runner of tests/sim. For the thread that has no SimEnv; a run
// leaves no thread behind. A bug that ends the process instead of breaking an oracle is not caught.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace originpull::planted {

struct Trial {
  std::string scenario;
  std::string fault;
  std::uint64_t seed = 0;
  bool operator==(const Trial&) const = default;
};

std::vector<Trial> trials(std::uint64_t seeds);

// The first sentence of the oracles; empty: all is well.
std::optional<std::string> first_broken(const Trial&);

}  // namespace originpull::planted
