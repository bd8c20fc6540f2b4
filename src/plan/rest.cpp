// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "base/bug.hpp"
#include "plan/checks.hpp"
#include "plan/planner.hpp"
#include "plan/view.hpp"

namespace originpull::plan {
namespace {

using api::Reason;

constexpr int kCertificateExistsCode = 1406;   // cloudflare-api.md 1.7
constexpr int kSettingNotEditableCode = 1057;  // "<setting> cannot be modified for this zone"
constexpr std::array kTokenCodes{6003, 6111, 9103, 9106};
constexpr std::array kZoneCodes{7003, 9109};  // as kNotFound: Cloudflare knows no such zone, or not with this token

Rest backing_off(Reason reason, const Error& error) {
  return {.verdict = Verdict::kReconciling,
          .reason = reason,
          .message = describe(error),
          .until = {},
          .back_off = true,
          .at_least = error.retry_after,
          .ray = error.ray};
}

Rest stalled(Reason reason, const Error& error, Wall until) {
  return {.verdict = Verdict::kStalled, .reason = reason, .message = describe(error), .until = until, .ray = error.ray};
}

// An answer came from Cloudflare if it bears a code or a ray; else the failure is Kubernetes' or the network's before
// it.
Reason unavailable(const Error& error) {
  return error.reason.empty() ? Reason::kCloudflareUnavailable : Reason::kKubernetesUnavailable;
}

// An error leaves what was seen as it was, so the planner says once more what was to be done when it happened.
bool everything_was_seen(const Observed& o) {
  const bool something_failed = failed(o.rivals) || failed(o.token) || failed(o.pair) || failed(o.zone) ||
                                failed(o.certificates) || failed(o.zone_level) || failed(o.global_setting) ||
                                failed(o.encryption_mode);
  return !something_failed && seen(o.certificates) && seen(o.zone_level);
}

bool was_an_upload(const Observed& o) {
  if (!everything_was_seen(o)) return false;
  const Step step = next(o);
  const Action* action = std::get_if<Action>(&step);
  return action && std::holds_alternative<UploadCertificate>(*action);
}

bool is_one_of(std::span<const int> codes, const Error& error) {
  return std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

// Nothing has been done, and nothing will be done late.
bool is_refusal(const Error& error) {
  return error.http_status >= 400 &&
         (error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kDenied || error.kind == ErrorKind::kNotFound);
}

Rest reaction(const Observed& o, const Error& error) {
  if (error.code == kCertificateExistsCode) return backing_off(Reason::kCertificateExists, error);
  if (error.code == kSettingNotEditableCode)
    return stalled(Reason::kSettingNotEditable, error, o.now + o.resource.spec.interval);
  switch (error.kind) {
    case ErrorKind::kInvalid:
      if (!was_an_upload(o)) return backing_off(Reason::kUnexpectedAnswer, error);
      return stalled(Reason::kCertificateRejected, error, o.now + patience(o, Seconds(60), Seconds(3600)));
    case ErrorKind::kDenied:
      return stalled(is_one_of(kTokenCodes, error) ? Reason::kTokenInvalid : Reason::kPermissionDenied, error,
                     o.now + patience(o, Seconds(30), Seconds(600)));
    case ErrorKind::kNotFound:
      if (is_one_of(kZoneCodes, error))
        return stalled(Reason::kZoneNotFound, error, o.now + patience(o, Seconds(30), Seconds(600)));
      return backing_off(Reason::kConflict, error);
    case ErrorKind::kConflict: return backing_off(Reason::kConflict, error);
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

}  // namespace

Wall poll_again(Wall now, std::optional<Wall> since) {
  if (!since) return now + Seconds(30);
  const Duration age = now > *since ? now - *since : Duration(0);
  return now + std::clamp<Duration>(age / 4, Seconds(2), Seconds(30));
}

Seconds growing_pause(Wall now, std::optional<Wall> since, Seconds least, Seconds most) {
  if (!since || now <= *since) return least;
  return std::clamp(std::chrono::duration_cast<Seconds>(now - *since) / 4, least, most);
}

Seconds patience(const Observed& o, Seconds least, Seconds most) {
  const api::Condition* ready = api::find_condition(o.resource.status.conditions, api::condition_type::kReady);
  const bool waits = ready && ready->status != api::ConditionStatus::kTrue;
  return growing_pause(o.now, waits ? std::optional(ready->last_transition) : std::nullopt, least, most);
}

Rest rest_for(const Observed& o, const Error& error) {
  Rest rest = reaction(o, error);
  if (is_refusal(error) && was_an_upload(o) && *desired_leaf(o) == o.first_claim) rest.refused = o.first_claim;
  if (!everything_was_seen(o) || !only_cleaning_up(o)) return rest;
  const Rest otherwise = settled(o);
  rest.verdict = otherwise.verdict;
  rest.message = otherwise.message + " What is left to clean up fails: " + rest.message;
  if (otherwise.verdict == Verdict::kStalled) rest.reason = otherwise.reason;
  return rest;
}

}  // namespace originpull::plan
