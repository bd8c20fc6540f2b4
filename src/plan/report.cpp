// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "base/rfc3339.hpp"
#include "base/text.hpp"
#include "plan/checks.hpp"
#include "plan/ledger_edits.hpp"
#include "plan/planner.hpp"
#include "plan/view.hpp"

namespace originpull::plan {
namespace {

using api::Condition;
using api::ConditionStatus;
using api::Reason;
using api::Status;
namespace type = api::condition_type;

constexpr std::size_t kLongestPlan = 32;        // the schema's bounds; a status beyond one is refused as a whole
constexpr std::size_t kLongestRequest = 1024;   // lastHandledReconcileAt
constexpr std::size_t kLongestMessage = 4'096;  // of a condition; the schema has 32,768, and people read it

// Within the last tenth of its life, and the last two weeks: whoever renews it should have done so.
bool ends_soon(const Observed& o, const Pair& pair) {
  constexpr Duration kTwoWeeks = std::chrono::hours(24 * 14);
  return o.now >= pair.not_after - std::min<Duration>(kTwoWeeks, (pair.not_after - pair.not_before) / 10);
}

class Report {
 public:
  Report(const Observed& o, Status& status) : o_(o), status_(status) {}

  void set(std::string_view condition, ConditionStatus value, Reason reason, const std::string& message) {
    api::set_condition(status_.conditions,
                       {.type = std::string(condition),
                        .status = value,
                        .reason = std::string(api::to_string(reason)),
                        .message = cut(message, kLongestMessage),
                        .observed_generation = o_.resource.metadata.generation},
                       o_.now);
  }

  void set(std::string_view condition, bool holds, Reason reason, const std::string& message) {
    set(condition, holds ? ConditionStatus::kTrue : ConditionStatus::kFalse, reason, message);
  }

