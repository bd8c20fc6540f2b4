// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ScenarioWorlds` is what stands outside the operators of a scenario: the simulated Kubernetes API and Cloudflare
// with the oracles over both, the servers through which processes reach them, and the hands of the people who use
// them. Made and used by the thread that runs the scenario; the servers' functions run on the processes' threads.
// A request of a human that is refused is the scenario's own fault and ends the test.
#include <atomic>
#include <string>

#include "api/origin_pull_config.hpp"
#include "sim/scenario_env.hpp"
#include "sim/scenario_oracles.hpp"
#include "sim/scenario_pairs.hpp"
#include "sim/sim_network.hpp"
#include "worlds/cloudflare_service.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::sim {

inline constexpr const char* kKubeUrl = "http://kubernetes.example.com";
inline constexpr const char* kCloudflareUrl = "https://api.cloudflare.com/client/v4";

class ScenarioWorlds {
 public:
  ScenarioWorlds(SimEnv& env, ScenarioLog& log, const worlds::CloudflareModes& modes);

  SimServers servers;
  ScenarioOracles oracles;
  worlds::KubeWorld kube;
  worlds::CloudflareService cloudflare;

  // People.
  void put_config();
  void put_pair(std::size_t index);  // of scenario_pairs()
  void remove_pair();
  void edit(const std::string& merge_patch);  // of the resource
  void deploy_as(const std::string& state);   // what uploads become from now on
  void take_lease();
  void flip(const std::string& what);  // "zone-level" or "tls_client_auth"
  void delete_certificate(std::uint64_t chance);
  void spoil_answers(std::uint64_t chance);

  // What is.
  std::size_t wanted = 0;                      // the pair that was put last
  std::string unsettled();                     // why this is not the right end; empty: it is
  unsigned writes() const { return writes_; }  // to either side, without Leases and Events
  unsigned uploads() const { return uploads_; }

 private:
  void put_secret(const std::string& name, const std::string& type, const std::map<std::string, std::string>& values);
  worlds::SimZone zone();
  std::string send(const std::string& method, const std::string& target, const std::string& body);

  SimEnv& env_;
  ScenarioLog& log_;
  std::atomic<unsigned> writes_ = 0;
  std::atomic<unsigned> uploads_ = 0;
};

}  // namespace originpull::sim
