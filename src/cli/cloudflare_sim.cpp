// SPDX-License-Identifier: Apache-2.0
#include "cli/cloudflare_sim.hpp"

#include "base/rfc3339.hpp"
#include "cli/self_made.hpp"

namespace originpull::cli {
namespace {

constexpr unsigned kThreads = 32;  // slow and held answers block one each

}  // namespace

CloudflareSim::CloudflareSim(env::Env& env, const CloudflareSimOptions& options, worlds::CallLog::Listener listener)
    : address_(options.address), service_(env, options.modes, std::move(listener)) {}

Result<std::unique_ptr<CloudflareSim>> CloudflareSim::start(env::Env& env, const CloudflareSimOptions& options,
                                                            worlds::CallLog::Listener listener) {
  std::unique_ptr<CloudflareSim> sim(new CloudflareSim(env, options, std::move(listener)));
  for (const SimZoneOption& zone : options.zones) sim->service_.world().add_zone(zone.name, zone.id);
  for (const SimTokenOption& token : options.tokens) sim->service_.world().add_token(token.text, token.permissions);
  net::ServerOptions server{.address = options.address, .port = options.port, .threads = kThreads};
  if (options.tls) {
    SelfMade identity = TRY(make_server_identity("cloudflare-sim", {options.address}, env.wall()));
    sim->ca_pem_ = std::move(identity.ca_pem);
    server.certificate_pem = std::move(identity.server.certificate_pem);
    server.key_pem = std::move(identity.server.key_pem);
  }
  sim->server_ = TRY(net::Server::start(std::move(server), sim->service_.handler()));
  return sim;
}

std::string CloudflareSim::base_url() const {
  return (ca_pem_.empty() ? "http://" : "https://") + address_ + ":" + std::to_string(port()) + "/client/v4";
}

std::string call_line(const worlds::LoggedCall& call) {
  std::string line = format_rfc3339_micros(call.at) + " " + call.method + " " + call.path + " ";
  line += call.status == 0 ? "no-answer" : std::to_string(call.status);
  if (!call.detail.empty()) line += " " + call.detail;
  return line + " " + std::to_string(call.took.count()) + " ms";
}

}  // namespace originpull::cli
