// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_setup.hpp"

#include <algorithm>

#include "base/rfc3339.hpp"
#include "worlds/cloudflare_gate.hpp"
#include "worlds/cloudflare_settings.hpp"

namespace originpull::worlds {
namespace {

constexpr std::string_view kAttempted = "read the simulator's setup";

// A misspelt field would be a setup that is silently another.
void allow(json::Decoder& d, std::initializer_list<std::string_view> known) {
  for (const std::string& key : d.keys()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) d.reject(key, "is no field of the simulator's");
  }
}

bool is_id(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 32 && std::all_of(text.begin(), text.end(), is_hex);
}

std::string want_id(json::Decoder& d, std::string_view key, std::string fallback) {
  std::string id = d.want<std::string>(key, std::move(fallback));
  if (!id.empty() && !is_id(id)) d.reject(key, "expected 32 hex digits");
  return id;
}

void read_value(json::Decoder& d, std::string_view key, std::string_view setting, SimSetting& into) {
  into.value = d.want<std::string>(key, into.value);
  if (!is_value_of(setting, into.value)) d.reject(key, "no value of this setting");
}

std::optional<Wall> want_time(json::Decoder& d, std::string_view key) {
  if (!d.has(key)) return std::nullopt;
  const auto time = parse_rfc3339(d.need<std::string>(key));
  if (!time) d.reject(key, "expected a time, as 2026-11-24T05:00:00Z");
  return time ? std::optional<Wall>(*time) : std::nullopt;
}

std::string read_credential(json::Decoder& d) {
  if (!d.has("email")) {
    std::string text = d.need<std::string>("token");
    if (text.find(' ') != std::string::npos) d.reject("token", "a token has no space");
    return text;
  }
  if (d.has("token")) d.reject("token", "give a token, or email and key");
  return legacy_text(d.need<std::string>("email"), d.need<std::string>("key"));
}

}  // namespace

SimZone read_zone(json::Decoder& d) {
  allow(d, {"name", "id", "status", "account", "origin", "originCa", "customHostnames", "versioned", "zoneLevel", "ssl",
            "tlsClientAuth", "uneditable"});
  SimZone zone{.id = want_id(d, "id", ""), .name = d.need<std::string>("name")};
  zone.status = d.want<std::string>("status", zone.status);
  zone.account = want_id(d, "account", zone.account);
  zone.origin = d.want<std::string>("origin");
  zone.origin_ca = d.want<std::string>("originCa");
  zone.custom_hostnames = d.want<std::vector<std::string>>("customHostnames");
  zone.versioned = d.want<bool>("versioned");
  zone.zone_level_touched = d.has("zoneLevel");
  zone.zone_level = d.want<bool>("zoneLevel");
  read_value(d, "ssl", "ssl", zone.ssl);
  read_value(d, "tlsClientAuth", "tls_client_auth", zone.tls_client_auth);
  for (const std::string& name : d.want<std::vector<std::string>>("uneditable")) {
    SimSetting* setting = zone.setting(name);
    if (setting == nullptr) d.reject("uneditable", "expected ssl or tls_client_auth");
    if (setting != nullptr) setting->editable = false;
  }
  return zone;
}

SimTokenSetup read_token(json::Decoder& d) {
  allow(d, {"token", "email", "key", "permissions", "zones", "owner", "account", "disabled", "notBefore", "expiresOn",
            "revoked"});
  SimTokenSetup setup{.text = read_credential(d), .token = {}, .revoked = d.want<bool>("revoked")};
  const auto& all = all_permissions();
  setup.token.permissions = d.want<std::vector<std::string>>("permissions", all);
  for (const std::string& one : setup.token.permissions) {
    if (std::find(all.begin(), all.end(), one) == all.end()) {
      d.reject("permissions", "expected some of zone-read, ssl-read, ssl-write, settings-read, settings-write");
    }
  }
  setup.token.zones = d.want<std::vector<std::string>>("zones");
  setup.token.owner = d.want<std::string>("owner");
  setup.token.account = want_id(d, "account", "");
  setup.token.disabled = d.want<bool>("disabled");
  setup.token.not_before = want_time(d, "notBefore");
  setup.token.expires_on = want_time(d, "expiresOn");
  return setup;
}

Result<CloudflareSetup> read_setup(std::string_view text, const CloudflareModes& before) {
  const auto document = TRY(json::parse(text, {}, ErrorKind::kInvalid));
  json::Decoder d(document);
  allow(d, {"zones", "tokens", "modes", "faults"});
  CloudflareSetup setup;
  d.each("zones", [&](json::Decoder& one) { setup.zones.push_back(read_zone(one)); });
  d.each("tokens", [&](json::Decoder& one) { setup.tokens.push_back(read_token(one)); });
  d.each("faults", [&](json::Decoder& one) {
    if (auto fault = read_fault(one)) setup.faults.push_back(std::move(*fault));
  });
  if (d.failed()) return fail(ErrorKind::kInvalid, std::string(kAttempted), d.fault());
  json::Decoder modes = d.at("modes");
  setup.modes = TRY(changed_modes(before, modes));
  return d.finish(std::move(setup), ErrorKind::kInvalid, std::string(kAttempted));
}

Result<void> put_token(CloudflareWorld& world, const SimTokenSetup& setup) {
  std::string missing;
  SimToken token = setup.token;
  world.change([&](CloudflareState& state, const Moment&) {
    if (setup.revoked) state.tokens.erase(setup.text);
    for (std::string& zone : token.zones) {
      const SimZone* found = state.zone(zone);
      if (found == nullptr) missing = zone;
      if (found != nullptr) zone = found->id;
    }
  });
  if (!missing.empty()) {
    return fail(ErrorKind::kInvalid, std::string(kAttempted),
                "a token is for the zone " + missing + ", which is not there");
  }
  if (!setup.revoked) world.put_token(setup.text, std::move(token));
  return {};
}

Result<void> apply(const CloudflareSetup& setup, CloudflareWorld& world, HttpFaults& faults) {
  world.change([&](CloudflareState& state, const Moment&) { state.modes = setup.modes; });
  for (const SimZone& zone : setup.zones) world.put_zone(zone);
  for (const SimTokenSetup& token : setup.tokens) TRY(put_token(world, token));
  for (const HttpFault& fault : setup.faults) faults.add(fault);
  return {};
}

}  // namespace originpull::worlds
