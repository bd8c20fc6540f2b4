// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the system says about this process (CPU time, memory, open files), for the process_* metrics that every
// dashboard expects. The one idea: only a scrape asks for it, so /proc is read then and nothing is kept.
// Called on the server's thread; any thread may.
// A figure that the system does not give is left as it is.
#include "control/metrics.hpp"

namespace originpull::control {

void report_process(Metrics& metrics);

}  // namespace originpull::control
