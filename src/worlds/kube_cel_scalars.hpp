// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a rule in CEL does with single values: whole numbers that overflow as in Go, durations as Go writes them, texts
// counted in characters. The one idea: these know neither objects nor types, so the evaluation in kube_cel.cpp stays a
// walk over the tree. Durations are in nanoseconds, as Go counts them. Pure, any thread; what has no result is nothing,
// or a sentence of cel-go's.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace originpull::worlds {

// "_+_", "_-_", "_*_", "_/_", "_%_"
tl::expected<std::int64_t, std::string> cel_whole(std::string_view operation, std::int64_t x, std::int64_t y);
// In nanoseconds: "1h30m", "1.5s", "-2ms".
std::optional<std::int64_t> cel_duration(std::string_view text);
// All of the text.
std::optional<std::int64_t> cel_integer(std::string_view text);
std::optional<double> cel_number(const std::string& text);
std::int64_t cel_length(std::string_view text);
// "trim", "lowerAscii", "upperAscii"
std::string cel_changed(std::string_view how, std::string text);

}  // namespace originpull::worlds
