// SPDX-License-Identifier: Apache-2.0
#pragma once
// The text form of an OriginPullConfig: decode what the API server sends, and encode the status that the operator
// writes. It stands between kube, which carries text and knows no kind, and the planner, which knows structs and no
// text. Decoding fills in the schema's defaults for fields that are absent (an object made before a default existed),
// and says the first fault with its path (kInvalid). Encoding is stable: the same status is the same bytes. Pure; no
// exceptions leave.
#include <string>
#include <string_view>

#include "api/duration.hpp"
#include "api/origin_pull_config.hpp"
#include "base/result.hpp"

namespace originpull::api {

Result<OriginPullConfig> decode_config(std::string_view json);

// The whole object that `PUT …/status` takes: apiVersion, kind, metadata (name, namespace, uid, resourceVersion) and
// status.
std::string encode_status_update(const OriginPullConfig& with_new_status);

}  // namespace originpull::api
