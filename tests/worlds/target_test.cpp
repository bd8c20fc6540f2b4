// SPDX-License-Identifier: Apache-2.0
// How a request's target is taken apart: each escape decoded once, in the segment or value where it stands.
#include "worlds/target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Target, is_segments_and_a_query) {
  const Target target = parse_target("/client/v4/zones?name=example.com&per_page=50");
  EXPECT_THAT(target.segments, ElementsAre("client", "v4", "zones"));
  EXPECT_THAT(target.query, ElementsAre(Pair("name", "example.com"), Pair("per_page", "50")));
}

TEST(Target, an_encoded_slash_does_not_split_and_is_decoded_once) {
  EXPECT_THAT(parse_target("/a%2Fb/c%252F").segments, ElementsAre("a/b", "c%2F"));
  EXPECT_THAT(parse_target("/x?a=1%262&b=c+d").query, ElementsAre(Pair("a", "1&2"), Pair("b", "c d")));
}

TEST(Target, broken_escapes_stay_as_they_are) {
  EXPECT_THAT(parse_target("/a%/b%2/c%zz").segments, ElementsAre("a%", "b%2", "c%zz"));
}

TEST(Target, nothing_is_nothing) {
  EXPECT_TRUE(parse_target("").segments.empty());
  EXPECT_TRUE(parse_target("/").segments.empty());
  EXPECT_THAT(parse_target("//a").segments, ElementsAre("", "a"));
}

}  // namespace
}  // namespace originpull::worlds
