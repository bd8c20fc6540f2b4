// SPDX-License-Identifier: Apache-2.0
// The laws of JumpEnv: time moves only by waiting or by the test's word, and what was due happens on the way. Method:
// one thread, with Monitors made from it.
#include "support/jump_env.hpp"

#include <gtest/gtest.h>

#include "env/monitor.hpp"

namespace originpull::support {
namespace {

TEST(JumpEnv, time_stands_still_until_something_waits) {
  JumpEnv env;
  const Instant begin = env.now();
  EXPECT_EQ(env.now(), begin);
  EXPECT_TRUE(env::pause_until(env, begin + Duration(3'600'000), {}));
  EXPECT_EQ(env.now() - begin, Duration(3'600'000));
  EXPECT_EQ(env.wall().time_since_epoch(), Duration(1'795'500'000'000));  // an hour after 2026-11-24T05:00:00Z
}

TEST(JumpEnv, what_was_due_happens_on_the_way_in_order) {
  JumpEnv env;
  std::string order;
  env.after(Duration(2'000), [&] { order += "b"; });
  env.after(Duration(1'000), [&] { order += "a"; });
  env.after(Duration(9'000), [&] { order += "c"; });
  env.advance(Duration(5'000));
  EXPECT_EQ(order, "ab");
}

TEST(JumpEnv, an_await_ends_when_an_action_changes_the_value_or_at_a_stop) {
  JumpEnv env;
  env::Monitor<int> number(env);
  env.after(Duration(500), [&] { number.with([](int& value) { value = 7; }); });
  const auto seven = [](int& value, Instant) {
    return env::Poll<int>{.value = value == 7 ? std::optional<int>(value) : std::nullopt};
  };
  EXPECT_EQ(number.await(seven, {}), 7);
  std::stop_source stop;
  number.with([](int& value) { value = 0; });
  env.after(Duration(500), [&] { stop.request_stop(); });
  EXPECT_EQ(number.await(seven, stop.get_token()), std::nullopt);
}

TEST(JumpEnv, random_numbers_are_those_that_the_test_gave) {
  JumpEnv env;
  env.next_random(5);
  EXPECT_EQ(env.random(), 5U);
  EXPECT_NE(env.random(), env.random());
}

TEST(JumpEnvDeathTest, a_wait_that_nothing_could_end_ends_the_process) {
  JumpEnv env;
  EXPECT_DEATH(env::pause_until(env, Instant::max(), {}), "wait for ever");
}

}  // namespace
}  // namespace originpull::support
