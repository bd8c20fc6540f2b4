// SPDX-License-Identifier: Apache-2.0
#pragma once
// A scenario is one seeded history of the whole product: one or two operators, put together by cli::Operator as in
// production, over the simulated Kubernetes API and Cloudflare, on simulated threads and time. First come faults and
// people (lost answers, cuts, crashes, Secrets that change, switches flipped, certificates and Leases taken away), then
// quiet, in which the product must come to the right end within a bound and then write nothing. The oracles look at
// every write; the same options give the same hash in any process.
//
// `run_scenario` is called by a thread that has no SimEnv; it leaves no thread behind. What goes wrong is in `broken`.
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "env/env.hpp"
#include "net/transport.hpp"

namespace originpull::sim {

struct ScenarioOptions {
  std::uint64_t seed = 1;
  unsigned steps = 16;            // of the first phase
  unsigned stall_one_in = 0;      // SimOptions: how often a thread is starved
  bool only_first_phase = false;  // for programs that never come to a right end
  // Puts something of the test's own between each process and the network: a planted bug.
  std::function<std::unique_ptr<net::Network>(net::Network& below)> plant = {};
};

struct ScenarioResult {
  std::vector<std::string> broken = {};
  std::string log = {};  // the last lines of all processes and what the scenario did
  std::uint64_t hash = 0;
  std::uint64_t points = 0;
  unsigned crashes = 0;
  unsigned uploads = 0;
};

ScenarioResult run_scenario(const ScenarioOptions&);

}  // namespace originpull::sim
