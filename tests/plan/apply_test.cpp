// SPDX-License-Identifier: Apache-2.0
// The model of an action's success: exactly what the action touched is changed in the Observed, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/planner.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using support::certificate_id;
using support::kNow;
using support::leaf;
using support::observed;

TEST(Apply, an_upload_is_active_at_once_and_the_newest) {
  const Observed o = apply(observed().certificate(1), UploadCertificate{leaf(0)});
  const auto& all = *seen(o.certificates);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].leaf, leaf(0));
  EXPECT_EQ(all[1].deployment, Deployment::kActive);
  EXPECT_EQ(all[1].uploaded, kNow);
  EXPECT_EQ(all[1].not_after, seen(o.pair)->not_after);
}

TEST(Apply, a_deletion_takes_away_the_one_certificate_of_that_id) {
  const Observed o = apply(observed().certificate(1).certificate(2), DeleteCertificate{certificate_id(1), leaf(1)});
  const auto& all = *seen(o.certificates);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, certificate_id(2));
}

TEST(Apply, each_switch_moves_alone) {
  const Observed zone = apply(observed(), SetZoneLevel{true});
  EXPECT_TRUE(*seen(zone.zone_level));
  EXPECT_FALSE(seen(zone.global_setting)->on);
  const Observed global = apply(observed(), SetGlobalSetting{true});
  EXPECT_FALSE(*seen(global.zone_level));
  EXPECT_TRUE(seen(global.global_setting)->on);
  EXPECT_TRUE(seen(global.global_setting)->editable);
}

TEST(Apply, a_ledger_is_replaced_and_the_rest_of_the_status_stands) {
  api::Ledger ledger;
  ledger.certificates.push_back({.fingerprint = leaf(5)});
  const Observed o = apply(observed().reported_on(), WriteLedger{ledger});
  EXPECT_EQ(o.resource.status.ledger, ledger);
  EXPECT_EQ(o.resource.status.settings.zone_level, true);
}

}  // namespace
}  // namespace originpull::plan
