// SPDX-License-Identifier: Apache-2.0
// What is said once nothing is left to do: Ready in three ways, or what a person must help with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/checks.hpp"
#include "plan/matchers.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::Reason;
using support::kNow;
using support::observed;
using testing::HasSubstr;

TEST(Settled, the_fixpoint_is_ready_until_the_next_drift_check) {
  const Rest rest = settled(observed().enabled_with_leaf_0());
  EXPECT_EQ(rest.verdict, Verdict::kReady);
  EXPECT_EQ(rest.reason, Reason::kReady);
  EXPECT_EQ(rest.message, "The edge presents certificate 00000000….");
  EXPECT_EQ(rest.until, kNow + Seconds(600));
}

TEST(Settled, the_end_of_a_certificate_is_looked_at_when_it_comes) {
  const Rest rest = settled(observed().enabled_with_leaf_0().edit(
      [](Observed& o) { std::get<Pair>(o.pair).not_after = kNow + Seconds(20); }));
  EXPECT_EQ(rest.until, kNow + Seconds(21));
}

TEST(Settled, off_on_request_is_ready) {
  const Rest rest = settled(observed().disabled());
  EXPECT_EQ(rest.verdict, Verdict::kReady);
  EXPECT_EQ(rest.reason, Reason::kDisabled);
}

TEST(Settled, a_mode_lowered_later_needs_a_person) {
  const Rest rest = settled(observed().enabled_with_leaf_0().mode("flexible"));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kEncryptionModeTooLow);
  EXPECT_THAT(rest.message, HasSubstr("nothing was switched off"));
}

TEST(Settled, a_setting_that_the_plan_withholds_needs_a_person_only_if_it_is_wrong) {
  const auto withheld = [](bool on, bool enabled) {
    return settled(observed().enabled_with_leaf_0().switches(enabled, on).edit([&](Observed& o) {
      o.resource.spec.enabled = enabled;
      std::get<GlobalSetting>(o.global_setting).editable = false;
    }));
  };
  EXPECT_EQ(withheld(false, true).reason, Reason::kSettingNotEditable);
  EXPECT_EQ(withheld(false, true).verdict, Verdict::kStalled);
  EXPECT_EQ(withheld(true, false).reason, Reason::kSettingNotEditable);
  EXPECT_EQ(withheld(true, true).reason, Reason::kReady);
  EXPECT_EQ(withheld(false, false).reason, Reason::kDisabled);
}

TEST(Settled, the_shared_certificate_is_ready_with_a_warning) {
  const Rest rest = settled(observed().shared().switches(true, true));
  EXPECT_EQ(rest.verdict, Verdict::kReady);
  EXPECT_EQ(rest.reason, Reason::kSharedCertificate);
  EXPECT_THAT(rest.message, HasSubstr("not \"from this zone\""));
}

}  // namespace
}  // namespace originpull::plan
