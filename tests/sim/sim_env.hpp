// SPDX-License-Identifier: Apache-2.0
#pragma once
// `SimEnv` is the Env of simulation: the shipped code runs on real threads, but one at a time, in an order chosen by
// a seed, and no time passes but by jumping to the next deadline when nobody can run. The same seed gives the same
// run, in any process. Scheduling points are each wait, each entry of a Monitor, each start and end of a thread;
// whoever simulates a call adds `point()` or a pause.
//
// The thread that makes it is "main"; it and the threads that it spawned are the only ones that may use it, and it ends
// after them. A breach of the rules of architecture.md section 2 ends the process with the thread's name and the seed.
#include <atomic>
#include <memory>

#include "env/env.hpp"
#include "sim/scheduler.hpp"

namespace originpull::sim {

class SimEnv final : public env::Env {
 public:
  explicit SimEnv(const SimOptions& options);
  explicit SimEnv(std::uint64_t seed) : SimEnv(SimOptions{.seed = seed}) {}
  ~SimEnv() override;

  Wall wall() override;
  Instant now() override;
  std::uint64_t random() override;
  env::Thread spawn(std::string name, std::function<void(std::stop_token)> body) override;
  std::unique_ptr<env::Gate> make_gate() override;

  // Another thread may run here.
  void point();
  // Moves the wall clock by so much, as an administrator or NTP does. Instants do not move.
  void jump_wall(Duration by);
  // The threads whose names begin so stand still until then, as those of a suspended machine.
  void hold(const std::string& prefix, Instant until);
  // Makes an event part of the hash that two runs are compared by.
  void note(std::string_view event);
  // While one lives, the calling thread is not starved: what it does happens on another machine.
  class Elsewhere {
   public:
    explicit Elsewhere(SimEnv& env) : scheduler_(env.scheduler_) { scheduler_.spare(+1); }
    ~Elsewhere() { scheduler_.spare(-1); }
    Elsewhere(const Elsewhere&) = delete;
    Elsewhere& operator=(const Elsewhere&) = delete;

   private:
    Scheduler& scheduler_;
  };
  SimCounts counts() const { return scheduler_.counts(); }

 private:
  Scheduler scheduler_;
  std::atomic<Duration::rep> wall_offset_;
};

}  // namespace originpull::sim
