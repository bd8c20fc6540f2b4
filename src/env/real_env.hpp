// SPDX-License-Identifier: Apache-2.0
#pragma once
// `RealEnv` is the Env of production: the clocks, threads and locks of the operating system. The program makes one
// and it outlives every Thread and Monitor made from it. Its waits are cut into slices of at most a second, because
// the system's timed waits stand still while a machine is suspended, and a lease that ran out meanwhile must be
// noticed at once. Thread-safe. Ends the process when the system refuses a clock or a thread, or when an exception
// leaves a thread's body.
#include <memory>

#include "env/env.hpp"

namespace originpull::env {

class RealEnv final : public Env {
 public:
  RealEnv();
  ~RealEnv() override;

  Wall wall() override;
  Instant now() override;
  std::uint64_t random() override;
  Thread spawn(std::string name, std::function<void(std::stop_token)> body) override;
  std::unique_ptr<Gate> make_gate() override;

 private:
  struct Chance;
  std::unique_ptr<Chance> chance_;
};

}  // namespace originpull::env
