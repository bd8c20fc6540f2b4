// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Installation` is the fixture of the end-to-end tests: a real API server with the type and the chart's RBAC (the
// ServiceAccount, its Roles and bindings, nothing else of the chart), cloudflare-sim, and operators as processes that
// have only that ServiceAccount's token. The one idea: a test does to the two sides what people do (kubectl as the
// admin, the simulator's back door) and then looks at both until they are as the product promises; `eventually`
// waits, with a limit, and says in a failure what each side looked like. Each test has an installation of its own,
// gone with it. Owned by the test's thread. What must work and does not ends the test with an exception, which gtest
// reports.
#include "api/origin_pull_config.hpp"
#include "cluster/with_cluster.hpp"
#include "e2e/or_throw.hpp"
#include "e2e/simulator.hpp"
#include "env/real_env.hpp"
#include "support/test_pki.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace originpull::e2e {

// A certificate with its key, as a Secret holds it, and the name by which both sides know it.
struct Leaf {
  std::string certificate_pem;
  std::string key_pem;
  std::string fingerprint;
};
Leaf leaf_of(const support::Identity& identity);

struct OperatorOptions {
  std::string kube_server = {};          // another address of the API server, a relay's; empty: itself
  std::string cloudflare_base_url = {};  // likewise; empty: the simulator
  std::vector<std::string> flags = {};   // beside the usual ones
  bool usual_lease = false;              // the product's own lease times instead of short ones
};

struct ResourceOptions {
  std::string zone = kZone;
  std::string token_secret = "cloudflare-api-token";
  std::string secret = "edge-client-tls";
  std::string more = {};  // further lines of the spec, as YAML: "interval: 24h\nmode: Observe"
};

class Installation : public cluster::WithCluster {
 protected:
  static constexpr const char* kNamespace = "edge";
  static constexpr const char* kAccount = "origin-pull-operator";

  // Call it first in a test, or leave it to the first of the calls below. `values`: --set's of the chart.
  void install(const SimulatorOptions& simulator = {}, const std::vector<std::string>& values = {});

  Simulator& simulator();
  // Starts an operator and returns when it says that it is ready. Good until it is stopped or the test ends.
  support::Process& start_operator(const OperatorOptions& options = {});
  support::Process& spawn_operator(const OperatorOptions& options = {});  // without waiting for it
  void stop_operators();                                                  // all, in order
  std::filesystem::path log_of(const support::Process& process) const;    // of an operator
  std::string logs() const;                                               // of all of them

  // kubectl as the admin, in the namespace of the resources; its output, or an exception with its words.
  std::string kubectl(std::vector<std::string> args, std::string input = {});
  void apply(const std::string& yaml);
  void apply_resource(const std::string& name = "zone", const ResourceOptions& options = {});
  void apply_token(const std::string& token = kToken, const std::string& name = "cloudflare-api-token");
  // A kubernetes.io/tls Secret. Returns the wall clock when the API server had acknowledged it.
  Wall apply_secret(const Leaf& leaf, const std::string& name = "edge-client-tls", const std::string& ca_pem = {});
  Wall apply_secret(const std::string& certificate, const std::string& key, const std::string& name = "edge-client-tls",
                    const std::string& ca_pem = {});
  void touch(const std::string& name = "zone");  // annotates it with a new originpull.dev/reconcile-at

  api::OriginPullConfig resource(const std::string& name = "zone");
  // "True ReasonWord" of a condition, "" if it is not there or speaks of an older generation.
  std::string condition(const std::string& type, const std::string& name = "zone");
  std::string message(const std::string& type, const std::string& name = "zone");
  bool is_ready(const std::string& name = "zone") { return condition("Ready", name).starts_with("True"); }
  std::vector<std::string> events();  // "Warning DriftRepaired", of all resources, in the API server's order

  // Whether `holds` became true within `limit`; if not, the failure tells what was waited for, the resources, the
  // simulator's calls, and the ends of the operators' logs.
  ::testing::AssertionResult eventually(std::chrono::milliseconds limit, const std::string& what,
                                        const std::function<bool()>& holds);
  // Whether `holds` stayed true for all of `time`.
  ::testing::AssertionResult throughout(std::chrono::milliseconds time, const std::string& what,
                                        const std::function<bool()>& holds);
  // The usual beginning: token, Secret with `leaf`, resource, one operator; returns when the resource is Ready.
  void enable(const Leaf& leaf, const ResourceOptions& options = {}, const OperatorOptions& operator_options = {});

  Leaf make_leaf(const std::string& common_name) { return leaf_of(support::issue_client(authority_, common_name)); }
  const support::Identity& authority() const { return authority_; }
  Wall wall() { return env_.wall(); }

  void TearDown() override;

 private:
  struct Replica {
    std::filesystem::path log;
    support::Process process;
  };
  std::string dump();

  env::RealEnv env_;
  support::Identity authority_ = support::make_ca("edge client CA");
  std::unique_ptr<Simulator> simulator_;
  std::string account_token_;
  std::list<Replica> operators_;
  int started_ = 0;
  int touched_ = 0;
};

}  // namespace originpull::e2e
