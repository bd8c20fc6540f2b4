// SPDX-License-Identifier: Apache-2.0
// What every Env promises, over RealEnv: a Thread stops and joins its body, pauses end at their time or at a stop, and
// whoever calls the Env while it holds a Monitor ends the process with its name (death tests, in a child process).
#include "env/env.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "env/monitor.hpp"
#include "env/real_env.hpp"

namespace originpull::env {
namespace {

TEST(Thread, stops_and_joins_when_it_goes_out_of_scope) {
  RealEnv env;
  bool ended = false;
  {
    const Thread thread = env.spawn("waiter", [&](std::stop_token stop) {
      pause_until(env, Instant::max(), stop);
      ended = true;
    });
  }
  EXPECT_TRUE(ended);
}

TEST(Thread, ends_its_old_body_when_it_is_given_another) {
  RealEnv env;
  bool first_ended = false;
  bool second_ended = false;
  Thread thread =
      env.spawn("first", [&](std::stop_token stop) { first_ended = !pause_until(env, Instant::max(), stop); });
  thread = env.spawn("second", [&](std::stop_token stop) { second_ended = !pause_until(env, Instant::max(), stop); });
  EXPECT_TRUE(first_ended);
  EXPECT_TRUE(thread.joinable());
  thread = Thread();
  EXPECT_TRUE(second_ended);
  EXPECT_FALSE(thread.joinable());
}

TEST(Thread, a_join_waits_for_the_end_without_asking_for_it) {
  RealEnv env;
  bool came = false;
  Thread thread =
      env.spawn("pauser", [&](std::stop_token stop) { came = pause_until(env, env.now() + Duration(20), stop); });
  thread.join();
  EXPECT_TRUE(came);
  EXPECT_FALSE(thread.joinable());
}

TEST(Thread, an_empty_one_can_be_stopped_and_joined) {
  Thread thread;
  thread.request_stop();
  thread.join();
  EXPECT_FALSE(thread.joinable());
}

TEST(Thread, knows_the_name_it_was_spawned_with) {
  RealEnv env;
  std::string inside;
  env.spawn("a-name-longer-than-the-system-shows", [&](std::stop_token) { inside = thread_name(); }).join();
  EXPECT_EQ(inside, "a-name-longer-than-the-system-shows");
  EXPECT_EQ(thread_name(), "main");
}

TEST(PauseUntil, comes_back_no_earlier_than_asked) {
  RealEnv env;
  const Instant until = env.now() + Duration(25);
  EXPECT_TRUE(pause_until(env, until, std::stop_token()));
  EXPECT_GE(env.now(), until);
}

TEST(PauseUntil, does_not_wait_for_a_time_that_has_passed) {
  RealEnv env;
  EXPECT_TRUE(pause_until(env, env.now() - Duration(1), std::stop_token()));
  EXPECT_TRUE(pause_until(env, Instant::min(), std::stop_token()));
}

TEST(PauseUntil, a_stop_wins_over_a_time_that_has_passed) {
  RealEnv env;
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(pause_until(env, env.now(), stopped.get_token()));
}

TEST(PauseUntil, lasts_longer_than_one_slice_of_the_system_wait) {
  RealEnv env;
  const Instant until = env.now() + Duration(1100);
  EXPECT_TRUE(pause_until(env, until, std::stop_token()));
  EXPECT_GE(env.now(), until);
}

class UnderMonitor : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  // Does it in a thread called "breaker" while that thread holds a Monitor.
  static void break_rule(const std::function<void(RealEnv&)>& what) {
    RealEnv env;
    Monitor<int> box(env);
    env.spawn("breaker", [&](std::stop_token) { box.with([&](int&) { what(env); }); }).join();
  }
};

TEST_F(UnderMonitor, no_clock_is_read) {
  EXPECT_DEATH(break_rule([](RealEnv& env) { env.now(); }),
               "'breaker' is about to ask for the time while it holds a Monitor");
  EXPECT_DEATH(break_rule([](RealEnv& env) { env.wall(); }), "'breaker' is about to ask for the wall time");
}

TEST_F(UnderMonitor, no_random_number_is_drawn) {
  EXPECT_DEATH(break_rule([](RealEnv& env) { env.random(); }), "'breaker' is about to draw a random number");
}

TEST_F(UnderMonitor, no_thread_is_started_stopped_or_joined) {
  EXPECT_DEATH(break_rule([](RealEnv& env) { env.spawn("child", [](std::stop_token) {}); }),
               "'breaker' is about to start a thread");
  RealEnv env;
  const auto with_child = [](const std::function<void(Thread&)>& what) {
    RealEnv own;
    Monitor<int> box(own);
    Thread child = own.spawn("child", [](std::stop_token) {});
    box.with([&](int&) { what(child); });
  };
  EXPECT_DEATH(with_child([](Thread& child) { child.request_stop(); }), "'main' is about to stop a thread");
  EXPECT_DEATH(with_child([](Thread& child) { child.join(); }), "'main' is about to join a thread");
}

TEST_F(UnderMonitor, nobody_waits) {
  const auto wait_inside = [] {
    RealEnv env;
    Monitor<int> box(env);
    const auto gate = env.make_gate();
    box.with([&](int&) { gate->wait(0, Instant::max(), std::stop_token()); });
  };
  EXPECT_DEATH(wait_inside(), "'main' is about to wait while it holds a Monitor");
}

TEST_F(UnderMonitor, no_second_monitor_is_entered) {
  const auto nest = [] {
    RealEnv env;
    Monitor<int> outer(env);
    Monitor<int> inner(env);
    outer.look([&](int) { inner.with([](int& n) { ++n; }); });
  };
  EXPECT_DEATH(nest(), "'main' is about to enter a second Monitor");
}

TEST_F(UnderMonitor, no_stop_is_requested_for_a_wait) {
  const auto stop_inside = [] {
    RealEnv env;
    Monitor<int> box(env);
    Monitor<bool> waiting(env);
    std::stop_source source;
    Thread waiter = env.spawn("waiter", [&](std::stop_token) {
      box.await(
          [&](int& n, Instant) {
            n = 1;
            return Poll<int>{};
          },
          source.get_token());
    });
    for (;;) {  // until the waiter sleeps, when its callback is known to the source
      pause_until(env, env.now() + Duration(1), {});
      if (box.look([](int n) { return n; }) == 1) waiting.with([&](bool&) { source.request_stop(); });
    }
  };
  EXPECT_DEATH(stop_inside(), "'main' is about to request a stop while it holds a Monitor");
}

TEST_F(UnderMonitor, the_count_is_back_to_none_after_an_exception) {
  RealEnv env;
  Monitor<int> box(env);
  EXPECT_THROW(box.with([](int&) { throw 1; }), int);
  EXPECT_EQ(held_monitors(), 0);
  EXPECT_EQ(box.with([](int& n) { return ++n; }), 1);
}

}  // namespace
}  // namespace originpull::env
