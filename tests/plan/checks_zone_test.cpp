// SPDX-License-Identifier: Apache-2.0
// The checks about the zone and its switches: identity, what is looked at, R10's order in both directions, the
// encryption mode, drift. Each is called alone, on an Observed in which everything before it has nothing to say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/checks.hpp"
#include "plan/matchers.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::GlobalSetting;
using api::MinimumEncryptionMode;
using api::Reason;
using support::kNow;
using support::leaf;
using support::observed;
using support::ObservedBuilder;
using testing::HasSubstr;

ObservedBuilder opened() { return observed().opened(); }

TEST(ChecksZone, a_zone_that_the_token_cannot_see_is_named_with_the_permission) {
  const Rest rest = rest_of(zone_is_unknown(observed().edit([](Observed& o) { o.zone = Zone{}; })));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kZoneNotFound);
  EXPECT_THAT(rest.message, HasSubstr("\"example.com\""));
  EXPECT_THAT(rest.message, HasSubstr("Zone Read"));
  EXPECT_EQ(rest.until, kNow + Seconds(30));
}

TEST(ChecksZone, of_several_zones_of_one_name_a_person_must_name_the_one) {
  const Rest rest = rest_of(zone_is_unknown(observed().edit([](Observed& o) { o.zone = Zone{.several = true}; })));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kZoneAmbiguous);
  EXPECT_THAT(rest.message, HasSubstr("spec.zone.id"));
  EXPECT_EQ(rest.until, kNow + Seconds(30));
}

TEST(ChecksZone, a_zone_that_stays_unknown_is_looked_for_ever_more_seldom) {
  const auto unknown = [](Seconds age) {
    return rest_of(zone_is_unknown(observed().not_ready_for(age).edit([](Observed& o) { o.zone = Zone{}; })));
  };
  EXPECT_EQ(unknown(Seconds(400)).until, kNow + Seconds(100));
  EXPECT_EQ(unknown(Seconds(99999)).until, kNow + Seconds(600));
}

TEST(ChecksZone, another_id_than_the_pinned_one_stops_everything) {
  const Rest rest = rest_of(
      zone_is_unknown(opened().edit([](Observed& o) { o.zone = Zone{api::ZoneIdentity{"zone-2", "example.com"}}; })));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kZoneChanged);
  EXPECT_THAT(rest.message, HasSubstr("zone-1"));
  EXPECT_EQ(zone_is_unknown(opened()), std::nullopt);
}

TEST(ChecksZone, only_what_the_spec_needs_is_looked_at) {
  const auto look_without = [](ObservedBuilder b, const std::function<void(Observed&)>& edit) {
    const auto step = something_is_unseen(b.edit(edit));
    return step ? std::get<Look>(*step) : Look::kRivals;
  };
  const auto no_global = [](Observed& o) { o.global_setting = Unseen{}; };
  const auto no_mode = [](Observed& o) { o.encryption_mode = Unseen{}; };
  EXPECT_EQ(look_without(observed(), [](Observed& o) { o.certificates = Unseen{}; }), Look::kCertificates);
  EXPECT_EQ(look_without(observed(), [](Observed& o) { o.zone_level = Unseen{}; }), Look::kZoneLevel);
  EXPECT_EQ(look_without(observed(), no_global), Look::kGlobalSetting);
  EXPECT_EQ(look_without(observed(), no_mode), Look::kEncryptionMode);
  const auto unmanaged = observed().spec([](api::Spec& s) { s.global_setting = GlobalSetting::kUnmanaged; });
  EXPECT_EQ(something_is_unseen(ObservedBuilder(unmanaged).edit(no_global)), std::nullopt);
  EXPECT_EQ(something_is_unseen(observed().disabled().edit(no_mode)), std::nullopt);
  const auto ignored =
      observed().spec([](api::Spec& s) { s.minimum_encryption_mode = MinimumEncryptionMode::kIgnore; });
  EXPECT_EQ(something_is_unseen(ObservedBuilder(ignored).edit(no_mode)), std::nullopt);
}

TEST(ChecksZone, off_is_the_global_setting_first_and_then_the_zone_level_switch) {
  const auto both = switch_must_go_off(opened().disabled().switches(true, true));
  ASSERT_NE(an<SetGlobalSetting>(both), nullptr);
  EXPECT_FALSE(an<SetGlobalSetting>(both)->on);
  const auto one = switch_must_go_off(opened().disabled().switches(true, false));
  ASSERT_NE(an<SetZoneLevel>(one), nullptr);
  EXPECT_FALSE(an<SetZoneLevel>(one)->on);
  EXPECT_EQ(switch_must_go_off(opened().disabled()), std::nullopt);
  EXPECT_EQ(switch_must_go_off(opened().switches(true, true)), std::nullopt) << "enabled";
}

TEST(ChecksZone, the_original_switches_are_written_down_before_the_first_change) {
  const auto step = switch_must_go_off(observed().disabled().switches(true, true));
  ASSERT_NE(an<WriteLedger>(step), nullptr);
  const api::Ledger& ledger = an<WriteLedger>(step)->ledger;
  EXPECT_EQ(ledger.original, (api::Original{.zone_level = true, .global_setting = true}));
  EXPECT_EQ(ledger.zone, (api::ZoneIdentity{"zone-1", "example.com"}));
}

