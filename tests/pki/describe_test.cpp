// SPDX-License-Identifier: Apache-2.0
// What a certificate says of itself, against what it was made with.
#include "pki/describe.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/rfc3339.hpp"
#include "support/test_pki.hpp"

namespace originpull::pki {
namespace {

using support::CertificateOptions;
using support::Identity;
using support::KeyType;

TEST(DescribeCertificate, tells_what_it_was_made_with) {
  const Identity ca = support::make_ca("private CA");
  CertificateOptions options{.common_name = "edge"};
  options.not_before = parse_rfc3339("2026-11-01T00:00:00Z").value();
  options.not_after = parse_rfc3339("2099-12-31T23:59:59Z").value();  // beyond UTCTime
  options.serial = 4711;
  const Identity leaf = support::issue(ca, options);
  const auto described = describe_certificate(leaf.certificate_pem);
  ASSERT_TRUE(described);
  EXPECT_EQ(described->subject, "CN=edge");
  EXPECT_EQ(described->issuer, "CN=private CA");
  EXPECT_EQ(described->serial, "4711");
  EXPECT_EQ(described->signature_algorithm, "ecdsa-with-SHA256");
  EXPECT_EQ(described->not_before, *options.not_before);
  EXPECT_EQ(described->not_after, *options.not_after);
  EXPECT_FALSE(described->is_ca);
  EXPECT_EQ(described->pem, leaf.certificate_pem);
  EXPECT_TRUE(describe_certificate(ca.certificate_pem)->is_ca);
}

TEST(DescribeCertificate, names_an_rsa_signature) {
  CertificateOptions options{.common_name = "edge"};
  options.key = {.type = KeyType::kRsa};
  EXPECT_EQ(describe_certificate(support::make_self_signed(options).certificate_pem)->signature_algorithm,
            "sha256WithRSAEncryption");
}

TEST(DescribeCertificate, shows_other_alphabets_and_bounds_the_length) {
  EXPECT_EQ(describe_certificate(support::make_ca("Bücher").certificate_pem)->subject, "CN=Bücher");
  EXPECT_EQ(describe_certificate(support::make_ca("a\nb").certificate_pem)->subject, "CN=a\\0Ab");
  EXPECT_LE(describe_certificate(support::make_ca(std::string(64, 'x')).certificate_pem)->subject.size(), 259U);
}

TEST(DescribeCertificates, lists_all_in_order) {
  const Identity ca = support::make_ca("root");
  const Identity leaf = support::issue_client(support::issue_intermediate(ca, "middle"), "edge");
  const auto all = describe_certificates(leaf.bundle_pem() + ca.certificate_pem);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ((*all)[0].subject, "CN=edge");
  EXPECT_EQ((*all)[1].subject, "CN=middle");
  EXPECT_EQ((*all)[2].subject, "CN=root");
}

TEST(DescribeCertificate, refuses_text_without_a_readable_certificate) {
  const Identity ca = support::make_ca();
  for (const std::string& text : {std::string(), std::string("x"), ca.key_pem, ca.certificate_pem.substr(0, 100)}) {
    EXPECT_EQ(describe_certificate(text).error().kind, ErrorKind::kInvalid) << text;
  }
}

TEST(KeyMatches, only_for_the_certificates_own_key) {
  const Identity a = support::make_self_signed({.common_name = "a"});
  const Identity b = support::make_self_signed({.common_name = "b"});
  EXPECT_TRUE(key_matches(a.certificate_pem, a.key_pem));
  EXPECT_FALSE(key_matches(a.certificate_pem, b.key_pem));
  EXPECT_FALSE(key_matches(a.certificate_pem, ""));
  EXPECT_FALSE(key_matches("", a.key_pem));
  EXPECT_FALSE(key_matches(a.certificate_pem, support::encrypt_key(a.key_pem, "sesame")));
}

}  // namespace
}  // namespace originpull::pki
