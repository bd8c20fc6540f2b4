// SPDX-License-Identifier: Apache-2.0
#pragma once
// Conditions as Kubernetes means them (API conventions, kstatus): a type, True/False/Unknown, a reason from the table
// of api/reason.hpp and a sentence for people. They are what users and GitOps tools read, so a change of one must be
// news: `lastTransitionTime` moves only with the status, and a message that differs only in the CF-Ray at its end ("
// (CF-Ray 8f1c)") counts as unchanged, so that nothing is written without news. Plain values; cannot fail.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace originpull::api {

namespace condition_type {
inline constexpr std::string_view kReady = "Ready";
inline constexpr std::string_view kReconciling = "Reconciling";
inline constexpr std::string_view kStalled = "Stalled";
inline constexpr std::string_view kCertificateValid = "CertificateValid";
inline constexpr std::string_view kCertificateDeployed = "CertificateDeployed";
inline constexpr std::string_view kOriginPullEnabled = "OriginPullEnabled";
}  // namespace condition_type

enum class ConditionStatus { kTrue, kFalse, kUnknown };
std::string_view to_string(ConditionStatus);

struct Condition {
  std::string type = {};
  ConditionStatus status = ConditionStatus::kUnknown;
  std::string reason = {};
  std::string message = {};
  std::int64_t observed_generation = 0;
  Wall last_transition{};
  bool operator==(const Condition&) const = default;
};

// Puts `next` among the conditions in its type's place (appended if new), keeping the old transition time while the
// status is the same, and the old message while only the CF-Ray differs. `now` is in whole seconds in the result.
void set_condition(std::vector<Condition>& conditions, Condition next, Wall now);
const Condition* find_condition(const std::vector<Condition>& conditions, std::string_view type);

}  // namespace originpull::api
