// SPDX-License-Identifier: Apache-2.0
// Whom an adapter believes: a real handshake with a server for each way in which a certificate can be right or wrong. A
// refusal must come before anything is sent (kUnavailable, and the server's script has read no request) and say the
// verifier's reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>

#include "net/network_contract.hpp"

namespace originpull::net {
namespace {

using support::Identity;
using testing::HasSubstr;

class NetworkTls : public NetworkContract {
 protected:
  static void answer_all(Peer& peer) {
    while (peer.read()) peer.answer(200, "hello");
  }

  // Serves `identity`, connects with `tls` to `host`, and expects a refusal with that reason before any request.
  void expect_refused(const Identity& identity, const std::string& reason, std::string_view host = "127.0.0.1",
                      const Identity& ca = test_ca()) {
    TlsTestServer server({.identity = identity}, answer_all);
    const auto answer = get({.base_url = server.url(host), .tls = {.ca_pem = ca.certificate_pem}});
    ASSERT_FALSE(answer.has_value()) << "accepted";
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(answer.error().message, HasSubstr("TLS handshake failed"));
    EXPECT_THAT(answer.error().message, HasSubstr(reason));
    EXPECT_TRUE(server.seen().empty()) << "a request was sent all the same";
  }

  void expect_accepted(const Identity& identity, Endpoint endpoint = {}, std::string_view host = "127.0.0.1") {
    TlsTestServer server({.identity = identity}, answer_all);
    endpoint.base_url = server.url(host);
    const auto answer = get(endpoint);
    ASSERT_TRUE(answer.has_value()) << describe(answer.error());
    EXPECT_EQ(answer->body, "hello");
  }

  static Identity leaf(support::CertificateOptions options) {
    if (options.extended_key_usage.empty()) options.extended_key_usage = "serverAuth";
    return support::issue(test_ca(), std::move(options));
  }
  static Endpoint trusting(const Identity& ca) { return {.base_url = {}, .tls = {.ca_pem = ca.certificate_pem}}; }
};

INSTANTIATE_TEST_SUITE_P(Network, NetworkTls, testing::ValuesIn(adapters()), adapter_name);

TEST_P(NetworkTls, a_certificate_of_the_right_ca_is_accepted_by_address_and_by_name) {
  expect_accepted(test_identity(), trusting(test_ca()));
  expect_accepted(test_identity(), trusting(test_ca()), "localhost");
}

TEST_P(NetworkTls, an_rsa_certificate_below_an_intermediate_is_accepted) {
  const Identity middle = support::issue_intermediate(test_ca(), "middle");
  const Identity rsa = support::issue(
      middle,
      {.ip_addresses = {"127.0.0.1"}, .extended_key_usage = "serverAuth", .key = {.type = support::KeyType::kRsa}});
  expect_accepted(rsa, trusting(test_ca()));
}

TEST_P(NetworkTls, an_intermediate_that_was_named_as_the_ca_is_an_anchor) {
  const Identity middle = support::issue_intermediate(test_ca(), "middle");
  expect_accepted(support::issue_server(middle, {"127.0.0.1"}), trusting(middle));
}

TEST_P(NetworkTls, another_ca_is_refused_even_with_the_same_name) {
  const Identity other = support::make_ca("net test CA");
  expect_refused(support::issue_server(other, {"127.0.0.1"}), "certificate");
}

TEST_P(NetworkTls, a_self_signed_certificate_is_refused) {
  expect_refused(support::make_self_signed({.ip_addresses = {"127.0.0.1"}, .extended_key_usage = "serverAuth"}),
                 "self-signed certificate");
}

TEST_P(NetworkTls, an_expired_certificate_is_refused) {
  expect_refused(leaf({.ip_addresses = {"127.0.0.1"}, .valid_from = Seconds(-7200), .valid_until = Seconds(-60)}),
                 "certificate has expired");
}

TEST_P(NetworkTls, a_certificate_that_is_not_valid_yet_is_refused) {
  expect_refused(leaf({.ip_addresses = {"127.0.0.1"}, .valid_from = Seconds(3600)}), "certificate is not yet valid");
}

TEST_P(NetworkTls, a_certificate_for_another_name_is_refused) {
  expect_refused(leaf({.dns_names = {"other.example"}}), "hostname mismatch", "localhost");
  expect_refused(leaf({.dns_names = {"localhost"}}), "IP address mismatch", "127.0.0.1");
  expect_refused(leaf({.ip_addresses = {"127.0.0.2"}}), "IP address mismatch", "127.0.0.1");
}

TEST_P(NetworkTls, the_common_name_never_stands_in_for_a_subject_alternative_name) {
  expect_refused(leaf({.common_name = "localhost"}), "hostname mismatch", "localhost");
  expect_refused(leaf({.common_name = "localhost", .dns_names = {"other.example"}}), "hostname mismatch", "localhost");
  expect_refused(leaf({.common_name = "127.0.0.1"}), "IP address mismatch", "127.0.0.1");
}

TEST_P(NetworkTls, a_certificate_made_for_clients_is_refused) {
  expect_refused(leaf({.ip_addresses = {"127.0.0.1"}, .extended_key_usage = "clientAuth"}),
                 "unsuitable certificate purpose");
}

TEST_P(NetworkTls, a_leaf_cannot_sign_another) {
  const Identity signer = leaf({.common_name = "no CA"});
  expect_refused(support::issue_server(signer, {"127.0.0.1"}), "invalid CA certificate");
}

TEST_P(NetworkTls, the_systems_roots_are_trusted_when_no_ca_is_given_and_only_then) {
  const Identity identity = support::issue_server(system_root(), {"127.0.0.1"});
  expect_accepted(identity);
  // Where an adapter's library would look for roots by itself: it must not add them to the CA that was given.
  char path[] = "/tmp/originpull-net-test-XXXXXX";
  const int handle = ::mkstemp(path);
  ASSERT_GE(handle, 0);
  const std::string& pem = system_root().certificate_pem;
  ASSERT_EQ(::write(handle, pem.data(), pem.size()), static_cast<ssize_t>(pem.size()));
  ::close(handle);
  const std::string before = std::getenv("SSL_CERT_FILE");
  ::setenv("SSL_CERT_FILE", path, 1);
  expect_refused(identity, "certificate");
  ::setenv("SSL_CERT_FILE", before.c_str(), 1);
  ::unlink(path);
}

TEST_P(NetworkTls, without_a_ca_a_server_that_no_root_vouches_for_is_refused) {
  TlsTestServer server(tls(), answer_all);
  const auto answer = get({.base_url = server.url()});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(server.seen().empty());
}

TEST_P(NetworkTls, the_server_name_is_verified_and_sent_instead_of_the_urls_host) {
  const Identity identity = leaf({.dns_names = {"kubernetes.example"}});
  TlsTestServer server({.identity = identity}, answer_all);
  Endpoint endpoint = endpoint_of(server);
  endpoint.tls.server_name = "kubernetes.example";
  const auto answer = get(endpoint);
  ASSERT_TRUE(answer.has_value()) << describe(answer.error());
  EXPECT_EQ(server.seen().at(0).header("Host"), "kubernetes.example");

  endpoint.tls.server_name = "other.example";
  const auto refused = get(endpoint);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("hostname mismatch"));
}

TEST_P(NetworkTls, verification_is_skipped_only_when_that_was_said) {
  const Identity stranger = support::make_self_signed({.common_name = "stranger"});
  for (const std::string& ca : {test_ca().certificate_pem, std::string()}) {
    expect_accepted(stranger, {.base_url = {}, .tls = {.ca_pem = ca, .insecure_skip_verify = true}});
  }
}

TEST_P(NetworkTls, a_client_certificate_is_presented_with_its_intermediates) {
  const Identity middle = support::issue_intermediate(test_ca(), "middle for clients");
  for (const auto& client : {support::issue_client(test_ca(), "direct"), support::issue_client(middle, "below")}) {
    TlsTestServer server({.identity = test_identity(), .client_ca_pem = test_ca().certificate_pem}, answer_all);
    Endpoint endpoint = endpoint_of(server);
    endpoint.tls.certificate_pem = client.bundle_pem();
    endpoint.tls.key_pem = SecretString(client.key_pem);
    const auto answer = get(endpoint);
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : describe(answer.error()));
  }
}

