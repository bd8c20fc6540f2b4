// SPDX-License-Identifier: Apache-2.0
#include "reconcile/announce.hpp"

#include "api/reason.hpp"

namespace originpull::reconcile {
namespace {

using api::Reason;

kube::Event event(const api::OriginPullConfig& resource, bool warning, std::string reason, std::string action,
                  std::string note) {
  const api::Metadata& m = resource.metadata;
  return {.subject = {.api_version = std::string(api::kGroup) + "/" + std::string(api::kVersion),
                      .kind = std::string(api::kKind),
                      .key = {m.name_space, m.name},
                      .uid = m.uid,
                      .resource_version = m.resource_version},
          .warning = warning,
          .reason = std::move(reason),
          .action = std::move(action),
          .note = std::move(note)};
}

kube::Event event(const api::OriginPullConfig& r, bool warning, Reason reason, std::string action, std::string note) {
  return event(r, warning, std::string(api::to_string(reason)), std::move(action), std::move(note));
}

struct Words {
  const plan::Observed& before;

  // An upload that is announced anew for a certificate that was deployed: somebody else deleted it.
  std::optional<kube::Event> operator()(const plan::WriteLedger& a) const {
    for (const api::CertificateRecord& next : a.ledger.certificates) {
      const api::CertificateRecord* was = before.resource.status.ledger.find(next.fingerprint);
      if (next.intent == api::Intent::kUpload && was && was->intent == api::Intent::kKeep && was->active_since)
        return event(before.resource, true, Reason::kDriftRepaired, "Upload",
                     "Certificate " + plan::brief(next.fingerprint) +
                         " was deleted at Cloudflare by somebody else; it is uploaded again. Set spec.mode to Suspend "
                         "to stop this.");
    }
    return std::nullopt;
  }

  std::optional<kube::Event> operator()(const plan::UploadCertificate& a) const {
    return event(before.resource, false, Reason::kCertificateUploaded, "Upload",
                 "Certificate " + plan::brief(a.leaf) + " was uploaded to Cloudflare.");
  }

  std::optional<kube::Event> operator()(const plan::DeleteCertificate& a) const {
    return event(before.resource, false, Reason::kCertificateDeleted, "Delete",
                 "Certificate " + plan::brief(a.leaf) + " was deleted at Cloudflare.");
  }

  std::optional<kube::Event> operator()(const plan::SetZoneLevel& a) const {
    return switched("Zone-level Authenticated Origin Pulls", a.on, before.resource.status.settings.zone_level);
  }

  std::optional<kube::Event> operator()(const plan::SetGlobalSetting& a) const {
    return switched("The zone setting tls_client_auth", a.on, before.resource.status.settings.global_setting);
  }

  // A switch that we last saw as it should be was turned by somebody else.
  std::optional<kube::Event> switched(const std::string& what, bool on, std::optional<bool> reported) const {
    const std::string to = on ? "on" : "off";
    const bool current = before.resource.status.observed_generation == before.resource.metadata.generation;
    if (current && reported == on)
      return event(before.resource, true, Reason::kDriftRepaired, "Switch",
                   what + " was switched " + (on ? "off" : "on") + " by somebody else; it is " + to +
                       " again. Set spec.mode to Suspend to stop this.");
    return event(before.resource, !on, on ? Reason::kEnabled : Reason::kSwitchedOff, "Switch",
                 what + " switched " + to +
                     (on ? "." : ". An origin that still asks for a client certificate now refuses visitors."));
  }
};

}  // namespace

std::optional<kube::Event> event_of(const plan::Action& action, const plan::Observed& before) {
  return std::visit(Words{before}, action);
}

std::vector<kube::Event> events_of(const api::OriginPullConfig& resource, const api::Status& before,
                                   const api::Status& after) {
  std::vector<kube::Event> events;
  const auto changed = [&](std::string_view type) -> const api::Condition* {
    const api::Condition* was = api::find_condition(before.conditions, type);
    const api::Condition* is = api::find_condition(after.conditions, type);
    return is && (!was || was->reason != is->reason || was->status != is->status) ? is : nullptr;
  };
  if (const api::Condition* ready = changed(api::condition_type::kReady)) {
    const api::Condition* stalled = api::find_condition(after.conditions, api::condition_type::kStalled);
    const bool warning = stalled && stalled->status == api::ConditionStatus::kTrue;
    events.push_back(event(resource, warning, ready->reason, "Reconcile", ready->message));
  }
  const api::Condition* valid = changed(api::condition_type::kCertificateValid);
  if (valid && valid->reason == api::to_string(Reason::kCertificateExpiring))
    events.push_back(event(resource, true, valid->reason, "Check", valid->message));
  return events;
}

}  // namespace originpull::reconcile
