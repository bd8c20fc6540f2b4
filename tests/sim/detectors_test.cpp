// SPDX-License-Identifier: Apache-2.0
// Each rule of architecture.md section 2 that SimEnv watches is broken here on purpose, once, in a child process; the
// detector must end it and say who did what. (The planted race is a program of its own, the rules over symbols and
// includes are in tests/tidy.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "env/monitor.hpp"
#include "net/transport.hpp"
#include "sim/sim_env.hpp"

namespace originpull::sim {
namespace {

using env::Monitor;
using env::pause_until;
using env::Poll;
using env::Thread;
using testing::AllOf;
using testing::AnyOf;
using testing::HasSubstr;

class Detectors : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

Poll<int> never(int&, Instant) { return {}; }

// Runs it in a thread called "breaker" while that thread holds a Monitor.
void under_monitor(const std::function<void(SimEnv&)>& what) {
  SimEnv env(1);
  Monitor<int> box(env);
  env.spawn("breaker", [&](std::stop_token) { box.with([&](int&) { what(env); }); }).join();
}

TEST_F(Detectors, a_call_of_the_env_under_a_monitor_names_the_thread) {
  const auto dies = [](const char* what) {
    return HasSubstr(std::string("'breaker' is about to ") + what + " while it holds a Monitor");
  };
  EXPECT_DEATH(under_monitor([](SimEnv& env) { env.now(); }), dies("ask for the time"));
  EXPECT_DEATH(under_monitor([](SimEnv& env) { env.wall(); }), dies("ask for the wall time"));
  EXPECT_DEATH(under_monitor([](SimEnv& env) { env.random(); }), dies("draw a random number"));
  EXPECT_DEATH(under_monitor([](SimEnv& env) { env.spawn("child", [](std::stop_token) {}); }), dies("start a thread"));
  EXPECT_DEATH(under_monitor([](SimEnv& env) { const Monitor<int> other(env); }), dies("make a Monitor"));
  EXPECT_DEATH(under_monitor([](SimEnv& env) { env.point(); }), dies("make a call"));
}

TEST_F(Detectors, a_wait_under_a_monitor_names_the_thread) {
  const auto run = [] {
    SimEnv env(1);
    Monitor<int> outer(env);
    const auto gate = env.make_gate();
    env.spawn("breaker", [&](std::stop_token stop) { outer.with([&](int&) { gate->wait(0, Instant::max(), stop); }); })
        .join();
  };
  EXPECT_DEATH(run(), "'breaker' is about to wait while it holds a Monitor");
}

TEST_F(Detectors, a_monitor_inside_another_names_the_thread) {
  const auto run = [] {
    SimEnv env(1);
    Monitor<int> outer(env);
    Monitor<int> inner(env);
    env.spawn("breaker", [&](std::stop_token) { outer.look([&](int) { inner.look([](int) {}); }); }).join();
  };
  EXPECT_DEATH(run(), "'breaker' is about to enter a second Monitor");
}

class FakeTransport final : public net::Transport {
 public:
  Result<net::Response> send(const net::Request&, std::stop_token) override {
    env::forbid_in_monitor("send a request");
    return net::Response{};
  }
  Result<net::Head> stream(const net::Request&, net::BodySink&, std::stop_token) override {
    env::forbid_in_monitor("open a stream");
    return net::Head{};
  }
};

TEST_F(Detectors, a_call_of_a_transport_under_a_monitor_names_the_thread) {
  EXPECT_DEATH(under_monitor([](SimEnv&) { (void)FakeTransport().send({}, {}); }),
               "'breaker' is about to send a request");
}

// Each waits for the other to speak first.
void wait_for_each_other(std::uint64_t seed) {
  SimEnv env(seed);
  Monitor<int> first(env);
  Monitor<int> second(env);
  Thread a = env.spawn("shy-a", [&](std::stop_token stop) {
    first.await(never, stop);
    second.with([](int& n) { ++n; });
  });
  Thread b = env.spawn("shy-b", [&](std::stop_token stop) {
    second.await(never, stop);
    first.with([](int& n) { ++n; });
  });
  a.join();
  b.join();
}

TEST_F(Detectors, a_deadlock_is_told_with_the_seed_and_each_threads_place) {
  EXPECT_DEATH(wait_for_each_other(77),
               AllOf(HasSubstr("seed 77"), HasSubstr("deadlock"), HasSubstr("thread 'main' waits for ever"),
                     HasSubstr("thread 'shy-a' waits for ever"), HasSubstr("thread 'shy-b' waits for ever"),
                     AnyOf(HasSubstr("detectors_test.cpp:"), HasSubstr("to see where: addr2line"))));
}

TEST_F(Detectors, waiting_for_a_time_is_no_deadlock) {
  SimEnv env(1);
  Monitor<int> box(env);
  Thread slow = env.spawn("slow", [&](std::stop_token stop) {
    pause_until(env, env.now() + std::chrono::hours(1), stop);
    box.with([](int& n) { n = 1; });
  });
  EXPECT_EQ(box.await([](int& n, Instant) { return n == 1 ? Poll<int>{n} : Poll<int>{}; }, std::stop_token()), 1);
}

// Both look again and again, and neither ever waits.
void spin(std::uint64_t most_points) {
  SimEnv env(SimOptions{.seed = 5, .most_points_at_one_instant = most_points});
  Monitor<int> turns(env);
  const auto run = [&](std::stop_token) {
    while (turns.with([](int& n) { return ++n; }) < 2000) {
    }
  };
  Thread a = env.spawn("eager-a", run);
  Thread b = env.spawn("eager-b", run);
}

TEST_F(Detectors, a_livelock_is_told_with_each_threads_place) {
  EXPECT_DEATH(spin(1000), AllOf(HasSubstr("livelock"), HasSubstr("seed 5"), HasSubstr("thread 'eager-a'"),
                                 HasSubstr("thread 'eager-b'"),
                                 AnyOf(HasSubstr("detectors_test.cpp:"), HasSubstr("to see where: addr2line"))));
}

TEST_F(Detectors, many_points_that_come_to_an_end_are_no_livelock) { spin(10'000); }

TEST_F(Detectors, a_stop_callback_that_schedules_names_the_thread) {
  const auto run = [] {
    SimEnv env(1);
    Monitor<int> box(env);
    Thread waiter = env.spawn("waiter", [&](std::stop_token stop) {
      const std::stop_callback breach(stop, [&] { box.with([](int& n) { ++n; }); });
      box.await(never, stop);
    });
    pause_until(env, env.now() + Duration(1), {});
    waiter.request_stop();
  };
  EXPECT_DEATH(run(), AllOf(HasSubstr("thread 'main' is about to reach a scheduling point in a stop callback")));
}

// A wait that registered a callback of its own could be destroyed while another thread runs that callback, which in
// turn waits for the baton: nobody could go on. SimEnv asks the tokens instead, and the raw source shows that no
// callback of its own is there to be run.
TEST_F(Detectors, a_wait_registers_no_stop_callback_but_asks) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SimEnv env(seed);
    std::stop_source source;
    Monitor<int> ended(env);
    std::vector<Thread> waiters;
    for (int i = 0; i < 3; ++i) {
      waiters.push_back(env.spawn("waiter", [&](std::stop_token) {
        const bool in_time = pause_until(env, env.now() + Duration(env.random() % 3), source.get_token());
        ended.with([&](int& n) { n += in_time ? 1 : 10; });
      }));
    }
    pause_until(env, env.now() + Duration(env.random() % 3), {});
    // Under a Monitor no callback that schedules could get through alive, and none that notifies with a lock.
    ended.with([&](int&) { source.request_stop(); });
    waiters.clear();
    EXPECT_GE(ended.look([](int n) { return n; }), 3);
  }
}

TEST_F(Detectors, a_lock_that_is_no_monitor_and_is_held_over_a_wait_is_told) {
  const auto run = [] {
    SimEnv env(SimOptions{.seed = 1, .longest_turn = Duration(200)});
    std::mutex mutex;
    const auto body = [&](std::stop_token stop) {
      const std::lock_guard hold(mutex);
      pause_until(env, env.now() + Duration(5), stop);
    };
    Thread a = env.spawn("holder", body);
    Thread b = env.spawn("blocked", body);
    a.join();
    b.join();
  };
  EXPECT_DEATH(
      run(), AllOf(HasSubstr("a thread keeps the baton"), HasSubstr("thread 'holder'"), HasSubstr("thread 'blocked'")));
}

TEST_F(Detectors, a_thread_of_nobody_is_told) {
  const auto run = [] {
    SimEnv env(1);
    Monitor<int> box(env);
    std::thread([&] { box.with([](int& n) { ++n; }); }).join();
  };
  EXPECT_DEATH(run(), "a thread that this SimEnv did not make uses it");
}

TEST_F(Detectors, a_thread_that_outlives_its_env_is_told) {
  const auto run = [] {
    Thread forgotten;
    SimEnv env(1);
    forgotten = env.spawn("forgotten", [](std::stop_token) {});
  };
  EXPECT_DEATH(run(), "thread 'forgotten' outlives its SimEnv");
}

TEST_F(Detectors, an_exception_that_leaves_a_body_names_the_thread) {
  const auto run = [] {
    SimEnv env(1);
    env.spawn("thrower", [](std::stop_token) { throw std::runtime_error("out of cheese"); }).join();
  };
  EXPECT_DEATH(run(), "left the body of thread 'thrower': out of cheese");
}

}  // namespace
}  // namespace originpull::sim
