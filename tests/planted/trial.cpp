// SPDX-License-Identifier: Apache-2.0
#include "planted/trial.hpp"

#include "sim/scenario.hpp"

namespace originpull::planted {

std::vector<Trial> trials(std::uint64_t seeds) {
  std::vector<Trial> all;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) all.push_back({"history", "seeded", seed});
  return all;
}

std::optional<std::string> first_broken(const Trial& trial) {
  const sim::ScenarioResult result = sim::run_scenario({.seed = trial.seed});
  if (result.broken.empty()) return std::nullopt;
  return result.broken.front();
}

}  // namespace originpull::planted
