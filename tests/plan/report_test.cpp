// SPDX-License-Identifier: Apache-2.0
// The status after a pass: the conditions of each verdict, what stands still, what is remembered, and that a status
// with no news is the old one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/matchers.hpp"
#include "plan/planner.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::ConditionStatus;
using api::Reason;
using api::Status;
using support::kNow;
using support::leaf;
using support::observed;
using testing::HasSubstr;
using testing::Not;

Status reported(const Observed& o) { return report(o, rest_of(next(o))); }

Rest saying(Verdict verdict, Reason reason) { return {.verdict = verdict, .reason = reason, .message = "words"}; }

TEST(Report, exactly_one_of_ready_reconciling_and_stalled_is_true) {
  const auto expect = [](Verdict verdict, const char* type) {
    const Status status = report(observed(), saying(verdict, Reason::kProgressing));
    for (const char* each : {"Ready", "Reconciling", "Stalled"})
      EXPECT_EQ(condition(status, each).status == ConditionStatus::kTrue, std::string(each) == type) << each;
    EXPECT_EQ(condition(status, type).message, "words");
  };
  expect(Verdict::kReady, "Ready");
  expect(Verdict::kReconciling, "Reconciling");
  expect(Verdict::kStalled, "Stalled");
}

TEST(Report, a_secret_that_may_still_come_makes_ready_unknown) {
  const Status status = reported(observed().bad_pair(Reason::kSecretNotFound));
  EXPECT_EQ(condition(status, "Ready").status, ConditionStatus::kUnknown);
  EXPECT_EQ(condition(status, "Reconciling").status, ConditionStatus::kTrue);
}

TEST(Report, the_fixpoint_as_a_whole) {
  const Status status = reported(observed().enabled_with_leaf_0());
  EXPECT_EQ(status.observed_generation, 3);
  EXPECT_EQ(status.settings, (api::Settings{.zone_level = true, .global_setting = true, .encryption_mode = "strict"}));
  EXPECT_EQ(status.ledger.zone, (api::ZoneIdentity{"zone-1", "example.com"}));
  ASSERT_EQ(status.ledger.certificates.size(), 1U);
  const std::pair<const char*, const char*> expected[] = {{"Ready", "Ready"},
                                                          {"Reconciling", "Ready"},
                                                          {"Stalled", "Ready"},
                                                          {"CertificateValid", "Valid"},
                                                          {"CertificateDeployed", "Deployed"},
                                                          {"OriginPullEnabled", "Enabled"}};
  ASSERT_EQ(status.conditions.size(), std::size(expected));
  for (const auto& [type, reason] : expected) {
    const api::Condition c = condition(status, type);
    const bool abnormal = std::string(type) == "Reconciling" || std::string(type) == "Stalled";
    EXPECT_EQ(c.status, abnormal ? ConditionStatus::kFalse : ConditionStatus::kTrue) << type;
    EXPECT_EQ(c.reason, reason) << type;
    EXPECT_EQ(c.observed_generation, 3) << type;
    EXPECT_EQ(c.last_transition, kNow) << type;
  }
}

TEST(Report, a_status_without_news_is_the_old_one_whatever_the_time) {
  Observed o = observed().enabled_with_leaf_0();
  o.resource.status = reported(o);
  const Status before = o.resource.status;
  o.now += Seconds(86400) + Duration(123);
  EXPECT_EQ(reported(o), before);
}

TEST(Report, a_ray_alone_is_no_news) {
  Observed o = observed();
  Rest rest = saying(Verdict::kReconciling, Reason::kCloudflareUnavailable);
  rest.ray = "1111";
  o.resource.status = report(o, rest);
  EXPECT_EQ(condition(o.resource.status, "Ready").message, "words (CF-Ray 1111)");
  rest.ray = "2222";
  EXPECT_EQ(report(o, rest), o.resource.status);
}

TEST(Report, a_transition_moves_only_with_its_status_and_in_whole_seconds) {
  Observed o = observed();
  o.resource.status = report(o, saying(Verdict::kReconciling, Reason::kProgressing));
  o.now += Duration(5900);
  const Status waiting = report(o, saying(Verdict::kReconciling, Reason::kUploading));
  EXPECT_EQ(condition(waiting, "Ready").last_transition, kNow);
  const Status ready = report(o, saying(Verdict::kReady, Reason::kReady));
  EXPECT_EQ(condition(ready, "Ready").last_transition, kNow + Seconds(5));
}

TEST(Report, suspend_leaves_conditions_and_ledger_and_moves_the_generation) {
  Observed o = observed().enabled_with_leaf_0();
  o.resource.status = reported(o);
  o.resource.spec.mode = api::Mode::kSuspend;
  o.resource.metadata.generation = 4;
  o.resource.metadata.annotations["originpull.dev/reconcile-at"] = "now";
  Status expected = o.resource.status;
  expected.observed_generation = 4;
  expected.last_handled_reconcile_at = "now";
  EXPECT_EQ(reported(o), expected);
}

TEST(Report, created_in_suspend_is_stalled) {
  const Status status = reported(observed().spec([](api::Spec& s) { s.mode = api::Mode::kSuspend; }));
  EXPECT_EQ(condition(status, "Stalled").status, ConditionStatus::kTrue);
  EXPECT_EQ(condition(status, "Stalled").reason, "Suspended");
  EXPECT_EQ(condition(status, "Ready").status, ConditionStatus::kFalse);
}

TEST(Report, a_resource_that_is_being_deleted_is_not_called_suspended) {
  EXPECT_TRUE(reported(observed().edit([](Observed& o) { o.resource.metadata.deleting = true; })).conditions.empty());
}

