// SPDX-License-Identifier: Apache-2.0
// The promises of the request budget, on a clock that the test moves: never more calls than allowed in any window,
// urgent classes keep a reserve, silence when Cloudflare asks for it, one mutation per zone, no hot loop with a
// refused token.
#include "cloudflare/budget.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "support/jump_env.hpp"

namespace originpull::cloudflare {
namespace {

using support::JumpEnv;

const std::string kZone = "023e105f4ecef8ad9ca31a8372d0c353";

Call read_call(Priority priority = Priority::kUserChange, std::string zone = kZone) {
  return {.family = Family::kCertificates, .zone = std::move(zone), .attempted = "list", .priority = priority};
}
Call write_call(std::string zone = kZone) {
  return {
      .family = Family::kCertificates, .method = net::Method::kPost, .zone = std::move(zone), .attempted = "upload"};
}

Error denied(std::string message = "no") {
  return {.kind = ErrorKind::kDenied, .attempted = "list", .message = std::move(message), .code = 10000};
}

class BudgetTest : public testing::Test {
 protected:
  // Whether the call is admitted; the turn is given back at once.
  bool admitted(const Call& call) { return budget->take(call).has_value(); }
  Duration turned_away(const Call& call) {
    const auto turn = budget->take(call);
    EXPECT_FALSE(turn);
    if (turn) return Duration(0);
    EXPECT_EQ(turn.error().kind, ErrorKind::kRateLimited);
    return turn.error().retry_after.value_or(Duration(0));
  }

