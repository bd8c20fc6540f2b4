// SPDX-License-Identifier: Apache-2.0
#pragma once
// Six client certificates with their keys, written down, for the scenarios. The one idea: a scenario must be the same
// in every process, and fresh certificates would have other fingerprints, which decide the order in places. They are
// self-signed, P-256, valid from 2025 to 2045, made for this and of no use elsewhere. Constants, there before main
// begins; any thread may read them; nothing fails.
#include <array>
#include <string>

namespace originpull::sim {

struct ScenarioPair {
  std::string fingerprint;
  std::string certificate_pem;
  std::string key_pem;
};
const std::array<ScenarioPair, 6>& scenario_pairs();

}  // namespace originpull::sim
