// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "plan/checks.hpp"
#include "plan/planner.hpp"
#include "plan/view.hpp"

namespace originpull::plan {
namespace {

using api::Reason;

Wall next_check(const Observed& o) { return o.now + o.resource.spec.interval; }

bool custom(const Observed& o) { return o.resource.spec.certificate.source == api::Source::kCustom; }

// Nothing where it is right already, or where the plan of the zone withholds it (settled.cpp says so in the end).
std::optional<Step> set_global(const Observed& o, bool on) {
  const GlobalSetting& global = *seen(o.global_setting);
  if (global.on == on || !global.editable) return std::nullopt;
  if (!ledger_is_open(o)) return WriteLedger{opened_ledger(o)};
  return SetGlobalSetting{on};
}

Step set_zone_level(const Observed& o, bool on) {
  if (!ledger_is_open(o)) return WriteLedger{opened_ledger(o)};
  return SetZoneLevel{on};
}

// R10 On: PUT settings, then PATCH the global setting. The caller knows that something to present is deployed.
std::optional<Step> switch_on(const Observed& o) {
  if (!*seen(o.zone_level)) return set_zone_level(o, true);
  const std::optional<bool> global = wanted_global(o.resource.spec);
  return global ? set_global(o, *global) : std::nullopt;
}

std::string zone_label(const api::ZoneRef& zone) { return zone.name.empty() ? zone.id : zone.name; }

Rest mode_too_low(const Observed& o) {
  const std::string wanted =
      o.resource.spec.minimum_encryption_mode == api::MinimumEncryptionMode::kStrict ? "Full (strict)" : "Full";
  return {.verdict = Verdict::kStalled,
          .reason = Reason::kEncryptionModeTooLow,
          .message = "The zone's SSL/TLS encryption mode is \"" + *seen(o.encryption_mode) + "\" and must be " +
                     wanted +
                     " or higher before anything is enabled. Raise it in the Cloudflare dashboard, or change "
                     "spec.minimumEncryptionMode.",
          .until = next_check(o)};
}

}  // namespace

std::optional<bool> wanted_global(const api::Spec& spec) {
  switch (spec.global_setting) {
    case api::GlobalSetting::kEnabled: return spec.enabled;
    case api::GlobalSetting::kDisabled: return false;
    case api::GlobalSetting::kUnmanaged: return std::nullopt;
  }
  return std::nullopt;
}

bool wants_encryption_mode(const api::Spec& spec) {
  return spec.enabled && spec.minimum_encryption_mode != api::MinimumEncryptionMode::kIgnore;
}

bool mode_is_high_enough(const Observed& o) {
  if (o.resource.spec.minimum_encryption_mode == api::MinimumEncryptionMode::kIgnore) return true;
  const std::string& mode = *seen(o.encryption_mode);
  if (mode == "strict" || mode == "origin_pull") return true;
  return mode == "full" && o.resource.spec.minimum_encryption_mode == api::MinimumEncryptionMode::kFull;
}

std::optional<Step> zone_is_unknown(const Observed& o) {
  if (const Error* error = failed(o.zone)) return rest_for(o, *error);
  const Zone* zone = seen(o.zone);
  if (!zone) return Look::kZone;
  if (zone->several) {
    return Rest{.verdict = Verdict::kStalled,
                .reason = Reason::kZoneAmbiguous,
                .message = "The API token sees several zones named \"" + o.resource.spec.zone.name +
                           "\". Name the zone by spec.zone.id, or use a token that sees only one of them.",
                .until = o.now + patience(o, Seconds(30), Seconds(600))};
  }
  if (!zone->identity) {
    return Rest{
        .verdict = Verdict::kStalled,
        .reason = Reason::kZoneNotFound,
        .message =
            "The API token sees no zone \"" + zone_label(o.resource.spec.zone) +
            "\". Check spec.zone (the zone, not a host in it), and that the token has the permission Zone Read for it.",
        .until = o.now + patience(o, Seconds(30), Seconds(600))};
  }
  const auto& pinned = o.resource.status.ledger.zone;
  if (pinned && pinned->id != zone->identity->id) {
    return Rest{.verdict = Verdict::kStalled,
                .reason = Reason::kZoneChanged,
                .message = "The zone \"" + zone_label(o.resource.spec.zone) +
                           "\" has another id than when it was first seen (" + pinned->id +
                           "). Delete this resource and create it anew if that is intended.",
                .until = next_check(o)};
  }
  return std::nullopt;
}

std::optional<Step> something_is_unseen(const Observed& o) {
  if (const Error* error = failed(o.certificates)) return rest_for(o, *error);
  if (!seen(o.certificates)) return Look::kCertificates;
  if (const Error* error = failed(o.zone_level)) return rest_for(o, *error);
  if (!seen(o.zone_level)) return Look::kZoneLevel;
  if (wanted_global(o.resource.spec)) {
    if (const Error* error = failed(o.global_setting)) return rest_for(o, *error);
    if (!seen(o.global_setting)) return Look::kGlobalSetting;
  }
  if (wants_encryption_mode(o.resource.spec)) {
    if (const Error* error = failed(o.encryption_mode)) return rest_for(o, *error);
    if (!seen(o.encryption_mode)) return Look::kEncryptionMode;
  }
  return std::nullopt;
}

// R10 Off: PATCH, then PUT. Also a global setting that is to be always off.
std::optional<Step> switch_must_go_off(const Observed& o) {
  const std::optional<bool> global = wanted_global(o.resource.spec);
  if (global && !*global)
    if (std::optional<Step> step = set_global(o, false)) return step;
  if (!o.resource.spec.enabled && *seen(o.zone_level)) return set_zone_level(o, false);
  return std::nullopt;
}

// A mode lowered after enabling is reported at the end of the pass (settled.cpp), and nothing is switched off.
std::optional<Step> encryption_mode_is_too_low(const Observed& o) {
  if (!o.resource.spec.enabled || mode_is_high_enough(o) || *seen(o.zone_level)) return std::nullopt;
  return mode_too_low(o);
}

// A switch that stood on when we last reported is put right at once, in whatever state a rotation is, as long as one of
// our certificates is deployed. (The first enablement waits for the desired one.)
std::optional<Step> switch_has_drifted_off(const Observed& o) {
  if (!o.resource.spec.enabled || !mode_is_high_enough(o)) return std::nullopt;
  if (o.resource.status.settings.zone_level != true) return std::nullopt;
  const View view = view_of(o);
  const bool deployed = std::any_of(view.ours.begin(), view.ours.end(),
                                    [](const Certificate* c) { return c->deployment == Deployment::kActive; });
  if (custom(o) && !deployed) return std::nullopt;
  return switch_on(o);
}

std::optional<Step> switch_must_go_on(const Observed& o) {
  if (!o.resource.spec.enabled || !mode_is_high_enough(o)) return std::nullopt;
  return switch_on(o);
}

}  // namespace originpull::plan
