// SPDX-License-Identifier: Apache-2.0
// What a server may be told of client certificates: options that make no sense are an error at its start. Who is
// accepted and who is refused is asked by the client of tests/probe.
#include "net/server_tls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <cerrno>

#include "support/test_pki.hpp"

namespace originpull::net {
namespace {

using testing::HasSubstr;

class ServerContextTest : public testing::Test {
 protected:
  ServerOptions options(ClientCertificates mode) const {
    return {.certificate_pem = identity.certificate_pem,
            .key_pem = SecretString(identity.key_pem),
            .client_certificates = mode};
  }
  static std::string complaint(const ServerOptions& options, const std::string& ca) {
    const auto made = make_server_context(options, ca);
    if (made) return *made ? "a context" : "no context";
    EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
    return made.error().message;
  }
  const support::Identity identity = support::make_self_signed({});
  const std::string ca = support::make_ca().certificate_pem;
};

TEST_F(ServerContextTest, is_made_only_for_tls) {
  EXPECT_EQ(complaint({}, ""), "no context");
  EXPECT_EQ(complaint(options(ClientCertificates::kNotAsked), ""), "a context");
  EXPECT_EQ(complaint(options(ClientCertificates::kOptional), ca), "a context");
  EXPECT_EQ(complaint(options(ClientCertificates::kRequired), ca + ca), "a context");
}

TEST_F(ServerContextTest, needs_a_ca_for_the_certificates_of_clients) {
  for (const auto mode : {ClientCertificates::kOptional, ClientCertificates::kRequired}) {
    EXPECT_THAT(complaint(options(mode), ""), HasSubstr("no CA is given"));
    EXPECT_THAT(complaint(options(mode), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
                HasSubstr("cannot be read"));
    EXPECT_THAT(complaint({.client_certificates = mode}, ca), HasSubstr("only over TLS"));
  }
}

TEST(RefusalOfAClient, is_told_from_every_other_failure) {
  EXPECT_TRUE(refuses_client(static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_CERTIFICATE_VERIFY_FAILED))));
  EXPECT_TRUE(refuses_client(static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE))));
  EXPECT_FALSE(refuses_client(static_cast<int>(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE))));
  EXPECT_FALSE(refuses_client(ECONNRESET));
  EXPECT_FALSE(refuses_client(0));
}

}  // namespace
}  // namespace originpull::net
