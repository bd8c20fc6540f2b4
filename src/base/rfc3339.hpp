// SPDX-License-Identifier: Apache-2.0
#pragma once
// Times as text, the way Kubernetes and Cloudflare write them: RFC 3339. It stands below every codec, so that there is
// one reader and one writer of times in the house. Written in UTC with a `Z`; read with any offset and any number of
// fractional digits, cut to milliseconds. Whole seconds are what status fields carry; a Lease carries microseconds.
// What can be read can be written and read again. Pure; a text that is no time is kInvalid.
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace originpull {

Result<Wall> parse_rfc3339(std::string_view text);
std::string format_rfc3339(Wall time);         // "2026-11-24T05:00:00Z", rounded down
std::string format_rfc3339_micros(Wall time);  // "2026-11-24T05:00:00.123000Z", as Kubernetes' MicroTime

}  // namespace originpull
