// SPDX-License-Identifier: Apache-2.0
// The side that is true: a kube-apiserver with etcd, one for the process, ended with it.
#include <gtest/gtest.h>

#include <fstream>
#include <stdexcept>

#include "base/result.hpp"
#include "behaviour/kube_side.hpp"
#include "cluster/cluster.hpp"
#include "cluster/parts.hpp"
#include "env/real_env.hpp"
#include "net/cpprest_network.hpp"
#include "support/poll_until.hpp"

namespace originpull::behaviour {
namespace {

using cluster::Cluster;
using cluster::Part;

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class RealSide final : public Side {
 public:
  RealSide() : cluster_(or_throw(Cluster::start())) {
    open();
    prepare();
  }

  std::string name() const override { return "Real"; }

  void forget_history() override {
    or_throw(cluster_->compact());
    or_throw(cluster_->restart(Part::kApiServer));  // it remembers a window of its own
    open();
    // A cache that is not filled yet answers 429; that of a custom type may be later than the server's own readiness.
    for (const char* list : {"/apis/behaviour.test/v1/widgets", "/apis/behaviour.test/v1/gadgets",
                             "/apis/originpull.dev/v1alpha1/originpullconfigs"}) {
      if (!comes_true([&] { return get(list).status == 200; })) throw std::runtime_error("not served again");
    }
  }
  void run_controllers() override { or_throw(cluster_->start(Part::kControllerManager)); }
  void stop_controllers() override { cluster_->kill(Part::kControllerManager); }

  std::string token_of(const std::string& ns, const std::string& account) override {
    const Answer made = post("/api/v1/namespaces/" + ns + "/serviceaccounts/" + account + "/token", R"({"spec":{}})");
    if (made.status != 201) throw std::runtime_error("no token: " + made.body);
    return made.at("/status/token");
  }
  bool comes_true(const std::function<bool()>& holds) override {
    return support::poll_until(std::chrono::seconds(40), holds);
  }

 protected:
  net::Transport& transport() override { return *transport_; }
  std::string admin_token() const override { return cluster_->admin_token(); }

 private:
  void open() {
    transport_ =
        or_throw(network_->open({.base_url = cluster_->server_url(), .tls = {.ca_pem = text_of(cluster_->ca_file())}}));
  }

  env::RealEnv env_;
  std::unique_ptr<net::Network> network_ = net::make_cpprest_network(env_);
  std::unique_ptr<Cluster> cluster_;
  std::shared_ptr<net::Transport> transport_;
};

std::unique_ptr<RealSide>& the_side() {
  static std::unique_ptr<RealSide> side;
  return side;
}

// The parts of the cluster end before the process does, whatever else still has to.
class EndOfTheCluster final : public ::testing::Environment {
 public:
  void TearDown() override { the_side().reset(); }
};
const auto* const kEnd = ::testing::AddGlobalTestEnvironment(new EndOfTheCluster);

}  // namespace

bool real_side_is_possible(std::string& why_not) {
  const auto parts = cluster::real_parts();
  if (parts) return true;
  why_not = describe(parts.error());
  return false;
}

Side& real_side() {
  static std::string failed;  // what failed once is not tried for each check
  if (!failed.empty()) throw std::runtime_error(failed);
  if (!the_side()) {
    try {
      the_side() = std::make_unique<RealSide>();
    } catch (const std::exception& e) {
      failed = e.what();
      throw;
    }
  }
  return *the_side();
}

}  // namespace originpull::behaviour