TEST_P(NetworkTls, a_server_that_misses_a_client_certificate_is_an_error_and_the_outcome_of_a_mutation_unknown) {
  TlsTestServer server({.identity = test_identity(), .client_ca_pem = test_ca().certificate_pem}, answer_all);
  const auto answer = open(endpoint_of(server))->send(mutation(), {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_TRUE(server.seen().empty());
}

TEST_P(NetworkTls, credentials_that_cannot_be_used_are_refused_when_opening_and_say_why) {
  const Identity client = support::issue_client(test_ca(), "client");
  const auto error = [&](Tls tls) {
    const auto opened = network_->open({.base_url = "https://127.0.0.1:1", .tls = std::move(tls)});
    if (opened) return std::string("opened");
    EXPECT_EQ(opened.error().kind, ErrorKind::kInvalid);
    return opened.error().message;
  };
  EXPECT_THAT(error({.ca_pem = "no PEM"}), HasSubstr("the CA holds no PEM certificate"));
  EXPECT_THAT(
      error({.ca_pem = test_ca().certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}),
      HasSubstr("damaged certificate after 1 good"));
  EXPECT_THAT(error({.certificate_pem = client.certificate_pem}), HasSubstr("must be given together"));
  EXPECT_THAT(error({.certificate_pem = client.certificate_pem, .key_pem = SecretString("no PEM")}),
              HasSubstr("no unencrypted PEM private key"));
  EXPECT_THAT(error({.certificate_pem = client.certificate_pem,
                     .key_pem = SecretString(support::encrypt_key(client.key_pem, "passphrase"))}),
              HasSubstr("no unencrypted PEM private key"));
  EXPECT_THAT(error({.certificate_pem = client.certificate_pem, .key_pem = SecretString(test_ca().key_pem)}),
              HasSubstr("does not belong to the client certificate"));
}

}  // namespace
}  // namespace originpull::net
