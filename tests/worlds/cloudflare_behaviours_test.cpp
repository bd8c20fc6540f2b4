// SPDX-License-Identifier: Apache-2.0
// The table of the behaviours: 66 of them, each in its place.
#include "worlds/cloudflare_behaviours.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace originpull::worlds {
namespace {

TEST(Behaviours, are_66_in_the_order_of_their_numbers_each_with_a_name_of_its_own) {
  std::set<std::string_view> names;
  int number = 0;
  for (const BehaviourFacts& one : behaviours()) {
    EXPECT_EQ(number_of(one.behaviour), ++number) << one.name;
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_FALSE(one.text.empty()) << one.name;
    EXPECT_THAT(std::string(one.evidence), testing::MatchesRegex("[DOI](, [DOI])?")) << one.name;
  }
  EXPECT_EQ(number, 66);
}

TEST(Behaviours, are_found_by_their_number) {
  EXPECT_EQ(behaviour_of(1), Behaviour::kEnvelope);
  EXPECT_EQ(behaviour_of(66), Behaviour::kLiteralPaths);
  for (const std::int64_t number : {-1, 0, 67, 1'000'000}) EXPECT_FALSE(behaviour_of(number)) << number;
}

TEST(Behaviours, are_turned_off_one_by_one) {
  BehaviourSet off;
  EXPECT_TRUE(off.empty());
  off.add(Behaviour::kBudget);
  EXPECT_TRUE(off.contains(Behaviour::kBudget));
  EXPECT_FALSE(off.contains(Behaviour::kOddAnswers));
}

}  // namespace
}  // namespace originpull::worlds