 private:
  const Observed& o_;
  Status& status_;
};

std::string with_ray(const Rest& rest) {
  return rest.ray.empty() ? rest.message : rest.message + " (CF-Ray " + rest.ray + ")";
}

// Of Ready, Reconciling and Stalled exactly one is True. A Secret that may still come makes Ready Unknown.
void report_verdict(Report& report, const Rest& rest) {
  const std::string message = with_ray(rest);
  const bool ready = rest.verdict == Verdict::kReady;
  const bool missing = rest.reason == Reason::kSecretNotFound && rest.verdict == Verdict::kReconciling;
  report.set(type::kReady,
             missing ? ConditionStatus::kUnknown
             : ready ? ConditionStatus::kTrue
                     : ConditionStatus::kFalse,
             rest.reason, message);
  const auto abnormal = [&](std::string_view condition, Verdict verdict) {
    const bool holds = rest.verdict == verdict;
    report.set(condition, holds, rest.reason, holds ? message : "");
  };
  abnormal(type::kReconciling, Verdict::kReconciling);
  abnormal(type::kStalled, Verdict::kStalled);
}

void report_pair(Report& report, const Observed& o) {
  if (o.resource.spec.certificate.source == api::Source::kCloudflare) {
    report.set(type::kCertificateValid, true, Reason::kSharedCertificate,
               "Cloudflare's shared certificate is used; there is no pair to check.");
    return;
  }
  const Pair* pair = seen(o.pair);
  if (!pair) return;
  const Reason problem = pair_problem(o, *pair);
  if (problem != Reason::kValid) {
    report.set(type::kCertificateValid, false, problem, pair_sentence(o, *pair));
  } else if (ends_soon(o, *pair)) {
    report.set(type::kCertificateValid, true, Reason::kCertificateExpiring,
               "Certificate " + brief(pair->leaf) + " is valid only until " + format_rfc3339(pair->not_after) +
                   ". Renew it in the Secret: from then on an enforcing origin refuses every visitor.");
  } else if (pair->anchors.empty()) {
    report.set(type::kCertificateValid, true, Reason::kIssuerUnknown,
               "The pair can be used, but nothing in the Secret's ca.crt verifies it: make sure that the origin trusts "
               "its issuer.");
  } else {
    report.set(type::kCertificateValid, true, Reason::kValid,
               "Certificate " + brief(pair->leaf) + " and its key can be used.");
  }
}

// "Left alone, because not uploaded by this resource: 1f3a, 2b4c." (R8: reported, never deleted)
std::string left_alone(const View& view) {
  std::vector<std::string> ids;
  for (const Certificate* c : view.foreign) ids.push_back(c->id);
  std::sort(ids.begin(), ids.end());
  if (ids.size() > 8) ids.resize(8);
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + id;
  return text.empty() ? text : " Left alone, because not uploaded by this resource: " + text + ".";
}

void report_shared_deployment(Report& report, const View& view, const Rest& rest) {
  if (view.ours.empty() && view.foreign.empty())
    report.set(type::kCertificateDeployed, true, Reason::kSharedCertificate,
               "Cloudflare deploys its shared certificate itself.");
  else
    report.set(type::kCertificateDeployed, false, rest.reason, with_ray(rest));
}

void report_deployment(Report& report, const Observed& o, const Rest& rest) {
  if (!seen(o.certificates)) return;
  const View view = view_of(o);
  if (o.resource.spec.certificate.source == api::Source::kCloudflare)
    return report_shared_deployment(report, view, rest);
  if (!desired_leaf(o)) return;
  const bool foreign = rest.reason == Reason::kForeignCertificate;
  const bool deployed =
      view.desired && view.desired == view.newest && view.desired->deployment == Deployment::kActive && !foreign;
  if (deployed)
    report.set(type::kCertificateDeployed, true, Reason::kDeployed,
               "Certificate " + brief(view.desired->leaf) + " is deployed." + left_alone(view));
  else
    report.set(type::kCertificateDeployed, false, rest.reason, with_ray(rest));
}

void report_switches(Report& report, const Observed& o, const Rest& rest) {
  const bool* zone_level = seen(o.zone_level);
  if (!zone_level) return;
  const GlobalSetting* global = seen(o.global_setting);
  const bool wants_global = o.resource.spec.global_setting == api::GlobalSetting::kEnabled;
  if (wants_global && !global && *zone_level) return;  // not seen is not off: what was said before stands
  const bool on = *zone_level && (!wants_global || global->on);
  const bool off = !*zone_level && (!wants_global || (global && !global->on));
  if (on)
    report.set(type::kOriginPullEnabled, true, Reason::kEnabled, "Zone-level Authenticated Origin Pulls are on.");
  else if (!o.resource.spec.enabled && off)
    report.set(type::kOriginPullEnabled, false, Reason::kDisabled, "Off, as spec.enabled says.");
  else if (!o.resource.spec.enabled && *zone_level)
    report.set(type::kOriginPullEnabled, true, Reason::kEnabled, "Still on: " + with_ray(rest));
  else
    report.set(type::kOriginPullEnabled, false, rest.verdict == Verdict::kReady ? Reason::kNotEnabled : rest.reason,
               with_ray(rest));
}

void report_settings(const Observed& o, Status& status) {
  if (const bool* on = seen(o.zone_level)) status.settings.zone_level = *on;
  if (const GlobalSetting* global = seen(o.global_setting)) status.settings.global_setting = global->on;
  if (const std::string* mode = seen(o.encryption_mode)) status.settings.encryption_mode = mode->substr(0, 64);
  // What is not to be looked at is not remembered either.
  if (!wanted_global(o.resource.spec)) status.settings.global_setting.reset();
  if (!wants_encryption_mode(o.resource.spec)) status.settings.encryption_mode.clear();
}

// The zone is pinned as soon as it was seen by the resource that has it, which makes that one the incumbent.
void pin_zone(const Observed& o, const Rest& rest, Status& status) {
  const Zone* zone = seen(o.zone);
  if (zone && rest.reason != Reason::kZoneConflict && !status.ledger.zone) status.ledger.zone = zone->identity;
}

}  // namespace

Status report(const Observed& o, const Rest& rest, std::vector<std::string> plan) {
  Status status = o.resource.status;
  status.observed_generation = o.resource.metadata.generation;
  const auto& annotations = o.resource.metadata.annotations;
  if (const auto asked = annotations.find(std::string(api::kReconcileAtAnnotation)); asked != annotations.end())
    status.last_handled_reconcile_at = cut(asked->second, kLongestRequest);
  Report to(o, status);
  if (rest.verdict == Verdict::kAsIs) {
    if (status.conditions.empty() && rest.reason == Reason::kSuspended)
      report_verdict(to, {.verdict = Verdict::kStalled, .reason = rest.reason, .message = rest.message});
    return status;
  }
  if (plan.size() > kLongestPlan) plan.resize(kLongestPlan);
  status.plan = std::move(plan);
  status.ledger = with_upkeep(o, rest.refused);
  pin_zone(o, rest, status);
  report_settings(o, status);
  report_verdict(to, rest);
  report_pair(to, o);
  report_deployment(to, o, rest);
  report_switches(to, o, rest);
  return status;
}

}  // namespace originpull::plan
