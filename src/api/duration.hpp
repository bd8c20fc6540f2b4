// SPDX-License-Identifier: Apache-2.0
#pragma once
// Durations as the schema has them: whole hours, minutes and seconds in Go's notation without fractions, "10m",
// "1h30m", "90s". It stands beside the codec, which reads the spec's durations with it; messages print them in the
// same form, so that a user can paste what they read. Pure functions on values, any thread. A text that is no
// duration, or is longer than a year, is kInvalid with a sentence for the user.
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace originpull::api {

Result<Seconds> parse_duration(std::string_view text);
std::string format_duration(Seconds);  // "10m0s" is never written: "10m", "1h30m", "45s", "0s"

}  // namespace originpull::api
