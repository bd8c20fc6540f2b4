// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_edge.hpp"

#include <algorithm>

#include "base/bug.hpp"
#include "pki/describe.hpp"
#include "pki/mint.hpp"

namespace originpull::worlds {
namespace {

constexpr Duration kDay{24LL * 3600 * 1000};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// "WWW.Example.com.:8443" is "www.example.com".
std::string host_name(std::string_view host) {
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower(host);
}

const SimCertificate* newest_deployment(const SimZone& zone) {
  const SimCertificate* newest = nullptr;
  for (const SimCertificate& one : zone.certificates) {
    if (one.deployed > (newest == nullptr ? 0 : newest->deployed)) newest = &one;
  }
  return newest;
}

Presentation presentation_of(const SimCertificate& one) { return {.what = one.fingerprint, .leaf = one.leaf}; }

// SplitMix64: near numbers give far ones.
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15ULL;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBULL;
  return value ^ (value >> 31U);
}

Duration delay(const CloudflareModes& modes, const SimZone::Presented& change, unsigned node) {
  const auto spread = static_cast<std::uint64_t>(modes.edge_spread.count());
  const std::uint64_t drawn = mixed(mixed(static_cast<std::uint64_t>(modes.edge_seed) ^ mixed(node)) ^ change.number);
  return Duration(static_cast<Duration::rep>(drawn % (spread + 1)));
}

// The last change that has reached the node; before the first has, the node knows nothing else than it.
const SimZone::Presented& known_to(const CloudflareModes& modes, const SimZone& zone, const Moment& now,
                                   unsigned node) {
  for (auto it = zone.history.rbegin(); it != zone.history.rend(); ++it) {
    if (it->since + delay(modes, *it, node) <= now.instant) return *it;
  }
  return zone.history.front();
}

SimShared mint_shared(Wall now) {
  const auto made = [](Result<pki::Minted> minted) {
    check(minted.has_value(), "Cloudflare's own certificate cannot be made");
    return std::move(*minted);
  };
  const pki::Minted ca = made(pki::mint(
      {.common_name = "origin-pull.simulated", .ca = true, .not_before = now - kDay, .not_after = now + 3650 * kDay}));
  pki::Minted leaf =
      made(pki::mint({.common_name = "edge.simulated", .not_before = now - kDay, .not_after = now + 3650 * kDay}, &ca));
  auto description = pki::describe_certificate(leaf.certificate_pem);
  check(description.has_value(), "Cloudflare's own certificate cannot be read");
  return {.ca_pem = ca.certificate_pem,
          .leaf = std::make_shared<const SimLeaf>(SimLeaf{.fingerprint = description->fingerprint,
                                                          .pem = leaf.certificate_pem,
                                                          .key = std::move(leaf.key_pem),
                                                          .issuer = description->issuer,
                                                          .expires_on = description->not_after})};
}

}  // namespace

Presentation presentation(const SimZone& zone, std::string_view host, const BehaviourSet& without) {
  const bool plain = zone.ssl.value == "off" || zone.ssl.value == "flexible";
  if (plain && !without.contains(Behaviour::kPlainModesPresentNothing)) return {};
  if (zone.versioned && !without.contains(Behaviour::kDataPlaneOnly)) return {};
  const SimCertificate* of_host = nullptr;
  const auto association = zone.associations.find(std::string(host));
  if (association != zone.associations.end() && !association->second.deployed_id.empty()) {
    if (!association->second.deployed_enabled) {
      if (!without.contains(Behaviour::kHostnameSwitch)) return {};
    } else {
      for (const SimCertificate& one : zone.host_certificates) {
        if (one.id == association->second.deployed_id && one.deployed != 0) of_host = &one;
      }
    }
  }
  const SimCertificate* of_zone = zone.zone_level ? newest_deployment(zone) : nullptr;
  if (of_zone != nullptr && without.contains(Behaviour::kPrecedence)) return presentation_of(*of_zone);
  if (of_host != nullptr) return presentation_of(*of_host);
  if (of_zone != nullptr) return presentation_of(*of_zone);
  if (zone.tls_client_auth.value == "on") return {.what = "shared"};
  return {.what = zone.zone_level ? "unknown" : "none"};
}

SimZone* zone_of_host(CloudflareState& state, std::string_view host) {
  const std::string name = host_name(host);
  for (std::string_view rest = name; !rest.empty();) {
    const auto named = state.zones_named(rest);
    if (!named.empty()) return named.front();
    const std::size_t dot = rest.find('.');
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  for (auto& [id, zone] : state.zones) {
    const auto& custom = zone.custom_hostnames;
    if (std::find(custom.begin(), custom.end(), name) != custom.end()) return &zone;
  }
  return nullptr;
}

const SimShared& shared_certificate(CloudflareState& state, const Moment& now) {
  if (state.shared == nullptr) state.shared = std::make_shared<const SimShared>(mint_shared(now.wall));
  return *state.shared;
}

namespace {

Presentation presentation_in(const SimZone::Presented& change, std::string_view host) {
  if (change.hosts != nullptr) {
    const auto of_host = change.hosts->find(host_name(host));
    if (of_host != change.hosts->end()) return of_host->second;
  }
  return {.what = change.what, .leaf = change.leaf};
}

}  // namespace

std::optional<EdgeView> edge_view(CloudflareState& state, std::string_view host, const Moment& now, unsigned node) {
  SimZone* zone = zone_of_host(state, host);
  if (zone == nullptr) return std::nullopt;
  settle(*zone, now, state.modes.without);
  Presentation here = presentation_in(known_to(state.modes, *zone, now, node), host);
  if (here.what == "shared") here.leaf = shared_certificate(state, now).leaf;
  return EdgeView{.zone_id = zone->id,
                  .zone_name = zone->name,
                  .ssl = zone->ssl.value,
                  .origin = zone->origin,
                  .origin_ca = zone->origin_ca,
                  .versioned = zone->versioned,
                  .presented = std::move(here.what),
                  .identity = std::move(here.leaf),
                  .newest = presentation_in(zone->history.back(), host).what,
                  .newest_since = zone->history.back().at};
}

}  // namespace originpull::worlds
