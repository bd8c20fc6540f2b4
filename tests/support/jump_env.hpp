// SPDX-License-Identifier: Apache-2.0
#pragma once
// `JumpEnv` is an Env for tests of one thread: time stands still until something waits, and then jumps to the end of
// the wait. So a thread body can be called like a function, with hours in it, and a test says what happens when:
// `after` runs an action as the clock passes its time, usually a change of state or a stop. Random numbers are what the
// test gave, or a fixed sequence. It has no threads: `spawn` ends the process (StillEnv has threads). A wait that
// nothing could end does, too, because it would be a test that hangs. Owned by one thread.
#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "env/env.hpp"

namespace originpull::support {

class JumpEnv final : public env::Env {
 public:
  Wall wall() override { return wall_at_zero_ + (now_ - Instant{}); }
  Instant now() override { return now_; }
  std::uint64_t random() override;
  env::Thread spawn(std::string name, std::function<void(std::stop_token)> body) override;
  std::unique_ptr<env::Gate> make_gate() override;

  // Moves the clock, and runs what was due on the way.
  void advance(Duration time) { advance_to(now_ + time); }
  void advance_to(Instant time);
  // Runs `action` when the clock comes to now + `delay`.
  void after(Duration delay, std::function<void()> action) { actions_.emplace(now_ + delay, std::move(action)); }
  void next_random(std::uint64_t number) { randoms_.push_back(number); }

 private:
  class JumpGate;
  bool run_next_action(Instant until);

  Instant now_{Duration(1'000'000)};                                      // not 0, so that a forgotten time shows
  Wall wall_at_zero_{Duration(1'795'496'400'000) - Duration(1'000'000)};  // it begins at 2026-11-24T05:00:00Z
  std::multimap<Instant, std::function<void()>> actions_;
  std::deque<std::uint64_t> randoms_;
  std::uint64_t last_random_ = 1;
};

}  // namespace originpull::support
