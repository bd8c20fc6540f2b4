// SPDX-License-Identifier: Apache-2.0
// The client against the server of the house as an origin that demands client certificates, over TLS 1.2 and 1.3:
// who is accepted and refused, and what the client says of every other ending. Real sockets on loopback.
#include "probe/tls_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/origin_fixture.hpp"
#include "support/poll_until.hpp"
#include "support/port.hpp"

namespace originpull::probe {
namespace {

using net::ClientCertificates;
using testing::HasSubstr;

class ClientCertificate : public OriginTest, public testing::WithParamInterface<TlsVersion> {
 protected:
  TlsOptions as(const support::Identity* identity) const {
    TlsOptions made = options(identity);
    made.at_least = made.at_most = GetParam();
    return made;
  }
  std::string version() const { return GetParam() == TlsVersion::k12 ? "TLSv1.2" : "TLSv1.3"; }
};

TEST_P(ClientCertificate, of_the_right_ca_is_accepted) {
  start(ClientCertificates::kRequired);
  const Outcome outcome = ask(as(&edge()), "/x");
  ASSERT_TRUE(outcome.is(Happened::kAnswered)) << describe(outcome);
  EXPECT_EQ(outcome.answer.status, 200);
  EXPECT_EQ(outcome.answer.body, "GET /x  somebody");
  EXPECT_EQ(facts.version, version());
  EXPECT_TRUE(facts.certificate_requested);
  EXPECT_EQ(refused, 0);
}

TEST_P(ClientCertificate, is_missed_with_an_alert_however_often_it_is_tried) {
  start(ClientCertificates::kRequired);
  // Often, because a reset could overtake the alert.
  for (int i = 1; i <= 50; ++i) {
    const Outcome outcome = ask(as(nullptr));
    ASSERT_TRUE(outcome.is(Happened::kHandshakeRefused)) << describe(outcome);
    EXPECT_EQ(outcome.detail, GetParam() == TlsVersion::k12 ? "handshake failure" : "certificate required");
    EXPECT_TRUE(facts.certificate_requested);
  }
  EXPECT_TRUE(support::poll_until(Duration(5'000), [&] { return refused == 50; })) << refused;
}

TEST_P(ClientCertificate, of_another_ca_of_the_same_name_is_refused_with_an_alert) {
  start(ClientCertificates::kRequired);
  const Outcome outcome = ask(as(&stranger()));
  ASSERT_TRUE(outcome.is(Happened::kHandshakeRefused)) << describe(outcome);
  EXPECT_THAT(outcome.detail, testing::AnyOf("unknown CA", "bad certificate", "decrypt error"));
}

TEST_P(ClientCertificate, that_has_expired_is_refused_with_an_alert) {
  start(ClientCertificates::kRequired);
  const auto expired =
      support::issue(client_ca(), {.common_name = "edge", .valid_from = Seconds(-7200), .valid_until = Seconds(-3600)});
  const Outcome outcome = ask(as(&expired));
  ASSERT_TRUE(outcome.is(Happened::kHandshakeRefused)) << describe(outcome);
  EXPECT_EQ(outcome.detail, "certificate expired");
}

TEST_P(ClientCertificate, is_not_needed_where_it_is_optional_but_a_wrong_one_is_refused) {
  start(ClientCertificates::kOptional);
  EXPECT_EQ(ask(as(nullptr)).answer.body, "GET /  nobody");
  EXPECT_EQ(ask(as(&edge())).answer.body, "GET /  somebody");
  EXPECT_TRUE(ask(as(&stranger())).is(Happened::kHandshakeRefused));
}

TEST_P(ClientCertificate, is_not_shown_where_nobody_asks) {
  start(ClientCertificates::kNotAsked);
  EXPECT_EQ(ask(as(&edge())).answer.body, "GET /  nobody");
  EXPECT_FALSE(facts.certificate_requested);
}

TEST_P(ClientCertificate, is_shown_on_every_connection_because_nothing_is_resumed) {
  start(ClientCertificates::kRequired);
  const Client edge_client = client(as(&edge()));
  const auto ask_again = [&] { return edge_client.ask(target(), {.host = "origin.test"}, soon(), {}); };
  EXPECT_TRUE(ask_again().is(Happened::kAnswered));
  const auto other = support::make_ca("other");
  ASSERT_TRUE(server->trust_clients(other.certificate_pem));
  EXPECT_TRUE(ask_again().is(Happened::kHandshakeRefused));
  ASSERT_TRUE(server->trust_clients(other.certificate_pem + client_ca().certificate_pem));
  EXPECT_TRUE(ask_again().is(Happened::kAnswered));
}

INSTANTIATE_TEST_SUITE_P(Tls, ClientCertificate, testing::Values(TlsVersion::k12, TlsVersion::k13),
                         [](const auto& one) { return one.param == TlsVersion::k12 ? "1_2" : "1_3"; });

class ProbeClient : public OriginTest {
 protected:
  HttpRequest get(const std::string& path = "/") { return {.target = path, .host = "origin.test"}; }
};

TEST_F(ProbeClient, keeps_a_connection_for_further_requests_and_what_was_shown_at_its_handshake_still_counts) {
  start(ClientCertificates::kRequired);
  Opened opened = client(options(&edge())).open(target(), soon(), {});
  ASSERT_TRUE(opened.connection) << describe(opened.outcome);
  EXPECT_FALSE(opened.connection->was_used());
  ASSERT_TRUE(server->trust_clients(server_ca().certificate_pem));  // no longer that of the edge
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(opened.connection->reusable());
    const Outcome outcome =
        opened.connection->exchange({.method = "POST", .target = "/a", .host = "origin.test", .body = "b"}, soon(), {});
    EXPECT_EQ(outcome.answer.body, "POST /a b somebody") << describe(outcome);
  }
  EXPECT_TRUE(opened.connection->was_used());
}

TEST_F(ProbeClient, knows_that_the_server_has_ended_a_kept_connection) {
  start();
  Opened opened = client(options()).open(target(), soon(), {});
  ASSERT_TRUE(opened.connection);
  ASSERT_TRUE(opened.connection->exchange(get(), soon(), {}).is(Happened::kAnswered));
  EXPECT_TRUE(opened.connection->reusable());
  server->stop();
  EXPECT_TRUE(support::poll_until(Duration(5'000), [&] { return !opened.connection->reusable(); }));
  EXPECT_TRUE(opened.connection->exchange(get(), soon(), {}).is(Happened::kClosed));
}

TEST_F(ProbeClient, speaks_plain_http_too) {
  serve({});
  const Client plain = Client::plain(env);
  EXPECT_EQ(plain.ask(target(), get("/p"), soon(), {}).answer.body, "GET /p  nobody");
}

TEST_F(ProbeClient, tells_that_nobody_listens) {
  const auto port = support::Port::take();
  ASSERT_TRUE(port);
  const auto refused_there = client(options()).open({.address = port->address()}, soon(), {});
  EXPECT_TRUE(refused_there.outcome.is(Happened::kRefused)) << describe(refused_there.outcome);
  EXPECT_FALSE(refused_there.connection);
}

TEST_F(ProbeClient, does_not_trust_a_server_of_another_ca_another_name_or_the_system) {
  start();
  TlsOptions other = options();
  other.ca_pem = client_ca().certificate_pem;
  Outcome outcome = ask(other);
  EXPECT_TRUE(outcome.is(Happened::kUntrusted)) << describe(outcome);
  EXPECT_THAT(outcome.detail, HasSubstr("issuer"));

  const Client right = client(options());
  outcome = right.ask({.address = target().address, .server_name = "elsewhere.test"}, get(), soon(), {});
  EXPECT_TRUE(outcome.is(Happened::kUntrusted)) << describe(outcome);
  EXPECT_THAT(outcome.detail, HasSubstr("ostname"));
  outcome = right.ask({.address = target().address, .server_name = "127.0.0.1"}, get(), soon(), {});
  EXPECT_TRUE(outcome.is(Happened::kAnswered)) << describe(outcome);
  outcome = right.ask({.address = target().address, .server_name = "127.0.0.2"}, get(), soon(), {});
  EXPECT_TRUE(outcome.is(Happened::kUntrusted)) << describe(outcome);

  EXPECT_TRUE(ask({.trust = Trust::kSystem}).is(Happened::kUntrusted));
  EXPECT_TRUE(support::poll_until(Duration(5'000), [&] { return failed == 4; })) << failed;
  EXPECT_EQ(refused, 0) << "it was not the server who refused";
  EXPECT_TRUE(ask({.trust = Trust::kAnything}).is(Happened::kAnswered));
  EXPECT_THAT(facts.server_certificate, HasSubstr("BEGIN CERTIFICATE"));
}

TEST_F(ProbeClient, tells_apart_a_server_that_does_not_speak_tls) {
  serve({});
  const Outcome outcome = ask(options());
  EXPECT_TRUE(outcome.is(Happened::kHandshakeFailed)) << describe(outcome);
  EXPECT_FALSE(outcome.detail.empty());
}

TEST_F(ProbeClient, says_of_a_tls_server_asked_in_plain_text_that_this_is_no_answer) {
  start();
  const Outcome outcome = Client::plain(env).ask(target(), get(), soon(), {});
  EXPECT_TRUE(outcome.is(Happened::kNotHttp) || outcome.is(Happened::kClosed)) << describe(outcome);
}

TEST_F(ProbeClient, tells_a_missing_answer_from_half_a_one) {
  start();
  Outcome outcome = ask(options(), "/close");
  EXPECT_TRUE(outcome.is(Happened::kClosed)) << describe(outcome);
  EXPECT_FALSE(outcome.answer_began);
  outcome = ask(options(), "/cut");
  EXPECT_TRUE(outcome.is(Happened::kClosed)) << describe(outcome);
  EXPECT_TRUE(outcome.answer_began);
}

TEST_F(ProbeClient, waits_no_longer_than_it_may_and_ends_soon_after_a_stop) {
  start();
  const Client asker = client(options());
  EXPECT_TRUE(asker.ask(target(), get("/hang"), env.now() + Duration(300), {}).is(Happened::kAnswerTimedOut));
  std::stop_source stop;
  const auto later = env.spawn("stopper", [&](const std::stop_token&) {
    env::pause_until(env, env.now() + Duration(100), {});
    stop.request_stop();
  });
  EXPECT_TRUE(asker.ask(target(), get("/hang"), soon(), stop.get_token()).is(Happened::kStopped));
  EXPECT_TRUE(asker.ask(target(), get(), soon(), stop.get_token()).is(Happened::kStopped)) << "already stopped";
}

TEST_F(ProbeClient, refuses_an_answer_that_is_too_long) {
  start();
  const Outcome outcome = client(options()).ask(target(), {.host = "origin.test", .max_body = 3}, soon(), {});
  EXPECT_TRUE(outcome.is(Happened::kNotHttp)) << describe(outcome);
}

}  // namespace
}  // namespace originpull::probe
