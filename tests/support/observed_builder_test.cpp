// SPDX-License-Identifier: Apache-2.0
// The chain that planner tests are built with: each word changes what it says and nothing else.
#include "support/observed_builder.hpp"

#include <gtest/gtest.h>

namespace originpull::support {
namespace {

TEST(ObservedBuilder, begins_with_everything_seen_and_nothing_done) {
  const plan::Observed o = observed();
  EXPECT_TRUE(plan::seen(o.rivals) && plan::seen(o.token) && plan::seen(o.pair) && plan::seen(o.zone));
  EXPECT_TRUE(plan::seen(o.certificates)->empty());
  EXPECT_FALSE(*plan::seen(o.zone_level) || plan::seen(o.global_setting)->on);
  EXPECT_EQ(o.resource.status, api::Status{});
}

TEST(ObservedBuilder, certificates_are_numbered_in_the_order_of_their_upload) {
  const plan::Observed o = observed().certificate(7).certificate(2, plan::Deployment::kPending);
  const auto& all = *plan::seen(o.certificates);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, certificate_id(1));
  EXPECT_EQ(all[0].leaf, leaf(7));
  EXPECT_LT(all[0].uploaded, all[1].uploaded);
  EXPECT_EQ(all[1].deployment, plan::Deployment::kPending);
}

TEST(ObservedBuilder, a_record_opens_the_ledger_and_has_the_role_that_its_leaf_gives) {
  const plan::Observed o = observed().record(0).active_for(Seconds(5)).record(1, api::Intent::kDelete, Seconds(3));
  const api::Ledger& ledger = o.resource.status.ledger;
  EXPECT_TRUE(ledger.zone && ledger.original);
  EXPECT_EQ(ledger.find(leaf(0))->role, api::Role::kDesired);
  EXPECT_EQ(ledger.find(leaf(0))->active_since, kNow - Seconds(5));
  EXPECT_EQ(ledger.find(leaf(1))->role, api::Role::kSuperseded);
  EXPECT_EQ(ledger.find(leaf(1))->intent_since, kNow - Seconds(3));
}

}  // namespace
}  // namespace originpull::support
