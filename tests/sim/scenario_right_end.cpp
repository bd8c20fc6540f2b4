// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario_right_end.hpp"

#include <algorithm>

#include "plan/step.hpp"
#include "sim/scenario_config.hpp"

namespace originpull::sim {
namespace {

using worlds::SimCertificate;

bool is_live(const SimCertificate& one) { return one.status != "deleted" && one.status != "pending_deletion"; }

struct Question {
  const Ends& ends;
  const api::OriginPullConfig& config;

  const api::Condition* condition(std::string_view type) const {
    return api::find_condition(config.status.conditions, type);
  }

  std::string said() const {
    const api::Condition* ready = condition(api::condition_type::kReady);
    return ready ? std::string(to_string(ready->status)) + ", " + ready->reason + ": " + ready->message
                 : "no such condition";
  }

  // Ready is True, of this generation, or not for that reason.
  std::string expect(bool is_ready, std::initializer_list<const char*> reasons) const {
    const api::Condition* ready = condition(api::condition_type::kReady);
    const bool fits = ready && (ready->status == api::ConditionStatus::kTrue) == is_ready &&
                      std::ranges::any_of(reasons, [&](const char* reason) { return ready->reason == reason; });
    if (!fits) return std::string("Ready should be ") + *reasons.begin() + " and is " + said();
    if (config.status.observed_generation != config.metadata.generation) return "the status is of an older generation";
    return {};
  }

  // The last certificate that Cloudflare was given and has not deleted is somebody else's.
  bool foreign_is_newest() const {
    const SimCertificate* last = nullptr;
    for (const SimCertificate& one : ends.zone.certificates)
      if (is_live(one) && (last == nullptr || one.uploaded_on >= last->uploaded_on)) last = &one;
    return last != nullptr && last->foreign && last->fingerprint != ends.leaf;
  }

  bool never_presented() const {
    return std::ranges::none_of(config.status.ledger.certificates,
                                [](const api::CertificateRecord& one) { return one.active_since.has_value(); });
  }

  bool foreign_is_there() const {
    return std::ranges::any_of(ends.zone.certificates, [&](const SimCertificate& one) {
      return is_live(one) && one.fingerprint != ends.leaf && config.status.ledger.find(one.fingerprint) == nullptr;
    });
  }

  std::string presented() const {
    const std::string edge = worlds::presented(ends.zone);
    if (edge != ends.leaf)
      return "the edge presents " + plan::brief(edge) + ", the Secret holds " + plan::brief(ends.leaf);
    if (!ends.zone.zone_level) return "the zone switch is off";
    const bool on = ends.zone.tls_client_auth.value == "on";
    using api::GlobalSetting;
    if (config.spec.global_setting == GlobalSetting::kEnabled && !on) return "the global setting is off";
    if (config.spec.global_setting == GlobalSetting::kDisabled && on) return "the global setting is on";
    return certificates();
  }

  // One of ours, and nothing else but what is somebody else's, or was forgotten with the memory.
  std::string certificates() const {
    std::ptrdiff_t ours = 0, others = 0;
    for (const SimCertificate& one : ends.zone.certificates) {
      if (!is_live(one)) continue;
      (config.status.ledger.find(one.fingerprint) ? ours : others) += one.foreign ? 0 : 1;
      if (one.foreign && one.fingerprint == ends.leaf) ++ours;
    }
    if (ours != 1) return std::to_string(ours) + " certificates of ours are live";
    if (others != 0 && !ends.memory_was_lost) return std::to_string(others) + " forgotten certificates are live";
    if (config.status.ledger.certificates.size() != 1) return "the ledger does not hold exactly one certificate";
    return {};
  }

  std::string off() const {
    if (ends.zone.zone_level) return "the zone switch is on";
    if (config.spec.global_setting != api::GlobalSetting::kUnmanaged && ends.zone.tls_client_auth.value == "on")
      return "the global setting is on";
    return {};
  }

  std::string shared() const {
    const char* too_low = mode_is_low() ? "EncryptionModeTooLow" : "";
    if (foreign_is_there()) return expect(false, {"ForeignCertificate", too_low});
    if (mode_is_low()) return expect(false, {too_low});
    if (const std::string edge = worlds::presented(ends.zone); edge != "shared") return "the edge presents " + edge;
    return expect(true, {"SharedCertificate"});
  }

  bool mode_is_low() const {
    const std::string& mode = ends.zone.ssl.value;
    using api::MinimumEncryptionMode;
    if (config.spec.minimum_encryption_mode == MinimumEncryptionMode::kIgnore) return false;
    if (mode == "strict" || mode == "origin_pull") return false;
    return mode != "full" || config.spec.minimum_encryption_mode == MinimumEncryptionMode::kStrict;
  }

  // There is a plan, or something that stands in the way of one.
  std::string observed() const {
    const char* pair = ends.secret == SecretState::kMissing ? "SecretNotFound"
                       : ends.secret == SecretState::kBad   ? "KeyMismatch"
                                                            : "";
    return expect(false, {"PlanPending", pair, mode_is_low() ? "EncryptionModeTooLow" : "",
                          foreign_is_there() ? "ForeignCertificate" : ""});
  }

  std::string answer() const {
    if (config.metadata.deleting) return {};
    if (config.spec.mode == api::Mode::kSuspend)
      return config.status.observed_generation == config.metadata.generation ? "" : "the suspension was not seen";
    if (config.spec.mode == api::Mode::kObserve) return observed();
    const bool custom = config.spec.certificate.source == api::Source::kCustom;
    if (config.spec.certificate.source == api::Source::kCloudflare && config.spec.enabled) return shared();
    if (!config.spec.enabled && !off().empty()) return off();
    if (custom && ends.secret == SecretState::kMissing) {
      const api::Condition* stalled = condition(api::condition_type::kStalled);
      const bool called = stalled && stalled->status == api::ConditionStatus::kTrue;
      return called && stalled->reason == "SecretNotFound" ? "" : "nobody is called for the missing Secret: " + said();
    }
    if (custom && ends.secret == SecretState::kBad) return expect(false, {"KeyMismatch"});
    const bool low = mode_is_low() && config.spec.enabled;
    if (foreign_is_newest()) return expect(false, {"ForeignCertificate", low ? "EncryptionModeTooLow" : ""});
    if (ends.memory_was_lost && foreign_is_there() && expect(false, {"ForeignCertificate"}).empty()) return {};
    // Who was never enabled is held up by a foreign one, on or off (R8).
    if (never_presented() && foreign_is_there() && expect(false, {"ForeignCertificate"}).empty()) return {};
    if (low) return expect(false, {"EncryptionModeTooLow"});
    if (!config.spec.enabled) return expect(true, {"Disabled"});
    if (foreign_is_there() && worlds::presented(ends.zone) != ends.leaf) return expect(false, {"ForeignCertificate"});
    const std::string why = presented();
    return why.empty() ? expect(true, {"Ready"}) : why + "; Ready is " + said();
  }
};

}  // namespace

std::string why_not_the_right_end(const Ends& ends) {
  if (ends.config.empty()) return {};
  const DecodedConfig decoded = decoded_config(ends.config);
  const auto& config = *decoded;
  if (!config) return "the resource cannot be read: " + describe(config.error());
  return Question{ends, *config}.answer();
}

}  // namespace originpull::sim
