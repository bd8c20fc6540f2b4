// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_human.hpp"

#include <algorithm>
#include <functional>

#include "json/decoder.hpp"
#include "pki/describe.hpp"
#include "pki/mint.hpp"
#include "worlds/cloudflare_certificates.hpp"
#include "worlds/cloudflare_settings.hpp"

namespace originpull::worlds {
namespace {

constexpr Duration kYear{365LL * 24 * 3600 * 1000};

// One wish, read before the world is touched.
struct Wish {
  std::string zone;
  std::string what;
  std::optional<bool> enabled;
  std::optional<bool> editable;
  std::string name;
  std::optional<std::string> value;
  std::string certificate;
  std::string key;
  std::string id;
  std::string fingerprint;
  std::string status;
  std::optional<std::string> origin;
  std::optional<std::string> origin_ca;
  std::optional<bool> versioned;
};

Wish read_wish(json::Decoder& d) {
  return Wish{.zone = d.need<std::string>("zone"),
              .what = d.need<std::string>("do"),
              .enabled = d.want<std::optional<bool>>("enabled"),
              .editable = d.want<std::optional<bool>>("editable"),
              .name = d.want<std::string>("name"),
              .value = d.want<std::optional<std::string>>("value"),
              .certificate = d.want<std::string>("certificate"),
              .key = d.want<std::string>("private_key"),
              .id = d.want<std::string>("id"),
              .fingerprint = d.want<std::string>("fingerprint"),
              .status = d.want<std::string>("status"),
              .origin = d.want<std::optional<std::string>>("origin"),
              .origin_ca = d.want<std::optional<std::string>>("originCa"),
              .versioned = d.want<std::optional<bool>>("versioned")};
}

Result<std::string> invalid(const Wish& wish, std::string why) {
  return fail(ErrorKind::kInvalid, wish.what + " in zone " + wish.zone, std::move(why));
}

// The one that is not deleted, if there is one of that fingerprint.
SimCertificate* find(SimZone& zone, const Wish& wish) {
  if (!wish.id.empty()) return zone.certificate(wish.id);
  SimCertificate* found = nullptr;
  for (SimCertificate& one : zone.certificates) {
    if (one.fingerprint == wish.fingerprint && (found == nullptr || found->status == "deleted")) found = &one;
  }
  return found;
}

Result<std::string> flip(const Wish& wish, SimZone& zone, const Moment& now) {
  if (wish.what == "zone-level") {
    if (!wish.enabled) return invalid(wish, "needs \"enabled\"");
    zone.zone_level = *wish.enabled;
    zone.zone_level_touched = true;
    return "{}";
  }
  if (wish.what == "edge") {
    if (wish.origin) zone.origin = *wish.origin;
    if (wish.origin_ca) zone.origin_ca = *wish.origin_ca;
    if (wish.versioned) zone.versioned = *wish.versioned;
    return "{}";
  }
  SimSetting* setting = zone.setting(wish.name);
  if (setting == nullptr) return invalid(wish, "needs \"name\": tls_client_auth or ssl");
  if (wish.value && !is_value_of(wish.name, *wish.value)) return invalid(wish, "no such value");
  if (wish.value) setting->value = *wish.value;
  if (wish.value) setting->modified_on = now.wall;
  if (wish.editable) setting->editable = *wish.editable;
  return "{}";
}

Result<std::string> upload(const CloudflareModes& modes, const Wish& wish, SimZone& zone, const std::string& id,
                           const Moment& now) {
  json::Writer body;
  body.begin_object().field("certificate", wish.certificate).field("private_key", wish.key).end_object();
  const net::Served answer = upload_certificate(modes, zone, body.take(), id, now, Level::kZone, true);
  if (answer.status != 200) return invalid(wish, answer.body);
  const SimCertificate& made = zone.certificates.back();
  return json::Writer().begin_object().field("id", made.id).field("fingerprint", made.fingerprint).end_object().take();
}

Result<std::string> touch_certificate(const CloudflareModes& modes, const Wish& wish, SimZone& zone,
                                      const Moment& now) {
  SimCertificate* one = find(zone, wish);
  if (one == nullptr) return invalid(wish, "no such certificate; give \"id\" or \"fingerprint\"");
  if (wish.what == "delete") {
    const net::Served answer = delete_certificate(modes, zone, one->id, now);
    return answer.status == 200 ? Result<std::string>("{}") : invalid(wish, answer.body);
  }
  if (wish.status.empty()) return invalid(wish, "needs \"status\"");
  one->steps = {{.at = now, .status = reachable(modes, wish.status, one->status)}};
  return "{}";
}

}  // namespace

Result<std::string> act_as_human(CloudflareWorld& world, std::string_view body) {
  Wish wish = TRY(json::decode(body, read_wish, {}, ErrorKind::kInvalid));
  const std::string id = world.fresh_uuid();
  if (wish.what == "upload" && wish.certificate.empty()) {
    const Wall now = world.now().wall;
    const pki::Minted made = TRY(pki::mint({.common_name = "somebody else " + id.substr(0, 8),
                                            .not_before = now - Duration(3'600'000),
                                            .not_after = now + kYear}));
    wish.certificate = made.certificate_pem;
    wish.key = made.key_pem.reveal();
  }
  Result<std::string> done = invalid(wish, "\"do\" is zone-level, setting, edge, upload, delete or set-status");
  world.change([&](CloudflareState& state, const Moment& now) {
    SimZone* zone = state.zone(wish.zone);
    if (zone == nullptr) {
      done = invalid(wish, "no such zone");
    } else if (wish.what != "set-status" && !state.modes.keeps(Behaviour::kPeople)) {
      done = invalid(wish, "people change nothing here: that behaviour is turned off");
    } else if (wish.what == "zone-level" || wish.what == "setting" || wish.what == "edge") {
      done = flip(wish, *zone, now);
    } else if (wish.what == "upload") {
      done = upload(state.modes, wish, *zone, id, now);
    } else if (wish.what == "delete" || wish.what == "set-status") {
      done = touch_certificate(state.modes, wish, *zone, now);
    }
  });
  return done;
}

}  // namespace originpull::worlds
