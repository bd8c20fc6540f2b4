// SPDX-License-Identifier: Apache-2.0
// The rotation, rule by rule: R2 and R3 before an upload, R8 about what is not ours, R7 about what is superseded, and
// what is done when Cloudflare gives up. Each check is called alone, on an Observed in which everything before it has
// nothing to say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/checks.hpp"
#include "plan/matchers.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::Intent;
using api::Reason;
using support::certificate_id;
using support::kLongAgo;
using support::kNow;
using support::leaf;
using support::observed;
using support::ObservedBuilder;
using testing::HasSubstr;

ObservedBuilder takeover(ObservedBuilder b) {
  return b.spec([](api::Spec& s) { s.takeover = api::Takeover::kAllow; });
}

// R2

TEST(Upload, is_announced_in_the_ledger_before_it_is_sent) {
  const auto step = desired_is_missing(observed());
  ASSERT_NE(an<WriteLedger>(step), nullptr);
  const api::CertificateRecord* record = an<WriteLedger>(step)->ledger.find(leaf(0));
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->intent, Intent::kUpload);
  EXPECT_EQ(record->intent_since, kNow);
}

TEST(Upload, goes_out_while_its_announcement_is_young_and_is_announced_anew_after) {
  const auto sent = desired_is_missing(observed().record(0, Intent::kUpload, Seconds(59)));
  ASSERT_NE(an<UploadCertificate>(sent), nullptr);
  EXPECT_EQ(an<UploadCertificate>(sent)->leaf, leaf(0));
  EXPECT_NE(an<WriteLedger>(desired_is_missing(observed().record(0, Intent::kUpload, Seconds(60)))), nullptr);
}

// R3

TEST(Upload, waits_while_another_of_ours_is_being_deployed) {
  const Rest rest = rest_of(desired_is_missing(observed().certificate(1, Deployment::kPending).record(1)));
  EXPECT_EQ(rest.verdict, Verdict::kReconciling);
  EXPECT_EQ(rest.reason, Reason::kWaitingForDeployment);
  EXPECT_EQ(rest.until, kNow + Seconds(30)) << "uploaded long ago: every 30 s";
}

TEST(Upload, waits_while_a_foreign_one_is_being_deployed) {
  const Rest rest = rest_of(desired_is_missing(takeover(observed().certificate(2, Deployment::kPending))));
  EXPECT_EQ(rest.reason, Reason::kWaitingForDeployment);
}

TEST(Upload, waits_for_an_announced_one_that_is_not_to_be_seen_yet) {
  const Rest rest = rest_of(desired_is_missing(observed().record(1, Intent::kUpload, Seconds(40))));
  EXPECT_EQ(rest.reason, Reason::kWaitingForDeployment);
  EXPECT_EQ(rest.until, kNow + Seconds(10));
  EXPECT_NE(an<WriteLedger>(desired_is_missing(observed().record(1, Intent::kUpload, Seconds(120)))), nullptr);
}

TEST(Upload, does_not_mistake_a_state_that_nobody_knows_for_a_deployment) {
  const Rest rest = rest_of(desired_is_missing(observed().certificate(1, Deployment::kUnknown).record(1)));
  EXPECT_EQ(rest.reason, Reason::kUnexpectedAnswer);
  EXPECT_THAT(rest.message, HasSubstr("\"another\""));
}

ObservedBuilder four_live() {
  ObservedBuilder b = observed();
  for (const int number : {1, 2, 3, 4}) b.certificate(number).record(number);
  return b;
}

TEST(Upload, is_held_while_four_of_ours_are_live) {
  const Rest rest = rest_of(desired_is_missing(four_live().active_for(Seconds(10))));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kTooManyLive);
  EXPECT_EQ(rest.until, kNow + Seconds(590)) << "when the newest has soaked";
}

TEST(Upload, gets_room_once_the_newest_of_four_has_soaked) {
  const auto announced = desired_is_missing(four_live().active_for(Seconds(600)));
  ASSERT_NE(an<WriteLedger>(announced), nullptr);
  EXPECT_EQ(an<WriteLedger>(announced)->ledger.find(leaf(1))->intent, Intent::kDelete);
  EXPECT_EQ(an<WriteLedger>(announced)->ledger.find(leaf(4))->intent, Intent::kKeep);
}

// Waiting for the desired one

