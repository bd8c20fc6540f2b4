// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Relayed` is an Installation with a relay before each of the two servers, for tests of crashes, cut networks and
// stopped leaders: an operator that is started `through()` them meets nothing else. A test that needs to know which
// replica made a call gives each one relays of its own (`Relays`). Owned by the test's thread; the relays outlive the
// operators, which are ended before (TearDown).
#include "e2e/installation.hpp"
#include "e2e/relay.hpp"

#include <list>

namespace originpull::e2e {

struct Relays {
  Relays(env::Env& env, Relay::Server kube_server, Relay::Server cloudflare_server)
      : kube(env, std::move(kube_server)), cloudflare(env, std::move(cloudflare_server)) {}

  Relay kube;
  Relay cloudflare;

  // Flags beside those of the fixture.
  OperatorOptions through(std::vector<std::string> flags = {}) const {
    return {.kube_server = "https://" + kube.address(),
            .cloudflare_base_url = "http://" + cloudflare.address() + "/client/v4",
            .flags = std::move(flags)};
  }
};

class Relayed : public Installation {
 protected:
  // After install().
  Relays& relays() {
    if (all_.empty()) add_relays();
    return all_.front();
  }
  Relays& add_relays() {
    const auto certs = cluster().directory() / "certs";
    const auto present = Tls::server(certs / "apiserver.crt", certs / "apiserver.key");
    const auto expect = Tls::client(cluster().ca_file());
    Relay::Server kube{.port = port_of(cluster().server_url()), .present = present, .expect = expect};
    return all_.emplace_back(env_, std::move(kube), Relay::Server{.port = port_of(simulator().address())});
  }
  env::Env& env() { return env_; }

  void TearDown() override {
    for (Relays& each : all_) {
      each.kube.let_go();
      each.cloudflare.let_go();
    }
    Installation::TearDown();
    all_.clear();
  }

 private:
  static std::uint16_t port_of(const std::string& address) {
    return static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  }

  env::RealEnv env_;
  std::list<Relays> all_;
};

}  // namespace originpull::e2e
