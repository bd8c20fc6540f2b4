// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

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

class Report {
 public:
  Report(const Observed& o, Status& status) : o_(o), status_(status) {}

  void set(std::string_view condition, ConditionStatus value, Reason reason, std::string message) {
    api::set_condition(status_.conditions,
                       {.type = std::string(condition),
                        .status = value,
                        .reason = std::string(api::to_string(reason)),
                        .message = std::move(message),
                        .observed_generation = o_.resource.metadata.generation},
                       o_.now);
  }

  void set(std::string_view condition, bool holds, Reason reason, std::string message) {
    set(condition, holds ? ConditionStatus::kTrue : ConditionStatus::kFalse, reason, std::move(message));
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
    const std::string detail = pair->detail.empty() ? "The certificate is outside its validity." : pair->detail;
    report.set(type::kCertificateValid, false, problem, detail);
  } else if (pair->anchors.empty()) {
    report.set(type::kCertificateValid, true, Reason::kIssuerUnknown,
               "The pair can be used, but nothing in the Secret's ca.crt verifies it: make sure that the origin trusts "
               "its issuer.");
  } else {
    report.set(type::kCertificateValid, true, Reason::kValid,
               "Certificate " + brief(pair->leaf) + " and its key can be used.");
  }
}

void report_deployment(Report& report, const Observed& o, const Rest& rest) {
  if (!seen(o.certificates) || !desired_leaf(o)) return;
  const View view = view_of(o);
  const bool foreign = rest.reason == Reason::kForeignCertificate;
  const bool deployed =
      view.desired && view.desired == view.newest && view.desired->deployment == Deployment::kActive && !foreign;
  if (deployed)
    report.set(type::kCertificateDeployed, true, Reason::kDeployed,
               "Certificate " + brief(view.desired->leaf) + " is deployed.");
  else
    report.set(type::kCertificateDeployed, false, rest.reason, with_ray(rest));
}

void report_switches(Report& report, const Observed& o, const Rest& rest) {
  const bool* zone_level = seen(o.zone_level);
  if (!zone_level) return;
  const GlobalSetting* global = seen(o.global_setting);
  const bool wants_global = o.resource.spec.global_setting == api::GlobalSetting::kEnabled;
  const bool on = *zone_level && (!wants_global || (global && global->on));
  if (on)
    report.set(type::kOriginPullEnabled, true, Reason::kEnabled, "Zone-level Authenticated Origin Pulls are on.");
  else if (!o.resource.spec.enabled)
    report.set(type::kOriginPullEnabled, false, Reason::kDisabled, "Off, as spec.enabled says.");
  else
    report.set(type::kOriginPullEnabled, false, rest.verdict == Verdict::kReady ? Reason::kNotEnabled : rest.reason,
               with_ray(rest));
}

void report_settings(const Observed& o, Status& status) {
  if (const bool* on = seen(o.zone_level)) status.settings.zone_level = *on;
  if (const GlobalSetting* global = seen(o.global_setting)) status.settings.global_setting = global->on;
  if (const std::string* mode = seen(o.encryption_mode)) status.settings.encryption_mode = *mode;
}

}  // namespace

Status report(const Observed& o, const Rest& rest, std::vector<std::string> plan) {
  Status status = o.resource.status;
  status.observed_generation = o.resource.metadata.generation;
  const auto& annotations = o.resource.metadata.annotations;
  if (const auto asked = annotations.find(std::string(api::kReconcileAtAnnotation)); asked != annotations.end())
    status.last_handled_reconcile_at = asked->second;
  Report to(o, status);
  if (rest.verdict == Verdict::kAsIs) {
    if (status.conditions.empty())
      report_verdict(to, {.verdict = Verdict::kStalled, .reason = rest.reason, .message = rest.message});
    return status;
  }
  status.plan = std::move(plan);
  if (o.resource.spec.mode != api::Mode::kObserve) status.ledger = with_upkeep(o);
  report_settings(o, status);
  report_verdict(to, rest);
  report_pair(to, o);
  report_deployment(to, o, rest);
  report_switches(to, o, rest);
  return status;
}

}  // namespace originpull::plan