TEST(Desired, pending_is_looked_at_after_a_quarter_of_its_age) {
  const auto pending = [](Seconds age) {
    return rest_of(
        desired_is_not_deployed(observed().record(0).certificate(0, Deployment::kPending).edit([&](Observed& o) {
          std::get<std::vector<Certificate>>(o.certificates)[0].uploaded = kNow - age;
        })));
  };
  EXPECT_EQ(pending(Seconds(0)).until, kNow + Seconds(2));
  EXPECT_EQ(pending(Seconds(40)).until, kNow + Seconds(10));
  EXPECT_EQ(pending(Seconds(4000)).until, kNow + Seconds(30));
  EXPECT_EQ(pending(Seconds(40)).reason, Reason::kWaitingForDeployment);
}

TEST(Desired, active_needs_no_wait) {
  EXPECT_EQ(desired_is_not_deployed(observed().record(0).certificate(0)), std::nullopt);
}

TEST(Desired, a_deployment_that_timed_out_is_deleted_after_a_pause_that_grows) {
  const auto timed_out = [](Seconds since, Seconds not_ready) {
    return desired_is_not_deployed(observed()
                                       .certificate(0, Deployment::kDeploymentTimedOut)
                                       .record(0, Intent::kKeep, since)
                                       .not_ready_for(not_ready));
  };
  const Rest young = rest_of(timed_out(Seconds(30), Seconds(30)));
  EXPECT_EQ(young.reason, Reason::kDeploymentTimedOut);
  EXPECT_EQ(young.verdict, Verdict::kReconciling);
  EXPECT_EQ(young.until, kNow + Seconds(30));
  EXPECT_NE(an<WriteLedger>(timed_out(Seconds(60), Seconds(60))), nullptr);
  EXPECT_EQ(rest_of(timed_out(Seconds(60), Seconds(4000))).until, kNow + Seconds(940));
  EXPECT_EQ(rest_of(timed_out(Seconds(60), Seconds(999999))).until, kNow + Seconds(3540)) << "an hour at most";
}

TEST(Desired, an_announced_deletion_of_a_timed_out_deployment_is_sent_at_once) {
  const auto step = desired_is_not_deployed(
      observed().certificate(0, Deployment::kDeploymentTimedOut).record(0, Intent::kDelete, Seconds(0)));
  ASSERT_NE(an<DeleteCertificate>(step), nullptr);
  EXPECT_EQ(an<DeleteCertificate>(step)->id, certificate_id(1));
}

TEST(Desired, a_deletion_that_timed_out_is_announced_anew_for_each_try) {
  const auto timed_out = [](Seconds since) {
    return desired_is_not_deployed(
        observed().certificate(0, Deployment::kDeletionTimedOut).record(0, Intent::kDelete, since));
  };
  EXPECT_NE(an<DeleteCertificate>(timed_out(Seconds(9))), nullptr);
  EXPECT_EQ(rest_of(timed_out(Seconds(10))).reason, Reason::kDeletionTimedOut);
  EXPECT_EQ(rest_of(timed_out(Seconds(10))).until, kNow + Seconds(50));
  const auto again = timed_out(Seconds(60));
  ASSERT_NE(an<WriteLedger>(again), nullptr);
  EXPECT_EQ(an<WriteLedger>(again)->ledger.find(leaf(0))->intent_since, kNow);
}

// R3: the Secret went A, B, A

ObservedBuilder went_back(Deployment newer) {
  return observed().certificate(0).certificate(1, newer).record(0).active_for(kLongAgo).record(1);
}

TEST(Redeployment, waits_until_the_newer_one_is_active_and_has_soaked) {
  EXPECT_EQ(rest_of(desired_is_not_the_newest(went_back(Deployment::kPending))).reason, Reason::kWaitingForDeployment);
  const Rest soaking = rest_of(desired_is_not_the_newest(went_back(Deployment::kActive).active_for(Seconds(599))));
  EXPECT_EQ(soaking.reason, Reason::kRedeploying);
  EXPECT_EQ(soaking.verdict, Verdict::kReconciling);
  EXPECT_EQ(soaking.until, kNow + Seconds(1));
}

TEST(Redeployment, then_deletes_the_desired_one_which_nobody_presents) {
  const auto step = desired_is_not_the_newest(went_back(Deployment::kActive).active_for(Seconds(600)));
  ASSERT_NE(an<WriteLedger>(step), nullptr);
  EXPECT_EQ(an<WriteLedger>(step)->ledger.find(leaf(0))->intent, Intent::kDelete);
  EXPECT_EQ(an<WriteLedger>(step)->ledger.find(leaf(1))->intent, Intent::kKeep);
}

TEST(Redeployment, is_not_needed_when_the_newer_one_never_came) {
  EXPECT_EQ(desired_is_not_the_newest(went_back(Deployment::kDeploymentTimedOut)), std::nullopt);
  EXPECT_EQ(desired_is_not_the_newest(observed().certificate(0).record(0)), std::nullopt);
}

