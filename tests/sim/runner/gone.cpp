// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/gone.hpp"

#include <algorithm>

namespace originpull::sim {
namespace {

// "example" of ".../originpullconfigs/example/status"; empty: the call is about none, or about all.
std::string resource_of(const std::string& target) {
  constexpr std::string_view kConfigs = "/originpullconfigs/";
  const auto at = target.find(kConfigs);
  if (at == std::string::npos) return {};
  const auto from = at + kConfigs.size();
  return target.substr(from, std::min(target.find_first_of("/?", from), target.size()) - from);
}

}  // namespace

std::vector<std::string> looks_for_what_is_gone(std::span<const Call> calls, std::span<const std::string> there) {
  std::vector<std::string> broken;
  for (const Call& call : calls) {
    if (call.cloudflare && there.empty()) broken.push_back("O9: no resource is left, and " + to_text(call));
    if (call.cloudflare) continue;
    const std::string name = resource_of(call.target);
    if (!name.empty() && std::ranges::find(there, name) == there.end())
      broken.push_back("O17: the resource " + name + " has long been gone, and " + to_text(call));
  }
  if (broken.size() > 3) broken.resize(3);
  return broken;
}

}  // namespace originpull::sim
