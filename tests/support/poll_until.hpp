// SPDX-License-Identifier: Apache-2.0
#pragma once
// Waiting for something outside this process, which has no signal for us: a server that becomes ready, a line in a log.
// It asks again every few milliseconds until the answer is yes or the limit has passed, so a test waits as long as the
// thing takes and no longer, and a broken thing ends in a failure instead of a hang. For what happens inside this
// process use env::Monitor. Real time: never in a simulated test.
#include <poll.h>
#include <chrono>

namespace originpull::support {

// Whether `holds()` became true within `limit`; it is asked at least once, and a last time when the limit has passed.
template <class Holds>
bool poll_until(std::chrono::milliseconds limit, Holds&& holds,
                std::chrono::milliseconds pause = std::chrono::milliseconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const bool last = std::chrono::steady_clock::now() >= deadline;
    if (holds()) return true;
    if (last) return false;
    ::poll(nullptr, 0, static_cast<int>(pause.count()));
  }
}

}  // namespace originpull::support
