// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_state.hpp"

#include <algorithm>

namespace originpull::worlds {
namespace {

// The certificate whose next step is due first, if one is due at `now`; of two at one time, the one uploaded first.
SimCertificate* next_due(SimZone& zone, const Moment& now) {
  SimCertificate* due = nullptr;
  for (SimCertificate& one : zone.certificates) {
    if (one.steps.empty() || one.steps.front().at.instant > now.instant) continue;
    if (due == nullptr || one.steps.front().at.instant < due->steps.front().at.instant) due = &one;
  }
  return due;
}

void note_presented(SimZone& zone, Wall at) {
  std::string what = presented(zone);
  if (zone.history.empty() || zone.history.back().what != what)
    zone.history.push_back({.at = at, .what = std::move(what)});
}

}  // namespace

SimSetting* SimZone::setting(std::string_view setting_name) {
  if (setting_name == "tls_client_auth") return &tls_client_auth;
  if (setting_name == "ssl") return &ssl;
  return nullptr;
}

SimCertificate* SimZone::certificate(std::string_view certificate_id) {
  for (SimCertificate& one : certificates) {
    if (one.id == certificate_id) return &one;
  }
  return nullptr;
}

const std::vector<std::string>& all_permissions() {
  static const std::vector<std::string> all = {"zone-read", "ssl-read", "ssl-write", "settings-read", "settings-write"};
  return all;
}

bool SimToken::sees(const SimZone& zone) const {
  return zones.empty() || std::find(zones.begin(), zones.end(), zone.id) != zones.end();
}

bool SimToken::may(std::string_view permission, const SimZone& zone) const {
  const auto has = [&](std::string_view one) {
    return std::find(permissions.begin(), permissions.end(), one) != permissions.end();
  };
  const bool by_writing =
      permission.ends_with("-read") && has(std::string(permission.substr(0, permission.size() - 4)) + "write");
  return sees(zone) && (has(permission) || by_writing);
}

SimZone* CloudflareState::zone(std::string_view id_or_name) {
  const auto found = zones.find(std::string(id_or_name));
  if (found != zones.end()) return &found->second;
  for (auto& [id, one] : zones) {
    if (one.name == id_or_name) return &one;
  }
  return nullptr;
}

SimToken* CloudflareState::token(std::string_view text) {
  const auto found = tokens.find(std::string(text));
  return found == tokens.end() ? nullptr : &found->second;
}

std::string presented(const SimZone& zone) {
  const bool encrypted = zone.ssl.value != "off" && zone.ssl.value != "flexible";
  if (!encrypted) return "none";
  if (!zone.zone_level) return zone.tls_client_auth.value == "on" ? "shared" : "none";
  const SimCertificate* newest = nullptr;
  for (const SimCertificate& one : zone.certificates) {
    if (one.deployed > (newest == nullptr ? 0 : newest->deployed)) newest = &one;
  }
  if (newest != nullptr) return newest->fingerprint;
  return zone.tls_client_auth.value == "on" ? "shared" : "unknown";
}

void settle(SimZone& zone, const Moment& now) {
  for (SimCertificate* due = next_due(zone, now); due != nullptr; due = next_due(zone, now)) {
    const SimCertificate::Step step = due->steps.front();
    due->steps.erase(due->steps.begin());
    due->status = step.status;
    if (step.status == "active") due->deployed = ++zone.deployments;
    // Until then the edge may still present it, although its deletion was asked for.
    if (step.status == "deleted") due->deployed = 0;
    note_presented(zone, step.at.wall);
  }
  note_presented(zone, now.wall);
}

void settle(CloudflareState& state, const Moment& now) {
  for (auto& [id, zone] : state.zones) settle(zone, now);
}

}  // namespace originpull::worlds
