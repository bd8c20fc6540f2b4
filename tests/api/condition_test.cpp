// SPDX-License-Identifier: Apache-2.0
// The laws of conditions: when the transition time moves, when a message counts as news, and that order is kept.
#include "api/condition.hpp"

#include <gtest/gtest.h>

namespace originpull::api {
namespace {

using namespace std::chrono_literals;

constexpr Wall kStart{1000s};

Condition ready(ConditionStatus status, std::string message = "m", std::string reason = "R") {
  return {.type = "Ready", .status = status, .reason = std::move(reason), .message = std::move(message)};
}

TEST(SetCondition, moves_the_transition_time_only_with_the_status) {
  std::vector<Condition> conditions;
  set_condition(conditions, ready(ConditionStatus::kFalse), kStart);
  set_condition(conditions, ready(ConditionStatus::kFalse, "another", "Other"), kStart + 5s);
  EXPECT_EQ(conditions[0].last_transition, kStart);
  EXPECT_EQ(conditions[0].reason, "Other");
  EXPECT_EQ(conditions[0].message, "another");
  set_condition(conditions, ready(ConditionStatus::kTrue), kStart + 9s);
  EXPECT_EQ(conditions[0].last_transition, kStart + 9s);
}

TEST(SetCondition, counts_in_whole_seconds) {
  std::vector<Condition> conditions;
  set_condition(conditions, ready(ConditionStatus::kTrue), kStart + 999ms);
  EXPECT_EQ(conditions[0].last_transition, kStart);
}

TEST(SetCondition, takes_another_ray_at_the_end_for_no_news) {
  std::vector<Condition> conditions;
  set_condition(conditions, ready(ConditionStatus::kFalse, "denied (CF-Ray 1a)"), kStart);
  const auto before = conditions;
  set_condition(conditions, ready(ConditionStatus::kFalse, "denied (CF-Ray 2b)"), kStart + 1s);
  EXPECT_EQ(conditions, before);
}

TEST(SetCondition, takes_another_text_or_reason_for_news) {
  std::vector<Condition> conditions;
  set_condition(conditions, ready(ConditionStatus::kFalse, "denied (CF-Ray 1a)"), kStart);
  set_condition(conditions, ready(ConditionStatus::kFalse, "gone (CF-Ray 1a)"), kStart);
  EXPECT_EQ(conditions[0].message, "gone (CF-Ray 1a)");
  set_condition(conditions, ready(ConditionStatus::kFalse, "gone (CF-Ray 2b)", "Other"), kStart);
  EXPECT_EQ(conditions[0].message, "gone (CF-Ray 2b)");
  set_condition(conditions, ready(ConditionStatus::kFalse, "gone (CF-Ray 3c) at last", "Other"), kStart);
  EXPECT_EQ(conditions[0].message, "gone (CF-Ray 3c) at last");
}

TEST(SetCondition, follows_the_generation) {
  std::vector<Condition> conditions;
  set_condition(conditions, ready(ConditionStatus::kTrue), kStart);
  Condition next = ready(ConditionStatus::kTrue);
  next.observed_generation = 7;
  set_condition(conditions, next, kStart);
  EXPECT_EQ(conditions[0].observed_generation, 7);
}

TEST(SetCondition, keeps_the_order_and_appends_new_types) {
  std::vector<Condition> conditions{{.type = "A"}, {.type = "Ready"}, {.type = "B"}};
  set_condition(conditions, ready(ConditionStatus::kTrue), kStart);
  set_condition(conditions, {.type = "C"}, kStart);
  ASSERT_EQ(conditions.size(), 4U);
  EXPECT_EQ(conditions[1].status, ConditionStatus::kTrue);
  EXPECT_EQ(conditions[3].type, "C");
}

TEST(FindCondition, finds_by_type_or_nothing) {
  const std::vector<Condition> conditions{{.type = "A"}, {.type = "B"}};
  EXPECT_EQ(find_condition(conditions, "B"), &conditions[1]);
  EXPECT_EQ(find_condition(conditions, "C"), nullptr);
}

}  // namespace
}  // namespace originpull::api
