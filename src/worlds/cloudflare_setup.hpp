// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a simulated Cloudflare starts with, as one JSON document: zones, tokens, modes and faults, in the words that the
// control endpoint uses for each of them, so that a file, a request and a test say the same thing in the same way. Read
// as a whole before anything is touched. Pure but for `apply`, which is thread-safe as the world is. What is unknown,
// of the wrong type or about a zone that there is not is kInvalid, with its path; a token is never quoted.
//
//   {"zones":  [{"name", "id", "status", "account", "origin", "originCa", "customHostnames", "versioned", "zoneLevel",
//                "ssl", "tlsClientAuth", "uneditable": ["ssl"]}],
//    "tokens": [{"token" or "email" and "key", "permissions", "zones", "owner", "account", "disabled", "notBefore",
//                "expiresOn", "revoked"}],
//    "modes":  {"deployDelayMs", …, "without": [17]},   "faults": [{"kind", …}]}
#include <string>
#include <string_view>
#include <vector>

#include "worlds/cloudflare_world.hpp"
#include "worlds/http_faults.hpp"

namespace originpull::worlds {

struct SimTokenSetup {
  std::string text = {};
  SimToken token = {};  // its zones by name or id
  bool revoked = false;
};

struct CloudflareSetup {
  std::vector<SimZone> zones = {};
  std::vector<SimTokenSetup> tokens = {};
  CloudflareModes modes = {};
  std::vector<HttpFault> faults = {};
};

// One zone, one token, as the control endpoint takes them.
SimZone read_zone(json::Decoder&);
SimTokenSetup read_token(json::Decoder&);

// `before`: the modes that the document may leave alone.
Result<CloudflareSetup> read_setup(std::string_view text, const CloudflareModes& before);
// Adds a token, or revokes it. kInvalid: a zone that there is not.
Result<void> put_token(CloudflareWorld&, const SimTokenSetup&);
// Adds to what is there: a zone or a token that is there already is replaced.
Result<void> apply(const CloudflareSetup&, CloudflareWorld&, HttpFaults&);

}  // namespace originpull::worlds
