// SPDX-License-Identifier: Apache-2.0
#include "sim/small_house.hpp"

#include <string>
#include <vector>

#include "env/monitor.hpp"

namespace originpull::sim {

using env::Monitor;
using env::Poll;
using env::Thread;

SmallHouseRun run_small_house(std::uint64_t seed, const std::function<void()>& each_step) {
  SimEnv env(seed);
  Monitor<std::vector<int>> mailbox(env);
  Monitor<int> received(env);
  SmallHouseRun run;
  constexpr int kProducers = 3;
  constexpr int kSteps = 6;
  run.sent = kProducers * kSteps;

  std::vector<Thread> producers;
  for (int i = 0; i < kProducers; ++i) {
    producers.push_back(env.spawn("producer" + std::to_string(i), [&](std::stop_token stop) {
      for (int k = 0; k < kSteps; ++k) {
        env::pause_until(env, env.now() + Duration(env.random() % 4), stop);
        each_step();
        mailbox.with([&](auto& box) { box.push_back(k); });
      }
    }));
  }
  std::vector<Thread> consumers;
  for (int i = 0; i < 2; ++i) {
    consumers.push_back(env.spawn("consumer" + std::to_string(i), [&](std::stop_token stop) {
      const auto take = [](std::vector<int>& box, Instant) {
        return box.empty() ? Poll<std::vector<int>>{} : Poll<std::vector<int>>{.value = std::exchange(box, {})};
      };
      while (const auto taken = mailbox.await(take, stop)) {
        received.with([&](int& n) { n += static_cast<int>(taken->size()); });
      }
    }));
  }
  received.await([&](int& n, Instant) { return n == run.sent ? Poll<bool>{true} : Poll<bool>{}; }, std::stop_token());
  producers.clear();
  consumers.clear();
  run.received = received.look([](int n) { return n; });
  run.counts = env.counts();
  return run;
}

}  // namespace originpull::sim
