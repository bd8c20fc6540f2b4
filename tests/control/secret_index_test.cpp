// SPDX-License-Identifier: Apache-2.0
// The laws of the index: who runs at news of a Secret, what is kept and what is not, what a complete list says of what
// is missing. Fed by hand, without a watch.
#include "control/secret_index.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Key kR1{"ns", "r1"};
const Key kR2{"ns", "r2"};
const Key kS1{"ns", "s1"};
const Key kS2{"ns", "s2"};
const Key kOther{"other", "s1"};

class SecretIndexTest : public testing::Test {
 protected:
  support::StillEnv env_;
  SecretIndex index_{env_};
};

TEST_F(SecretIndexTest, news_of_a_secret_runs_all_its_users_and_nobody_else) {
  index_.refer(kR1, {kS1});
  index_.refer(kR2, {kS1, kS2});
  EXPECT_THAT(index_.saw(kS1, {"u", "5"}), ElementsAre(kR1, kR2));
  EXPECT_THAT(index_.saw(kS2, {"u", "6"}), ElementsAre(kR2));
  EXPECT_THAT(index_.saw(kOther, {"u", "7"}), IsEmpty());
}

TEST_F(SecretIndexTest, only_secrets_that_are_referred_to_are_kept) {
  for (int i = 0; i < 1000; ++i) index_.saw({"ns", "unrelated-" + std::to_string(i)}, {"u", "1"});
  EXPECT_EQ(index_.size(), 0U);
  index_.refer(kR1, {kS1});
  index_.saw(kS1, {"u", "5"});
  EXPECT_EQ(index_.size(), 1U);
  index_.refer(kR1, {});
  EXPECT_EQ(index_.size(), 0U);
}

TEST_F(SecretIndexTest, a_secret_is_kept_until_its_last_user_has_gone) {
  EXPECT_THAT(index_.refer(kR1, {kS1}).gained, ElementsAre(kS1));
  EXPECT_THAT(index_.refer(kR2, {kS1}).gained, IsEmpty());
  EXPECT_THAT(index_.refer(kR1, {}).lost, IsEmpty());
  EXPECT_TRUE(index_.refers(kS1));
  EXPECT_THAT(index_.refer(kR2, {kS2}).lost, ElementsAre(kS1));
  EXPECT_FALSE(index_.refers(kS1));
}

TEST_F(SecretIndexTest, a_reference_that_is_new_to_a_resource_is_told) {
  EXPECT_TRUE(index_.refer(kR1, {kS1}).more);
  EXPECT_FALSE(index_.refer(kR1, {kS1}).more);
  EXPECT_TRUE(index_.refer(kR2, {kS1}).more) << "new to r2";
  EXPECT_FALSE(index_.refer(kR2, {}).more);
}

TEST_F(SecretIndexTest, what_is_known_already_is_no_news) {
  index_.refer(kR1, {kS1});
  index_.saw(kS1, {"u", "5"});
  EXPECT_THAT(index_.saw(kS1, {"u", "5"}), IsEmpty());
  EXPECT_THAT(index_.saw(kS1, {"u", "4"}), IsEmpty()) << "older";
  EXPECT_THAT(index_.saw(kS1, {"u", "6"}), ElementsAre(kR1));
}

TEST_F(SecretIndexTest, a_live_read_makes_the_event_of_the_same_version_no_news) {
  index_.refer(kR1, {kS1});
  index_.learned(kS1, index_.mark(), {"u", "5"});
  EXPECT_THAT(index_.saw(kS1, {"u", "5"}), IsEmpty());
  EXPECT_EQ(index_.seen(kS1)->resource_version, "5");
  index_.learned(kS1, index_.mark(), {"u", "4"});
  EXPECT_EQ(index_.seen(kS1)->resource_version, "5") << "a read that was overtaken by the watch";
  index_.learned(kOther, index_.mark(), {"u", "5"});
  EXPECT_EQ(index_.size(), 1U) << "nobody refers to it";
}

TEST_F(SecretIndexTest, what_one_user_has_learned_is_still_news_to_another) {
  index_.refer(kR1, {kS1});
  index_.refer(kR2, {kS1});
  index_.saw(kS1, {"u", "5"});
  index_.learned(kS1, index_.mark(), {"u", "7"});
  EXPECT_THAT(index_.saw(kS1, {"u", "7"}), testing::Contains(kR2));
  EXPECT_THAT(index_.saw(kS1, {"u", "7"}), IsEmpty());
}

