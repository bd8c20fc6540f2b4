// SPDX-License-Identifier: Apache-2.0
#pragma once
// Cloudflare wraps every answer in one envelope: `success`, `errors`, `messages`, `result`. `open_envelope` tells a
// success from everything else that comes back under that name or instead of it (2xx without success, HTML, cut JSON,
// `null`, an empty body), and the readers below turn a `result` into our types, tolerating what they do not know.
// Pure functions, any thread. They quote nothing of an answer but field names and kinds.
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cloudflare/error_table.hpp"
#include "cloudflare/types.hpp"
#include "json/json.hpp"
#include "net/transport.hpp"

namespace originpull::cloudflare {

struct Envelope {
  std::optional<json::Document> success;  // the whole envelope, if the call succeeded
  FailedAnswer failure;                   // meaningful only without `success`
};
Envelope open_envelope(const net::Response&);

// Each reads `result` of a successful envelope. kInternal: it does not have the form that it must have.
Result<std::vector<Zone>> read_zones(const json::Document&);  // null is empty
Result<Zone> read_zone(const json::Document&);
Result<std::vector<Certificate>> read_certificates(const json::Document&);  // null is empty
Result<Certificate> read_certificate(const json::Document&);
Result<bool> read_enabled(const json::Document&);
Result<Setting> read_setting(const json::Document&);

// `retry-after` in whole seconds; a date or nonsense is nothing.
std::optional<Duration> read_retry_after(const net::Head&);
// How long nobody should call because `Ratelimit` ("default";r=0;t=30) says that no request is left; else nothing.
std::optional<Duration> read_exhausted(const net::Head&);

}  // namespace originpull::cloudflare