TEST(ChecksZone, a_global_setting_that_comes_under_management_later_is_written_down_then) {
  const auto step = switch_must_go_on(observed().opened().switches(true, false).status([](api::Status& s) {
    s.ledger.original = api::Original{.zone_level = true};
  }));
  ASSERT_NE(an<WriteLedger>(step), nullptr);
  EXPECT_EQ(an<WriteLedger>(step)->ledger.original, (api::Original{.zone_level = true, .global_setting = false}));
}

TEST(ChecksZone, a_setting_that_the_plan_withholds_holds_up_nothing) {
  const auto withheld = [](ObservedBuilder b) {
    return b.edit([](Observed& o) { std::get<plan::GlobalSetting>(o.global_setting).editable = false; });
  };
  EXPECT_NE(an<SetZoneLevel>(switch_must_go_off(withheld(opened().disabled().switches(true, true)))), nullptr);
  EXPECT_EQ(switch_must_go_on(withheld(opened().switches(true, false))), std::nullopt);
}

TEST(ChecksZone, always_off_and_left_alone_mean_what_they_say) {
  const auto with = [](GlobalSetting g) { return opened().spec([&](api::Spec& s) { s.global_setting = g; }); };
  EXPECT_NE(an<SetGlobalSetting>(switch_must_go_off(with(GlobalSetting::kDisabled).switches(true, true))), nullptr);
  EXPECT_EQ(switch_must_go_off(with(GlobalSetting::kUnmanaged).disabled().switches(false, true)), std::nullopt);
  EXPECT_EQ(switch_must_go_on(with(GlobalSetting::kDisabled).switches(true, false)), std::nullopt);
  EXPECT_EQ(switch_must_go_on(with(GlobalSetting::kUnmanaged).switches(true, false)), std::nullopt);
}

TEST(ChecksZone, on_is_the_zone_level_switch_first_and_then_the_global_setting) {
  const auto first = switch_must_go_on(opened());
  ASSERT_NE(an<SetZoneLevel>(first), nullptr);
  EXPECT_TRUE(an<SetZoneLevel>(first)->on);
  const auto second = switch_must_go_on(opened().switches(true, false));
  ASSERT_NE(an<SetGlobalSetting>(second), nullptr);
  EXPECT_TRUE(an<SetGlobalSetting>(second)->on);
  EXPECT_EQ(switch_must_go_on(opened().switches(true, true)), std::nullopt);
}

TEST(ChecksZone, the_encryption_mode_is_compared_as_the_spec_says) {
  const auto high = [](const char* mode, MinimumEncryptionMode minimum) {
    return mode_is_high_enough(observed().mode(mode).spec([&](api::Spec& s) { s.minimum_encryption_mode = minimum; }));
  };
  using enum MinimumEncryptionMode;
  for (const char* mode : {"full", "strict", "origin_pull"}) EXPECT_TRUE(high(mode, kFull)) << mode;
  for (const char* mode : {"off", "flexible", "", "news"}) EXPECT_FALSE(high(mode, kFull)) << mode;
  for (const char* mode : {"strict", "origin_pull"}) EXPECT_TRUE(high(mode, kStrict)) << mode;
  for (const char* mode : {"full", "flexible"}) EXPECT_FALSE(high(mode, kStrict)) << mode;
  EXPECT_TRUE(high("off", kIgnore));
}

TEST(ChecksZone, nothing_is_enabled_under_a_low_mode) {
  const Rest rest = rest_of(encryption_mode_is_too_low(opened().mode("flexible")));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kEncryptionModeTooLow);
  EXPECT_THAT(rest.message, HasSubstr("\"flexible\""));
  EXPECT_EQ(switch_must_go_on(opened().mode("flexible")), std::nullopt);
  EXPECT_EQ(encryption_mode_is_too_low(opened().mode("flexible").switches(true, true)), std::nullopt)
      << "lowered later";
  EXPECT_EQ(encryption_mode_is_too_low(opened().mode("flexible").disabled()), std::nullopt);
}

TEST(ChecksZone, a_switch_flipped_off_is_put_right_in_the_midst_of_a_rotation) {
  const ObservedBuilder rotating = observed()
                                       .enabled_with_leaf_0()
                                       .with_leaf(1)
                                       .certificate(1, Deployment::kPending)
                                       .record(1, api::Intent::kUpload);
  EXPECT_NE(an<SetZoneLevel>(switch_has_drifted_off(ObservedBuilder(rotating).switches(false, true))), nullptr);
  EXPECT_NE(an<SetGlobalSetting>(switch_has_drifted_off(ObservedBuilder(rotating).switches(true, false))), nullptr);
  EXPECT_EQ(switch_has_drifted_off(rotating), std::nullopt);
}

TEST(ChecksZone, a_first_enablement_is_no_drift_and_nor_is_an_empty_edge) {
  EXPECT_EQ(switch_has_drifted_off(opened().certificate(0)), std::nullopt) << "never reported on";
  EXPECT_EQ(switch_has_drifted_off(opened().reported_on().certificate(0, Deployment::kPending)), std::nullopt);
  EXPECT_NE(an<SetZoneLevel>(switch_has_drifted_off(opened().shared().reported_on())), nullptr);
}

}  // namespace
}  // namespace originpull::plan
