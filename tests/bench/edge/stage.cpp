// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/stage.hpp"

#include <utility>

#include "net/cpprest_network.hpp"
#include "pki/describe.hpp"
#include "support/poll_until.hpp"

namespace originpull::bench {

Stage::Stage(const Scenario& scenario, const Load& load) {
  origin_ = or_throw(cli::TlsOrigin::start(
      env_, {.client_ca_file = folder_.write("ca.pem", first_ca_.certificate_pem), .names = {"example.com"}}));
  worlds::CloudflareModes modes{.deploy_delay = Duration(50), .delete_delay = Duration(50)};
  modes.requests = 0;
  if (scenario.spread) modes.edge_spread = kSpread;
  sim_ = or_throw(cli::CloudflareSim::start(
      env_, {.zones = {{.name = "example.com",
                        .origin = origin_->address(),
                        .origin_ca_file = folder_.write("origin-ca.pem", origin_->ca_pem())}},
             .tokens = {{.text = "token", .permissions = worlds::all_permissions()}},
             .modes = modes,
             .edge = cli::EdgeOptions{
                 .nodes = scenario.nodes, .pooling = scenario.pooling, .idle = kLimit, .threads = load.visitors}}));
  network_ = net::make_cpprest_network(env_);
  auto transport = or_throw(network_->open({.base_url = sim_->base_url()}));
  client_ =
      std::make_unique<cloudflare::Client>(std::move(transport), SecretString(std::string("token")),
                                           cloudflare::Budget::make(env_, {.requests = 1'000'000}), Log::silent());
  const auto zone = or_throw(client_->zone_by_name("example.com", ask()));
  if (!zone) throw std::runtime_error("the zone is not there");
  zone_id_ = zone->id;
}

void Stage::enable() {
  or_throw(client_->set_setting(zone_id_, "ssl", "strict", ask()));
  deploy(first_ca_);
  or_throw(client_->set_zone_level(zone_id_, true, ask()));
  let_all_nodes_know();
}

void Stage::deploy(const support::Identity& ca) {
  const auto leaf = support::issue_client(ca, "edge");
  const std::string fingerprint = pki::describe_certificate(leaf.certificate_pem)->fingerprint;
  is_former_[fingerprint] = ca.certificate_pem == first_ca_.certificate_pem;
  const auto made =
      or_throw(client_->upload_certificate(zone_id_, leaf.certificate_pem, SecretString(leaf.key_pem), ask()));
  former_ = std::exchange(newest_, made.id);
  const bool active = support::poll_until(
      kLimit,
      [&] {
        const auto one = or_throw(client_->get_certificate(zone_id_, made.id, ask()));
        return one && one->status == cloudflare::CertificateStatus::kActive;
      },
      Duration(10));
  if (!active) throw std::runtime_error("a certificate does not become active");
}

void Stage::delete_former() { or_throw(client_->delete_certificate(zone_id_, former_, ask())); }

void Stage::trust(const std::string& cas_pem) {
  const auto before = origin_->counts().reloads;
  folder_.write("ca.pem", cas_pem);
  if (!support::poll_until(kLimit, [&] { return origin_->counts().reloads > before; }, Duration(5))) {
    throw std::runtime_error("the origin does not take the CAs: " + origin_->counts().trouble);
  }
}

}  // namespace originpull::bench
