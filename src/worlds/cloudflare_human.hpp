// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a person does in Cloudflare's dashboard, behind the operator's back: flip a switch, change the encryption
// mode, upload or delete a certificate; and what only Cloudflare does, such as a deployment that times out. The
// control endpoint sends it as JSON: {"zone": "example.com", "do": "zone-level", "enabled": false}. Thread-safe, as
// the world is. What cannot be understood or done is kInvalid.
//
//   zone-level   enabled                 setting      name, value and/or editable
//   upload       certificate, private_key (without: a fresh one is made)      delete       id or fingerprint
//   set-status   id or fingerprint, status         edge         origin, originCa and/or versioned
#include <string_view>

#include "base/result.hpp"
#include "worlds/cloudflare_world.hpp"

namespace originpull::worlds {

// Comes back with a JSON text: the uploaded certificate as {"id", "fingerprint"}, else {}.
Result<std::string> act_as_human(CloudflareWorld&, std::string_view body);

}  // namespace originpull::worlds
