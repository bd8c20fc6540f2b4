// SPDX-License-Identifier: Apache-2.0
// cloudflare-sim over real sockets, met by the shipped client over the shipped HTTP adapter: HTTP and HTTPS, a lost
// answer, and a slow one that must not hold up others.
#include "cli/cloudflare_sim.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "cloudflare/client.hpp"
#include "env/real_env.hpp"
#include "net/cpprest_network.hpp"
#include "support/test_pki.hpp"

namespace originpull::cli {
namespace {

using worlds::HttpFault;

class CloudflareSimTest : public testing::Test {
 protected:
  void start(bool tls) {
    CloudflareSimOptions options{.tls = tls,
                                 .zones = {{.name = "example.com"}},
                                 .tokens = {{.text = "token", .permissions = worlds::all_permissions()}}};
    options.modes.deploy_delay = Duration(0);
    auto started = CloudflareSim::start(env, options);
    ASSERT_TRUE(started) << describe(started.error());
    sim = std::move(*started);
    auto transport = network->open({.base_url = sim->base_url(), .tls = {.ca_pem = sim->ca_pem()}});
    ASSERT_TRUE(transport) << describe(transport.error());
    client = std::make_unique<cloudflare::Client>(*transport, SecretString(std::string("token")),
                                                  cloudflare::Budget::make(env), Log::silent());
  }
  void live_through_it() {
    const auto zone = client->zone_by_name("example.com", ask);
    ASSERT_TRUE(zone && *zone) << (zone ? "no zone" : describe(zone.error()));
    const auto leaf = support::make_self_signed({});
    const auto made = client->upload_certificate((*zone)->id, leaf.certificate_pem, SecretString(leaf.key_pem), ask);
    ASSERT_TRUE(made) << describe(made.error());
    EXPECT_EQ((*client->get_certificate((*zone)->id, made->id, ask))->status, cloudflare::CertificateStatus::kActive);
    EXPECT_TRUE(*client->set_zone_level((*zone)->id, true, ask));
    EXPECT_EQ(client->set_setting((*zone)->id, "tls_client_auth", "on", ask)->value, "on");
  }

  env::RealEnv env;
  std::unique_ptr<net::Network> network = net::make_cpprest_network(env);
  std::unique_ptr<CloudflareSim> sim;
  std::unique_ptr<cloudflare::Client> client;
  std::stop_source stop;
  cloudflare::Ask ask{stop.get_token()};
};

TEST_F(CloudflareSimTest, serves_http) {
  start(false);
  live_through_it();
  EXPECT_EQ(sim->service().log().calls().size(), 5U);
}

TEST_F(CloudflareSimTest, serves_https_with_a_certificate_of_its_own) {
  start(true);
  ASSERT_THAT(sim->base_url(), testing::StartsWith("https://127.0.0.1:"));
  live_through_it();
}

TEST_F(CloudflareSimTest, starts_with_what_a_file_says) {
  const std::string path = testing::TempDir() + "cloudflare-sim-state.json";
  const auto started = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    return CloudflareSim::start(env, {.state_file = path});
  };
  auto good = started(R"({"zones":[{"name":"example.org","ssl":"strict"}],"tokens":[{"token":"t"}]})");
  ASSERT_TRUE(good) << describe(good.error());
  const auto state = (*good)->service().world().snapshot();
  EXPECT_EQ(state.zones.begin()->second.ssl.value, "strict");
  EXPECT_TRUE(state.tokens.contains("t"));
  const auto bad = started(R"({"zones":[{"nam":"example.org"}]})");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(describe(bad.error()), testing::AllOf(testing::HasSubstr(path), testing::HasSubstr("nam")));
  EXPECT_FALSE(CloudflareSim::start(env, {.state_file = path + ".not-there"}));
}

TEST_F(CloudflareSimTest, a_lost_answer_is_an_unknown_outcome_and_the_request_arrives_once) {
  start(true);
  const auto zone = client->zone_by_name("example.com", ask);
  ASSERT_TRUE(zone && *zone);
  sim->service().log().clear();
  sim->service().faults().add({.kind = HttpFault::Kind::kClose, .method = "PUT", .executed = true});
  const auto lost = client->set_zone_level((*zone)->id, true, ask);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(sim->service().log().calls().size(), 1U);
  EXPECT_TRUE(*client->zone_level_enabled((*zone)->id, ask));
}

TEST(CallLine, is_one_line_with_everything_worth_knowing) {
  const worlds::LoggedCall call{.at = Wall(Seconds(1'795'496'400)),
                                .took = Duration(12),
                                .method = "PUT",
                                .path = "/x",
                                .detail = "enabled=true",
                                .status = 200};
  EXPECT_EQ(call_line(call), "2026-11-24T05:00:00.000000Z PUT /x 200 enabled=true 12 ms");
  EXPECT_THAT(call_line({.at = {}, .method = "GET", .path = "/x"}), testing::HasSubstr("GET /x no-answer 0 ms"));
}

}  // namespace
}  // namespace originpull::cli
