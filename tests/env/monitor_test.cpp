// SPDX-License-Identifier: Apache-2.0
// The laws of Monitor over RealEnv, with real threads: nothing that is told is lost, a value wins over a stop, and a
// time to look again is kept. Each wait has a limit of its own, so that a lost wake-up is a failure with a name and
// no hang. The same laws over many schedules are in tests/sim.
#include "env/monitor.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "env/real_env.hpp"

namespace originpull::env {
namespace {

constexpr Duration kLimit{20'000};

// Waits until holds(value), false after kLimit.
template <class T, class F>
bool reached(RealEnv& env, Monitor<T>& monitor, F holds) {
  const Instant limit = env.now() + kLimit;
  const auto result = monitor.await(
      [&](T& value, Instant now) -> Poll<bool> {
        if (holds(value)) return {true};
        if (now >= limit) return {false};
        return {.again = limit};
      },
      std::stop_token());
  return *result;
}

TEST(Monitor, gives_back_what_the_function_returns) {
  RealEnv env;
  Monitor<std::string> name(env, "zone");
  EXPECT_EQ(name.with([](std::string& s) { return s += "s"; }), "zones");
  EXPECT_EQ(name.look([](const std::string& s) { return s.size(); }), 5U);
}

TEST(Monitor, keeps_every_change_of_many_threads) {
  RealEnv env;
  Monitor<int> total(env);
  std::vector<Thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.push_back(env.spawn("adder", [&](std::stop_token) {
      for (int k = 0; k < 5000; ++k) total.with([](int& n) { ++n; });
    }));
  }
  for (Thread& thread : threads) thread.join();
  EXPECT_EQ(total.look([](int n) { return n; }), 20'000);
}

TEST(Monitor, loses_no_wake_up) {
  RealEnv env;
  Monitor<int> ball(env);  // even: the thread's turn, odd: ours
  constexpr int kRounds = 20'000;
  bool answered = true;
  Thread partner = env.spawn("partner", [&](std::stop_token) {
    for (int i = 0; i < kRounds && answered; i += 2) {
      answered = reached(env, ball, [&](int n) { return n == i; });
      ball.with([](int& n) { ++n; });
    }
  });
  for (int i = 1; i < kRounds; i += 2) {
    ASSERT_TRUE(reached(env, ball, [&](int n) { return n == i; })) << "no wake-up in round " << i;
    ball.with([](int& n) { ++n; });
  }
  partner.join();
  EXPECT_TRUE(answered);
}

TEST(Monitor, one_change_wakes_every_waiter) {
  RealEnv env;
  Monitor<bool> open(env);
  Monitor<int> through(env);
  std::vector<Thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.push_back(env.spawn("waiter", [&](std::stop_token) {
      if (reached(env, open, [](bool b) { return b; })) through.with([](int& n) { ++n; });
    }));
  }
  open.with([](bool& b) { b = true; });
  EXPECT_TRUE(reached(env, through, [](int n) { return n == 12; }));
}

TEST(Monitor, a_look_wakes_nobody) {
  RealEnv env;
  struct Box {
    int polls = 0;
    bool done = false;
  };
  Monitor<Box> box(env);
  Thread waiter = env.spawn("waiter", [&](std::stop_token stop) {
    box.await([](Box& b, Instant) { return ++b.polls, b.done ? Poll<bool>{true} : Poll<bool>{}; }, stop);
  });
  while (box.look([](const Box& b) { return b.polls; }) == 0) pause_until(env, env.now() + Duration(1), {});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(box.look([](const Box& b) { return b.polls; }), 1);
  box.with([](Box& b) { b.done = true; });
  waiter.join();
  EXPECT_EQ(box.look([](const Box& b) { return b.polls; }), 2);
}

TEST(Monitor, a_value_that_is_there_wins_over_a_stop) {
  RealEnv env;
  Monitor<int> box(env, 7);
  std::stop_source stopped;
  stopped.request_stop();
  const auto got = box.await([](int& n, Instant) { return Poll<int>{n}; }, stopped.get_token());
  EXPECT_EQ(got, std::optional<int>(7));
}

TEST(Monitor, a_stop_ends_a_wait_that_has_not_begun) {
  RealEnv env;
  Monitor<int> box(env);
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_FALSE(box.await([](int&, Instant) { return Poll<int>{}; }, stopped.get_token()).has_value());
}

TEST(Monitor, no_stop_is_lost_however_close_to_the_wait_it_comes) {
  RealEnv env;
  Monitor<int> box(env);
  const Instant limit = env.now() + kLimit;
  for (int i = 0; i < 1000; ++i) {
    bool stopped = false;
    Thread waiter = env.spawn("waiter", [&](std::stop_token stop) {
      stopped =
          !box.await([&](int&, Instant now) { return now < limit ? Poll<int>{.again = limit} : Poll<int>{0}; }, stop)
               .has_value();
    });
    waiter.request_stop();
    waiter.join();
    ASSERT_TRUE(stopped) << "stop " << i << " was lost";
  }
}

TEST(Monitor, looks_again_at_the_time_asked_for_though_nothing_changed) {
  RealEnv env;
  Monitor<int> box(env);
  const Instant start = env.now();
  const Instant until = start + Duration(30);
  int polls = 0;
  const auto seen = box.await(
      [&](int&, Instant now) {
        ++polls;
        return now >= until ? Poll<Instant>{now} : Poll<Instant>{.again = until};
      },
      std::stop_token());
  EXPECT_GE(*seen, until);
  EXPECT_EQ(polls, 2);
}

TEST(Monitor, a_change_ends_the_wait_for_a_later_time) {
  RealEnv env;
  Monitor<bool> box(env);
  Thread other = env.spawn("other", [&](std::stop_token) { box.with([](bool& b) { b = true; }); });
  EXPECT_TRUE(reached(env, box, [](bool b) { return b; }));
}

TEST(Monitor, moves_a_value_that_cannot_be_copied_out_of_a_wait) {
  RealEnv env;
  Monitor<std::unique_ptr<int>> box(env, std::make_unique<int>(3));
  auto got =
      box.await([](std::unique_ptr<int>& p, Instant) { return Poll<std::unique_ptr<int>>{.value = std::move(p)}; },
                std::stop_token());
  EXPECT_EQ(**got, 3);
}

}  // namespace
}  // namespace originpull::env
