// SPDX-License-Identifier: Apache-2.0
#pragma once
// cloudflare-sim with its edge in front of an origin of the house that enforces client certificates, all in this
// process and on loopback: the whole data plane for the tests of the edge and the load run. Certificates are made
// once. Visitors come by the client of the probe room, plainly; the control plane is changed by API calls over HTTP.
// Used by the test's thread unless said; what cannot be started ends the test with the reason.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

#include "cli/cloudflare_sim.hpp"
#include "cli/origin.hpp"
#include "env/real_env.hpp"
#include "kube/temp_folder.hpp"
#include "pki/describe.hpp"
#include "probe/tls_client.hpp"
#include "support/test_pki.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::cli {

inline std::string fingerprint_of(const support::Identity& identity) {
  return pki::describe_certificate(identity.certificate_pem)->fingerprint;
}

class EdgeTest : public testing::Test {
 protected:
  static constexpr Duration kLimit{10'000};
  static const support::Identity& edge_ca() {
    static const support::Identity ca = support::make_ca("edge CA");
    return ca;
  }
  static const support::Identity& other_ca() {
    static const support::Identity ca = support::make_ca("other CA");
    return ca;
  }

  // The origin trusts `cas`, the sim has the zone example.com in the mode full.
  void start(EdgeOptions edge = {}, worlds::CloudflareModes modes = {}, OriginOptions origin_options = {}) {
    ca_file = folder.write("edge-ca.pem", edge_ca().certificate_pem);
    origin_options.client_ca_file = ca_file;
    origin_options.names = {"example.com", "www.example.com"};
    origin = or_throw(TlsOrigin::start(env, origin_options));
    modes.requests = 0;
    start_sim(origin->address(), folder.write("origin-ca.pem", origin->ca_pem()), edge, modes);
  }
  void start_sim(const std::string& address, const std::string& origin_ca_file, EdgeOptions edge = {},
                 worlds::CloudflareModes modes = {.deploy_delay = Duration(0), .delete_delay = Duration(0)}) {
    edge.threads = std::min(edge.threads, 16U);
    sim = or_throw(CloudflareSim::start(
        env, {.zones = {{.name = "example.com", .origin = address, .origin_ca_file = origin_ca_file}},
              .tokens = {{.text = "token", .permissions = worlds::all_permissions()}},
              .modes = modes,
              .edge = edge}));
    zone_id = sim->service().world().snapshot().zone("example.com")->id;
  }
  template <class T>
  static T or_throw(Result<T> made) {
    if (!made) throw std::runtime_error(describe(made.error()));
    return std::move(*made);
  }

  // One API call; the status, and what it answered in `body`.
  int api(const std::string& method, const std::string& path, const std::string& body = {}) {
    return sim_call(method, "/client/v4/zones/" + zone_id + path, body);
  }
  int sim_call(const std::string& method, const std::string& target, const std::string& body = {}) {
    const std::string address = "127.0.0.1:" + std::to_string(sim->port());
    const probe::Outcome outcome = probe::Client::plain(env).ask({.address = address},
                                                                 {.method = method,
                                                                  .target = target,
                                                                  .host = address,
                                                                  .headers = {{"Authorization", "Bearer token"}},
                                                                  .body = body},
                                                                 env.now() + kLimit, {});
    api_body = outcome.answer.body;
    return outcome.answer.status;
  }
  static std::string pair_json(const support::Identity& identity) {
    return json::Writer()
        .begin_object()
        .field("certificate", identity.certificate_pem)
        .field("private_key", identity.key_pem)
        .end_object()
        .take();
  }
  // The certificate's id.
  std::string upload(const support::Identity& identity, const std::string& level = "") {
    EXPECT_EQ(api("POST", "/origin_tls_client_auth" + level, pair_json(identity)), 200) << api_body;
    const auto at = api_body.find("\"id\":\"");
    return at == std::string::npos ? "" : api_body.substr(at + 6, 36);
  }
  void zone_level(bool on) {
    EXPECT_EQ(api("PUT", "/origin_tls_client_auth/settings", on ? R"({"enabled":true})" : R"({"enabled":false})"), 200);
  }
  void setting(const std::string& name, const std::string& value) {
    EXPECT_EQ(api("PATCH", "/settings/" + name, R"({"value":")" + value + "\"}"), 200) << api_body;
  }

  // A visitor's request. The status of the answer; what it was stands in `page`.
  int visit(const std::string& host = "example.com", const std::string& method = "GET") {
    const probe::Outcome outcome =
        probe::Client::plain(env).ask({.address = sim->edge()->address()},
                                      {.method = method, .target = "/path", .host = host}, env.now() + kLimit, {});
    if (!outcome.is(probe::Happened::kAnswered)) ADD_FAILURE() << probe::describe(outcome);
    page = outcome.answer;
    return outcome.answer.status;
  }
  worlds::EdgeCounts::Zone counted(const std::string& zone = "example.com") {
    const auto counts = sim->edge()->counts();
    const auto found = counts.zones.find(zone);
    return found == counts.zones.end() ? worlds::EdgeCounts::Zone() : found->second;
  }

  env::RealEnv env;
  kube::TempFolder folder;
  std::string ca_file;  // of the origin
  std::string zone_id;
  std::string api_body;
  probe::Answer page;
  const support::Identity leaf = support::issue_client(edge_ca(), "edge");
  std::unique_ptr<TlsOrigin> origin;
  std::unique_ptr<CloudflareSim> sim;
};

}  // namespace originpull::cli
