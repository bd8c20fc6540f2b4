// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ScenarioWorlds` is what stands outside the operators of a scenario: the simulated Kubernetes API and Cloudflare
// with the oracles over both, the servers through which processes reach them, and the hands of the people who use
// them. Made and used by the thread that runs the scenario; the servers' functions run on the processes' threads.
// A request of a human that is refused is the scenario's own fault and ends the test.
#include <atomic>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "api/origin_pull_config.hpp"
#include "sim/scenario_env.hpp"
#include "sim/scenario_oracles.hpp"
#include "sim/scenario_pairs.hpp"
#include "sim/scenario_right_end.hpp"
#include "sim/sim_network.hpp"
#include "worlds/cloudflare_service.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::sim {

inline constexpr const char* kKubeUrl = "http://kubernetes.example.com";
inline constexpr const char* kCloudflareUrl = "https://api.cloudflare.com/client/v4";
inline constexpr const char* kScenarioToken = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";

// The path of a kubeconfig that leads to kKubeUrl: the real start of the program reads one.
const std::string& scenario_kubeconfig();
// How this Cloudflare behaves: slow or fast, with and without each of its habits.
worlds::CloudflareModes random_modes(env::Env& env);

class ScenarioWorlds {
 public:
  // Each of two processes has a front-end of Kubernetes of its own.
  ScenarioWorlds(SimEnv& env, ScenarioLog& log, const worlds::CloudflareModes& modes, std::int64_t first_version = 100);

  SimServers servers;
  ScenarioOracles oracles;
  worlds::KubeWorld kube;
  worlds::CloudflareService cloudflare;
  // More ears, after the oracles; set before anything runs.
  std::function<void(const worlds::KubeCommit&)> heard_kubernetes = {};
  std::function<void(const worlds::CloudflareState&, const worlds::Moment&)> heard_cloudflare = {};

  // People. What is not there any more is left alone, with a line in the log. A name may be "annex/second", of another
  // namespace, which is furnished first.
  void put_config(const std::string& name = "example", const std::string& spec_patch = "{}");
  void remove_config(const std::string& name = "example");
  void remake_config();  // deletes the resource and makes it anew with the same spec
  void edit(const std::string& merge_patch, const std::string& name = "example");  // of the resource
  void wipe_status(const std::string& name = "example");                           // as a backup tool does
  void put_pair(std::size_t index);                                                // of scenario_pairs()
  void furnish(const std::string& space, std::size_t index);  // with the token and a pair of its own, for good
  void put_bad_pair();                                        // the key belongs to another certificate
  void remove_pair();
  void deploy_as(const std::string& state);  // what uploads become from now on
  void take_lease();
  void flip(const std::string& what);  // "zone-level" or "tls_client_auth"
  void set_encryption_mode(const std::string& mode);
  void upload_foreign(std::size_t index);  // of scenario_pairs(): somebody else's certificate
  void delete_certificate(std::uint64_t chance);
  bool delete_foreign();  // false: there is none
  void spoil_answers(std::uint64_t chance);
  void change_modes(const std::function<void(worlds::CloudflareModes&)>&);
  void give_up_deploying();  // what is being deployed times out
  void be_down_for_now();    // Cloudflare answers 503, until `faults().clear()`

  // What is.
  std::atomic<std::size_t> wanted = 0;                      // the pair that was put last
  std::atomic<SecretState> secret = SecretState::kMissing;  // of the pair
  std::atomic<bool> memory_was_lost = false;                // a status was wiped, or a resource was made anew
  std::string unsettled();                                  // why this is not the right end; empty: it is
  std::string config(const std::string& name = "example");  // its text; empty: there is none
  std::vector<std::string> config_names();
  worlds::SimZone zone();
  unsigned writes() const { return writes_; }  // to either side, without Leases and Events
  unsigned uploads() const { return uploads_; }

 private:
  void put_secret(const std::string& name, const std::string& type, const std::map<std::string, std::string>& values);
  void make_config(const std::string& name, const std::string& spec);
  void act(const std::string& wish);
  std::string send(const std::string& method, const std::string& target, const std::string& body);

  SimEnv& env_;
  ScenarioLog& log_;
  std::atomic<unsigned> writes_ = 0;
  std::atomic<unsigned> uploads_ = 0;
  std::vector<std::string> names_ = {};                // of resources that have ever been made
  std::map<std::string, std::string> furnished_ = {};  // leaf by namespace
};

}  // namespace originpull::sim
