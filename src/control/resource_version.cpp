// SPDX-License-Identifier: Apache-2.0
#include "control/resource_version.hpp"

#include <algorithm>

namespace originpull::control {
namespace {

bool is_ordered(std::string_view version) {
  return !version.empty() && version.front() != '0' &&
         std::all_of(version.begin(), version.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right) {
  if (left == right) return std::strong_ordering::equal;
  if (!is_ordered(left) || !is_ordered(right)) return std::nullopt;
  if (left.size() != right.size()) return left.size() <=> right.size();
  return left <=> right;
}

bool is_older(std::string_view version, std::string_view than) {
  const auto order = compare_versions(version, than);
  return order && *order < 0;
}

}  // namespace originpull::control
