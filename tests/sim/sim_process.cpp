// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_process.hpp"

namespace originpull::sim {

SimProcess::SimProcess(SimEnv& env, const SimServers& servers, const std::string& name, const LifeOptions& options,
                       Body body)
    : env_(env), network_(env, servers, options.latency), faulty_(env, network_, random_faults(env, options.faults)) {
  network_.sever_after(options.crash_after_call);
  thread_ = env_.spawn(name, [this, body = std::move(body)](std::stop_token stop) {
    body(faulty_, stop);
    over_.request_stop();
  });
}

SimProcess::State SimProcess::run_until(Instant deadline) {
  if (crashed_) return State::kCrashed;
  if (network_.wait_severed(deadline, over_.get_token())) {
    crash();
    return State::kCrashed;
  }
  return over_.stop_requested() ? State::kEnded : State::kRunning;
}

void SimProcess::crash() {
  if (!thread_.joinable()) return;
  network_.sever();
  crashed_ = true;
  stop();
}

void SimProcess::stop() {
  thread_.request_stop();
  thread_.join();
}

}  // namespace originpull::sim
