// SPDX-License-Identifier: Apache-2.0
// What the Monitor adds to the pure queue: workers that wait for a key, for a time or for an idle queue, and a stop
// that ends each of these waits at once. With real threads and time that only the test moves (support/still_env.hpp).
#include "control/work_queue.hpp"

#include <gtest/gtest.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using support::StillEnv;

const Key kA{"ns", "a"};
const Key kB{"ns", "b"};

class WorkQueueTest : public testing::Test {
 protected:
  // A worker that takes one key and leaves its name.
  env::Thread take_one() {
    return env_.spawn("taker", [this](const std::stop_token& stop) {
      const auto taken = queue_.take(stop);
      took_.with([&](std::string& name) { name = taken ? taken->key.name : "stopped"; });
    });
  }
  std::string took() {
    return took_.look([](const std::string& name) { return name; });
  }

  StillEnv env_;
  WorkQueue queue_{env_};
  env::Monitor<std::string> took_{env_};
};

TEST_F(WorkQueueTest, a_worker_that_waits_gets_a_key_as_soon_as_it_is_added) {
  queue_.resume();
  env::Thread worker = take_one();
  ASSERT_TRUE(env_.await_waiting(1));
  queue_.add(kA, Urgency::kUserChange);
  worker.join();
  EXPECT_EQ(took(), "a");
}

TEST_F(WorkQueueTest, a_worker_wakes_when_the_time_of_a_key_has_come) {
  queue_.resume();
  queue_.add_at(kA, Urgency::kDrift, StillEnv::kStart + Seconds(600));
  env::Thread worker = take_one();
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(600)));
  env_.advance(Seconds(600));
  worker.join();
  EXPECT_EQ(took(), "a");
}

TEST_F(WorkQueueTest, an_earlier_key_shortens_the_wait_of_a_worker) {
  queue_.resume();
  queue_.add_at(kA, Urgency::kDrift, StillEnv::kStart + Seconds(600));
  env::Thread worker = take_one();
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(600)));
  queue_.add_at(kB, Urgency::kDrift, StillEnv::kStart + Seconds(10));
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(10)));
  env_.advance(Seconds(10));
  worker.join();
  EXPECT_EQ(took(), "b");
}

TEST_F(WorkQueueTest, it_starts_paused_and_gives_what_it_collected_when_it_is_opened) {
  queue_.add(kA, Urgency::kUserChange);
  env::Thread worker = take_one();
  ASSERT_TRUE(env_.await_deadline(Instant::max()));
  EXPECT_EQ(took(), "");
  queue_.resume();
  worker.join();
  EXPECT_EQ(took(), "a");
}

TEST_F(WorkQueueTest, a_stop_ends_a_wait_at_once) {
  queue_.resume();
  env::Thread worker = take_one();
  ASSERT_TRUE(env_.await_waiting(1));
  worker.request_stop();
  worker.join();
  EXPECT_EQ(took(), "stopped");
}

TEST_F(WorkQueueTest, a_stopped_worker_takes_nothing_though_keys_are_due) {
  queue_.resume();
  queue_.add(kA, Urgency::kUserChange);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(queue_.take(stop.get_token()));
  EXPECT_EQ(queue_.figures().due, 1U);
}

TEST_F(WorkQueueTest, waiting_for_idle_ends_with_the_last_run) {
  queue_.resume();
  queue_.add(kA, Urgency::kUserChange);
  ASSERT_TRUE(queue_.take({}));
  env::Thread waiter = env_.spawn("waiter", [&](const std::stop_token&) {
    const bool idle = queue_.await_idle(StillEnv::kStart + Seconds(5));
    took_.with([&](std::string& name) { name = idle ? "idle" : "busy"; });
  });
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(5)));
  queue_.done(kA, Outcome::done());
  waiter.join();
  EXPECT_EQ(took(), "idle");
}

TEST_F(WorkQueueTest, waiting_for_idle_gives_up_at_its_deadline) {
  queue_.resume();
  queue_.add(kA, Urgency::kUserChange);
  ASSERT_TRUE(queue_.take({}));
  env::Thread waiter = env_.spawn("waiter", [&](const std::stop_token&) {
    const bool idle = queue_.await_idle(StillEnv::kStart + Seconds(5));
    took_.with([&](std::string& name) { name = idle ? "idle" : "busy"; });
  });
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(5)));
  env_.advance(Seconds(5));
  waiter.join();
  EXPECT_EQ(took(), "busy");
}

TEST_F(WorkQueueTest, many_workers_run_each_key_once_per_add_and_never_twice_at_once) {
  queue_.resume();
  struct Runs {
    std::map<Key, int> under_way = {};
    int clashes = 0;
    int finished = 0;
  };
  env::Monitor<Runs> runs(env_);
  std::vector<env::Thread> workers;
  for (int i = 0; i < 4; ++i) {
    workers.push_back(env_.spawn("worker", [&](const std::stop_token& stop) {
      while (const auto taken = queue_.take(stop)) {
        runs.with([&](Runs& r) { r.clashes += r.under_way[taken->key]++; });
        runs.with([&](Runs& r) {
          --r.under_way[taken->key];
          ++r.finished;
        });
        queue_.done(taken->key, Outcome::done());
      }
    }));
  }
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 5; ++i) queue_.add({"ns", std::to_string(i)}, Urgency::kUserChange);
  }
  const auto drained = [&] {
    const QueueFigures f = queue_.figures();
    return f.due == 0 && f.running == 0;
  };
  while (!drained()) ASSERT_TRUE(queue_.await_idle(Instant::max()));
  for (env::Thread& worker : workers) worker.request_stop();
  workers.clear();
  const Runs end = runs.look([](const Runs& r) { return r; });
  EXPECT_EQ(end.clashes, 0);
  EXPECT_GE(end.finished, 5);
  EXPECT_LE(end.finished, 1000);
}

}  // namespace
}  // namespace originpull::control
