// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "api/decode.hpp"
#include "base/rfc3339.hpp"

namespace originpull::api {
namespace {

using json::Decoder;

std::optional<bool> read_switch(Decoder& d, std::string_view key) {
  const auto text = d.want<std::optional<std::string>>(key);
  if (!text) return std::nullopt;
  if (*text != "Enabled" && *text != "Disabled") d.reject(key, "expected one of Enabled, Disabled");
  return *text == "Enabled";
}

CertificateRecord decode_record(Decoder& d) {
  CertificateRecord record{.fingerprint = d.need<std::string>("fingerprintSHA256"),
                           .id = d.want<std::string>("id"),
                           .role = read_word(d, "role", Role::kDesired),
                           .intent = read_word(d, "intent", Intent::kUpload),
                           .state = d.want<std::string>("state"),
                           .adopted = d.want<bool>("adopted"),
                           .not_after = read_time(d, "notAfter"),
                           .active_since = read_time(d, "activeSince"),
                           .intent_since = read_time(d, "intentSince"),
                           .anchors = d.want<std::vector<std::string>>("anchors")};
  // Both decide what is done to a certificate: a record without them must not be guessed at.
  for (const char* key : {"role", "intent"}) {
    if (!d.has(key)) d.reject(key, "is missing");
  }
  return record;
}

Ledger decode_ledger(Decoder& d) {
  Ledger ledger;
  if (d.has("zone")) {
    Decoder zone = d.at("zone");
    ledger.zone = ZoneIdentity{.id = zone.need<std::string>("id"), .name = zone.want<std::string>("name")};
  }
  d.each("certificates", [&](Decoder& one) { ledger.certificates.push_back(decode_record(one)); });
  d.each("anchors", [&](Decoder& one) {
    ledger.anchors.push_back({.sha256 = one.need<std::string>("sha256"),
                              .not_after = read_time(one, "notAfter"),
                              .pem = one.want<std::string>("pem")});
  });
  if (d.has("original")) {
    Decoder original = d.at("original");
    ledger.original = Original{.zone_level = original.want<std::optional<bool>>("zoneLevel"),
                               .global_setting = read_switch(original, "globalSetting")};
  }
  return ledger;
}

Condition decode_condition(Decoder& d) {
  return {.type = d.need<std::string>("type"),
          .status = read_word(d, "status", ConditionStatus::kUnknown),
          .reason = d.want<std::string>("reason"),
          .message = d.want<std::string>("message"),
          .observed_generation = d.want<std::int64_t>("observedGeneration"),
          .last_transition = read_time(d, "lastTransitionTime").value_or(Wall{})};
}

}  // namespace

std::optional<Wall> read_time(Decoder& d, std::string_view key) {
  const auto text = d.want<std::optional<std::string>>(key);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (time) return *time;
  d.reject(key, time.error().message);
  return std::nullopt;
}

Status decode_status(Decoder& d) {
  Decoder settings = d.at("settings");
  Status status{.observed_generation = d.want<std::int64_t>("observedGeneration", -1),
                .last_handled_reconcile_at = d.want<std::string>("lastHandledReconcileAt"),
                .ledger = decode_ledger(d),
                .settings = {.zone_level = settings.want<std::optional<bool>>("zoneLevel"),
                             .global_setting = read_switch(settings, "globalSetting"),
                             .encryption_mode = settings.want<std::string>("encryptionMode")},
                .plan = d.want<std::vector<std::string>>("plan")};
  d.each("conditions", [&](Decoder& one) { status.conditions.push_back(decode_condition(one)); });
  return status;
}

}  // namespace originpull::api
