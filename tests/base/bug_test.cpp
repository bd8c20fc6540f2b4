// SPDX-License-Identifier: Apache-2.0
// A broken invariant ends the process and names its place, in release too; a held one costs nothing.
#include "base/bug.hpp"

#include <gtest/gtest.h>

namespace originpull {
namespace {

TEST(BugDeathTest, ends_the_process_with_the_place_and_what_is_wrong) {
  EXPECT_DEATH(bug("the ledger has two desired records"), "BUG .*bug_test.cpp.*the ledger has two desired records");
}

TEST(BugDeathTest, a_check_that_fails_is_a_bug) { EXPECT_DEATH(check(false, "it holds"), "BUG .*it holds"); }

TEST(Bug, a_check_that_holds_does_nothing) { check(true, "it holds"); }

}  // namespace
}  // namespace originpull
