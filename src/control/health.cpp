// SPDX-License-Identifier: Apache-2.0
#include "control/health.hpp"

#include <set>

namespace originpull::control {
namespace {

struct Query {
  bool verbose = false;
  std::set<std::string_view> exclude = {};
};

Query parse(std::string_view text) {
  constexpr std::string_view kExclude = "exclude=";
  Query query;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    if (part == "verbose" || part.starts_with("verbose=")) query.verbose = true;
    if (part.starts_with(kExclude)) query.exclude.insert(part.substr(kExclude.size()));
  }
  return query;
}

}  // namespace

HealthAnswer Health::answer(std::string_view what, const std::vector<Named>& checks, std::string_view text) {
  const Query query = parse(text);
  std::string lines;
  bool ok = true;
  for (const Named& check : checks) {
    if (query.exclude.contains(check.name)) {
      lines += "[+]" + check.name + " excluded: ok\n";
      continue;
    }
    const auto wrong = check.check();
    ok = ok && !wrong;
    lines += wrong ? "[-]" + check.name + " failed: " + *wrong + "\n" : "[+]" + check.name + " ok\n";
  }
  if (ok && !query.verbose) return {.status = 200, .text = "ok\n"};
  lines += std::string(what) + (ok ? " check passed\n" : " check failed\n");
  return {.status = ok ? 200 : 500, .text = std::move(lines)};
}

}  // namespace originpull::control
