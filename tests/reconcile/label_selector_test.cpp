// SPDX-License-Identifier: Apache-2.0
// The label selector against the words that Kubernetes takes, and its refusal of those that we would judge differently.
#include "reconcile/label_selector.hpp"

#include <gtest/gtest.h>

namespace originpull::reconcile {
namespace {

bool matches(const std::string& selector, const std::map<std::string, std::string>& labels) {
  const auto parsed = LabelSelector::parse(selector);
  EXPECT_TRUE(parsed.has_value()) << selector;
  return parsed && parsed->matches(labels);
}

TEST(LabelSelector, an_empty_one_matches_everything) { EXPECT_TRUE(matches("", {})); }

TEST(LabelSelector, every_requirement_must_hold) {
  EXPECT_TRUE(matches("a=1,b", {{"a", "1"}, {"b", "x"}}));
  EXPECT_FALSE(matches("a=1,b", {{"a", "1"}}));
  EXPECT_FALSE(matches("a==1", {{"a", "2"}}));
}

TEST(LabelSelector, inequality_and_absence_hold_for_a_label_that_is_not_there) {
  EXPECT_TRUE(matches("a!=1", {}));
  EXPECT_FALSE(matches("a!=1", {{"a", "1"}}));
  EXPECT_TRUE(matches("!a", {{"b", "1"}}));
  EXPECT_FALSE(matches("!a", {{"a", ""}}));
}

TEST(LabelSelector, a_set_based_one_is_refused_with_a_sentence) {
  for (const char* text : {"a in (1)", "a=(", "=x", "a=b c"}) {
    const auto parsed = LabelSelector::parse(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(parsed.error().message.find("label=value"), std::string::npos);
  }
}

}  // namespace
}  // namespace originpull::reconcile
