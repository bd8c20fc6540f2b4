// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {

const std::vector<KnownDifference>& known_differences() {
  static const std::vector<KnownDifference> all = {};
  return all;
}

}  // namespace originpull::behaviour
