// SPDX-License-Identifier: Apache-2.0
#pragma once
// The three words for time in the house. `Wall` is what certificates and status fields speak of, and can jump.
// `Instant` counts from the boot of the machine, suspend included (CLOCK_BOOTTIME), and is what deadlines and leases
// are measured on. Both come only from env::Env; these are plain values, so that pure rooms can compute with them.
// A Wall and an Instant do not mix, which the compiler sees to. No threads; overflow is the caller's to avoid.
#include <chrono>

namespace originpull {

using Duration = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Wall = std::chrono::sys_time<Duration>;

struct BootClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};
using Instant = BootClock::time_point;

}  // namespace originpull
