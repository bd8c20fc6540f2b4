// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the planner answers: a `Look` (what it needs to see next), an `Action` (one change, at Cloudflare or in the
// ledger) or a `Rest` (why nothing can be done now, and until when). Plain values; `describe` gives the words of
// `status.plan`.
// Nothing here does anything, holds a thread or can fail: the reconcile room carries a step out.
#include <optional>
#include <string>
#include <variant>

#include "api/ledger.hpp"
#include "api/reason.hpp"
#include "base/time.hpp"

namespace originpull::plan {

enum class Look { kRivals, kToken, kPair, kAwaited, kZone, kCertificates, kZoneLevel, kGlobalSetting, kEncryptionMode };

struct WriteLedger {
  api::Ledger ledger;
};
struct UploadCertificate {
  api::Fingerprint leaf;
};
struct DeleteCertificate {
  std::string id;
  api::Fingerprint leaf;
};
struct SetZoneLevel {
  bool on;
};
struct SetGlobalSetting {
  bool on;
};
using Action = std::variant<WriteLedger, UploadCertificate, DeleteCertificate, SetZoneLevel, SetGlobalSetting>;

// Of the conditions Ready, Reconciling and Stalled exactly the one that the verdict names is True. kAsIs: the
// conditions stand still.
enum class Verdict { kReady, kReconciling, kStalled, kAsIs };

struct Rest {
  Verdict verdict = Verdict::kReconciling;
  api::Reason reason = api::Reason::kProgressing;
  std::string message = {};
  std::optional<Wall> until = {};         // look again then; empty: when something changes, or by the queue's back-off
  bool back_off = false;                  // a failure: the queue decides when, with jitter
  std::optional<Duration> at_least = {};  // the other side's wish (retry-after), which a back-off never undercuts
  std::string ray = {};                   // CF-Ray of the answer that led here
  api::Fingerprint refused = {};          // this upload was refused for certain, so its announcement is void
};

using Step = std::variant<Look, Action, Rest>;

// "upload certificate 3f2a…"; empty for what is not a change at Cloudflare.
std::optional<std::string> describe(const Action&);
// The first eight digits of a fingerprint, as messages name certificates.
std::string brief(const api::Fingerprint&);

}  // namespace originpull::plan
