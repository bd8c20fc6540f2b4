// SPDX-License-Identifier: Apache-2.0
// Credentials that cannot be used are told at once, in words that hold no key.
#include "probe/tls_context.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_pki.hpp"

namespace originpull::probe {
namespace {

using testing::HasSubstr;

std::string complaint(const TlsOptions& options) {
  const auto made = make_tls_context(options);
  if (made) return "none";
  EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(describe(made.error()), testing::Not(HasSubstr("PRIVATE KEY")));
  return made.error().message;
}

TEST(TlsClientCredentials, are_taken_whole_and_in_every_form_of_key) {
  for (const auto form : {support::KeyForm::kPkcs8, support::KeyForm::kTraditional}) {
    for (const auto type : {support::KeyType::kEc, support::KeyType::kRsa}) {
      const auto leaf = support::make_self_signed({.key = {.type = type, .form = form}});
      EXPECT_EQ(complaint({.chain_pem = leaf.certificate_pem, .key_pem = SecretString(leaf.key_pem)}), "none");
    }
  }
  const auto ca = support::make_ca();
  EXPECT_EQ(complaint({.trust = Trust::kGiven, .ca_pem = "a comment\n" + ca.certificate_pem}), "none");
  EXPECT_EQ(complaint({.trust = Trust::kAnything}), "none");
}

TEST(TlsClientCredentials, that_cannot_be_used_are_refused_with_the_reason) {
  const auto one = support::make_self_signed({});
  const auto other = support::make_self_signed({});
  const auto with = [](const std::string& chain, const std::string& key) {
    return complaint({.chain_pem = chain, .key_pem = SecretString(key)});
  };
  EXPECT_THAT(with("nothing", one.key_pem), HasSubstr("no PEM certificate"));
  EXPECT_THAT(with(one.certificate_pem, ""), HasSubstr("no unencrypted PEM key"));
  EXPECT_THAT(with(one.certificate_pem, support::encrypt_key(one.key_pem, "x")), HasSubstr("no unencrypted PEM key"));
  EXPECT_THAT(with(one.certificate_pem, other.key_pem), HasSubstr("not that of the certificate"));
  const std::string damaged = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
  EXPECT_THAT(with(one.certificate_pem + damaged, one.key_pem), HasSubstr("damaged"));
  EXPECT_THAT(complaint({.trust = Trust::kGiven}), HasSubstr("no PEM certificates"));
  EXPECT_THAT(complaint({.trust = Trust::kGiven, .ca_pem = one.certificate_pem + damaged}), HasSubstr("no PEM"));
}

}  // namespace
}  // namespace originpull::probe
