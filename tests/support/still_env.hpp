// SPDX-License-Identifier: Apache-2.0
#pragma once
// `StillEnv` is an Env for code with threads, whose time stands still until the test moves it. Threads, locks and
// signals are the real ones (RealEnv's), so the shipped code runs as it is, yet "ten minutes later" takes no time and a
// deadline passes exactly when the test says so. Before it moves the time a test waits until the thread it means really
// waits for it (`await_deadline`), in real time with a limit, so nothing is slept through and what never comes is a
// failure, not a hang. JumpEnv is its sister for code on one thread. Thread-safe. Outlives every Thread and Monitor
// made from it.
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>

#include "env/env.hpp"
#include "env/monitor.hpp"
#include "env/real_env.hpp"

namespace originpull::support {

class StillEnv final : public env::Env {
 public:
  static constexpr Instant kStart{Seconds(1'000)};
  static constexpr Wall kWallStart{Seconds(1'800'000'000)};

  StillEnv();
  ~StillEnv() override;

  Wall wall() override;
  Instant now() override;
  std::uint64_t random() override;
  env::Thread spawn(std::string name, std::function<void(std::stop_token)> body) override;
  std::unique_ptr<env::Gate> make_gate() override;

  // Moves the time and wakes whoever waited for it.
  void advance(Duration by);
  // All following numbers are this one; for laws about jitter. Until then they come from a fixed sequence.
  void set_random(std::uint64_t value);

  // Whether within 10 s (real) some thread waits for exactly this moment / at least so many threads wait for anything.
  bool await_deadline(Instant deadline);
  bool await_waiting(std::size_t threads);

 private:
  class StillGate;
  struct State {
    std::set<StillGate*> gates = {};        // told when the time moves
    std::multiset<Instant> deadlines = {};  // of the waits that are under way
    std::uint64_t drawn = 0;
    std::optional<std::uint64_t> fixed_random = {};
  };
  template <class F>
  bool await(F&& holds);

  env::RealEnv real_;
  std::atomic<Duration::rep> passed_{0};
  env::Monitor<State> state_;
};

}  // namespace originpull::support
