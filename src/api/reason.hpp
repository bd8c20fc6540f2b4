// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every reason that a condition or an Event can carry, as one table: its word, and what a person should know and do.
// It stands between the planner, which gives reasons, and the users, who look them up: the troubleshooting page
// docs/reference/reasons.md is rendered from the table, and a test keeps it fresh. A reason is part of the product's
// interface: alerts are written against it, so a word is never renamed. Pure; cannot fail.
#include <span>
#include <string>
#include <string_view>

namespace originpull::api {

enum class Reason {
  // all is well, or on its way
  kReady,
  kUploading,
  kWaitingForDeployment,
  kWaitingForDeletion,
  kEnabling,
  kDisabling,
  kDisabled,
  kSoaking,
  kRedeploying,
  kPlanPending,
  kSuspended,
  kProgressing,
  kValid,
  kDeployed,
  kEnabled,
  kNotEnabled,
  // only a person can help
  kNotYetSupported,
  kZoneConflict,
  kZoneNotFound,
  kZoneAmbiguous,
  kZoneChanged,
  kForeignCertificate,
  kTooManyLive,
  kEncryptionModeTooLow,
  kSettingNotEditable,
  kPermissionDenied,
  kTokenInvalid,
  kCertificateRejected,
  kSecretNotFound,
  kSecretKeyMissing,
  kSecretWrongType,
  kSecretTooLarge,
  kSecretNotWatched,
  kCertificateUnreadable,
  kKeyUnreadable,
  kKeyEncrypted,
  kKeyMismatch,
  kMultipleLeaves,
  kCertificateIsCA,
  kCertificateExpired,
  kCertificateNotYetValid,
  kNoClientAuth,
  kKeyTooWeak,
  kIssuerUnknown,
  // the other side
  kRateLimited,
  kCloudflareUnavailable,
  kKubernetesUnavailable,
  kAnswerLost,
  kUnexpectedAnswer,
  kConflict,
  kDeploymentTimedOut,
  kDeletionTimedOut,
  kCertificateExists,
  // Events only
  kDriftRepaired,
  kCertificateUploaded,
  kCertificateDeleted,
  kSharedCertificate,
  kCertificateExpiring,
  kSwitchedOff,
};

struct ReasonEntry {
  Reason reason;
  std::string_view word;     // "ZoneConflict"
  std::string_view meaning;  // one sentence
  std::string_view advice;   // what to do
};

std::span<const ReasonEntry> reasons();  // in the order of the enumeration, complete
std::string_view to_string(Reason);
std::string render_reasons_page();  // docs/reference/reasons.md

}  // namespace originpull::api
