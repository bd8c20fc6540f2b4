// SPDX-License-Identifier: Apache-2.0
#pragma once
// `encode_status` writes the status object in the order of product.md, leaving out what is empty. It is the writing
// half behind `encode_status_update`, which users call; internal to the room. The one idea: the same status is always
// the same bytes, so that a status with nothing new can be seen to be so. Times are cut to whole seconds, as
// Kubernetes keeps them. Pure, on the caller's Writer; cannot fail.
#include "api/origin_pull_config.hpp"
#include "json/writer.hpp"

namespace originpull::api {

void encode_status(json::Writer&, const Status&);

}  // namespace originpull::api