TEST(Report, the_zone_is_pinned_once_seen_but_not_by_who_lost_it) {
  EXPECT_TRUE(report(observed(), saying(Verdict::kReconciling, Reason::kProgressing)).ledger.zone);
  EXPECT_FALSE(report(observed(), saying(Verdict::kStalled, Reason::kZoneConflict)).ledger.zone);
}

TEST(Report, a_bad_pair_is_named_and_the_other_conditions_stand) {
  Observed o = observed().enabled_with_leaf_0();
  o.resource.status = reported(o);
  o.pair = Pair{.problem = Reason::kKeyMismatch, .detail = "Secret tls: mend it."};
  const Status status = reported(o);
  EXPECT_EQ(condition(status, "CertificateValid").status, ConditionStatus::kFalse);
  EXPECT_EQ(condition(status, "CertificateValid").reason, "KeyMismatch");
  EXPECT_EQ(condition(status, "CertificateDeployed").status, ConditionStatus::kTrue);
  EXPECT_EQ(condition(status, "OriginPullEnabled").status, ConditionStatus::kTrue);
}

TEST(Report, a_pair_of_an_unknown_issuer_is_valid_with_a_warning) {
  const Status status =
      reported(observed().enabled_with_leaf_0().edit([](Observed& o) { std::get<Pair>(o.pair).anchors.clear(); }));
  EXPECT_EQ(condition(status, "CertificateValid").status, ConditionStatus::kTrue);
  EXPECT_EQ(condition(status, "CertificateValid").reason, "IssuerUnknown");
}

TEST(Report, a_certificate_in_its_last_two_weeks_is_warned_of) {
  const auto left = [](Seconds time) {
    return condition(reported(observed().enabled_with_leaf_0().edit(
                         [&](Observed& o) { std::get<Pair>(o.pair).not_after = kNow + time; })),
                     "CertificateValid");
  };
  EXPECT_EQ(left(std::chrono::hours(24 * 15)).reason, "Valid");
  EXPECT_EQ(left(std::chrono::hours(24 * 13)).reason, "CertificateExpiring");
  EXPECT_EQ(left(std::chrono::hours(24 * 13)).status, ConditionStatus::kTrue);
}

TEST(Report, what_is_left_alone_at_cloudflare_is_named) {
  const Status status =
      reported(observed().certificate(2).certificate(0).record(0).active_for(Seconds(9)).switches(true, true));
  EXPECT_EQ(condition(status, "Ready").status, ConditionStatus::kTrue);
  EXPECT_THAT(condition(status, "CertificateDeployed").message,
              HasSubstr("Left alone, because not uploaded by this resource: cert-1."));
}

TEST(Report, deployed_means_the_newest_and_active) {
  const auto deployed = [](const Observed& o) { return condition(reported(o), "CertificateDeployed").status; };
  EXPECT_EQ(deployed(observed().certificate(0, Deployment::kPending).record(0)), ConditionStatus::kFalse);
  EXPECT_EQ(deployed(observed().enabled_with_leaf_0().certificate(1).record(1)), ConditionStatus::kFalse);
  EXPECT_EQ(deployed(observed().enabled_with_leaf_0().certificate(2)), ConditionStatus::kFalse)
      << "a newer foreign one";
  EXPECT_EQ(deployed(observed().shared().switches(true, true)), ConditionStatus::kTrue);
  EXPECT_EQ(deployed(observed().shared().certificate(2)), ConditionStatus::kFalse);
}

TEST(Report, enabled_means_both_switches_that_the_spec_manages) {
  const auto enabled = [](bool zone_level, bool global, api::GlobalSetting managed) {
    const Observed o = observed().enabled_with_leaf_0().switches(zone_level, global).spec([&](api::Spec& s) {
      s.global_setting = managed;
    });
    return condition(report(o, saying(Verdict::kReconciling, Reason::kEnabling)), "OriginPullEnabled").status;
  };
  EXPECT_EQ(enabled(true, true, api::GlobalSetting::kEnabled), ConditionStatus::kTrue);
  EXPECT_EQ(enabled(true, false, api::GlobalSetting::kEnabled), ConditionStatus::kFalse);
  EXPECT_EQ(enabled(true, false, api::GlobalSetting::kUnmanaged), ConditionStatus::kTrue);
  EXPECT_EQ(enabled(false, true, api::GlobalSetting::kUnmanaged), ConditionStatus::kFalse);
}

TEST(Report, what_is_no_longer_looked_at_is_not_remembered) {
  Observed o = observed().enabled_with_leaf_0();
  o.resource.status = reported(o);
  o.resource.spec.global_setting = api::GlobalSetting::kUnmanaged;
  o.resource.spec.minimum_encryption_mode = api::MinimumEncryptionMode::kIgnore;
  o.global_setting = Unseen{};
  o.encryption_mode = Unseen{};
  EXPECT_EQ(reported(o).settings, (api::Settings{.zone_level = true}));
}

TEST(Report, a_plan_is_kept_within_the_bound_of_the_schema_and_goes_when_it_is_done) {
  Observed o = observed();
  o.resource.status = report(o, saying(Verdict::kReconciling, Reason::kPlanPending), std::vector<std::string>(40, "x"));
  EXPECT_EQ(o.resource.status.plan.size(), 32U);
  EXPECT_TRUE(report(o, saying(Verdict::kReady, Reason::kReady)).plan.empty());
}

}  // namespace
}  // namespace originpull::plan
