// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything that the simulated Cloudflare knows, as plain values: zones with their certificates and switches, API
// tokens, modes. Time passes in it lazily: what an upload or a deletion will become, and when, is written down as
// `steps`, and `settle` brings the state to a moment, in the order of the due times, so nothing runs in the
// background. What the edge presents follows from the state: the newest *deployment* of a zone whose switch is on,
// which no API call tells. Owned by CloudflareWorld under its Monitor, copied out for oracles. Pure functions;
// nothing here fails.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "worlds/cloudflare_modes.hpp"

namespace originpull::worlds {

struct Moment {
  Wall wall{};
  Instant instant{};
};

struct SimCertificate {
  struct Step {
    Moment at = {};
    std::string status = {};
  };
  std::string id = {};
  std::string pem = {};
  std::string fingerprint = {};
  std::string issuer = {};
  std::string signature = {};
  std::string serial = {};
  Wall expires_on{};
  Wall uploaded_on{};
  std::string status = {};
  std::vector<Step> steps = {};  // still to come, in order
  Instant listed_from{};
  std::uint64_t deployed = 0;  // order of deployment in its zone; 0: not, or no longer
  bool foreign = false;        // uploaded by a human through the control endpoint
};

struct SimSetting {
  std::string value = {};
  bool editable = true;
  Wall modified_on{};
};

struct SimZone {
  struct Presented {
    Wall at{};
    std::string what = {};  // as `presented` says
  };
  std::string id = {};
  std::string name = {};
  std::string status = "active";
  bool zone_level = false;
  SimSetting tls_client_auth{.value = "off"};
  SimSetting ssl{.value = "full"};
  std::vector<SimCertificate> certificates = {};  // in the order of their uploads, tombstones included
  std::uint64_t deployments = 0;
  Instant busy_until{};
  std::vector<Presented> history = {};  // what the edge has presented, each change, oldest first

  SimSetting* setting(std::string_view setting_name);
  SimCertificate* certificate(std::string_view certificate_id);
};

struct SimToken {
  std::string id = {};                        // for messages, as Cloudflare names it
  std::vector<std::string> permissions = {};  // of kPermissions
  std::vector<std::string> zones = {};        // ids; empty: all
  std::vector<Instant> used = {};             // requests in the window
  Instant blocked_until{};

  bool may(std::string_view permission, const SimZone& zone) const;
  bool sees(const SimZone& zone) const;
};
// "zone-read", "ssl-read", "ssl-write", "settings-read", "settings-write"; writing includes reading.
const std::vector<std::string>& all_permissions();

struct CloudflareState {
  CloudflareModes modes = {};
  std::map<std::string, SimZone> zones = {};    // by id
  std::map<std::string, SimToken> tokens = {};  // by text
  std::vector<Instant> auth_failures = {};

  SimZone* zone(std::string_view id_or_name);
  SimToken* token(std::string_view text);
};

// What the edge presents to the origin of the zone: a fingerprint, "shared" (Cloudflare's own certificate), "unknown"
// (the switch is on and nothing is deployed: Cloudflare's texts disagree), or "none".
std::string presented(const SimZone&);
// Brings a zone, or all of them, to `now`, and notes what has been presented until then.
void settle(SimZone&, const Moment& now);
void settle(CloudflareState&, const Moment& now);

}  // namespace originpull::worlds
