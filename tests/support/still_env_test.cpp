// SPDX-License-Identifier: Apache-2.0
// StillEnv must itself be right, or what is built on it proves nothing: time moves only by `advance`, a signal of a
// Monitor and the passing of time are told apart, and a stop ends a wait. With real threads, each waited for.
#include "support/still_env.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace originpull::support {
namespace {

TEST(StillEnv, time_moves_only_when_it_is_moved) {
  StillEnv env;
  EXPECT_EQ(env.now(), StillEnv::kStart);
  env.advance(Seconds(5));
  EXPECT_EQ(env.now(), StillEnv::kStart + Seconds(5));
  EXPECT_EQ(env.wall(), StillEnv::kWallStart + Seconds(5));
}

TEST(StillEnv, a_pause_ends_when_its_time_has_come_and_not_before) {
  StillEnv env;
  std::atomic<int> ended{0};
  env::Thread sleeper = env.spawn("sleeper", [&](const std::stop_token& stop) {
    if (env::pause_until(env, StillEnv::kStart + Seconds(60), stop)) ended = 1;
  });
  ASSERT_TRUE(env.await_deadline(StillEnv::kStart + Seconds(60)));
  env.advance(Seconds(59));
  EXPECT_TRUE(env.await_deadline(StillEnv::kStart + Seconds(60)));
  EXPECT_EQ(ended, 0);
  env.advance(Seconds(1));
  sleeper.join();
  EXPECT_EQ(ended, 1);
}

TEST(StillEnv, a_stop_ends_a_pause_without_time) {
  StillEnv env;
  std::atomic<bool> came{true};
  env::Thread sleeper =
      env.spawn("sleeper", [&](const std::stop_token& stop) { came = env::pause_until(env, Instant::max(), stop); });
  ASSERT_TRUE(env.await_waiting(1));
  sleeper.request_stop();
  sleeper.join();
  EXPECT_FALSE(came);
}

TEST(StillEnv, a_monitor_wakes_for_a_change_and_for_time) {
  StillEnv env;
  env::Monitor<int> value(env);
  std::atomic<int> got{0};
  env::Thread waiter = env.spawn("waiter", [&](const std::stop_token& stop) {
    got = value
              .await(
                  [](int& v, Instant now) -> env::Poll<int> {
                    if (v == 7 && now >= StillEnv::kStart + Seconds(10)) return {.value = v};
                    return {.again = StillEnv::kStart + Seconds(10)};
                  },
                  stop)
              .value_or(-1);
  });
  ASSERT_TRUE(env.await_deadline(StillEnv::kStart + Seconds(10)));
  value.with([](int& v) { v = 7; });
  env.advance(Seconds(10));
  waiter.join();
  EXPECT_EQ(got, 7);
}

TEST(StillEnv, random_numbers_are_the_same_in_every_run_until_one_is_chosen) {
  StillEnv one;
  StillEnv two;
  EXPECT_EQ(one.random(), two.random());
  EXPECT_NE(one.random(), one.random());
  one.set_random(42);
  EXPECT_EQ(one.random(), 42U);
  EXPECT_EQ(one.random(), 42U);
}

}  // namespace
}  // namespace originpull::support
