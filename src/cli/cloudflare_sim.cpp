// SPDX-License-Identifier: Apache-2.0
#include "cli/cloudflare_sim.hpp"

#include <fstream>
#include <sstream>

#include "base/rfc3339.hpp"
#include "cli/edge_control.hpp"
#include "cli/self_made.hpp"
#include "worlds/cloudflare_setup.hpp"

namespace originpull::cli {
namespace {

constexpr unsigned kThreads = 32;  // slow and held answers block one each

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return fail(ErrorKind::kInvalid, "start cloudflare-sim", "cannot read " + path);
  return std::move(text).str();
}

Result<void> add_zone(worlds::CloudflareWorld& world, const SimZoneOption& zone) {
  std::string origin_ca;
  if (!zone.origin_ca_file.empty()) origin_ca = TRY(read_file(zone.origin_ca_file));
  world.put_zone({.id = zone.id, .name = zone.name, .origin = zone.origin, .origin_ca = std::move(origin_ca)});
  return {};
}

Result<void> add_file(worlds::CloudflareService& service, const std::string& path) {
  const auto setup = worlds::read_setup(TRY(read_file(path)), service.world().modes());
  if (!setup) return fail(ErrorKind::kInvalid, "read " + path, setup.error().message);
  return worlds::apply(*setup, service.world(), service.faults());
}

}  // namespace

CloudflareSim::CloudflareSim(env::Env& env, const CloudflareSimOptions& options, worlds::CallLog::Listener listener)
    : address_(options.address), service_(env, options.modes, std::move(listener)) {}

Result<std::unique_ptr<CloudflareSim>> CloudflareSim::start(env::Env& env, const CloudflareSimOptions& options,
                                                            worlds::CallLog::Listener listener) {
  std::unique_ptr<CloudflareSim> sim(new CloudflareSim(env, options, std::move(listener)));
  for (const SimZoneOption& zone : options.zones) TRY(add_zone(sim->service_.world(), zone));
  for (const SimTokenOption& token : options.tokens) sim->service_.world().add_token(token.text, token.permissions);
  if (!options.state_file.empty()) TRY(add_file(sim->service_, options.state_file));
  net::ServerOptions server{.address = options.address, .port = options.port, .threads = kThreads};
  if (options.tls) {
    SelfMade identity = TRY(make_server_identity("cloudflare-sim", {options.address}, env.wall()));
    sim->ca_pem_ = std::move(identity.ca_pem);
    server.certificate_pem = std::move(identity.server.certificate_pem);
    server.key_pem = std::move(identity.server.key_pem);
  }
  if (options.edge) {
    sim->edge_ = TRY(Edge::start(env, *options.edge, [&world = sim->service_.world()](auto host, unsigned node) {
      return world.edge(host, node);
    }));
  }
  sim->server_ = TRY(net::Server::start(
      std::move(server), [raw = sim.get()](const net::ServedRequest& request) { return raw->handle(request); }));
  return sim;
}

net::Served CloudflareSim::handle(const net::ServedRequest& request) {
  if (edge_ && request.target == kEdgeControl) return control_edge(*edge_, service_.world().shared_ca(), request);
  return service_.handle(request);
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