  JumpEnv env;
  std::shared_ptr<Budget> budget = Budget::make(env, {.requests = 10, .window = Seconds(100)});
};

TEST_F(BudgetTest, no_window_ever_holds_more_calls_than_allowed) {
  std::deque<Instant> calls;
  std::uint64_t seed = 7;
  for (int step = 0; step < 5'000; ++step) {
    seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
    env.advance(Duration((seed >> 33U) % 9'000));
    if (!admitted(read_call())) continue;
    calls.push_back(env.now());
    while (calls.front() + Seconds(100) <= env.now()) calls.pop_front();
    ASSERT_LE(calls.size(), 10U) << "at step " << step;
  }
}

TEST_F(BudgetTest, the_answer_says_when_the_next_call_is_possible_and_that_is_true) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(admitted(read_call()));
    env.advance(Seconds(1));
  }
  const Duration rest = turned_away(read_call());
  EXPECT_EQ(rest, Seconds(90));
  env.advance(rest - Duration(1));
  EXPECT_FALSE(admitted(read_call()));
  env.advance(Duration(1));
  EXPECT_TRUE(admitted(read_call()));
}

TEST_F(BudgetTest, those_turned_away_are_told_different_times) {
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(admitted(read_call()));
    env.advance(Seconds(1));
  }
  EXPECT_EQ(turned_away(read_call()), Seconds(90));
  EXPECT_EQ(turned_away(read_call()), Seconds(91));
  EXPECT_EQ(turned_away(read_call()), Seconds(92));
}

TEST_F(BudgetTest, drift_checks_leave_room_for_rotations_and_these_for_users) {
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(admitted(read_call(Priority::kDrift)));
  EXPECT_FALSE(admitted(read_call(Priority::kDrift)));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(admitted(read_call(Priority::kRotation)));
  EXPECT_FALSE(admitted(read_call(Priority::kRotation)));
  EXPECT_TRUE(admitted(read_call(Priority::kUserChange)));
  EXPECT_FALSE(admitted(read_call(Priority::kUserChange)));
}

TEST_F(BudgetTest, a_throttle_silences_the_whole_token_for_as_long_as_it_says) {
  EXPECT_EQ(budget->throttled(Seconds(42)), Seconds(42));
  EXPECT_EQ(turned_away(read_call()), Seconds(42));
  EXPECT_EQ(turned_away(read_call(Priority::kDrift, "another zone")), Seconds(42));
  env.advance(Seconds(42));
  EXPECT_TRUE(admitted(read_call()));
}

TEST_F(BudgetTest, a_throttle_without_a_time_lasts_a_minute_and_a_shorter_one_never_ends_a_longer_one) {
  EXPECT_EQ(budget->throttled(std::nullopt), Seconds(60));
  EXPECT_EQ(budget->throttled(Seconds(5)), Seconds(60));
  EXPECT_EQ(turned_away(read_call()), Seconds(60));
}

TEST_F(BudgetTest, an_absurd_throttle_is_cut_to_an_hour) {
  EXPECT_EQ(budget->throttled(Seconds(86'400)), Seconds(3'600));
}

TEST_F(BudgetTest, a_zone_has_one_mutation_in_flight_and_other_zones_do_not_mind) {
  auto turn = std::make_unique<Result<Budget::Turn>>(budget->take(write_call()));
  ASSERT_TRUE(*turn);
  EXPECT_EQ(turned_away(write_call()), Seconds(1));
  EXPECT_TRUE(admitted(write_call("another zone")));
  EXPECT_TRUE(admitted(read_call()));
  turn.reset();
  EXPECT_TRUE(admitted(write_call()));
}

TEST_F(BudgetTest, a_turn_that_was_moved_gives_the_zone_back_once) {
  auto first = std::make_unique<Result<Budget::Turn>>(budget->take(write_call()));
  ASSERT_TRUE(*first);
  {
    const Budget::Turn moved = std::move(**first);
    EXPECT_FALSE(admitted(write_call()));
  }
  auto second = budget->take(write_call());
  ASSERT_TRUE(second);
  first.reset();
  EXPECT_FALSE(admitted(write_call())) << "the shell of the first turn has given back the second one's zone";
}

TEST_F(BudgetTest, a_mutation_that_is_turned_away_uses_up_nothing) {
  const auto turn = budget->take(write_call());
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(admitted(write_call()));
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(admitted(read_call()));
}

TEST_F(BudgetTest, a_refused_token_rests_longer_each_time_up_to_a_limit_and_says_why_meanwhile) {
  const Duration rests[] = {Seconds(5),  Seconds(10),  Seconds(20),  Seconds(40),
                            Seconds(80), Seconds(160), Seconds(300), Seconds(300)};
  for (const Duration rest : rests) {
    ASSERT_TRUE(admitted(read_call()));
    EXPECT_EQ(budget->refused(read_call(), Refusal::kCredential, denied("bad token")), rest);
    const auto again = budget->take(read_call(Priority::kUserChange, "another zone"));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, ErrorKind::kDenied);
    EXPECT_EQ(again.error().message, "bad token");
    EXPECT_EQ(again.error().code, 10000);
    EXPECT_EQ(again.error().retry_after, rest);
    env.advance(rest);
  }
}

TEST_F(BudgetTest, an_accepted_call_ends_the_memory_of_refusals) {
  budget->refused(read_call(), Refusal::kCredential, denied());
  env.advance(Seconds(5));
  ASSERT_TRUE(admitted(read_call()));
  budget->accepted(read_call());
  EXPECT_EQ(budget->refused(read_call(), Refusal::kCredential, denied()), Seconds(5));
}

TEST_F(BudgetTest, a_missing_permission_rests_only_that_kind_of_call_on_that_zone) {
  budget->refused(write_call(), Refusal::kPermission, denied());
  EXPECT_FALSE(admitted(write_call()));
  EXPECT_TRUE(admitted(read_call()));
  EXPECT_TRUE(admitted(write_call("another zone")));
  budget->accepted(read_call());  // does not tell anything about writing
  EXPECT_FALSE(admitted(write_call()));
}

TEST_F(BudgetTest, a_permission_that_was_granted_meanwhile_is_not_held_against_the_call_later) {
  EXPECT_EQ(budget->refused(write_call(), Refusal::kPermission, denied()), Seconds(5));
  env.advance(Seconds(5));
  budget->accepted(write_call());
  EXPECT_EQ(budget->refused(write_call(), Refusal::kPermission, denied()), Seconds(5));
}

TEST_F(BudgetTest, an_unclear_refusal_is_about_the_token_unless_it_was_accepted_a_moment_ago) {
  budget->accepted(read_call());
  budget->refused(write_call(), Refusal::kUnclear, denied());
  EXPECT_FALSE(admitted(write_call()));
  EXPECT_TRUE(admitted(read_call()));
  env.advance(Seconds(61));
  budget->refused(read_call(), Refusal::kUnclear, denied());
  EXPECT_FALSE(admitted(read_call(Priority::kUserChange, "another zone")));
}

TEST_F(BudgetTest, answers_of_calls_that_were_under_way_together_count_once) {
  EXPECT_EQ(budget->refused(read_call(), Refusal::kCredential, denied()), Seconds(5));
  env.advance(Seconds(1));
  EXPECT_EQ(budget->refused(read_call(), Refusal::kCredential, denied()), Seconds(4));
}

TEST(BudgetRegistry, tells_what_is_left_to_the_token_that_has_the_fewest) {
  JumpEnv env;
  BudgetRegistry registry(env, {.requests = 3, .window = Seconds(100)});
  EXPECT_EQ(registry.fewest_left(), 3);
  const auto busy = registry.of(SecretString(std::string("busy")));
  const auto quiet = registry.of(SecretString(std::string("quiet")));
  ASSERT_TRUE(busy->take(read_call()));
  env.advance(Seconds(60));
  ASSERT_TRUE(busy->take(read_call()));
  EXPECT_EQ(registry.fewest_left(), 1);
  EXPECT_EQ(quiet->left(), 3);
  env.advance(Seconds(40));  // the first call has left the window
  EXPECT_EQ(registry.fewest_left(), 2);
}

TEST(BudgetRegistry, the_same_token_shares_a_budget_and_another_does_not) {
  JumpEnv env;
  BudgetRegistry registry(env);
  const SecretString one(std::string("token-one"));
  EXPECT_EQ(registry.of(one), registry.of(SecretString(std::string("token-one"))));
  EXPECT_NE(registry.of(one), registry.of(SecretString(std::string("token-two"))));
  EXPECT_EQ(registry.size(), 2U);
}

TEST(BudgetRegistry, forgets_idle_tokens_but_no_count_that_still_matters) {
  JumpEnv env;
  BudgetRegistry registry(env, {.requests = 1, .window = Seconds(100)});
  const SecretString busy(std::string("busy"));
  const SecretString held(std::string("held"));
  const auto kept = registry.of(held);
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_TRUE(registry.of(SecretString("token-" + std::to_string(i)))->take(read_call()));
    env.advance(Seconds(1));
    if (i == 990) {
      ASSERT_TRUE(registry.of(busy)->take(read_call()));
    }
  }
  EXPECT_LT(registry.size(), 400U);
  EXPECT_FALSE(registry.of(busy)->take(read_call())) << "a call of 10 s ago was forgotten";
  EXPECT_EQ(registry.of(held), kept) << "a budget in use was replaced";
}

}  // namespace
}  // namespace originpull::cloudflare
