// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the kernel says of another process: its memory and its processor time. Memory is from smaps_rollup, where
// "anonymous" is what the process itself wrote and nobody can share or drop: the figure that a container's limit
// meets. Processor time is read from the process' own clock, to the microsecond, ended threads included.
// Stateless, any thread. A process that is gone, or may not be looked at, ends the run with an exception.
#include <sys/types.h>
#include <chrono>
#include <cstdint>

namespace originpull::bench {

using Microseconds = std::chrono::microseconds;

struct Memory {
  std::int64_t resident_kib = 0;
  std::int64_t anonymous_kib = 0;
};

Memory memory_of(pid_t pid);
Microseconds processor_time_of(pid_t pid);

}  // namespace originpull::bench
