// SPDX-License-Identifier: Apache-2.0
// A program with a data race on purpose: threads of a SimEnv count in a plain variable. They run one at a time, so
// the count comes out right, and only ThreadSanitizer can tell, if the baton does not hide it. With "locked" they
// count in a Monitor, and nothing may be reported. In the tsan preset two tests look for the report and for its
// absence.
#include <cstdio>
#include <cstring>

#include "env/monitor.hpp"
#include "sim/small_house.hpp"

int main(int argc, char** argv) {
  const bool locked = argc > 1 && std::strcmp(argv[1], "locked") == 0;
  int plain = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    if (locked) {
      originpull::sim::run_small_house(seed);
    } else {
      originpull::sim::run_small_house(seed, [&plain] { ++plain; });
    }
  }
  std::printf("%d steps counted\n", plain);
}
