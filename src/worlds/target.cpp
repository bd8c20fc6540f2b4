// SPDX-License-Identifier: Apache-2.0
#include "worlds/target.hpp"

#include <algorithm>

namespace originpull::worlds {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

// Cuts `text` at the first `separator` and returns what stood before it.
std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view part = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(part.size() + 1, text.size()));
  return part;
}

}  // namespace

Target parse_target(std::string_view target) {
  Target parsed;
  std::string_view path = take_until(target, '?');
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) parsed.segments.push_back(decoded(take_until(path, '/'), false));
  while (!target.empty()) {
    std::string_view pair = take_until(target, '&');
    const std::string name = decoded(take_until(pair, '='), true);
    parsed.query[name] = decoded(pair, true);
  }
  return parsed;
}

}  // namespace originpull::worlds
