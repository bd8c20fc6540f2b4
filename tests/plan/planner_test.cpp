// SPDX-License-Identifier: Apache-2.0
// The order of the checks: whole walks of `next` over the model of success, as Observe mode shows them, and which
// reason wins where several hold.
#include "plan/planner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/checks.hpp"
#include "plan/matchers.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::Intent;
using api::Reason;
using support::kLongAgo;
using support::observed;
using testing::ElementsAre;
using testing::IsEmpty;

struct Walk {
  std::vector<std::string> plan;
  Rest rest;
};

Walk walk(Observed o) {
  Walk w;
  for (int steps = 0; steps < 16; ++steps) {
    const Step step = next(o);
    const Action* action = std::get_if<Action>(&step);
    if (!action) {
      w.rest = rest_of(step);
      return w;
    }
    if (auto words = describe(*action)) w.plan.push_back(*words);
    o = apply(std::move(o), *action);
  }
  w.rest.message = "no rest within 16 steps";
  return w;
}

TEST(Planner, a_first_enablement_is_upload_then_the_zone_level_switch_then_the_global_setting) {
  const Walk w = walk(observed());
  EXPECT_THAT(w.plan, ElementsAre("upload certificate 00000000…", "enable zone-level AOP",
                                  "set the zone setting tls_client_auth to on"));
  EXPECT_EQ(w.rest.verdict, Verdict::kReady);
}

TEST(Planner, a_rotation_uploads_and_soaks) {
  const Walk w = walk(observed().enabled_with_leaf_0().with_leaf(1));
  EXPECT_THAT(w.plan, ElementsAre("upload certificate 11111111…"));
  EXPECT_EQ(w.rest.reason, Reason::kSoaking);
}

TEST(Planner, a_redeployment_deletes_uploads_and_soaks) {
  const Walk w = walk(observed().enabled_with_leaf_0().certificate(1).record(1).active_for(kLongAgo));
  EXPECT_THAT(w.plan, ElementsAre("delete certificate 00000000…", "upload certificate 00000000…"));
  EXPECT_EQ(w.rest.reason, Reason::kSoaking);
}

TEST(Planner, the_fixpoint_asks_for_nothing) {
  const Walk w = walk(observed().enabled_with_leaf_0());
  EXPECT_THAT(w.plan, IsEmpty());
  EXPECT_EQ(w.rest.reason, Reason::kReady);
}

TEST(Planner, the_shared_certificate_needs_the_switches_only) {
  EXPECT_THAT(walk(observed().shared()).plan,
              ElementsAre("enable zone-level AOP", "set the zone setting tls_client_auth to on"));
}

TEST(Planner, turning_off_reverses_the_order) {
  const Walk w = walk(observed().enabled_with_leaf_0().disabled());
  EXPECT_THAT(w.plan, ElementsAre("set the zone setting tls_client_auth to off", "disable zone-level AOP"));
  EXPECT_EQ(w.rest.reason, Reason::kDisabled);
}

TEST(Planner, a_bad_pair_does_not_keep_a_person_from_turning_off) {
  const Walk w = walk(observed().enabled_with_leaf_0().disabled().bad_pair(Reason::kKeyMismatch));
  EXPECT_EQ(w.plan.size(), 2U);
  EXPECT_EQ(w.rest.reason, Reason::kKeyMismatch);
}

TEST(Planner, a_bad_pair_changes_nothing_while_enabled) {
  const Walk w = walk(observed().enabled_with_leaf_0().switches(false, false).bad_pair(Reason::kKeyMismatch));
  EXPECT_THAT(w.plan, IsEmpty());
  EXPECT_EQ(w.rest.reason, Reason::kKeyMismatch);
}

TEST(Planner, a_switch_is_put_right_before_the_rotation_goes_on) {
  const Walk w = walk(observed().enabled_with_leaf_0().switches(false, true).with_leaf(1));
  EXPECT_THAT(w.plan, ElementsAre("enable zone-level AOP", "upload certificate 11111111…"));
}

TEST(Planner, a_mode_that_is_too_low_lets_nothing_begin_and_a_rotation_go_on) {
  EXPECT_THAT(walk(observed().mode("off")).plan, IsEmpty());
  EXPECT_EQ(walk(observed().mode("off")).rest.reason, Reason::kEncryptionModeTooLow);
  const Walk rotating = walk(observed().enabled_with_leaf_0().mode("off").with_leaf(1));
  EXPECT_THAT(rotating.plan, ElementsAre("upload certificate 11111111…"));
  EXPECT_EQ(rotating.rest.reason, Reason::kEncryptionModeTooLow);
}

TEST(Planner, the_cheapest_reason_to_do_nothing_comes_first) {
  const auto suspended = [](api::Spec& s) {
    s.mode = api::Mode::kSuspend;
    s.deletion_policy = api::DeletionPolicy::kDisable;
  };
  EXPECT_EQ(walk(observed().spec(suspended)).rest.reason, Reason::kSuspended);
  const Observed blind =
      observed().spec([](api::Spec& s) { s.deletion_policy = api::DeletionPolicy::kDisable; }).edit([](Observed& o) {
        o.rivals = Unseen{};
      });
  EXPECT_EQ(rest_of(next(blind)).reason, Reason::kNotYetSupported) << "without a look";
}

TEST(Planner, nothing_is_looked_at_twice_and_the_dearest_last) {
  Observed o = observed();
  o.rivals = Unseen{};
  o.token = Unseen{};
  o.pair = Unseen{};
  o.zone = Unseen{};
  o.certificates = Unseen{};
  o.zone_level = Unseen{};
  o.global_setting = Unseen{};
  o.encryption_mode = Unseen{};
  const Observed full = observed();
  std::vector<Look> looks;
  while (true) {
    const Step step = next(o);
    const Look* look = std::get_if<Look>(&step);
    if (!look || looks.size() > 8) break;
    looks.push_back(*look);
    switch (*look) {
      case Look::kRivals: o.rivals = full.rivals; break;
      case Look::kToken: o.token = full.token; break;
      case Look::kPair: o.pair = full.pair; break;
      case Look::kAwaited: o.awaited = full.awaited; break;
      case Look::kZone: o.zone = full.zone; break;
      case Look::kCertificates: o.certificates = full.certificates; break;
      case Look::kZoneLevel: o.zone_level = full.zone_level; break;
      case Look::kGlobalSetting: o.global_setting = full.global_setting; break;
      case Look::kEncryptionMode: o.encryption_mode = full.encryption_mode; break;
    }
  }
  EXPECT_THAT(looks, ElementsAre(Look::kRivals, Look::kToken, Look::kPair, Look::kZone, Look::kCertificates,
                                 Look::kZoneLevel, Look::kGlobalSetting, Look::kEncryptionMode));
}

TEST(Planner, knows_when_only_a_clean_up_is_left) {
  const auto rotated = observed().certificate(1).certificate(0).record(1).record(0).active_for(kLongAgo);
  EXPECT_TRUE(only_cleaning_up(support::ObservedBuilder(rotated).switches(true, true)));
  EXPECT_FALSE(only_cleaning_up(support::ObservedBuilder(rotated).switches(true, false)));
  EXPECT_FALSE(only_cleaning_up(observed().enabled_with_leaf_0()));
}

}  // namespace
}  // namespace originpull::plan
