// SPDX-License-Identifier: Apache-2.0
#include "api/reason.hpp"

#include <algorithm>
#include <array>

#include "base/bug.hpp"

namespace originpull::api {
namespace {

constexpr auto kReasons = std::to_array<ReasonEntry>({
    {Reason::kReady, "Ready",
     "The zone is as the resource asks: the desired certificate is deployed and the switches are set.",
     "Nothing to do."},
    {Reason::kUploading, "Uploading", "The certificate of the Secret is being uploaded to Cloudflare.",
     "Wait; it takes one call. If it stays, look at the operator's log and at the other conditions."},
    {Reason::kWaitingForDeployment, "WaitingForDeployment",
     "Cloudflare has the certificate and is rolling it out to its edge.",
     "Wait; it usually takes seconds to minutes. After a timeout the operator deletes it and uploads it again by "
     "itself."},
    {Reason::kWaitingForDeletion, "WaitingForDeletion",
     "Cloudflare is deleting a certificate that has to be gone before the next step.",
     "Wait; it usually takes about ten seconds."},
    {Reason::kEnabling, "Enabling", "The certificate is deployed and the switches of the zone are being turned on.",
     "Wait; it takes two calls."},
    {Reason::kDisabling, "Disabling", "The switches of the zone are being turned off because spec.enabled is false.",
     "Wait; it takes two calls. Make sure that the origin no longer asks for a client certificate."},
    {Reason::kDisabled, "Disabled", "Origin pulls are off because spec.enabled is false.",
     "Nothing to do. Set spec.enabled to true to turn them on."},
    {Reason::kSoaking, "Soaking",
     "The new certificate is in use; the old one is kept for spec.rotation.soak in case a part of the edge still "
     "presents it.",
     "Nothing to do; the old one is deleted when the time is over."},
    {Reason::kRedeploying, "Redeploying",
     "The Secret went back to an earlier certificate, and a newer one of ours is still live: the earlier one has to "
     "be uploaded again to become the newest.",
     "Wait; this takes a deletion and a deployment more than an ordinary rotation. Do not delete certificates by "
     "hand meanwhile."},
    {Reason::kPlanPending, "PlanPending",
     "Mode Observe: the zone differs from the resource, and status.plan lists what Manage would do.",
     "Read status.plan; set spec.mode to Manage to let it happen."},
    {Reason::kSuspended, "Suspended",
     "Mode Suspend: nothing is looked at and nothing is changed; the other conditions stand still.",
     "Set spec.mode to Manage or Observe to go on."},
    {Reason::kProgressing, "Progressing", "The operator is working towards what the resource asks.",
     "Wait; if it stays, look at the operator's log."},
    {Reason::kValid, "Valid", "The certificate and key in the Secret can be used.", "Nothing to do."},
    {Reason::kDeployed, "Deployed", "The desired certificate is the newest one at Cloudflare and is deployed.",
     "Nothing to do."},
    {Reason::kEnabled, "Enabled", "Zone-level Authenticated Origin Pulls are on.",
     "Nothing to do. To be protected, the origin must refuse clients without the certificate."},
    {Reason::kNotEnabled, "NotEnabled",
     "Zone-level Authenticated Origin Pulls are not on although the resource asks for them.",
     "Look at condition Ready: its reason says what holds them up."},
    {Reason::kNotYetSupported, "NotYetSupported",
     "The resource uses a field that this version of the operator does not implement; nothing is written to "
     "Cloudflare.",
     "Remove the fields that the message names, or run a version that implements them."},
    {Reason::kZoneConflict, "ZoneConflict", "Another resource of this cluster already manages the zone.",
     "Delete one of the two; a zone can be managed by one resource only. The other may be in a namespace that you "
     "cannot see: ask the cluster's administrator."},
    {Reason::kZoneNotFound, "ZoneNotFound", "The token can see no zone of this name or id.",
     "Check spec.zone (the zone, not a host in it), and that the token has Zone Read for this zone and belongs to "
     "the right account."},
    {Reason::kZoneAmbiguous, "ZoneAmbiguous", "The token can see several zones of this name.",
     "Name the zone by spec.zone.id (it is shown on the zone's overview page), or use a token that sees only one."},
    {Reason::kZoneChanged, "ZoneChanged", "The name of the zone leads to another zone id than the one that was pinned.",
     "If the zone was deleted and added again on purpose, delete this resource and create it anew; otherwise find "
     "out who moved the zone."},
    {Reason::kForeignCertificate, "ForeignCertificate",
     "The zone has a live certificate that this resource did not upload, and uploading ours would supersede it.",
     "Delete the foreign certificate at Cloudflare, or put it in the Secret to have it adopted, or set spec.takeover "
     "to Allow. It is never deleted by the operator."},
    {Reason::kTooManyLive, "TooManyLive",
     "Too many certificates of this resource are live at Cloudflare at once, so no other is uploaded.",
     "Stop replacing the Secret for a while: deletions finish and make room. If some hang, delete the superseded "
     "ones at Cloudflare."},
    {Reason::kEncryptionModeTooLow, "EncryptionModeTooLow",
     "The SSL/TLS encryption mode of the zone is weaker than spec.minimumEncryptionMode, so Cloudflare would not "
     "verify, or not even encrypt, the connection to the origin.",
     "Set the zone's encryption mode to Full or Full (strict) at Cloudflare, or change spec.minimumEncryptionMode."},
    {Reason::kSettingNotEditable, "SettingNotEditable",
     "Cloudflare does not let the setting tls_client_auth be changed for this zone's plan.",
     "Upgrade the plan, or set spec.globalSetting to Unmanaged."},
    {Reason::kPermissionDenied, "PermissionDenied",
     "Cloudflare or Kubernetes refused a call for lack of permission; the message names the permission. Cloudflare "
     "says the same of a token that has expired or was revoked.",
     "See that the API token is active and has all three permissions (README, The first resource), or give the "
     "operator's role what is named. It is tried again by itself, at the latest after ten minutes."},
    {Reason::kTokenInvalid, "TokenInvalid",
     "The text in the token Secret does not look like a Cloudflare API token, or Cloudflare says that it is none.",
     "Put a valid API token (not a global API key) under the key that spec.apiTokenSecretRef names, without quotes "
     "or a Bearer prefix."},
    {Reason::kCertificateRejected, "CertificateRejected", "Cloudflare refused the certificate.",
     "Read Cloudflare's code in the message; put another certificate into the Secret."},
    {Reason::kSecretNotFound, "SecretNotFound", "A Secret that the resource names does not exist in its namespace.",
     "Create it, or correct the name in the spec. If the operator runs with a secret selector, label the Secret."},
    {Reason::kSecretKeyMissing, "SecretKeyMissing", "The Secret exists but lacks the key that is read from it.",
     "Add the key that the message names."},
    {Reason::kSecretWrongType, "SecretWrongType", "The certificate's Secret is not of type kubernetes.io/tls.",
     "Create it with type kubernetes.io/tls; the type of an existing Secret cannot be changed, so delete and create "
     "it."},
    {Reason::kSecretTooLarge, "SecretTooLarge", "A value in the Secret is larger than any certificate or key.",
     "Put only the leaf, its intermediates and its key into the Secret."},
    {Reason::kSecretNotWatched, "SecretNotWatched",
     "The operator watches named Secrets only and has reached the number that it can watch.",
     "Use fewer Secrets in the namespace, or run the operator with the default --secret-watch."},
    {Reason::kCertificateUnreadable, "CertificateUnreadable",
     "tls.crt holds no certificate, or one that cannot be decoded.",
     "Put the leaf certificate in PEM, followed by its intermediates, under tls.crt."},
    {Reason::kKeyUnreadable, "KeyUnreadable", "tls.key holds no private key, or one that cannot be decoded.",
     "Put the private key in PEM (PKCS#8, PKCS#1 or SEC1) under tls.key."},
    {Reason::kKeyEncrypted, "KeyEncrypted",
     "The private key is encrypted with a passphrase, which the operator does not have.",
     "Decrypt it with openssl pkey and put the result into the Secret."},
    {Reason::kKeyMismatch, "KeyMismatch", "The private key does not belong to the certificate.",
     "Put the two halves of one pair into the Secret; if a tool wrote it, let the tool issue it again."},
    {Reason::kMultipleLeaves, "MultipleLeaves",
     "tls.crt holds several certificates that are not CAs, so it is not clear which one is meant.",
     "Keep one leaf, first in tls.crt, followed by its intermediate CAs only."},
    {Reason::kCertificateIsCA, "CertificateIsCA",
     "The first certificate in tls.crt is a CA; Cloudflare takes leaves only.",
     "Put a leaf certificate (basicConstraints CA:FALSE) first. openssl req -x509 makes a CA unless told otherwise."},
    {Reason::kCertificateExpired, "CertificateExpired",
     "The certificate in the Secret has expired; it is not uploaded.",
     "Renew it. What is deployed at Cloudflare stays as it is."},
    {Reason::kCertificateNotYetValid, "CertificateNotYetValid",
     "The certificate in the Secret is not valid yet; it is not uploaded before it is.",
     "Wait until it is valid, or issue one that is; check the clocks if it should be."},
    {Reason::kNoClientAuth, "NoClientAuth",
     "The certificate limits its use (extended key usage) and client authentication is not among the uses, so "
     "origins would refuse it.",
     "Issue it with the usage clientAuth (cert-manager: usages client auth)."},
    {Reason::kKeyTooWeak, "KeyTooWeak",
     "The key is RSA below 2048 bits, an elliptic curve other than P-256, P-384 or P-521, or of another algorithm.",
     "Issue a certificate with RSA 2048 or more, or P-256."},
    {Reason::kIssuerUnknown, "IssuerUnknown",
     "No CA is known that verifies the certificate by its signature, so it is unknown what the origin must trust.",
     "Put the issuing CA under ca.crt of the Secret, with the intermediates in tls.crt, and make sure that the "
     "origin trusts it."},
    {Reason::kRateLimited, "RateLimited",
     "Cloudflare's limit of requests for this token, or the operator's own budget below it, is used up for now.",
     "Wait; work goes on by itself. If it stays, give resources tokens of different owners or raise their interval."},
    {Reason::kCloudflareUnavailable, "CloudflareUnavailable",
     "Cloudflare could not be reached or answered with an error of its own.",
     "Wait; it is tried again with growing pauses. Look at Cloudflare's status page and at the cluster's way out."},
    {Reason::kKubernetesUnavailable, "KubernetesUnavailable",
     "The Kubernetes API could not be reached or answered with an error of its own.",
     "Wait; it is tried again with growing pauses. Look at the API server."},
    {Reason::kAnswerLost, "AnswerLost", "A change was sent and no answer came, so it is unknown whether it was made.",
     "Wait; the operator looks before it acts again. If it stays, look at proxies between the operator and "
     "Cloudflare."},
    {Reason::kUnexpectedAnswer, "UnexpectedAnswer", "An answer made no sense, such as HTML in place of JSON.",
     "Look for a proxy that answers in Cloudflare's place; report it with the log line if there is none."},
    {Reason::kConflict, "Conflict", "Somebody else changed the object at the same time.",
     "Wait; the operator looks again at once."},
    {Reason::kDeploymentTimedOut, "DeploymentTimedOut", "Cloudflare gave up deploying the certificate.",
     "Wait; it is deleted and uploaded again with growing pauses. If it stays, contact Cloudflare with the "
     "certificate's id."},
    {Reason::kDeletionTimedOut, "DeletionTimedOut", "Cloudflare gave up deleting a certificate.",
     "Wait; it is tried again with growing pauses. If it stays, contact Cloudflare with the certificate's id."},
    {Reason::kCertificateExists, "CertificateExists",
     "Cloudflare says that the certificate exists already (1406), and does not show it to us.",
     "Wait; an earlier deletion is being finished. If it stays, look whether the certificate is used at another "
     "level (per-hostname), or in another zone of the account."},
    {Reason::kDriftRepaired, "DriftRepaired", "The zone was changed by somebody else at Cloudflare, and was put right.",
     "Find out who changed it. Set spec.mode to Suspend to work on the zone by hand."},
    {Reason::kCertificateUploaded, "CertificateUploaded", "A certificate was uploaded to Cloudflare.",
     "Nothing to do."},
    {Reason::kCertificateDeleted, "CertificateDeleted", "A superseded certificate of ours was deleted at Cloudflare.",
     "Nothing to do."},
    {Reason::kSharedCertificate, "SharedCertificate",
     "Source Cloudflare: the edge presents the certificate that all of Cloudflare's customers share, which proves "
     "that a request came from Cloudflare's network but not that it came through your zone.",
     "Use source Custom with a certificate of your own if the origin must refuse other customers of Cloudflare."},
    {Reason::kCertificateExpiring, "CertificateExpiring",
     "The certificate that the edge presents expires soon and no usable successor is in the Secret.",
     "Renew the certificate in the Secret; when it has expired an enforcing origin refuses every visitor."},
    {Reason::kSwitchedOff, "SwitchedOff",
     "Origin pulls were switched off while nothing shows whether the origin still enforces client certificates.",
     "Make sure that the origin no longer asks for one; if it does, every visitor is refused."},
});

constexpr auto kLast = Reason::kSwitchedOff;

// Complete and in order: entry i is reason i, and the last entry is the last reason.
constexpr bool in_order() {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (kReasons[i].reason != static_cast<Reason>(i)) return false;
  }
  return kReasons.back().reason == kLast;
}
static_assert(in_order(), "the table of reasons must follow the enumeration");

struct Section {
  Reason first;
  std::string_view title;
};
constexpr std::array kSections{
    Section{Reason::kReady, "All is well, or on its way"},
    Section{Reason::kNotYetSupported, "A person can help"},
    Section{Reason::kRateLimited, "The other side"},
    Section{Reason::kDriftRepaired, "Mostly in Events"},
};

}  // namespace

std::span<const ReasonEntry> reasons() { return kReasons; }

std::string_view to_string(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  check(index < kReasons.size(), "a Reason outside its enumeration");
  return kReasons[index].word;
}

std::string render_reasons_page() {
  std::string page =
      "<!-- Rendered from src/api/reason.cpp; a test keeps it fresh. Edit the table there. -->\n"
      "# Reasons\n\n"
      "Every reason that a condition or an Event of an `OriginPullConfig` can carry. The message beside it names the\n"
      "object, the permission and Cloudflare's code. Words are never renamed, so alerts may be written against them.\n";
  for (const ReasonEntry& entry : kReasons) {
    const auto section =
        std::find_if(kSections.begin(), kSections.end(), [&](const Section& one) { return one.first == entry.reason; });
    if (section != kSections.end()) page += "\n## " + std::string(section->title) + "\n";
    page += "\n### " + std::string(entry.word) + "\n\n" + std::string(entry.meaning) + "\n\n**What to do:** " +
            std::string(entry.advice) + "\n";
  }
  return page;
}

}  // namespace originpull::api
