// SPDX-License-Identifier: Apache-2.0
#pragma once
// `encode_status` writes the status object in the order of product.md, leaving out what is empty. Internal to the room; users
// call `encode_status_update`. The same status is the same bytes; cannot fail.
#include "api/origin_pull_config.hpp"
#include "json/writer.hpp"

namespace originpull::api {

void encode_status(json::Writer&, const Status&);

}  // namespace originpull::api