TEST(Redeployment, waits_for_a_newer_one_that_is_announced_and_unseen) {
  EXPECT_EQ(
      rest_of(desired_is_not_the_newest(observed().certificate(0).record(0).record(1, Intent::kUpload, Seconds(20))))
          .reason,
      Reason::kWaitingForDeployment);
}

// R7

ObservedBuilder rotated(Seconds soaked, Deployment old = Deployment::kActive) {
  return observed()
      .certificate(1, old)
      .certificate(0)
      .record(1)
      .active_for(kLongAgo)
      .record(0)
      .active_for(soaked)
      .switches(true, true);
}

TEST(Superseded, the_old_certificate_stays_during_the_soak_and_that_is_ready) {
  const Rest rest = rest_of(certificate_is_superseded(rotated(Seconds(500))));
  EXPECT_EQ(rest.verdict, Verdict::kReady);
  EXPECT_EQ(rest.reason, Reason::kSoaking);
  EXPECT_EQ(rest.until, kNow + Seconds(100));
}

TEST(Superseded, after_the_soak_the_deletion_is_announced_and_then_sent) {
  const auto announced = certificate_is_superseded(rotated(Seconds(600)));
  ASSERT_NE(an<WriteLedger>(announced), nullptr);
  const api::Ledger ledger = an<WriteLedger>(announced)->ledger;
  EXPECT_EQ(ledger.find(leaf(1))->intent, Intent::kDelete);
  const auto sent = certificate_is_superseded(rotated(Seconds(600)).status([&](api::Status& s) { s.ledger = ledger; }));
  ASSERT_NE(an<DeleteCertificate>(sent), nullptr);
  EXPECT_EQ(an<DeleteCertificate>(sent)->id, certificate_id(1));
}

TEST(Superseded, a_deletion_that_lingers_is_ready) {
  for (const Deployment d : {Deployment::kDeleting, Deployment::kPending, Deployment::kUnknown}) {
    const Rest rest = rest_of(certificate_is_superseded(rotated(Seconds(600), d)));
    EXPECT_EQ(rest.verdict, Verdict::kReady) << static_cast<int>(d);
    EXPECT_LE(*rest.until, kNow + Seconds(30));
  }
}

TEST(Superseded, what_a_person_must_help_with_is_said_during_the_soak_too) {
  const Rest rest = rest_of(certificate_is_superseded(rotated(Seconds(500)).mode("flexible")));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kEncryptionModeTooLow);
  EXPECT_EQ(rest.until, kNow + Seconds(100));
}

TEST(Superseded, without_an_older_one_there_is_nothing_to_do) {
  EXPECT_EQ(certificate_is_superseded(observed().enabled_with_leaf_0()), std::nullopt);
}

// R8

TEST(Foreign, a_live_one_before_the_first_enablement_needs_a_person_or_takeover) {
  const Rest rest = rest_of(foreign_certificate_is_in_the_way(observed().certificate(2)));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kForeignCertificate);
  EXPECT_THAT(rest.message, HasSubstr("Certificate cert-1 "));
  EXPECT_THAT(rest.message, HasSubstr("spec.takeover"));
  EXPECT_EQ(foreign_certificate_is_in_the_way(takeover(observed().certificate(2))), std::nullopt);
}

TEST(Foreign, beside_an_adopted_leaf_it_is_only_reported_if_that_is_the_newest_with_the_switch_on) {
  const ObservedBuilder newest = observed().certificate(2).certificate(0);
  EXPECT_EQ(foreign_certificate_is_in_the_way(ObservedBuilder(newest).switches(true, false)), std::nullopt);
  EXPECT_EQ(rest_of(foreign_certificate_is_in_the_way(newest)).reason, Reason::kForeignCertificate) << "switch off";
  EXPECT_EQ(
      rest_of(foreign_certificate_is_in_the_way(observed().certificate(0).certificate(2).switches(true, true))).reason,
      Reason::kForeignCertificate)
      << "the foreign one is newer";
}

TEST(Foreign, a_newer_one_later_is_reported_and_never_fought_even_with_takeover) {
  const Rest rest =
      rest_of(foreign_certificate_is_in_the_way(takeover(observed().enabled_with_leaf_0().certificate(2))));
  EXPECT_EQ(rest.reason, Reason::kForeignCertificate);
  EXPECT_THAT(rest.message, HasSubstr("cert-2"));
}

TEST(Foreign, an_older_one_is_left_alone_after_the_first_enablement) {
  const Observed o =
      observed().certificate(2).certificate(0).record(0).active_for(kLongAgo).with_leaf(1).switches(true, true);
  EXPECT_EQ(foreign_certificate_is_in_the_way(o), std::nullopt);
}

