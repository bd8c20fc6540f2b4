// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_state.hpp"

#include <algorithm>

#include "worlds/cloudflare_edge.hpp"

namespace originpull::worlds {
namespace {

SimCertificate* find(std::vector<SimCertificate>& certificates, std::string_view id) {
  const auto found =
      std::find_if(certificates.begin(), certificates.end(), [&](const SimCertificate& one) { return one.id == id; });
  return found == certificates.end() ? nullptr : &*found;
}

}  // namespace

bool is_tombstone(const SimCertificate& one) { return one.status == "pending_deletion" || one.status == "deleted"; }

SimSetting* SimZone::setting(std::string_view setting_name) {
  if (setting_name == "tls_client_auth") return &tls_client_auth;
  if (setting_name == "ssl") return &ssl;
  return nullptr;
}

SimCertificate* SimZone::certificate(std::string_view certificate_id) { return find(certificates, certificate_id); }
SimCertificate* SimZone::host_certificate(std::string_view certificate_id) {
  return find(host_certificates, certificate_id);
}

const std::vector<std::string>& all_permissions() {
  static const std::vector<std::string> all = {"zone-read", "ssl-read", "ssl-write", "settings-read", "settings-write"};
  return all;
}

bool SimToken::sees(const SimZone& zone) const {
  return zones.empty() || std::find(zones.begin(), zones.end(), zone.id) != zones.end();
}

bool SimToken::has(std::string_view permission) const {
  const auto is_given = [&](std::string_view one) {
    return std::find(permissions.begin(), permissions.end(), one) != permissions.end();
  };
  const bool by_writing =
      permission.ends_with("-read") && is_given(std::string(permission.substr(0, permission.size() - 4)) + "write");
  return is_given(permission) || by_writing;
}

bool SimToken::may(std::string_view permission, const SimZone& zone) const { return sees(zone) && has(permission); }

std::string_view SimToken::status(Wall now) const {
  if (disabled || (not_before && now < *not_before)) return "disabled";
  return expires_on && now >= *expires_on ? "expired" : "active";
}

SimZone* CloudflareState::zone(std::string_view id_or_name) {
  const auto found = zones.find(std::string(id_or_name));
  if (found != zones.end()) return &found->second;
  const auto named = zones_named(id_or_name);
  return named.empty() ? nullptr : named.front();
}

SimToken* CloudflareState::token(std::string_view text) {
  const auto found = tokens.find(std::string(text));
  return found == tokens.end() ? nullptr : &found->second;
}

// The index is made anew when zones have come or gone past it: tests and oracles put zones into the map themselves.
std::vector<SimZone*> CloudflareState::zones_named(std::string_view name) {
  const auto look_up = [&](std::vector<SimZone*>& found) {
    const auto [first, last] = ids.equal_range(std::string(name));
    for (auto it = first; it != last; ++it) {
      const auto zone = zones.find(it->second);
      if (zone == zones.end() || zone->second.name != name) return false;
      found.push_back(&zone->second);
    }
    return true;
  };
  std::vector<SimZone*> found;
  if (ids.size() == zones.size() && look_up(found)) return found;
  ids.clear();
  for (const auto& [id, zone] : zones) ids.emplace(zone.name, id);
  found.clear();
  look_up(found);
  return found;
}

std::string presented(const SimZone& zone, std::string_view host) { return presentation(zone, host).what; }

}  // namespace originpull::worlds
