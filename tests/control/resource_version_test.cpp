// SPDX-License-Identifier: Apache-2.0
// The order of resourceVersions, by examples of each rule: length first, then text; longer than any integer; opaque
// forms.
#include "control/resource_version.hpp"

#include <gtest/gtest.h>

namespace originpull::control {
namespace {

TEST(ResourceVersion, the_shorter_is_older_then_the_text_decides) {
  EXPECT_TRUE(is_older("9", "10"));
  EXPECT_TRUE(is_older("1234", "1235"));
  EXPECT_FALSE(is_older("10", "9"));
  EXPECT_FALSE(is_older("10", "10"));
}

TEST(ResourceVersion, versions_longer_than_64_bits_are_ordered) {
  EXPECT_TRUE(is_older("99999999999999999999", "100000000000000000000000000000000000001"));
  EXPECT_TRUE(is_older("340282366920938463463374607431768211454", "340282366920938463463374607431768211455"));
}

TEST(ResourceVersion, what_is_not_a_plain_number_is_opaque) {
  for (const char* opaque : {"", "0", "07", "-1", "+1", "1.0", "0x10", "abc", "12a", " 1"}) {
    EXPECT_FALSE(compare_versions(opaque, "5").has_value()) << opaque;
    EXPECT_FALSE(compare_versions("5", opaque).has_value()) << opaque;
    EXPECT_FALSE(is_older(opaque, "5")) << opaque;
  }
}

TEST(ResourceVersion, equal_opaque_versions_are_equal) {
  EXPECT_EQ(compare_versions("abc", "abc"), std::strong_ordering::equal);
}

}  // namespace
}  // namespace originpull::control
