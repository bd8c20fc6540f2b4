// SPDX-License-Identifier: Apache-2.0
#pragma once
// `decoded_config` is api::decode_config for the judges of a simulation, of whom half a dozen look at each text that is
// stored, and again and again at the last one: it remembers the newest few. Any thread; the answer is shared and never
// changes.
#include <memory>
#include <string>

#include "api/origin_pull_config.hpp"
#include "base/result.hpp"

namespace originpull::sim {

using DecodedConfig = std::shared_ptr<const Result<api::OriginPullConfig>>;
DecodedConfig decoded_config(const std::string& text);

}  // namespace originpull::sim
