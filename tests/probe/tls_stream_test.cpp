// SPDX-License-Identifier: Apache-2.0
// The handshake by itself: what it tells of the server, and how it ends when the other side is silent, hangs up or
// cannot agree. What HTTP over it does is asked in tls_client_test.cpp.
#include "probe/tls_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pki/describe.hpp"
#include "probe/origin_fixture.hpp"

namespace originpull::probe {
namespace {

class Handshake : public OriginTest {
 protected:
  TlsStart start_with(const TlsOptions& with, const std::string& name) {
    auto context = make_tls_context(with);
    if (!context) throw std::runtime_error(describe(context.error()));
    std::unique_ptr<Socket> socket;
    const Outcome connected = Socket::connect(env, target().address, soon(), {}, socket);
    if (!socket) throw std::runtime_error(describe(connected));
    return start_tls(std::move(socket), context->get(), name, soon(), {});
  }
};

TEST_F(Handshake, tells_the_version_the_servers_certificate_and_whether_it_asked_for_ours) {
  start(net::ClientCertificates::kOptional);
  TlsOptions with = options();
  with.at_most = TlsVersion::k12;
  const TlsStart started = start_with(with, "origin.test");
  ASSERT_TRUE(started.stream) << describe(started.outcome);
  EXPECT_EQ(started.facts.version, "TLSv1.2");
  EXPECT_TRUE(started.facts.certificate_requested);
  const auto shown = pki::describe_certificate(started.facts.server_certificate);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->issuer, "CN=server CA");
  EXPECT_TRUE(started.stream->is_quiet());
}

TEST_F(Handshake, shows_whom_it_met_even_if_it_does_not_trust_it) {
  start();
  const TlsStart started = start_with(options(), "elsewhere.test");
  EXPECT_TRUE(started.outcome.is(Happened::kUntrusted)) << describe(started.outcome);
  EXPECT_FALSE(started.stream);
}

TEST_F(Handshake, fails_with_a_name_that_is_none) {
  start();
  const TlsStart started = start_with(options(), std::string(300, 'a'));
  EXPECT_TRUE(started.outcome.is(Happened::kHandshakeFailed)) << describe(started.outcome);
}

class SilentPeer : public Handshake {
 protected:
  SilentPeer() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, handles), 0); }
  Outcome shake(Duration patience, const std::stop_token& stop = {}) {
    const auto context = make_tls_context({.trust = Trust::kAnything});
    return start_tls(std::make_unique<Socket>(env, handles[0]), context->get(), "x.test", env.now() + patience, stop)
        .outcome;
  }
  int handles[2];
};

TEST_F(SilentPeer, is_given_up_in_time) {
  EXPECT_TRUE(shake(Duration(100)).is(Happened::kHandshakeTimedOut));
  ::close(handles[1]);
}

TEST_F(SilentPeer, is_given_up_at_a_stop) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(shake(Duration(60'000), stop.get_token()).is(Happened::kStopped));
  ::close(handles[1]);
}

TEST_F(SilentPeer, that_hangs_up_has_failed_the_handshake_and_refused_nothing) {
  ::shutdown(handles[1], SHUT_WR);
  const Outcome outcome = shake(Duration(5'000));
  EXPECT_TRUE(outcome.is(Happened::kHandshakeFailed)) << describe(outcome);
  EXPECT_THAT(outcome.detail, testing::HasSubstr("closed"));
  ::close(handles[1]);
}

TEST_F(SilentPeer, that_sends_an_alert_has_refused) {
  const std::string alert("\x15\x03\x03\x00\x02\x02\x28", 7);
  ASSERT_EQ(::send(handles[1], alert.data(), alert.size(), 0), 7);
  const Outcome outcome = shake(Duration(5'000));
  EXPECT_TRUE(outcome.is(Happened::kHandshakeRefused)) << describe(outcome);
  EXPECT_EQ(outcome.detail, "handshake failure");
  ::close(handles[1]);
}

}  // namespace
}  // namespace originpull::probe
