// SPDX-License-Identifier: Apache-2.0
// The side that has to agree: the simulated Kubernetes API, met in the process. Each check has a world of its own.
#include "behaviour/kube_side.hpp"
#include "cli/manifest_yaml.hpp"
#include "support/jump_env.hpp"
#include "worlds/handler_transport.hpp"
#include "worlds/kube_access.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::behaviour {
namespace {

class WorldSide final : public Side {
 public:
  WorldSide() {
    world_.add_user(admin_token(), {.name = "admin", .groups = {"system:masters", "system:authenticated"}});
    prepare();
  }

  std::string name() const override { return "World"; }
  void forget_history() override { world_.compact(); }
  void run_controllers() override {}
  void stop_controllers() override {}
  std::string token_of(const std::string& ns, const std::string& account) override {
    const std::string token = "token-of-" + ns + "-" + account;
    world_.add_user(token, worlds::service_account(ns, account));
    return token;
  }
  bool comes_true(const std::function<bool()>& holds) override {
    for (int tries = 0; tries < 1'000; ++tries) {
      if (holds()) return true;
      env_.advance(Duration(20));
    }
    return false;
  }

 protected:
  net::Transport& transport() override { return transport_; }
  std::string admin_token() const override { return "admin"; }

 private:
  support::JumpEnv env_;
  worlds::KubeWorld world_{env_, {.laws = {.access = true}, .yaml = cli::body_of}};
  worlds::HandlerTransport transport_{env_,
                                      [this](const net::ServedRequest& request) { return world_.handle(request); }};
};

}  // namespace

std::unique_ptr<Side> make_world_side() { return std::make_unique<WorldSide>(); }

}  // namespace originpull::behaviour
