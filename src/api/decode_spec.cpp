// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "api/decode.hpp"
#include "api/duration.hpp"

namespace originpull::api {
namespace {

using json::Decoder;

std::string read_name(Decoder& d, std::string_view key) {
  auto name = d.need<std::string>(key);
  if (name.empty()) d.reject(key, "is empty");
  return name;
}

Seconds read_duration(Decoder& d, std::string_view key, Seconds fallback, Seconds least, Seconds most) {
  const auto text = d.want<std::optional<std::string>>(key);
  if (!text) return fallback;
  const auto duration = parse_duration(*text);
  if (!duration) {
    d.reject(key, duration.error().message);
    return fallback;
  }
  if (*duration < least || *duration > most) {
    d.reject(key, "expected " + format_duration(least) + " to " + format_duration(most));
    return fallback;
  }
  return *duration;
}

ZoneRef decode_zone(Decoder d) {
  ZoneRef zone{.name = d.want<std::string>("name"), .id = d.want<std::string>("id")};
  if (zone.name.empty() == zone.id.empty()) d.reject("", "expected exactly one of name and id");
  return zone;
}

ObjectRef decode_object(Decoder& d) {
  ObjectRef object{.kind = read_word(d, "kind", ObjectKind::kConfigMap),
                   .name = read_name(d, "name"),
                   .key = d.want<std::string>("key", "ca.crt"),
                   .type = d.want<std::string>("type")};
  if (!d.has("kind")) d.reject("kind", "is missing");
  if (object.kind == ObjectKind::kConfigMap && !object.type.empty()) d.reject("type", "a ConfigMap has no type");
  return object;
}

CertificateSpec decode_certificate(Decoder d) {
  CertificateSpec certificate{.source = read_word(d, "source", Source::kCustom)};
  if (d.has("secretRef")) {
    Decoder secret = d.at("secretRef");
    certificate.secret_name = read_name(secret, "name");
  }
  if (d.has("caRef")) {
    Decoder ca = d.at("caRef");
    certificate.ca_ref = decode_object(ca);
  }
  const bool custom = certificate.source == Source::kCustom;
  if (custom != certificate.secret_name.has_value()) {
    d.reject("secretRef", custom ? "is missing; source Custom needs it" : "belongs to source Custom only");
  }
  return certificate;
}

ProbeSpec decode_probe(Decoder& d) {
  ProbeSpec probe{.name = read_name(d, "name"),
                  .server_name = read_name(d, "serverName"),
                  .path = d.want<std::string>("path", "/")};
  if (d.has("service") == d.has("host")) d.reject("", "expected exactly one of service and host");
  const bool service = d.has("service");
  Decoder target = d.at(service ? "service" : "host");
  (service ? probe.service_name : probe.host_name) = read_name(target, "name");
  const auto port = target.need<std::int64_t>("port");
  if (port < 1 || port > 65535) target.reject("port", "expected 1 to 65535");
  probe.port = static_cast<int>(port);
  return probe;
}

OriginSpec decode_origin(Decoder d) {
  OriginSpec origin;
  d.each("additionalCAs", [&](Decoder& one) { origin.additional_cas.push_back(decode_object(one)); });
  d.each("trustBundles", [&](Decoder& one) { origin.trust_bundles.push_back(decode_object(one)); });
  d.each("probes", [&](Decoder& one) { origin.probes.push_back(decode_probe(one)); });
  return origin;
}

RotationSpec decode_rotation(Decoder d) {
  using namespace std::chrono_literals;
  const RotationSpec defaults;
  return {.issuer_change = read_word(d, "issuerChange", defaults.issuer_change),
          .trust_propagation = read_duration(d, "trustPropagation", defaults.trust_propagation, 0s, 24h),
          .soak = read_duration(d, "soak", defaults.soak, 0s, 720h)};
}

KeyRef decode_token(Decoder d) { return {.name = read_name(d, "name"), .key = d.want<std::string>("key", "token")}; }

}  // namespace

Spec decode_spec(Decoder& d) {
  using namespace std::chrono_literals;
  const Spec defaults;
  Spec spec{.zone = decode_zone(d.at("zone")),
            .token = decode_token(d.at("apiTokenSecretRef")),
            .certificate = decode_certificate(d.at("certificate")),
            .enabled = d.want<bool>("enabled", defaults.enabled),
            .global_setting = read_word(d, "globalSetting", defaults.global_setting),
            .minimum_encryption_mode = read_word(d, "minimumEncryptionMode", defaults.minimum_encryption_mode),
            .takeover = read_word(d, "takeover", defaults.takeover),
            .origin = decode_origin(d.at("origin")),
            .rotation = decode_rotation(d.at("rotation")),
            .interval = read_duration(d, "interval", defaults.interval, 1min, 24h),
            .mode = read_word(d, "mode", defaults.mode),
            .deletion_policy = read_word(d, "deletionPolicy", defaults.deletion_policy)};
  if (spec.certificate.source == Source::kCloudflare && spec.global_setting != GlobalSetting::kEnabled) {
    d.reject("globalSetting", "expected Enabled with certificate.source Cloudflare");
  }
  return spec;
}

}  // namespace originpull::api