TEST_F(SecretIndexTest, a_live_read_that_a_deletion_has_overtaken_is_not_believed) {
  index_.refer(kR1, {kS1});
  for (const bool by_event : {true, false}) {
    index_.saw(kS1, {"u", "5"});
    const auto mark = index_.mark();
    if (by_event) {
      index_.gone(kS1);
    } else {
      index_.list_is_complete("", "", {});
    }
    index_.learned(kS1, mark, {"u", "5"});
    EXPECT_FALSE(index_.seen(kS1)) << "only the next read knows whether it is there";
  }
}

TEST_F(SecretIndexTest, a_deletion_while_nobody_referred_counts_too) {
  index_.refer(kR1, {kS1});
  const auto mark = index_.mark();
  index_.refer(kR1, {kS2});
  index_.gone(kS1);
  index_.refer(kR1, {kS1});
  index_.learned(kS1, mark, {"u", "5"});
  EXPECT_FALSE(index_.seen(kS1));
}

TEST_F(SecretIndexTest, what_a_list_holds_is_believed_though_its_version_went_back) {
  index_.refer(kR1, {kS1});
  index_.saw(kS1, {"u", "500"});
  EXPECT_THAT(index_.listed(kS1, {"u", "400"}), ElementsAre(kR1)) << "restored from a backup";
  EXPECT_THAT(index_.listed(kS1, {"u", "400"}), IsEmpty());
  EXPECT_THAT(index_.saw(kS1, {"u", "401"}), ElementsAre(kR1));
}

TEST_F(SecretIndexTest, a_secret_that_is_created_anew_is_news_though_its_name_is_old) {
  index_.refer(kR1, {kS1});
  index_.saw(kS1, {"u1", "5"});
  EXPECT_THAT(index_.saw(kS1, {"u2", "8"}), ElementsAre(kR1));
}

TEST_F(SecretIndexTest, a_deletion_runs_the_users_and_leaves_the_secret_unknown) {
  index_.refer(kR1, {kS1});
  index_.saw(kS1, {"u", "5"});
  EXPECT_THAT(index_.gone(kS1), ElementsAre(kR1));
  EXPECT_FALSE(index_.seen(kS1));
  EXPECT_THAT(index_.saw(kS1, {"u2", "9"}), ElementsAre(kR1));
  EXPECT_THAT(index_.gone(kOther), IsEmpty());
}

TEST_F(SecretIndexTest, absence_from_a_complete_list_is_a_deletion_within_what_was_listed) {
  const Key kElsewhere{"ns2", "s1"};
  index_.refer(kR1, {kS1});
  index_.refer(kR2, {kS2});
  index_.refer({"ns2", "r"}, {kElsewhere});
  for (const Key& secret : {kS1, kS2, kElsewhere}) index_.saw(secret, {"u", "5"});
  EXPECT_THAT(index_.list_is_complete("ns", "", {kS2}), ElementsAre(kR1));
  EXPECT_TRUE(index_.seen(kElsewhere)) << "another namespace was not listed";
  EXPECT_THAT(index_.list_is_complete("", "", {kS2}), ElementsAre(Key{"ns2", "r"}));
}

TEST_F(SecretIndexTest, a_list_of_one_name_says_nothing_of_others) {
  index_.refer(kR1, {kS1});
  index_.refer(kR2, {kS2});
  index_.saw(kS1, {"u", "5"});
  index_.saw(kS2, {"u", "5"});
  EXPECT_THAT(index_.list_is_complete("ns", "s1", {}), ElementsAre(kR1));
  EXPECT_TRUE(index_.seen(kS2));
}

TEST_F(SecretIndexTest, a_secret_that_was_first_referred_to_while_listing_is_not_taken_for_deleted) {
  index_.refer(kR1, {kS1});
  EXPECT_THAT(index_.list_is_complete("ns", "", {}), IsEmpty()) << "nothing was known of it, so nothing is lost";
}

TEST_F(SecretIndexTest, users_are_sorted) {
  index_.refer(kR2, {kS1});
  index_.refer(kR1, {kS1});
  EXPECT_THAT(index_.users(kS1), ElementsAre(kR1, kR2));
  EXPECT_THAT(index_.users(kS2), IsEmpty());
}

}  // namespace
}  // namespace originpull::control
