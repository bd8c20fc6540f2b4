// SPDX-License-Identifier: Apache-2.0
#pragma once
// Four client certificates with their keys, written down: a scenario must be the same in every process, and fresh
// certificates would have other fingerprints, which decide the order in places. Self-signed, P-256, valid from 2025
// to 2045, made for this and of no use elsewhere. Constants, any thread; nothing fails.
#include <array>
#include <string>

namespace originpull::sim {

struct ScenarioPair {
  std::string fingerprint;
  std::string certificate_pem;
  std::string key_pem;
};
const std::array<ScenarioPair, 4>& scenario_pairs();

}  // namespace originpull::sim
