// SPDX-License-Identifier: Apache-2.0
// The edge between visitors and an origin that enforces client certificates: what it presents at each level and in each
// SSL mode, what a visitor sees of every failure, what a kept connection goes on presenting, and nodes that learn of a
// change late. Real sockets on loopback; the world's time is moved, not waited for.
#include "cli/edge.hpp"

#include <gmock/gmock.h>

#include "cli/edge_fixture.hpp"
#include "support/poll_until.hpp"
#include "support/port.hpp"

namespace originpull::cli {
namespace {

using testing::HasSubstr;

TEST_F(EdgeTest, presents_nothing_until_told_and_the_deployed_certificate_then) {
  start();
  EXPECT_EQ(visit(), 525);
  EXPECT_THAT(page.body, HasSubstr("525: SSL handshake failed"));
  upload(leaf);
  EXPECT_EQ(visit(), 525) << "the switch is off";
  zone_level(true);
  EXPECT_EQ(visit(), 525) << "not deployed yet";
  sim->service().world().advance(Duration(5'000));
  EXPECT_EQ(visit(), 200);
  EXPECT_THAT(page.body, HasSubstr("fingerprint: " + fingerprint_of(leaf)));
  EXPECT_EQ(probe::find_header(page.headers, "server"), "cloudflare");
  EXPECT_THAT(std::string(probe::find_header(page.headers, "cf-ray")), testing::EndsWith("-N0"));

  const auto zone = counted();
  EXPECT_EQ(zone.requests, 4U);
  EXPECT_EQ(zone.endings.at("handshakeRefused"), 3U);
  EXPECT_EQ(zone.endings.at("answered"), 1U);
  EXPECT_EQ(zone.presented.at(fingerprint_of(leaf)).handshakes, 1U);
  EXPECT_EQ(zone.presented.at("none").refused, 2U);
  EXPECT_EQ(zone.presented.at("unknown").refused, 1U);
  EXPECT_THAT(sim->edge()->counts().last_refused.front().detail,
              testing::AnyOf("certificate required", "handshake failure"));
}

TEST_F(EdgeTest, presents_the_hostnames_certificate_before_the_zones_before_the_shared_one) {
  start({}, {.deploy_delay = Duration(0), .association_delay = Duration(0)},
        {.require = net::ClientCertificates::kOptional});
  folder.write("edge-ca.pem", edge_ca().certificate_pem + sim->service().world().shared_ca());
  ASSERT_TRUE(support::poll_until(kLimit, [&] { return origin->counts().reloads == 1; }));
  const auto host_leaf = support::issue_client(edge_ca(), "www");

  EXPECT_EQ(visit(), 200);
  EXPECT_THAT(page.body, HasSubstr("client certificate: none"));
  setting("tls_client_auth", "on");
  EXPECT_EQ(visit(), 200);
  EXPECT_THAT(page.body, HasSubstr("CN=edge.simulated"));
  upload(leaf);
  zone_level(true);
  EXPECT_EQ(visit("www.example.com"), 200);
  EXPECT_THAT(page.body, HasSubstr(fingerprint_of(leaf)));
  const std::string id = upload(host_leaf, "/hostnames/certificates");
  const auto associate = [&](const std::string& enabled) {
    EXPECT_EQ(api("PUT", "/origin_tls_client_auth/hostnames",
                  R"({"config":[{"hostname":"www.example.com","cert_id":")" + id + R"(","enabled":)" + enabled + "}]}"),
              200)
        << api_body;
  };
  associate("true");
  EXPECT_EQ(visit("www.example.com"), 200);
  EXPECT_THAT(page.body, HasSubstr(fingerprint_of(host_leaf)));
  EXPECT_EQ(visit("example.com"), 200);
  EXPECT_THAT(page.body, HasSubstr(fingerprint_of(leaf))) << "the other hosts keep the zone's";
  associate("false");
  EXPECT_EQ(visit("www.example.com"), 200);
  EXPECT_THAT(page.body, HasSubstr("client certificate: none"));
}

TEST_F(EdgeTest, a_newer_deployment_takes_over_and_a_foreign_one_that_the_origin_does_not_trust_is_refused) {
  start({}, {.deploy_delay = Duration(0)});
  upload(leaf);
  zone_level(true);
  EXPECT_EQ(visit(), 200);
  const auto foreign = support::issue_client(other_ca(), "foreign");
  upload(foreign);
  EXPECT_EQ(visit(), 525);
  const auto refusal = sim->edge()->counts().last_refused.back();
  EXPECT_EQ(refusal.presented, fingerprint_of(foreign));
  EXPECT_EQ(refusal.detail, "unknown CA");
  EXPECT_NE(refusal.newest_since, Wall{});
}

TEST_F(EdgeTest, off_and_flexible_go_to_the_origin_without_tls_and_present_nothing) {
  const auto plain = net::Server::start({.threads = 2}, [](const net::ServedRequest& request) {
    return net::Served{.body = request.method + " " + std::string(request.header("host"))};
  });
  ASSERT_TRUE(plain);
  start_sim("127.0.0.1:" + std::to_string((*plain)->port()), "");
  setting("tls_client_auth", "on");
  for (const char* mode : {"off", "flexible"}) {
    setting("ssl", mode);
    EXPECT_EQ(visit("www.example.com", "POST"), 200) << mode;
    EXPECT_EQ(page.body, "POST www.example.com");
  }
  EXPECT_EQ(counted().presented.at("none").requests, 2U);
  setting("ssl", "full");
  EXPECT_EQ(visit(), 525) << "this origin speaks no TLS";
  EXPECT_EQ(counted().endings.at("handshakeFailed"), 1U);
}

TEST_F(EdgeTest, full_trusts_any_origin_and_strict_and_origin_pull_only_those_of_its_ca_and_name) {
  start({}, {.deploy_delay = Duration(0)});
  upload(leaf);
  zone_level(true);
  for (const char* mode : {"full", "strict", "origin_pull"}) {
    setting("ssl", mode);
    EXPECT_EQ(visit(), 200) << mode;
  }
  EXPECT_EQ(visit("other.example.com"), 526) << "the origin's certificate does not name it";
  setting("ssl", "full");
  EXPECT_EQ(visit("other.example.com"), 200);
  sim->service().world().change([](worlds::CloudflareState& state, const worlds::Moment&) {
    state.zone("example.com")->origin_ca = edge_ca().certificate_pem;
  });
  EXPECT_EQ(visit(), 200);
  for (const char* mode : {"strict", "origin_pull"}) {
    setting("ssl", mode);
    EXPECT_EQ(visit(), 526) << mode;
  }
  EXPECT_EQ(counted().endings.at("untrusted"), 3U);
  ASSERT_TRUE(support::poll_until(kLimit, [&] { return origin->counts().failed == 3; }));
  EXPECT_EQ(origin->counts().refused, 0U) << "the edge has refused the origin, not the other way round";
}

TEST_F(EdgeTest, tells_a_dead_origin_a_missing_one_and_an_unknown_host_apart) {
  const auto port = support::Port::take();
  ASSERT_TRUE(port);
  start_sim(port->address(), "");
  EXPECT_EQ(visit(), 521);
  sim->service().world().add_zone("empty.example.org");
  EXPECT_EQ(visit("empty.example.org"), 530);
  EXPECT_EQ(visit("nobody.test"), 404);
  EXPECT_THAT(std::string(probe::find_header(page.headers, "content-type")), HasSubstr("text/html"));
  EXPECT_EQ(counted("").endings.at("unknownHost"), 1U);
  EXPECT_EQ(counted("empty.example.org").endings.at("noOrigin"), 1U);
}

TEST_F(EdgeTest, an_origin_that_closes_without_an_answer_is_520_and_one_that_is_silent_524) {
  const auto odd = net::Server::start({.threads = 2}, [](const net::ServedRequest& request) {
    using Fault = net::Served::Fault;
    return net::Served{.fault =
                           request.header("host") == "slow.example.com" ? Fault::kHang : Fault::kCloseBeforeAnswer};
  });
  ASSERT_TRUE(odd);
  start_sim("127.0.0.1:" + std::to_string((*odd)->port()), "", {.answer_limit = Duration(200)});
  setting("ssl", "flexible");
  EXPECT_EQ(visit(), 520);
  EXPECT_EQ(visit("slow.example.com"), 524);
}

TEST_F(EdgeTest, what_a_visitor_sees_of_a_refused_handshake_is_a_habit) {
  start({.refused_status = 520});
  EXPECT_EQ(visit(), 520);
  sim->edge()->change({.refused_status = 525});
  EXPECT_EQ(visit(), 525);
}

class KeptConnections : public EdgeTest {
 protected:
  // An edge that has served a visitor with `leaf`, at an origin that has ceased to trust its CA since.
  void serve_once_and_lose_trust(EdgePooling pooling) {
    start({.pooling = pooling}, {.deploy_delay = Duration(0)});
    upload(leaf);
    zone_level(true);
    ASSERT_EQ(visit(), 200);
    folder.write("edge-ca.pem", other_ca().certificate_pem);
    ASSERT_TRUE(support::poll_until(kLimit, [&] { return origin->counts().reloads == 1; }));
  }
  const support::Identity successor = support::issue_client(other_ca(), "edge");
};

TEST_F(KeptConnections, are_used_again_and_what_they_presented_goes_on_counting) {
  serve_once_and_lose_trust(EdgePooling::kByIdentity);
  EXPECT_EQ(visit(), 200) << "the origin asks for a certificate only at a handshake";
  EXPECT_EQ(counted().fresh, 1U);
  EXPECT_EQ(counted().pooled, 1U);
  EXPECT_EQ(counted().presented.at(fingerprint_of(leaf)).requests, 2U);
}

TEST_F(KeptConnections, of_the_former_certificate_are_left_when_a_newer_one_is_deployed) {
  serve_once_and_lose_trust(EdgePooling::kByIdentity);
  upload(successor);
  EXPECT_EQ(visit(), 200);
  EXPECT_THAT(page.body, HasSubstr(fingerprint_of(successor)));
  EXPECT_EQ(counted().fresh, 2U);
  EXPECT_EQ(counted().stale, 0U);
}

TEST_F(KeptConnections, go_on_presenting_the_former_certificate_where_only_the_origin_is_looked_at) {
  serve_once_and_lose_trust(EdgePooling::kByOrigin);
  upload(successor);
  EXPECT_EQ(visit(), 200);
  EXPECT_THAT(page.body, HasSubstr(fingerprint_of(leaf)));
  EXPECT_EQ(counted().fresh, 1U);
  EXPECT_EQ(counted().stale, 1U);
}

TEST_F(KeptConnections, are_not_used_where_each_request_has_its_own) {
  serve_once_and_lose_trust(EdgePooling::kOff);
  EXPECT_EQ(visit(), 525);
  EXPECT_EQ(counted().fresh, 2U);
  EXPECT_EQ(counted().pooled, 0U);
}

TEST_F(KeptConnections, that_have_ended_meanwhile_are_replaced_without_the_visitors_notice) {
  start({}, {.deploy_delay = Duration(0)});
  upload(leaf);
  zone_level(true);
  ASSERT_EQ(visit(), 200);
  const auto port = origin->port();
  origin.reset();
  origin = or_throw(TlsOrigin::start(env, {.listen = {.port = port}, .client_ca_file = ca_file}));
  EXPECT_EQ(visit(), 200);
  EXPECT_EQ(counted().fresh, 2U);
}

class EdgeNodes : public EdgeTest {};

TEST_F(EdgeNodes, serve_in_turn_and_learn_of_a_change_at_their_own_times_within_the_spread) {
  start({.nodes = 8, .pooling = EdgePooling::kOff}, {.deploy_delay = Duration(0), .edge_spread = Duration(600'000)});
  upload(leaf);
  zone_level(true);
  sim->service().world().advance(Duration(600'000));
  for (int i = 0; i < 8; ++i) EXPECT_EQ(visit(), 200);

  const auto successor = support::issue_client(other_ca(), "edge");
  upload(successor);
  const auto refused_of_eight = [&] {
    int refused = 0;
    for (int i = 0; i < 8; ++i) refused += visit() == 525 ? 1 : 0;
    return refused;
  };
  std::vector<int> refused;
  for (int i = 0; i < 7; ++i) {
    refused.push_back(refused_of_eight());
    sim->service().world().advance(Duration(100'000));
  }
  EXPECT_LT(refused.front(), 8) << "not everywhere at once";
  EXPECT_EQ(refused.back(), 8) << "everywhere when the spread is over";
  EXPECT_TRUE(std::is_sorted(refused.begin(), refused.end())) << testing::PrintToString(refused);
  EXPECT_THAT(refused, testing::Contains(testing::AllOf(testing::Gt(0), testing::Lt(8)))) << "some between";
  EXPECT_GT(counted().behind, 0U);
  EXPECT_EQ(counted().refused_behind, 0U) << "those that were behind presented what the origin trusts";
}

}  // namespace
}  // namespace originpull::cli
