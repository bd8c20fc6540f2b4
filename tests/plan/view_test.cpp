// SPDX-License-Identifier: Apache-2.0
// What the live set is (R1), which certificate of it is ours, desired and newest, and when a pair can be used: values
// in, values out, on Observeds built by hand.
#include "plan/view.hpp"

#include <gtest/gtest.h>

#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using support::certificate_id;
using support::kNow;
using support::leaf;
using support::observed;

TEST(View, everything_not_confirmed_deleted_is_live) {
  for (const Deployment d : {Deployment::kPending, Deployment::kActive, Deployment::kDeleting, Deployment::kUnknown,
                             Deployment::kDeploymentTimedOut, Deployment::kDeletionTimedOut}) {
    const Observed o = observed().certificate(0, d);
    EXPECT_EQ(view_of(o).ours.size(), 1U) << static_cast<int>(d);
  }
  const Observed gone = observed().certificate(0, Deployment::kDeleted);
  EXPECT_TRUE(view_of(gone).ours.empty());
  EXPECT_EQ(view_of(gone).desired, nullptr);
}

TEST(View, ours_is_what_the_ledger_records_or_the_desired_leaf_and_all_else_is_foreign) {
  const Observed o = observed().certificate(0).certificate(1).certificate(2).record(1);
  const View view = view_of(o);
  ASSERT_EQ(view.ours.size(), 2U);
  EXPECT_EQ(view.ours[0]->leaf, leaf(0));
  EXPECT_EQ(view.ours[1]->leaf, leaf(1));
  ASSERT_EQ(view.foreign.size(), 1U);
  EXPECT_EQ(view.foreign[0]->leaf, leaf(2));
}

TEST(View, a_certificate_that_cannot_be_read_is_foreign_whatever_the_ledger_says) {
  const Observed o = observed().certificate(1).edit([](Observed& e) {
    std::get<std::vector<Certificate>>(e.certificates)[0].leaf.clear();
    e.resource.status.ledger.certificates.push_back({.fingerprint = ""});
  });
  EXPECT_EQ(view_of(o).foreign.size(), 1U);
  EXPECT_TRUE(view_of(o).ours.empty());
}

TEST(View, the_newest_is_the_last_uploaded_that_can_be_deployed) {
  const Observed o = observed()
                         .record(1)
                         .record(2)
                         .certificate(0)
                         .certificate(1, Deployment::kPending)
                         .certificate(2, Deployment::kDeploymentTimedOut);
  const View view = view_of(o);
  ASSERT_NE(view.newest, nullptr);
  EXPECT_EQ(view.newest->leaf, leaf(1));
  ASSERT_NE(view.desired, nullptr);
  EXPECT_EQ(view.desired->leaf, leaf(0));
}

TEST(View, of_two_certificates_of_the_desired_leaf_the_younger_is_meant) {
  const Observed o = observed().certificate(0).certificate(0);
  EXPECT_EQ(view_of(o).desired->id, certificate_id(2));
}

TEST(View, ours_are_in_the_order_of_their_upload_however_they_are_listed) {
  const Observed o = observed().record(1).certificate(0).certificate(1).edit([](Observed& e) {
    auto& all = std::get<std::vector<Certificate>>(e.certificates);
    std::swap(all[0], all[1]);
  });
  const View view = view_of(o);
  EXPECT_EQ(view.ours[0]->id, certificate_id(1));
  EXPECT_EQ(view.ours[1]->id, certificate_id(2));
}

TEST(View, without_certificates_seen_it_is_empty) {
  const Observed o = observed().edit([](Observed& e) { e.certificates = Unseen{}; });
  EXPECT_TRUE(view_of(o).ours.empty());
  EXPECT_EQ(view_of(o).newest, nullptr);
}

TEST(View, newer_needs_both_times) {
  const Certificate older{.id = "a", .leaf = leaf(0), .uploaded = kNow};
  const Certificate newer{.id = "b", .leaf = leaf(1), .uploaded = kNow + Seconds(1)};
  const Certificate timeless{.id = "c", .leaf = leaf(2)};
  EXPECT_TRUE(is_newer(newer, older));
  EXPECT_FALSE(is_newer(older, newer));
  EXPECT_FALSE(is_newer(older, older));
  EXPECT_FALSE(is_newer(timeless, older));
  EXPECT_FALSE(is_newer(newer, timeless));
}

TEST(View, a_pair_is_valid_from_its_first_to_its_last_moment_both_included) {
  const Observed o = observed();
  Pair pair{.leaf = leaf(0), .not_before = kNow, .not_after = kNow};
  EXPECT_EQ(pair_problem(o, pair), api::Reason::kValid);
  pair.not_after = kNow - Duration(1);
  EXPECT_EQ(pair_problem(o, pair), api::Reason::kCertificateExpired);
  pair = {.leaf = leaf(0), .not_before = kNow + Duration(1), .not_after = kNow + Seconds(9)};
  EXPECT_EQ(pair_problem(o, pair), api::Reason::kCertificateNotYetValid);
}

TEST(View, what_is_wrong_with_a_pair_comes_before_its_time_and_says_what_to_do) {
  const Observed o = observed();
  const Pair mismatch{
      .problem = api::Reason::kKeyMismatch, .detail = "Secret tls: mend it", .not_after = kNow - Seconds(1)};
  EXPECT_EQ(pair_problem(o, mismatch), api::Reason::kKeyMismatch);
  EXPECT_EQ(pair_sentence(o, mismatch), "Secret tls: mend it");
  EXPECT_NE(pair_sentence(o, {.not_after = kNow - Seconds(1)}).find("Renew it"), std::string::npos);
  EXPECT_NE(
      pair_sentence(o, {.not_before = kNow + Seconds(1), .not_after = kNow + Seconds(2)}).find("as soon as it is"),
      std::string::npos);
}

TEST(View, a_leaf_is_desired_only_of_a_usable_pair_of_source_custom) {
  const Observed good = observed().with_leaf(3);
  ASSERT_NE(desired_leaf(good), nullptr);
  EXPECT_EQ(*desired_leaf(good), leaf(3));
  EXPECT_EQ(desired_leaf(observed().bad_pair(api::Reason::kKeyMismatch).build()), nullptr);
  EXPECT_EQ(desired_leaf(observed().shared().build()), nullptr);
  EXPECT_EQ(desired_leaf(observed().edit([](Observed& e) { e.now += Seconds(400L * 24 * 3600); }).build()), nullptr);
}

}  // namespace
}  // namespace originpull::plan
