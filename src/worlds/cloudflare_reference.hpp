// SPDX-License-Identifier: Apache-2.0
#pragma once
// The page docs/reference/cloudflare-behaviours.md, rendered from the table of behaviours, so that nobody keeps a list
// by hand. A test compares the page with this; `cloudflare-sim --behaviours` prints it, which is how the page is
// written.
//
// Pure; any thread; cannot fail.
#include <string>

namespace originpull::worlds {

// The whole page, with a final newline.
std::string behaviours_reference();

}  // namespace originpull::worlds
