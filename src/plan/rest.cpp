// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "base/bug.hpp"
#include "plan/checks.hpp"
#include "plan/planner.hpp"

namespace originpull::plan {
namespace {

using api::Reason;

constexpr int kCertificateExistsCode = 1406;   // cloudflare-api.md 1.7
constexpr int kSettingNotEditableCode = 1057;  // "<setting> cannot be modified for this zone"

Rest backing_off(Reason reason, const Error& error) {
  return {.verdict = Verdict::kReconciling,
          .reason = reason,
          .message = describe(error),
          .until = {},
          .back_off = true,
          .ray = error.ray};
}

Rest stalled(Reason reason, const Error& error, Wall until) {
  return {.verdict = Verdict::kStalled, .reason = reason, .message = describe(error), .until = until, .ray = error.ray};
}

// An answer came from Cloudflare if it bears a code or a ray; else the failure is Kubernetes' or the network's before it.
Reason unavailable(const Error& error) {
  return error.reason.empty() ? Reason::kCloudflareUnavailable : Reason::kKubernetesUnavailable;
}

}  // namespace

Wall poll_again(Wall now, std::optional<Wall> since) {
  const Duration age = since && now > *since ? now - *since : Duration(0);
  return now + std::clamp<Duration>(age / 4, Seconds(2), Seconds(30));
}

Seconds patience(const Observed& o, Seconds least, Seconds most) {
  const api::Condition* ready = api::find_condition(o.resource.status.conditions, api::condition_type::kReady);
  if (!ready || ready->status == api::ConditionStatus::kTrue || o.now <= ready->last_transition) return least;
  return std::clamp(std::chrono::duration_cast<Seconds>(o.now - ready->last_transition) / 4, least, most);
}

Rest rest_for(const Observed& o, const Error& error) {
  if (error.code == kCertificateExistsCode) return backing_off(Reason::kCertificateExists, error);
  if (error.code == kSettingNotEditableCode)
    return stalled(Reason::kSettingNotEditable, error, o.now + o.resource.spec.interval);
  switch (error.kind) {
    case ErrorKind::kInvalid:
      return stalled(Reason::kCertificateRejected, error, o.now + patience(o, Seconds(60), Seconds(3600)));
    case ErrorKind::kDenied:
      return stalled(Reason::kPermissionDenied, error, o.now + patience(o, Seconds(30), Seconds(600)));
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict:
      return {.verdict = Verdict::kReconciling,
              .reason = Reason::kConflict,
              .message = describe(error),
              .until = {},
              .back_off = true,
              .ray = error.ray};
    case ErrorKind::kRateLimited:
      return {.verdict = Verdict::kReconciling,
              .reason = Reason::kRateLimited,
              .message = describe(error),
              .until = o.now + error.retry_after.value_or(Seconds(30)),
              .ray = error.ray};
    case ErrorKind::kUnavailable: return backing_off(unavailable(error), error);
    case ErrorKind::kUnknownOutcome: return backing_off(Reason::kAnswerLost, error);
    case ErrorKind::kInternal: return backing_off(Reason::kUnexpectedAnswer, error);
  }
  bug("an ErrorKind outside its enumeration");
}

}  // namespace originpull::plan
