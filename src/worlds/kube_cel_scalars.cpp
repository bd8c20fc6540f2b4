// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_cel_scalars.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <utility>

namespace originpull::worlds {
namespace {

// Takes the unit from the front of the text.
std::optional<std::int64_t> unit_of(std::string_view& text) {
  constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {{"ns", 1},
                                                                  {"us", 1'000},
                                                                  {"ms", 1'000'000},
                                                                  {"s", 1'000'000'000},
                                                                  {"m", 60'000'000'000},
                                                                  {"h", 3'600'000'000'000}};
  for (const auto& [name, nanoseconds] : kUnits) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    return nanoseconds;
  }
  return std::nullopt;
}

}  // namespace

tl::expected<std::int64_t, std::string> cel_whole(std::string_view operation, std::int64_t x, std::int64_t y) {
  const auto fail = [](const char* what) { return tl::unexpected<std::string>(what); };
  const bool divides = operation == "_/_" || operation == "_%_";
  if (divides && y == 0) return fail(operation == "_/_" ? "division by zero" : "modulus by zero");
  std::int64_t out = 0;
  bool over = false;
  if (operation == "_+_") over = __builtin_add_overflow(x, y, &out);
  if (operation == "_-_") over = __builtin_sub_overflow(x, y, &out);
  if (operation == "_*_") over = __builtin_mul_overflow(x, y, &out);
  if (divides) over = x == std::numeric_limits<std::int64_t>::min() && y == -1;
  if (over) return fail("integer overflow");
  if (divides) out = operation == "_/_" ? x / y : x % y;
  return out;
}

std::optional<std::int64_t> cel_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
    const std::string number(text.substr(0, digits));
    text.remove_prefix(digits);
    const auto unit = unit_of(text);
    if (number.empty() || number == "." || std::ranges::count(number, '.') > 1 || !unit) return std::nullopt;
    total += std::strtod(number.c_str(), nullptr) * static_cast<double>(*unit);
  }
  if (total >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return static_cast<std::int64_t>(negative ? -total : total);
}

std::optional<std::int64_t> cel_integer(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<double> cel_number(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') return std::nullopt;
  return number;
}

std::int64_t cel_length(std::string_view text) {
  return std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
}

std::string cel_changed(std::string_view how, std::string text) {
  if (how == "trim") {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  }
  const bool upper = how == "upperAscii";
  for (char& c : text) {
    if (upper && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!upper && c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

}  // namespace originpull::worlds
