// SPDX-License-Identifier: Apache-2.0
#pragma once
// `SimProcess` is one life of the program in a simulation: its body runs on a thread of its own, over a network of
// its own with faults. A crash is not an exception: it severs the transports, requests stop and joins, all at one
// instant, so nothing that the body does on its way out reaches a server. Where the crash falls is a call, counted
// from the start, and the call is executed first: the worst moment. Made and used by the thread that runs the
// scenario.
#include <functional>
#include <string>

#include "sim/faulty_transport.hpp"
#include "sim/sim_network.hpp"

namespace originpull::sim {

struct LifeOptions {
  unsigned crash_after_call = 0;  // 0: never by itself
  FaultRates faults = {};
  Latency latency = {};
};

class SimProcess {
 public:
  using Body = std::function<void(net::Network&, const std::stop_token&)>;

  SimProcess(SimEnv& env, const SimServers& servers, const std::string& name, const LifeOptions& options, Body body);
  ~SimProcess() { crash(); }

  enum class State { kRunning, kEnded, kCrashed };
  // Lets it live until it has crashed or its body has ended, but not beyond `deadline`.
  State run_until(Instant deadline);
  void crash();
  void stop();  // in order: requests stop and joins, with the network still there
  unsigned calls() const { return network_.executed(); }

 private:
  SimEnv& env_;
  SimNetwork network_;
  FaultyNetwork faulty_;
  std::stop_source over_ = {};  // the body has ended
  bool crashed_ = false;
  env::Thread thread_;
};

}  // namespace originpull::sim
