// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "plan/checks.hpp"
#include "plan/ledger_edits.hpp"
#include "plan/planner.hpp"
#include "plan/view.hpp"

namespace originpull::plan {
namespace {

using api::CertificateRecord;
using api::Reason;

Rest waiting(Reason reason, std::string message, Wall until) {
  return {.verdict = Verdict::kReconciling, .reason = reason, .message = std::move(message), .until = until};
}

std::string label(const Certificate& c) { return c.leaf.empty() ? c.id : brief(c.leaf); }

// What is not understood is looked at again, and nothing is done about it.
Rest wait_for_deployment(const Observed& o, const Certificate& c) {
  if (c.deployment == Deployment::kUnknown)
    return waiting(Reason::kUnexpectedAnswer,
                   "Cloudflare calls certificate " + label(c) + " \"" + c.word +
                       "\", which is unknown here. It is left alone; a newer version of the operator may know it.",
                   o.now + Seconds(30));
  const CertificateRecord* record = o.resource.status.ledger.find(c.leaf);
  return waiting(Reason::kWaitingForDeployment, "Cloudflare is deploying certificate " + label(c) + ".",
                 poll_again(o.now, c.uploaded || !record ? c.uploaded : record->intent_since));
}

constexpr Seconds kUnusuallyLong{300};

// Cloudflare's words for a certificate that is on its way (cloudflare-api.md 1.1).
bool is_pending_word(const std::string& word) { return word == "pending_deployment" || word == "initializing"; }

Rest wait_for_deletion(const Observed& o, const Certificate& c) {
  const CertificateRecord* record = o.resource.status.ledger.find(c.leaf);
  return waiting(Reason::kWaitingForDeletion, "Cloudflare is deleting certificate " + brief(c.leaf) + ".",
                 poll_again(o.now, record ? record->intent_since : c.uploaded));
}

Rest wait_for_unseen(const Observed& o, const CertificateRecord& r) {
  return waiting(Reason::kWaitingForDeployment,
                 "Certificate " + brief(r.fingerprint) + " may have been uploaded and is not to be seen yet.",
                 std::min(poll_again(o.now, r.intent_since), *r.intent_since + kUnseenUploadLives));
}

bool has_soaked(const Observed& o, const Certificate& c, Wall& end) {
  const CertificateRecord* record = o.resource.status.ledger.find(c.leaf);
  end = (record && record->active_since ? *record->active_since : o.now) + o.resource.spec.rotation.soak;
  return o.now >= end;
}

// The intent is written before the request (R2), for a deletion as for an upload.
Step delete_with_intent(const Observed& o, const Certificate& c) {
  const CertificateRecord* record = o.resource.status.ledger.find(c.leaf);
  if (!record || record->intent != api::Intent::kDelete) return WriteLedger{with_deletion(o, c)};
  return DeleteCertificate{c.id, c.leaf};
}

// Uploading anew clears `active_since`, so a switch that is on counts, too.
bool enabled_once(const Observed& o) {
  const auto& records = o.resource.status.ledger.certificates;
  if (!records.empty() && o.resource.status.ledger.original && *seen(o.zone_level)) return true;
  return std::any_of(records.begin(), records.end(),
                     [](const CertificateRecord& r) { return r.active_since.has_value(); });
}

// Where none of ours can be deployed, what is known of when the last one was uploaded still tells who came after it:
// Cloudflare's own times, of tombstones too, and the announcements. `active_since` may be much later than the upload.
bool replaced_ours(const Observed& o, const Certificate& foreign) {
  if (!enabled_once(o)) return false;
  const api::Ledger& ledger = o.resource.status.ledger;
  std::optional<Wall> last;
  const auto consider = [&](const std::optional<Wall>& time) {
    if (time && (!last || *time > *last)) last = time;
  };
  for (const Certificate& c : *seen(o.certificates))
    if (ledger.find(c.leaf)) consider(c.uploaded);
  for (const CertificateRecord& r : ledger.certificates)
    if (r.intent != api::Intent::kDelete) consider(r.intent_since);
  if (!last)
    for (const CertificateRecord& r : ledger.certificates) consider(r.active_since);
  return !last || !foreign.uploaded || *foreign.uploaded > *last;
}

Rest foreign_in_the_way(const Observed& o, const Certificate& c, const std::string& advice) {
  const bool going = c.deployment == Deployment::kDeleting;
  return {.verdict = Verdict::kStalled,
          .reason = Reason::kForeignCertificate,
          .message = "Certificate " + c.id + " at Cloudflare was not uploaded by this resource. " + advice,
          .until = going ? o.now + Seconds(30) : o.now + o.resource.spec.interval};
}

// An upload that was announced and is not to be seen yet may still appear (R1: recorded intents are live).
const CertificateRecord* unseen_upload(const Observed& o, const api::Fingerprint& but) {
  for (const CertificateRecord& r : o.resource.status.ledger.certificates) {
    if (r.fingerprint == but || r.intent != api::Intent::kUpload || !r.intent_since) continue;
    if (o.now >= *r.intent_since + kUnseenUploadLives) continue;
    const auto& all = *seen(o.certificates);
    const bool is_seen = std::any_of(all.begin(), all.end(), [&](const Certificate& c) {
      return c.leaf == r.fingerprint && c.deployment != Deployment::kDeleted;
    });
    if (!is_seen) return &r;
  }
  return nullptr;
}

// Deployment or deletion that Cloudflare gave up on: delete (again), with pauses that grow with `lasting`. The
// announcement of each try is what its pause counts from, and opens a short time in which the request goes out.
Step try_again(const Observed& o, const Certificate& c, std::optional<Wall> lasting) {
  constexpr Seconds kRequestGoesOut{10};
  const bool deploying = c.deployment == Deployment::kDeploymentTimedOut;
  const CertificateRecord* record = o.resource.status.ledger.find(c.leaf);
  const Wall since = record && record->intent_since ? *record->intent_since : Wall{};
  const bool announced = record && record->intent == api::Intent::kDelete;
  if (announced && (deploying || o.now < since + kRequestGoesOut)) return DeleteCertificate{c.id, c.leaf};
  const Wall again = since + growing_pause(o.now, lasting, Seconds(60), Seconds(3600));
  if (o.now >= again) return WriteLedger{with_deletion(o, c)};
  return waiting(deploying ? Reason::kDeploymentTimedOut : Reason::kDeletionTimedOut,
                 std::string("Cloudflare gave up ") + (deploying ? "deploying" : "deleting") + " certificate " +
                     brief(c.leaf) + ". It is deleted" + (deploying ? " and uploaded again" : " again") +
                     " after a pause.",
                 again);
}

std::optional<Wall> not_ready_since(const Observed& o) {
  const api::Condition* ready = api::find_condition(o.resource.status.conditions, api::condition_type::kReady);
  if (!ready || ready->status == api::ConditionStatus::kTrue) return std::nullopt;
  return ready->last_transition;
}

// R7: deletes one of ours that is older than `successor`, which is active and has soaked; else a wait for those that
// are on their way out, or nothing. What is not understood, or still being deployed, is left until it is neither.
std::optional<Step> retire(const Observed& o, const View& view, const Certificate& successor) {
  const CertificateRecord* record = o.resource.status.ledger.find(successor.leaf);
  std::optional<Rest> wait;
  for (const Certificate* c : view.ours) {
    if (c == &successor || c == view.desired) continue;
    std::optional<Step> step;
    switch (c->deployment) {
      case Deployment::kPending:
      case Deployment::kUnknown: step = wait_for_deployment(o, *c); break;
      case Deployment::kDeleting: step = wait_for_deletion(o, *c); break;
      case Deployment::kDeletionTimedOut: step = try_again(o, *c, record ? record->active_since : std::nullopt); break;
      case Deployment::kActive:
      case Deployment::kDeploymentTimedOut: step = delete_with_intent(o, *c); break;
      case Deployment::kDeleted: continue;
    }
    const Rest* rest = std::get_if<Rest>(&*step);
    if (!rest) return step;
    if (!wait || *rest->until < *wait->until) wait = *rest;
  }
  return wait ? std::optional<Step>(*wait) : std::nullopt;
}

// At most four live ones. The Secret went through them faster than they soak: what is older than the one presented goes
// as soon as that one has soaked, which makes room.
Step too_many_live(const Observed& o, const View& view) {
  Wall end = o.now + Seconds(60);
  if (view.newest && view.newest->deployment == Deployment::kActive && has_soaked(o, *view.newest, end)) {
    end = o.now + Seconds(60);
    std::optional<Step> step = retire(o, view, *view.newest);
    if (step && !std::holds_alternative<Rest>(*step)) return *step;
    if (step) end = *std::get<Rest>(*step).until;
  }
  return Rest{.verdict = Verdict::kStalled,
              .reason = Reason::kTooManyLive,
              .message = std::to_string(view.ours.size()) +
                         " certificates of this resource are live at Cloudflare. Stop changing the Secret until the "
                         "older ones have soaked and are deleted, or shorten spec.rotation.soak.",
              .until = std::min(end, o.now + o.resource.spec.interval)};
}

}  // namespace

// R8, source Cloudflare: any live uploaded certificate would be presented instead of the shared one. Ours go while all
// is off.
std::optional<Step> shared_certificate_would_be_hidden(const Observed& o) {
  if (o.resource.spec.certificate.source != api::Source::kCloudflare) return std::nullopt;
  const View view = view_of(o);
  if (!view.foreign.empty())
    return foreign_in_the_way(
        o, *view.foreign.back(),
        "It would be presented instead of Cloudflare's shared one. Delete it, or use source Custom.");
  if (view.ours.empty()) return std::nullopt;
  const Certificate& c = *view.ours.back();
  if (*seen(o.zone_level)) {
    return Rest{.verdict = Verdict::kStalled,
                .reason = Reason::kForeignCertificate,
                .message = "Certificate " + brief(c.leaf) +
                           " of this resource is still live, and presented instead of Cloudflare's shared one. Set "
                           "spec.enabled to false until it is deleted.",
                .until = o.now + o.resource.spec.interval};
  }
  switch (c.deployment) {
    case Deployment::kPending:
    case Deployment::kUnknown: return wait_for_deployment(o, c);
    case Deployment::kDeleting: return wait_for_deletion(o, c);
    case Deployment::kDeletionTimedOut: return try_again(o, c, not_ready_since(o));
    default: return delete_with_intent(o, c);
  }
}

// While Cloudflare deploys what we uploaded, one look by its id answers the only question. Everything is looked at when
// it has left that state, when the user changes something, and when it takes unusually long.
std::optional<Step> awaited_certificate_is_pending(const Observed& o) {
  const api::Fingerprint* leaf = desired_leaf(o);
  const api::Status& status = o.resource.status;
  const CertificateRecord* record = leaf ? status.ledger.find(*leaf) : nullptr;
  const bool awaited = record && !record->id.empty() && is_pending_word(record->state) && status.ledger.zone &&
                       status.observed_generation == o.resource.metadata.generation && record->intent_since &&
                       o.now < *record->intent_since + kUnusuallyLong;
  if (!awaited || seen(o.certificates)) return std::nullopt;
  if (const Error* error = failed(o.awaited)) return rest_for(o, *error);
  const auto* found = seen(o.awaited);
  if (!found) return Look::kAwaited;
  if (!*found || (*found)->deployment != Deployment::kPending) return std::nullopt;
  return wait_for_deployment(o, **found);
}

// R8: before the first enablement a foreign certificate stops us; later a newer one is reported and never fought.
std::optional<Step> foreign_certificate_is_in_the_way(const Observed& o) {
  if (!desired_leaf(o)) return std::nullopt;
  const View view = view_of(o);
  if (view.foreign.empty()) return std::nullopt;
  const Certificate& last = *view.foreign.back();
  if (std::any_of(view.foreign.begin(), view.foreign.end(), [&](const Certificate* c) {
        return view.newest ? is_newer(*c, *view.newest) : replaced_ours(o, *c);
      }))
    return foreign_in_the_way(
        o, last, "It is newer than ours, so the edge may present it. Delete it there, or put its pair in the Secret.");
  if (o.resource.spec.takeover == api::Takeover::kAllow || enabled_once(o)) return std::nullopt;
  const bool ours_is_presented = view.desired && view.desired == view.newest && *seen(o.zone_level);
  if (ours_is_presented) return std::nullopt;
  return foreign_in_the_way(o, last, "To replace it set spec.takeover to Allow; it will not be deleted.");
}

// R8: the same leaf, found there and not recorded, is adopted.
std::optional<Step> leaf_is_there_already(const Observed& o) {
  const api::Fingerprint* leaf = desired_leaf(o);
  if (!leaf || o.resource.status.ledger.find(*leaf)) return std::nullopt;
  const View view = view_of(o);
  if (!view.desired) return std::nullopt;
  if (view.desired->deployment == Deployment::kDeleting) return wait_for_deletion(o, *view.desired);
  if (view.ours.size() > api::kMaxLiveCertificates) return too_many_live(o, view);
  return WriteLedger{with_adoption(o, *view.desired)};
}

std::optional<Step> desired_is_missing(const Observed& o) {
  const api::Fingerprint* leaf = desired_leaf(o);
  if (!leaf) return std::nullopt;
  const View view = view_of(o);
  if (view.desired) return std::nullopt;
  // R3: no POST while another is being deployed: the order of deployment would be unknowable.
  for (const Certificate* c : view.ours)
    if (c->deployment == Deployment::kPending || c->deployment == Deployment::kUnknown)
      return wait_for_deployment(o, *c);
  for (const Certificate* c : view.foreign)
    if (c->deployment == Deployment::kPending) return wait_for_deployment(o, *c);
  if (const CertificateRecord* r = unseen_upload(o, *leaf)) return wait_for_unseen(o, *r);
  if (view.ours.size() >= api::kMaxLiveCertificates) return too_many_live(o, view);
  const CertificateRecord* record = o.resource.status.ledger.find(*leaf);
  const bool announced = record && record->intent == api::Intent::kUpload && record->intent_since &&
                         o.now < *record->intent_since + kAnnouncementHolds;
  if (!announced || !ledger_is_open(o)) return WriteLedger{with_upload(o)};
  return UploadCertificate{*leaf};
}

std::optional<Step> desired_is_not_deployed(const Observed& o) {
  const View view = view_of(o);
  if (!desired_leaf(o)) return std::nullopt;
  const Certificate& c = *view.desired;
  switch (c.deployment) {
    case Deployment::kActive: return std::nullopt;
    case Deployment::kPending:
    case Deployment::kUnknown: return wait_for_deployment(o, c);
    case Deployment::kDeleting: return wait_for_deletion(o, c);
    case Deployment::kDeploymentTimedOut:
    case Deployment::kDeletionTimedOut: return try_again(o, c, not_ready_since(o));
    case Deployment::kDeleted: return std::nullopt;
  }
  return std::nullopt;
}

// R3, the Secret went A, B, A: A is live, but the edge presents B. Once B is active and has soaked, A is deleted
// (nobody presents it), and uploaded again when it is gone.
std::optional<Step> desired_is_not_the_newest(const Observed& o) {
  if (!desired_leaf(o)) return std::nullopt;
  const View view = view_of(o);
  if (const CertificateRecord* r = unseen_upload(o, view.desired->leaf)) return wait_for_unseen(o, *r);
  if (!view.newest || !is_newer(*view.newest, *view.desired)) return std::nullopt;
  const Certificate& newer = *view.newest;
  if (newer.deployment != Deployment::kActive) return wait_for_deployment(o, newer);
  Wall end{};
  if (!has_soaked(o, newer, end))
    return waiting(Reason::kRedeploying,
                   "Certificate " + brief(view.desired->leaf) + " is live, but " + brief(newer.leaf) +
                       " was uploaded after it. It is uploaded again when the newer one has soaked.",
                   end);
  return delete_with_intent(o, *view.desired);
}

// R7: after the soak the old certificate is deleted. Soaking is Ready, and so is a clean-up that takes long; what a
// person must help with is said all the while (settled.cpp).
std::optional<Step> certificate_is_superseded(const Observed& o) {
  if (!desired_leaf(o)) return std::nullopt;
  const View view = view_of(o);
  if (view.ours.size() < 2) return std::nullopt;
  Rest rest = settled(o);
  Rest wait{.reason = Reason::kSoaking, .message = "The one before it is deleted after the soak.", .until = o.now};
  if (has_soaked(o, *view.desired, *wait.until)) {
    std::optional<Step> step = retire(o, view, *view.desired);
    if (!step || !std::holds_alternative<Rest>(*step)) return step;
    wait = std::get<Rest>(*step);
  }
  if (rest.reason == Reason::kReady) {
    rest.reason = wait.reason;
    rest.message += " " + wait.message;
  }
  rest.until = std::min(*rest.until, *wait.until);
  return rest;
}

}  // namespace originpull::plan
