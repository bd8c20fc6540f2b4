// SPDX-License-Identifier: Apache-2.0
// Numbers, durations and texts as rules in CEL see them, each with its edges.
#include "worlds/kube_cel_scalars.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace originpull::worlds {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

std::string shown(const tl::expected<std::int64_t, std::string>& value) {
  return value ? std::to_string(*value) : value.error();
}

TEST(KubeCelScalars, whole_numbers_are_counted_as_in_go_and_never_run_over) {
  EXPECT_EQ(shown(cel_whole("_+_", 2, 3)) + shown(cel_whole("_-_", 2, 3)) + shown(cel_whole("_*_", 2, 3)), "5-16");
  EXPECT_EQ(shown(cel_whole("_/_", -7, 2)) + shown(cel_whole("_%_", -7, 2)), "-3-1") << "towards zero";
  EXPECT_EQ(shown(cel_whole("_+_", kMost, 1)), "integer overflow");
  EXPECT_EQ(shown(cel_whole("_-_", kLeast, 1)), "integer overflow");
  EXPECT_EQ(shown(cel_whole("_*_", kMost, 2)), "integer overflow");
  EXPECT_EQ(shown(cel_whole("_/_", kLeast, -1)), "integer overflow");
  EXPECT_EQ(shown(cel_whole("_/_", 1, 0)), "division by zero");
  EXPECT_EQ(shown(cel_whole("_%_", 1, 0)), "modulus by zero");
}

TEST(KubeCelScalars, durations_are_read_as_go_writes_them) {
  EXPECT_EQ(cel_duration("1h30m"), 5'400'000'000'000);
  EXPECT_EQ(cel_duration("1.5s"), 1'500'000'000);
  EXPECT_EQ(cel_duration("-2ms"), -2'000'000);
  EXPECT_EQ(cel_duration("1m2us3ns"), 60'000'002'003);
  EXPECT_EQ(cel_duration("0"), 0);
  for (const char* none : {"", "-", "1", "s", "1d", "1.s.", "..s", "1h ", "99999999999h"})
    EXPECT_FALSE(cel_duration(none)) << none;
}

TEST(KubeCelScalars, texts_are_counted_in_characters_and_read_as_numbers_whole) {
  EXPECT_EQ(cel_length("a\xc3\xa9z"), 3);
  EXPECT_EQ(cel_integer("12"), 12);
  EXPECT_EQ(cel_integer("+12"), 12);
  EXPECT_EQ(cel_integer("9223372036854775807"), std::numeric_limits<std::int64_t>::max()) << "not by way of a double";
  EXPECT_FALSE(cel_integer("9223372036854775808"));
  EXPECT_FALSE(cel_integer("+-1"));
  EXPECT_FALSE(cel_integer("1.5"));
  EXPECT_EQ(cel_number("1.5"), 1.5);
  EXPECT_FALSE(cel_number("1x"));
  EXPECT_FALSE(cel_number(""));
  EXPECT_EQ(cel_changed("trim", " a b\n"), "a b");
  EXPECT_EQ(cel_changed("trim", "  "), "");
  EXPECT_EQ(cel_changed("upperAscii", "aZ1"), "AZ1");
  EXPECT_EQ(cel_changed("lowerAscii", "aZ1"), "az1");
}

}  // namespace
}  // namespace originpull::worlds
