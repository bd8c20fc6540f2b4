// SPDX-License-Identifier: Apache-2.0
// The origin that enforces client certificates, met by the client of the probe room: whom it lets in, what it counts,
// and that it follows its file of CAs. Real sockets and files.
#include "cli/origin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "env/real_env.hpp"
#include "kube/temp_folder.hpp"
#include "pki/describe.hpp"
#include "probe/tls_client.hpp"
#include "support/poll_until.hpp"
#include "support/test_pki.hpp"

namespace originpull::cli {
namespace {

using probe::Happened;
using probe::Outcome;
using testing::HasSubstr;

constexpr Duration kLimit{10'000};

class OriginProgram : public testing::Test {
 protected:
  void start(OriginOptions options = {}) {
    options.client_ca_file = folder.write("ca.pem", ca.certificate_pem);
    options.names = {"example.com"};
    auto started = TlsOrigin::start(
        env, options, [this](const std::string& line) { lines.with([&](auto& all) { all.push_back(line); }); });
    ASSERT_TRUE(started) << describe(started.error());
    origin = std::move(*started);
  }
  Outcome ask(const support::Identity* as) {
    probe::TlsOptions with{.trust = probe::Trust::kGiven, .ca_pem = origin->ca_pem()};
    if (as != nullptr) with.chain_pem = as->bundle_pem();
    if (as != nullptr) with.key_pem = SecretString(as->key_pem);
    const auto client = probe::Client::make(env, with);
    return client->ask({.address = origin->address(), .server_name = "example.com"},
                       {.target = "/path", .host = "example.com"}, env.now() + kLimit, {});
  }
  std::string all_lines() {
    return lines.look([](const auto& all) {
      std::string text;
      for (const std::string& line : all) text += line + "\n";
      return text;
    });
  }

  env::RealEnv env;
  kube::TempFolder folder;
  const support::Identity ca = support::make_ca("edge CA");
  const support::Identity edge = support::issue_client(ca, "edge");
  env::Monitor<std::vector<std::string>> lines{env};
  std::unique_ptr<TlsOrigin> origin;
};

TEST_F(OriginProgram, names_the_certificate_of_whom_it_lets_in) {
  start();
  const Outcome outcome = ask(&edge);
  ASSERT_TRUE(outcome.is(Happened::kAnswered)) << describe(outcome);
  const std::string fingerprint = pki::describe_certificate(edge.certificate_pem)->fingerprint;
  EXPECT_EQ(outcome.answer.status, 200);
  EXPECT_EQ(outcome.answer.body, "client certificate: CN=edge\nfingerprint: " + fingerprint + "\n");
  const OriginCounts counts = origin->counts();
  EXPECT_EQ(counts.answered, 1U);
  EXPECT_EQ(counts.certificates.at(fingerprint), 1U);
  EXPECT_EQ(counts.refused, 0U);
  EXPECT_THAT(all_lines(), HasSubstr("accepted GET /path for example.com client certificate: CN=edge " + fingerprint));
}

TEST_F(OriginProgram, refuses_strangers_and_counts_them_with_the_reason) {
  start();
  const auto stranger = support::issue_client(support::make_ca("edge CA"), "edge");
  EXPECT_TRUE(ask(nullptr).is(Happened::kHandshakeRefused));
  EXPECT_TRUE(ask(&stranger).is(Happened::kHandshakeRefused));
  ASSERT_TRUE(support::poll_until(kLimit, [&] { return origin->counts().refused == 2; }));
  EXPECT_EQ(origin->counts().answered, 0U);
  EXPECT_THAT(origin->counts().last_refused.front().why, HasSubstr("peer did not return a certificate"));
  EXPECT_THAT(all_lines(), HasSubstr("refused the handshake of 127.0.0.1:"));
}

TEST_F(OriginProgram, lets_everybody_in_where_a_certificate_is_optional_or_not_asked_for) {
  start({.require = net::ClientCertificates::kOptional});
  EXPECT_THAT(ask(nullptr).answer.body, HasSubstr("client certificate: none"));
  EXPECT_THAT(ask(&edge).answer.body, HasSubstr("CN=edge"));
  origin.reset();
  start({.require = net::ClientCertificates::kNotAsked});
  EXPECT_THAT(ask(&edge).answer.body, HasSubstr("client certificate: none"));
}

TEST_F(OriginProgram, trusts_what_its_file_of_cas_says_now_and_keeps_the_former_if_it_says_nothing_usable) {
  start();
  const auto other_ca = support::make_ca("other CA");
  const auto other = support::issue_client(other_ca, "other");
  EXPECT_TRUE(ask(&other).is(Happened::kHandshakeRefused));
  folder.write("ca.pem", ca.certificate_pem + other_ca.certificate_pem);
  ASSERT_TRUE(support::poll_until(kLimit, [&] { return ask(&other).is(Happened::kAnswered); }));
  EXPECT_TRUE(ask(&edge).is(Happened::kAnswered));

  folder.write("ca.pem", "nothing of use");
  ASSERT_TRUE(support::poll_until(kLimit, [&] { return !origin->counts().trouble.empty(); }));
  EXPECT_TRUE(ask(&other).is(Happened::kAnswered));
  EXPECT_THAT(all_lines(), HasSubstr("keeps its CAs"));

  folder.write("ca.pem", other_ca.certificate_pem);
  ASSERT_TRUE(support::poll_until(kLimit, [&] { return ask(&edge).is(Happened::kHandshakeRefused); }));
  EXPECT_TRUE(ask(&other).is(Happened::kAnswered));
  EXPECT_EQ(origin->counts().trouble, "");
}

TEST_F(OriginProgram, serves_its_counts_in_plain_http) {
  start({.status = ListenAddress{}});
  EXPECT_TRUE(ask(&edge).is(Happened::kAnswered));
  const std::string url = origin->status_url();
  const std::string address = url.substr(7, url.size() - 8);
  const Outcome status = probe::Client::plain(env).ask({.address = address}, {.host = address}, env.now() + kLimit, {});
  ASSERT_TRUE(status.is(Happened::kAnswered)) << url;
  EXPECT_THAT(status.answer.body, HasSubstr("{\"answered\":1,\"certificates\":{\""));
  EXPECT_THAT(status.answer.body, HasSubstr("\"refused\":0"));
}

TEST_F(OriginProgram, takes_a_certificate_that_it_is_given) {
  const auto server = support::issue_server(ca, {"example.com"});
  OriginOptions options{.require = net::ClientCertificates::kNotAsked,
                        .certificate_file = folder.write("server.pem", server.certificate_pem),
                        .key_file = folder.write("server.key", server.key_pem)};
  auto started = TlsOrigin::start(env, options);
  ASSERT_TRUE(started) << describe(started.error());
  EXPECT_EQ((*started)->ca_pem(), "");
  const auto client = probe::Client::make(env, {.trust = probe::Trust::kGiven, .ca_pem = ca.certificate_pem});
  EXPECT_TRUE(client
                  ->ask({.address = (*started)->address(), .server_name = "example.com"}, {.host = "example.com"},
                        env.now() + kLimit, {})
                  .is(Happened::kAnswered));
}

TEST_F(OriginProgram, does_not_start_without_its_files) {
  const auto started = TlsOrigin::start(env, {.client_ca_file = folder.path("missing.pem")});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(started.error().message, HasSubstr("missing.pem"));
}

}  // namespace
}  // namespace originpull::cli
