// SPDX-License-Identifier: Apache-2.0
#include "bench/process_figures.hpp"

#include <time.h>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace originpull::bench {

Memory memory_of(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/smaps_rollup");
  Memory memory;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string name;
    std::int64_t kib = 0;
    words >> name >> kib;
    if (name == "Rss:") memory.resident_kib = kib;
    if (name == "Anonymous:") memory.anonymous_kib = kib;
  }
  if (memory.resident_kib == 0) throw std::runtime_error("the memory of the operator cannot be read: did it end?");
  return memory;
}

Microseconds processor_time_of(pid_t pid) {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
    throw std::runtime_error("the processor time of the operator cannot be read: did it end?");
  return std::chrono::duration_cast<Microseconds>(std::chrono::seconds(used.tv_sec) +
                                                  std::chrono::nanoseconds(used.tv_nsec));
}

}  // namespace originpull::bench
