// SPDX-License-Identifier: Apache-2.0
#pragma once
// A workload with the habits of the real house (producers that pause by chance, a mailbox, consumers that may be
// stopped), small enough to run hundreds of times. The tests of SimEnv replay it and the planted race breaks it.
// One call is one run: it makes its own SimEnv, threads and Monitors and leaves none behind, and its result depends on
// the seed alone. Cannot fail; what a detector sees in it ends the process.
#include <cstdint>
#include <functional>

#include "sim/sim_env.hpp"

namespace originpull::sim {

struct SmallHouseRun {
  SimCounts counts;
  int sent = 0;
  int received = 0;
};

// `each_step` is called by every producer at every step, without a lock.
SmallHouseRun run_small_house(std::uint64_t seed, const std::function<void()>& each_step = [] {});

}  // namespace originpull::sim
