// SPDX-License-Identifier: Apache-2.0
#pragma once
// Request targets below Cloudflare's base URL. Zone ids, certificate ids and names come from
// a resource that a user wrote or from an earlier answer, so each is percent-encoded as one
// segment: none can leave its place in the path. Pure functions, any thread; they cannot
// fail.
#include <string>
#include <string_view>

namespace originpull::cloudflare {

// zone_path("023e…", "settings/ssl") is "/zones/023e…/settings/ssl": `zone` is one segment, `rest` is split at its
// slashes.
std::string zone_path(std::string_view zone, std::string_view rest = {});
// zone_path of a certificate of the zone; `id` is one segment.
std::string certificate_path(std::string_view zone, std::string_view id);

}  // namespace originpull::cloudflare
