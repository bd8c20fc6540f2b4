// SPDX-License-Identifier: Apache-2.0
#include "api/duration.hpp"

#include <array>
#include <cstdint>
#include <utility>

namespace originpull::api {
namespace {

constexpr std::array<std::pair<char, std::int64_t>, 3> kUnits{{{'h', 3600}, {'m', 60}, {'s', 1}}};
constexpr std::int64_t kYear = 366L * 24 * 3600;

std::int64_t unit(char c) {
  for (const auto& [letter, seconds] : kUnits) {
    if (letter == c) return seconds;
  }
  return 0;
}

}  // namespace

Result<Seconds> parse_duration(std::string_view text) {
  const auto refuse = [] {
    return fail(ErrorKind::kInvalid, "read a duration",
                "expected hours, minutes and seconds such as 90s, 10m or 1h30m");
  };
  std::int64_t total = 0;
  std::int64_t number = 0;
  bool has_digits = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      has_digits = true;
      if (number > kYear) return refuse();
      continue;
    }
    const std::int64_t seconds = unit(c);
    if (seconds == 0 || !has_digits) return refuse();
    total += number * seconds;
    if (total > kYear) return refuse();
    number = 0;
    has_digits = false;
  }
  if (text.empty() || has_digits) return refuse();
  return Seconds(total);
}

std::string format_duration(Seconds duration) {
  std::string out;
  std::int64_t rest = duration.count();
  for (const auto& [letter, seconds] : kUnits) {
    if (rest / seconds == 0) continue;
    out += std::to_string(rest / seconds) + letter;
    rest %= seconds;
  }
  return out.empty() ? "0s" : out;
}

}  // namespace originpull::api
