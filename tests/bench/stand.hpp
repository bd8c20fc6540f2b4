// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Stand` is what the operator is measured on: a real API server with the type and the chart's RBAC, cloudflare-
// sim with a zone and a token for each resource, and at most one operator, as a process with nothing but its
// ServiceAccount's token and with the product's own defaults. The one idea: what the operator did is counted by
// others where that is possible (calls to Cloudflare and their times by the simulator, memory and processor time
// by the kernel); only its calls to Kubernetes are its own metric, because the API server's audit would slow down
// what is measured. Owned by one thread. Whatever does not work ends the run with an exception and the end of the
// operator's log.
#include "bench/api_server.hpp"
#include "bench/options.hpp"
#include "bench/process_figures.hpp"
#include "e2e/simulator.hpp"
#include "env/real_env.hpp"
#include "support/test_pki.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace originpull::bench {

// Totals since the operator's start; their differences are what a phase took.
struct Totals {
  Instant at{};
  Microseconds processor{0};
  double kubernetes_calls = 0;
  double passes = 0;
};

class Stand {
 public:
  explicit Stand(const Options& options);

  ApiServer& api() { return *api_; }
  e2e::Simulator& simulator() { return *simulator_; }
  env::Env& env() { return env_; }
  const Options& options() const { return options_; }

  // Creates the Secrets and the resources of these numbers; calls `before_the_resources` in between.
  void create_resources(int first, int last, const std::function<void()>& before_the_resources);
  int count_ready();

  // Returns the time from the start of the process to its first call to Cloudflare. There must be a resource.
  Duration start_operator_and_see_it_work();
  void start_operator();  // and wait until it leads
  void stop_operator();
  Totals totals();
  Memory memory() { return memory_of(operator_->pid()); }

  // Until `holds`, asked each `pause`.
  void await(std::chrono::seconds limit, const std::string& what, const std::function<bool()>& holds,
             Duration pause = Duration(500));
  void await_rest();                         // no pass has begun for two seconds and none is due
  void let_pass(std::chrono::seconds time);  // while the operator runs

 private:
  void prepare();
  void spawn();
  std::string metrics();
  std::string end_of_log() const;

  Options options_;
  env::RealEnv env_;
  std::unique_ptr<net::Network> network_;
  std::unique_ptr<cluster::Cluster> cluster_;
  std::unique_ptr<e2e::Simulator> simulator_;
  std::unique_ptr<ApiServer> api_;
  std::filesystem::path kubeconfig_;
  support::Port metrics_port_;
  std::shared_ptr<net::Transport> metrics_transport_;
  support::Identity authority_ = support::make_ca("edge client CA");
  std::optional<support::Process> operator_;
  std::filesystem::path log_;
  int started_ = 0;
};

// The sum of all series of a counter in Prometheus' text format.
double sum_of(const std::string& metrics, const std::string& name);

}  // namespace originpull::bench
