// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the simulated API server says of a resource of the CRD, beside what kubectl prints of the real one's refusal:
// both as sets of lines, so that a test of the schema compares the two worlds word for word. Only the order is left
// out, which the real server changes from answer to answer. The schema is compiled once from crds/, then shared.
// One thread; a CRD that the simulation cannot keep ends the test.
#include "support/crd_file.hpp"
#include "worlds/kube_prune.hpp"
#include "worlds/kube_validate.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <sstream>
#include <string>

namespace originpull::e2e {

inline const worlds::KubeSchema& simulated_schema() {
  static const worlds::KubeSchema one =
      worlds::compile_schema(
          nlohmann::json::parse(support::crd_json()).at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema"))
          .value();
  return one;
}

inline std::set<std::string> simulated_words(nlohmann::json object, const nlohmann::json* old = nullptr,
                                             worlds::KubeScope scope = worlds::KubeScope::kAll) {
  worlds::fill_defaults(object, simulated_schema());
  std::set<std::string> words;
  for (const auto& cause :
       worlds::validate_custom(object, old, simulated_schema(), worlds::origin_pull_config_rules(), scope))
    words.insert(cause.field + ": " + cause.message);
  return words;
}

// Of `The OriginPullConfig "x" is invalid: one` or, of several, a line each after `* `.
inline std::set<std::string> words_of_kubectl(const std::string& err) {
  const std::string mark = " is invalid: ";
  const auto at = err.find(mark);
  if (at == std::string::npos) return {};
  std::istringstream lines(err.substr(at + mark.size()));
  std::set<std::string> words;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) words.insert(line.starts_with("* ") ? line.substr(2) : line);
  return words;
}

}  // namespace originpull::e2e
