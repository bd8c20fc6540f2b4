// SPDX-License-Identifier: Apache-2.0
#pragma once
// `bug` ends the process because an invariant of ours is broken, in release too: a restart from what Kubernetes and
// Cloudflare remember is safer than going on from a state that nobody thought of (architecture.md section 5).
// Never for bad input; that is an Error. May be called on any thread and with any lock held: it takes none, prints, and
// does not return.
#include <source_location>
#include <string_view>

namespace originpull {

// Prints one line with the place and `what` to standard error and aborts.
[[noreturn]] void bug(std::string_view what, std::source_location where = std::source_location::current());

inline void check(bool holds, std::string_view what, std::source_location where = std::source_location::current()) {
  if (!holds) bug(what, where);
}

}  // namespace originpull
