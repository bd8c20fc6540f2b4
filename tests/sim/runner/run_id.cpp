// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/run_id.hpp"

#include <charconv>

namespace originpull::sim {

std::string to_text(const RunId& id) { return id.base + ":" + to_text(id.mishaps) + ":" + std::to_string(id.seed); }

Result<RunId> read_run_id(std::string_view text) {
  const auto first = text.find(':');
  const auto last = text.rfind(':');
  RunId id;
  const auto bad = [&] {
    return fail(ErrorKind::kInvalid, "read the run \"" + std::string(text) + "\"", "it looks like rotation:F3@17:1");
  };
  if (first == std::string_view::npos || first == last) return bad();
  const std::string_view seed = text.substr(last + 1);
  const auto [end, error] = std::from_chars(seed.data(), seed.data() + seed.size(), id.seed);
  if (error != std::errc() || end != seed.data() + seed.size()) return bad();
  id.base = text.substr(0, first);
  id.mishaps = TRY(read_mishaps(text.substr(first + 1, last - first - 1)));
  return id;
}

}  // namespace originpull::sim
