// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "base/rfc3339.hpp"
#include "plan/checks.hpp"
#include "plan/planner.hpp"
#include "plan/view.hpp"

namespace originpull::plan {
namespace {

using api::Reason;

constexpr Seconds kRivalsAgain{15};  // costs no call: the other resources are in our store

Step stalled(Reason reason, std::string message, std::optional<Wall> until = {}) {
  return Rest{.verdict = Verdict::kStalled, .reason = reason, .message = std::move(message), .until = until};
}

struct Known {
  std::string id, name;
};

Known known(const api::ZoneRef& ref, const std::optional<api::ZoneIdentity>& pinned) {
  Known k{ref.id, ref.name};
  if (pinned && k.id.empty()) k.id = pinned->id;
  if (pinned && k.name.empty()) k.name = pinned->name;
  return k;
}

bool same_zone(const Known& a, const Known& b) {
  return (!a.id.empty() && a.id == b.id) || (!a.name.empty() && a.name == b.name);
}

// The incumbent, whose status pins the zone, wins; else the older one; the uid decides between equals.
bool beats(const Rival& rival, const Observed& o) {
  const bool we_are_incumbent = o.resource.status.ledger.zone.has_value();
  if (rival.pinned.has_value() != we_are_incumbent) return rival.pinned.has_value();
  if (rival.created != o.resource.metadata.created) return rival.created < o.resource.metadata.created;
  return rival.uid < o.resource.metadata.uid;
}

// A Secret that is not there may be on its way (cert-manager, GitOps): a person is called only after the grace. The
// time since when is the transition of Ready to Unknown, which says nothing else. An edit may name another Secret: a
// new grace.
Rest missing_secret(const Observed& o, std::string message) {
  const api::Condition* ready = api::find_condition(o.resource.status.conditions, api::condition_type::kReady);
  const bool was_missing = ready && ready->reason == api::to_string(Reason::kSecretNotFound);
  const bool waiting = was_missing && ready->status == api::ConditionStatus::kUnknown;
  const bool given_up = was_missing && !waiting && ready->observed_generation == o.resource.metadata.generation;
  const Wall end = (waiting ? ready->last_transition : o.now) + o.missing_secret_grace;
  if (given_up || o.now >= end)
    return {.verdict = Verdict::kStalled, .reason = Reason::kSecretNotFound, .message = std::move(message)};
  return {
      .verdict = Verdict::kReconciling, .reason = Reason::kSecretNotFound, .message = std::move(message), .until = end};
}

// An expiring deployed certificate whose successor is bad: warn loudly, never disable. `begins` is when there will
// be something to say.
std::string expiry_warning(const Observed& o, std::optional<Wall>& begins) {
  constexpr std::chrono::hours kTwoWeeks{24 * 14};
  const api::CertificateRecord* presented = nullptr;
  for (const api::CertificateRecord& r : o.resource.status.ledger.certificates)
    if (r.active_since && (!presented || *r.active_since > *presented->active_since)) presented = &r;
  if (!o.resource.spec.enabled || !presented || !presented->not_after) return {};
  const Wall from = *presented->not_after - kTwoWeeks;
  if (o.now < from) {
    begins = from;
    return {};
  }
  return " Certificate " + brief(presented->fingerprint) + ", which the edge presents, is valid only until " +
         format_rfc3339(*presented->not_after) + ": from then on an enforcing origin refuses every visitor.";
}

std::optional<Step> bad_pair(const Observed& o) {
  const Pair& pair = *seen(o.pair);
  const Reason problem = pair_problem(o, pair);
  if (problem == Reason::kValid) return std::nullopt;
  std::optional<Wall> until;
  const std::string warning = expiry_warning(o, until);
  const std::string message = pair_sentence(o, pair) + warning;
  if (problem == Reason::kSecretNotFound) {
    Rest rest = missing_secret(o, message);
    if (until && (!rest.until || *until < *rest.until)) rest.until = until;
    return rest;
  }
  if (problem == Reason::kCertificateNotYetValid && (!until || pair.not_before < *until)) until = pair.not_before;
  return stalled(problem, message, until);
}

// "spec.origin.trustBundles, spec.origin.probes"; empty: none.
std::string unsupported_settings(const api::Spec& spec) {
  std::string all;
  const auto add = [&](bool is_set, std::string_view name) {
    if (is_set) all.append(all.empty() ? "" : ", ").append(name);
  };
  add(!spec.origin.trust_bundles.empty(), "spec.origin.trustBundles");
  add(!spec.origin.additional_cas.empty(), "spec.origin.additionalCAs");
  add(!spec.origin.probes.empty(), "spec.origin.probes");
  add(spec.certificate.ca_ref.has_value(), "spec.certificate.caRef");
  add(spec.deletion_policy != api::DeletionPolicy::kRetain, "spec.deletionPolicy");
  return all;
}

}  // namespace

std::optional<Step> resource_is_suspended(const Observed& o) {
  if (o.resource.spec.mode != api::Mode::kSuspend) return std::nullopt;
  return Rest{.verdict = Verdict::kAsIs,
              .reason = Reason::kSuspended,
              .message = "spec.mode is Suspend: nothing is looked at or changed."};
}

// Retain is the only policy so far, and has no finalizer: whatever is at Cloudflare stays (product.md section 5).
std::optional<Step> resource_is_being_deleted(const Observed& o) {
  if (!o.resource.metadata.deleting) return std::nullopt;
  return Rest{.verdict = Verdict::kAsIs, .reason = Reason::kProgressing, .message = "The resource is being deleted."};
}

std::optional<Step> something_is_not_yet_supported(const Observed& o) {
  const std::string settings = unsupported_settings(o.resource.spec);
  if (settings.empty()) return std::nullopt;
  return stalled(Reason::kNotYetSupported,
                 "Not supported by this version: " + settings + ". Remove that; nothing was changed at Cloudflare.");
}

std::optional<Step> another_resource_has_the_zone(const Observed& o) {
  if (const Error* error = failed(o.rivals)) return rest_for(o, *error);
  const auto* rivals = seen(o.rivals);
  if (!rivals) return Look::kRivals;
  std::optional<api::ZoneIdentity> identity = o.resource.status.ledger.zone;
  if (const Zone* zone = seen(o.zone); zone && zone->identity) identity = zone->identity;
  const Known us = known(o.resource.spec.zone, identity);
  const bool lost = std::any_of(rivals->begin(), rivals->end(), [&](const Rival& rival) {
    return same_zone(us, known(rival.zone, rival.pinned)) && beats(rival, o);
  });
  if (!lost) return std::nullopt;
  return stalled(
      Reason::kZoneConflict,
      "Another OriginPullConfig of this cluster manages this zone. Delete one of the two; this one does nothing.",
      o.now + kRivalsAgain);
}

std::optional<Step> token_is_unusable(const Observed& o) {
  if (const Error* error = failed(o.token)) return rest_for(o, *error);
  const Token* token = seen(o.token);
  if (!token) return Look::kToken;
  if (token->problem == Reason::kValid) return std::nullopt;
  if (token->problem == Reason::kSecretNotFound) return missing_secret(o, token->detail);
  return stalled(token->problem, token->detail);
}

// Rule R0: a bad pair changes nothing outside. Only what a person asked to be off is switched off all the same.
std::optional<Step> pair_is_unusable(const Observed& o) {
  if (o.resource.spec.certificate.source != api::Source::kCustom) return std::nullopt;
  if (const Error* error = failed(o.pair)) return rest_for(o, *error);
  if (!seen(o.pair)) return Look::kPair;
  return o.resource.spec.enabled ? bad_pair(o) : std::nullopt;
}

std::optional<Step> pair_is_unusable_while_off(const Observed& o) {
  if (o.resource.spec.certificate.source != api::Source::kCustom) return std::nullopt;
  return bad_pair(o);
}

}  // namespace originpull::plan
