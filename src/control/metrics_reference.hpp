// SPDX-License-Identifier: Apache-2.0
#pragma once
// The page docs/reference/metrics.md, rendered from the table of metrics, so that nobody keeps a list by hand.
// A test compares the page with this; `origin-pull-operator metrics-reference` prints it, which is how the page is
// written.
// Pure; any thread; cannot fail.
#include <string>

namespace originpull::control {

// The whole page, with a final newline.
std::string metrics_reference();

}  // namespace originpull::control