TEST(Adoption, the_same_leaf_found_there_is_recorded_as_adopted) {
  const auto step = leaf_is_there_already(observed().certificate(0));
  ASSERT_NE(an<WriteLedger>(step), nullptr);
  const api::CertificateRecord* record = an<WriteLedger>(step)->ledger.find(leaf(0));
  ASSERT_NE(record, nullptr);
  EXPECT_TRUE(record->adopted);
  EXPECT_EQ(record->intent, Intent::kKeep);
  EXPECT_EQ(record->id, certificate_id(1));
}

TEST(Adoption, waits_for_one_that_is_on_its_way_out) {
  EXPECT_EQ(rest_of(leaf_is_there_already(observed().certificate(0, Deployment::kDeleting))).reason,
            Reason::kWaitingForDeletion);
}

TEST(Adoption, does_not_exceed_four_live_and_never_retires_what_it_is_to_adopt) {
  ObservedBuilder b = observed().certificate(0);
  for (const int number : {1, 2, 3, 4}) b.certificate(number).record(number);
  EXPECT_EQ(rest_of(leaf_is_there_already(ObservedBuilder(b))).reason, Reason::kTooManyLive);
  const auto room = leaf_is_there_already(b.active_for(Seconds(600)));
  ASSERT_NE(an<WriteLedger>(room), nullptr);
  EXPECT_EQ(an<WriteLedger>(room)->ledger.find(leaf(0)), nullptr);
  EXPECT_EQ(an<WriteLedger>(room)->ledger.find(leaf(1))->intent, Intent::kDelete);
}

TEST(Shared, any_foreign_live_certificate_stops_source_cloudflare) {
  const Rest rest = rest_of(shared_certificate_would_be_hidden(takeover(observed().shared().certificate(2))));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kForeignCertificate);
}

TEST(Shared, ours_go_while_the_switch_is_off) {
  const auto announced = shared_certificate_would_be_hidden(observed().shared().disabled().certificate(1).record(1));
  ASSERT_NE(an<WriteLedger>(announced), nullptr);
  EXPECT_EQ(an<WriteLedger>(announced)->ledger.find(leaf(1))->intent, Intent::kDelete);
  EXPECT_NE(an<DeleteCertificate>(
                shared_certificate_would_be_hidden(observed().shared().certificate(1).record(1, Intent::kDelete))),
            nullptr);
  EXPECT_EQ(shared_certificate_would_be_hidden(observed().shared()), std::nullopt);
}

TEST(Shared, ours_that_is_presented_is_neither_deleted_nor_switched_off) {
  const Rest rest =
      rest_of(shared_certificate_would_be_hidden(observed().shared().certificate(1).record(1).switches(true, true)));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_THAT(rest.message, HasSubstr("spec.enabled to false"));
}

Observed while_deploying() {
  Observed o = observed().certificate(0, Deployment::kPending).record(0, api::Intent::kKeep, Seconds(4));
  auto& record = o.resource.status.ledger.certificates.at(0);
  record.id = certificate_id(1);
  record.state = "pending_deployment";
  o.resource.status.observed_generation = o.resource.metadata.generation;
  o.awaited = std::optional(std::get<std::vector<Certificate>>(o.certificates).at(0));
  o.certificates = Unseen{};
  return o;
}

TEST(Awaited, one_look_by_its_id_answers_while_it_is_being_deployed) {
  Observed o = while_deploying();
  const auto wait = awaited_certificate_is_pending(o);
  ASSERT_TRUE(wait && std::holds_alternative<Rest>(*wait));
  EXPECT_EQ(std::get<Rest>(*wait).reason, api::Reason::kWaitingForDeployment);
  o.awaited = Unseen{};
  const auto look = awaited_certificate_is_pending(o);
  ASSERT_TRUE(look && std::holds_alternative<Look>(*look));
  EXPECT_EQ(std::get<Look>(*look), Look::kAwaited);
}

TEST(Awaited, everything_is_looked_at_once_it_is_deployed_or_gone_or_late_or_the_spec_changed) {
  Observed deployed = while_deploying(), gone = while_deploying(), late = while_deploying(), edited = while_deploying();
  std::get<std::optional<Certificate>>(deployed.awaited)->deployment = Deployment::kActive;
  gone.awaited = std::optional<Certificate>();
  late.now += Seconds(301);
  ++edited.resource.metadata.generation;
  for (const Observed* o : {&deployed, &gone, &late, &edited}) EXPECT_FALSE(awaited_certificate_is_pending(*o));
}

}  // namespace
}  // namespace originpull::plan
