// SPDX-License-Identifier: Apache-2.0
#include "base/bug.hpp"

#include <cstdio>
#include <cstdlib>

namespace originpull {

void bug(std::string_view what, std::source_location where) {
  std::fprintf(stderr, "BUG %s:%u: %.*s. Please report this line.\n", where.file_name(), where.line(),
               static_cast<int>(what.size()), what.data());
  std::fflush(stderr);
  std::abort();
}

}  // namespace originpull
