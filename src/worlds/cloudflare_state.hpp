// SPDX-License-Identifier: Apache-2.0
#pragma once
// Everything that the simulated Cloudflare knows, as plain values: zones with their certificates and switches, API
// tokens, modes. Time passes in it lazily: what an upload or a deletion will become, and when, is written down as
// `steps`, and `settle` brings the state to a moment, in the order of the due times, so nothing runs in the
// background. What the edge presents follows from the state (cloudflare_edge.hpp), which no API call tells; each
// change of it is noted in the zone's history. Owned by CloudflareWorld under its Monitor, copied out for oracles, so
// what is big stands behind a shared pointer. It stays bounded: tombstones and history forget their oldest. Pure
// functions; nothing here fails.
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret_string.hpp"
#include "base/time.hpp"
#include "worlds/cloudflare_modes.hpp"

namespace originpull::worlds {

inline constexpr std::string_view kSimAccount = "01a7362d577a6c3019a474fd6f485823";
inline constexpr std::size_t kMostTombstones = 100;  // per zone and level; older ones are 404 as if they never were
inline constexpr std::size_t kMostHistory = 256;     // per zone

enum class Level { kZone, kHostname };  // of a certificate

struct Moment {
  Wall wall{};
  Instant instant{};
};

struct SimStep {
  Moment at = {};
  std::string status = {};
};

// What was uploaded, and what it says of itself. Never changed, so copies of the state share it.
struct SimLeaf {
  std::string fingerprint = {};
  std::string pem = {};   // as answers echo it and as the edge presents it, the leaf first
  std::string sent = {};  // as it was uploaded
  SecretString key = {};  // for the edge alone; in no answer
  std::string issuer = {};
  std::string signature = {};
  std::string serial = {};
  Wall expires_on{};
};

struct SimCertificate {
  using Step = SimStep;
  std::string id = {};
  std::string fingerprint = {};
  std::shared_ptr<const SimLeaf> leaf = {};
  Wall uploaded_on{};
  Wall updated_at{};
  std::string status = {};
  std::vector<Step> steps = {};  // still to come, in order
  Instant listed_from{};
  std::uint64_t uploaded = 0;  // order of upload in its zone
  std::uint64_t deployed = 0;  // order of deployment in its zone; 0: not, or no longer
  bool foreign = false;        // uploaded by a human through the control endpoint
};
bool is_tombstone(const SimCertificate&);

// A hostname and the certificate that the edge presents for it.
struct SimAssociation {
  std::string certificate_id = {};
  std::optional<bool> enabled = {};  // empty: being voided
  std::string status = {};
  Wall created_at{};
  Wall updated_at{};
  std::vector<SimStep> steps = {};  // still to come, in order
  std::string deployed_id = {};     // what the edge knows; empty: nothing yet
  bool deployed_enabled = false;
};

struct SimSetting {
  std::string value = {};
  bool editable = true;
  Wall modified_on{};
};

// What the edge presents to an origin, in the words of `presented`, and with what.
struct Presentation {
  std::string what = "none";
  std::shared_ptr<const SimLeaf> leaf = {};  // of an uploaded certificate
};

struct SimZone {
  struct Presented {
    Wall at{};
    std::string what = {};  // as `presented` says of the zone itself
    Instant since{};
    std::uint64_t number = 0;  // counts the changes; the oldest are forgotten
    std::shared_ptr<const SimLeaf> leaf = {};
    std::shared_ptr<const std::map<std::string, Presentation>> hosts = {};  // those with an association of their own
  };
  std::string id = {};
  std::string name = {};
  std::string status = "active";
  std::string account = std::string(kSimAccount);
  std::string origin = {};                         // "127.0.0.1:8443", where the edge connects to
  std::string origin_ca = {};                      // PEM that `strict` verifies the origin by; empty: public roots
  std::vector<std::string> custom_hostnames = {};  // of Cloudflare for SaaS, served by the zone's edge
  bool versioned = false;                          // Zone Versioning, with which the edge presents nothing
  bool zone_level = false;
  bool zone_level_touched = false;  // somebody has set it
  SimSetting tls_client_auth{.value = "off"};
  SimSetting ssl{.value = "full"};
  Wall created_on{};
  std::vector<SimCertificate> certificates = {};            // in the order of their uploads, tombstones included
  std::vector<SimCertificate> host_certificates = {};       // likewise
  std::map<std::string, SimAssociation> associations = {};  // by hostname
  std::uint64_t uploads = 0;
  std::uint64_t deployments = 0;
  Instant busy_until{};
  std::vector<Presented> history = {};  // what the edge has presented, each change, oldest first
  std::uint64_t changes = 0;

  SimSetting* setting(std::string_view setting_name);
  SimCertificate* certificate(std::string_view certificate_id);
  SimCertificate* host_certificate(std::string_view certificate_id);
};

struct SimToken {
  std::string id = {};                        // for messages, as Cloudflare names it
  std::vector<std::string> permissions = {};  // of kPermissions
  std::vector<std::string> zones = {};        // ids; empty: all
  std::string owner = {};                     // whose request budget it uses; empty: its own
  std::string account = {};                   // of a token that an account owns; empty: a user's token
  bool disabled = false;
  std::optional<Wall> not_before = {};
  std::optional<Wall> expires_on = {};
  Instant fresh_until{};
  std::uint64_t asked = 0;

  bool may(std::string_view permission, const SimZone& zone) const;
  bool sees(const SimZone& zone) const;
  bool has(std::string_view permission) const;  // in some zone
  std::string_view status(Wall now) const;      // "active", "disabled" or "expired"
};
// "zone-read", "ssl-read", "ssl-write", "settings-read", "settings-write"; writing includes reading.
const std::vector<std::string>& all_permissions();

// The requests of one owner in the window that began with the first of them.
struct SimBudget {
  Instant since{};
  int used = 0;
  Instant blocked_until{};
};

// Cloudflare's own certificate for origin pulls, of this world alone.
struct SimShared {
  std::string ca_pem = {};
  std::shared_ptr<const SimLeaf> leaf = {};
};

struct CloudflareState {
  CloudflareModes modes = {};
  std::map<std::string, SimZone> zones = {};         // by id
  std::map<std::string, SimToken> tokens = {};       // by text; a legacy key by "email key"
  std::map<std::string, SimBudget> budgets = {};     // by owner
  std::vector<Instant> auth_failures = {};           // not more than are needed to judge the next
  std::shared_ptr<const SimShared> shared = {};      // made when it is first asked for
  std::multimap<std::string, std::string> ids = {};  // of zones by name; `zones_named` keeps it

  SimZone* zone(std::string_view id_or_name);
  SimToken* token(std::string_view text);
  std::vector<SimZone*> zones_named(std::string_view name);
};

// What the edge presents to the origin of the zone: a fingerprint, "shared" (Cloudflare's own certificate), "unknown"
// (the switch is on and nothing is deployed: Cloudflare's texts disagree), or "none". With a host of the zone: what it
// presents for that one.
std::string presented(const SimZone&, std::string_view host = {});
// Brings a zone, or all of them, to `now`, and notes what has been presented until then.
void settle(SimZone&, const Moment& now, const BehaviourSet& without = {});
void settle(CloudflareState&, const Moment& now);

}  // namespace originpull::worlds
