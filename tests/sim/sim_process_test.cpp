// SPDX-License-Identifier: Apache-2.0
// A life and its crash, with a body that counts up at a server in two steps (read, then write) and does more on its
// way out than a dead process could. The server's record is what really happened.
#include "sim/sim_process.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "env/monitor.hpp"

namespace originpull::sim {
namespace {

using env::Monitor;
using net::Request;
using net::Response;

constexpr const char* kUrl = "https://counter.example.com";

struct Counter {
  int value = 0;
  std::vector<std::string> record = {};
};

class SimProcessTest : public testing::Test {
 protected:
  static void start(Monitor<Counter>& counter, SimServers& servers) {
    servers.listen(kUrl, {.answer = [&counter](const Request& request) {
                     return counter.with([&](Counter& c) {
                       c.record.push_back(std::string(net::to_string(request.method)) + " " + request.body);
                       if (request.method == net::Method::kPut) c.value = std::stoi(request.body);
                       return Response{.head = {.status = 200}, .body = std::to_string(c.value)};
                     });
                   }});
  }

  // Counts up to `goal`, then ends; says goodbye when it is stopped.
  static SimProcess::Body count_up(int goal) {
    return [goal](net::Network& network, const std::stop_token& stop) {
      const auto client = *network.open({.base_url = kUrl});
      for (;;) {
        const auto value = client->send({.target = "/"}, stop);
        if (stop.stop_requested()) break;
        if (!value) continue;
        if (std::stoi(value->body) >= goal) return;
        (void)client->send(
            {.method = net::Method::kPut, .target = "/", .body = std::to_string(std::stoi(value->body) + 1)}, stop);
        if (stop.stop_requested()) break;
      }
      (void)client->send({.method = net::Method::kPost, .target = "/", .body = "goodbye"}, {});
    };
  }
};

TEST_F(SimProcessTest, ends_by_itself_when_its_work_is_done) {
  SimEnv env(1);
  Monitor<Counter> counter(env);
  SimServers servers(env);
  start(counter, servers);
  SimProcess process(env, servers, "life", {}, count_up(5));
  EXPECT_EQ(process.run_until(env.now() + std::chrono::hours(1)), SimProcess::State::kEnded);
  EXPECT_EQ(counter.look([](const Counter& c) { return c.value; }), 5);
  EXPECT_EQ(process.calls(), 11U);
}

TEST_F(SimProcessTest, still_runs_when_the_deadline_comes_first) {
  SimEnv env(1);
  Monitor<Counter> counter(env);
  SimServers servers(env);
  start(counter, servers);
  SimProcess process(env, servers, "life", {}, count_up(1'000'000));
  const Instant deadline = env.now() + Seconds(2);
  EXPECT_EQ(process.run_until(deadline), SimProcess::State::kRunning);
  EXPECT_EQ(env.now(), deadline);
}

TEST_F(SimProcessTest, a_crash_comes_right_after_its_call_and_nothing_follows) {
  for (unsigned at = 1; at <= 11; ++at) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      SimEnv env(seed);
      Monitor<Counter> counter(env);
      SimServers servers(env);
      start(counter, servers);
      SimProcess process(env, servers, "life", {.crash_after_call = at}, count_up(5));
      EXPECT_EQ(process.run_until(env.now() + std::chrono::hours(1)), SimProcess::State::kCrashed);
      EXPECT_EQ(counter.look([](const Counter& c) { return c.record.size(); }), at);
      EXPECT_EQ(counter.look([](const Counter& c) { return c.value; }), static_cast<int>(at / 2));
    }
  }
}

TEST_F(SimProcessTest, a_stop_in_order_lets_the_last_calls_through) {
  SimEnv env(3);
  Monitor<Counter> counter(env);
  SimServers servers(env);
  start(counter, servers);
  SimProcess process(env, servers, "life", {}, count_up(1'000'000));
  process.run_until(env.now() + Seconds(2));
  process.stop();
  EXPECT_EQ(counter.look([](const Counter& c) { return c.record.back(); }), "POST goodbye");
}

TEST_F(SimProcessTest, lives_follow_each_other_and_reach_the_goal_through_faults_and_crashes) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SimEnv env(SimOptions{.seed = seed, .stall_one_in = 50});
    Monitor<Counter> counter(env);
    SimServers servers(env);
    start(counter, servers);
    int lives = 0;
    for (bool done = false; !done; ++lives) {
      ASSERT_LT(lives, 50) << "seed " << seed;
      const auto crash_at = 1 + static_cast<unsigned>(env.random() % 20);
      SimProcess process(env, servers, "life" + std::to_string(lives),
                         {.crash_after_call = crash_at,
                          .faults = {.drop_request_one_in = 5, .lose_answer_one_in = 5, .delay_one_in = 10}},
                         count_up(20));
      done = process.run_until(env.now() + std::chrono::hours(24)) == SimProcess::State::kEnded;
    }
    EXPECT_GT(lives, 1);
    EXPECT_EQ(counter.look([](const Counter& c) { return c.value; }), 20) << "seed " << seed;
  }
}

}  // namespace
}  // namespace originpull::sim
