// SPDX-License-Identifier: Apache-2.0
#include "support/jump_env.hpp"

#include <algorithm>

#include "base/bug.hpp"

namespace originpull::support {

class JumpEnv::JumpGate final : public env::Gate {
 public:
  explicit JumpGate(JumpEnv& env) : env_(env) {}
  void lock() override {
    check(!locked_, "a Monitor was entered twice by one thread");
    locked_ = true;
  }
  void unlock() override { locked_ = false; }
  void signal() override { ++count_; }
  std::uint64_t count() override { return count_; }

  env::Wake wait(std::uint64_t seen, Instant deadline, const std::stop_token& stop) override {
    env::forbid_in_monitor("wait");
    for (;;) {
      if (count_ != seen) return env::Wake::kSignal;
      if (stop.stop_requested()) return env::Wake::kStop;
      if (env_.run_next_action(deadline)) continue;
      check(deadline != Instant::max(), "this test would wait for ever: nothing is left that could end the wait");
      env_.advance_to(deadline);
      return env::Wake::kDeadline;
    }
  }

 private:
  JumpEnv& env_;
  bool locked_ = false;
  std::uint64_t count_ = 0;
};

std::uint64_t JumpEnv::random() {
  if (!randoms_.empty()) {
    last_random_ = randoms_.front();
    randoms_.pop_front();
    return last_random_;
  }
  last_random_ = last_random_ * 6364136223846793005U + 1442695040888963407U;
  return last_random_;
}

env::Thread JumpEnv::spawn(std::string name, std::function<void(std::stop_token)>) {
  bug("a JumpEnv has no threads, and '" + name + "' was to be one: call its body, or use StillEnv");
}

std::unique_ptr<env::Gate> JumpEnv::make_gate() { return std::make_unique<JumpGate>(*this); }

void JumpEnv::advance_to(Instant time) {
  while (run_next_action(time)) continue;
  now_ = std::max(now_, time);
}

// Runs the first action that is due by `until`; false: there is none.
bool JumpEnv::run_next_action(Instant until) {
  const auto next = actions_.begin();
  if (next == actions_.end() || next->first > until) return false;
  now_ = std::max(now_, next->first);
  const auto action = std::move(next->second);
  actions_.erase(next);
  action();
  return true;
}

}  // namespace originpull::support
