// SPDX-License-Identifier: Apache-2.0
// What is too long is cut at a whole character, and what fits is left as it is.
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace originpull {
namespace {

TEST(Cut, ends_at_a_whole_character) {
  EXPECT_EQ(cut("\u20ac\u20ac", 5), "\u20ac");
  EXPECT_EQ(cut("\u20ac\u20ac", 6), "\u20ac\u20ac");
  EXPECT_EQ(cut("abc", 3), "abc");
  EXPECT_EQ(cut("abc", 2), "ab");
  EXPECT_EQ(cut("\u20ac", 2), "");
}

}  // namespace
}  // namespace originpull
