// SPDX-License-Identifier: Apache-2.0
#pragma once
// `decoded_config` is api::decode_config for the judges of a simulation. Half a dozen of them look at each text that is
// stored, and again and again at the last one; decoding it for each was a tenth of a run. The newest few are
// remembered, for the whole process. Any thread; an answer is shared and never changes, and is a failure where the text
// cannot be read.
#include <memory>
#include <string>

#include "api/origin_pull_config.hpp"
#include "base/result.hpp"

namespace originpull::sim {

using DecodedConfig = std::shared_ptr<const Result<api::OriginPullConfig>>;
DecodedConfig decoded_config(const std::string& text);

}  // namespace originpull::sim
