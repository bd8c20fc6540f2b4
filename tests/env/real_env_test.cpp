// SPDX-License-Identifier: Apache-2.0
// RealEnv against the system underneath: its clocks are the kernel's, its threads carry their names where ps and gdb
// look, chance differs between processes' generators, and an exception that leaves a body ends the process (a death
// test).
#include "env/real_env.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <chrono>
#include <fstream>
#include <set>
#include <stdexcept>
#include <vector>

namespace originpull::env {
namespace {

// Linux tells in /proc/uptime how long ago the boot was, suspend included, in hundredths of a second.
Instant uptime() {
  std::ifstream file("/proc/uptime");
  double seconds = 0;
  file >> seconds;
  return Instant(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
}

TEST(RealEnv, instants_count_from_the_boot_of_the_machine) {
  RealEnv env;
  const Instant before = uptime();
  const Instant now = env.now();
  const Instant after = uptime();
  EXPECT_GE(now, before - Duration(10));
  EXPECT_LE(now, after + Duration(20));
}

TEST(RealEnv, instants_never_go_back) {
  RealEnv env;
  Instant last = env.now();
  for (int i = 0; i < 10'000; ++i) {
    const Instant now = env.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(RealEnv, the_wall_time_is_the_systems) {
  RealEnv env;
  const auto before = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  const Wall wall = env.wall();
  EXPECT_GE(wall, before);
  EXPECT_LE(wall, std::chrono::system_clock::now());
}

TEST(RealEnv, two_generators_start_at_different_points_and_one_does_not_repeat) {
  RealEnv first;
  RealEnv second;
  std::set<std::uint64_t> drawn;
  for (int i = 0; i < 100; ++i) {
    drawn.insert(first.random());
    drawn.insert(second.random());
  }
  EXPECT_EQ(drawn.size(), 200U);
}

TEST(RealEnv, many_threads_may_draw_at_once) {
  RealEnv env;
  std::vector<std::set<std::uint64_t>> drawn(4);
  std::vector<Thread> threads;
  for (auto& own : drawn) {
    threads.push_back(env.spawn("drawer", [&](std::stop_token) {
      for (int i = 0; i < 1000; ++i) own.insert(env.random());
    }));
  }
  for (Thread& thread : threads) thread.join();
  std::set<std::uint64_t> all;
  for (auto& own : drawn) all.merge(own);
  EXPECT_EQ(all.size(), 4000U);
}

TEST(RealEnv, the_system_shows_the_first_15_characters_of_a_threads_name) {
  RealEnv env;
  std::array<char, 16> shown{};
  env.spawn("watch-originpullconfigs",
            [&](std::stop_token) { pthread_getname_np(pthread_self(), shown.data(), shown.size()); })
      .join();
  EXPECT_STREQ(shown.data(), "watch-originpul");
}

TEST(RealEnv, an_exception_that_leaves_a_body_ends_the_process_with_the_threads_name) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto run = [](std::function<void()> thrower) {
    RealEnv env;
    env.spawn("thrower", [&](std::stop_token) { thrower(); }).join();
  };
  EXPECT_DEATH(run([] { throw std::runtime_error("out of cheese"); }),
               "left the body of thread 'thrower': out of cheese");
  EXPECT_DEATH(run([] { throw 1; }), "unknown type left the body of thread 'thrower'");
}

}  // namespace
}  // namespace originpull::env
