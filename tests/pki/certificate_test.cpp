// SPDX-License-Identifier: Apache-2.0
// One certificate at a time: which public keys are strong enough, by every curve and algorithm that a user may bring,
// and which bytes are no certificate.
#include "pki/certificate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "odd_key.hpp"
#include "pki/pem.hpp"
#include "support/test_pki.hpp"

namespace originpull::pki {
namespace {

Certificate with_key(const char* name) {
  support::CertificateOptions options{.common_name = "edge"};
  options.key_pem = odd_key(name);
  auto list = read_certificates(support::issue(support::make_ca(), options).certificate_pem);
  return std::move(list.certificates.at(0));
}

TEST(Certificate, takes_the_three_curves_that_browsers_and_origins_take) {
  for (const char* curve : {"P-256", "P-384", "P-521"}) EXPECT_EQ(with_key(curve).weakness(), "") << curve;
}

TEST(Certificate, finds_other_curves_and_algorithms_too_weak_and_names_them) {
  EXPECT_EQ(with_key("P-224").weakness(), "EC on the curve secp224r1");
  EXPECT_EQ(with_key("secp256k1").weakness(), "EC on the curve secp256k1");
  EXPECT_EQ(with_key("ED25519").weakness(), "a key of the algorithm ED25519");
}

TEST(Certificate, is_the_whole_of_the_bytes_or_nothing) {
  const std::string pem = support::make_ca().certificate_pem;
  const std::string der(scan_pem(pem).at(0).der.reveal());
  ASSERT_TRUE(Certificate::parse(der));
  EXPECT_EQ(Certificate::parse(der)->pem(), pem);
  EXPECT_FALSE(Certificate::parse(der + std::string(1, '\0')));
  EXPECT_FALSE(Certificate::parse(der.substr(0, der.size() - 1)));
  EXPECT_FALSE(Certificate::parse(""));
}

TEST(ReadCertificates, counts_the_broken_and_passes_over_other_blocks) {
  const support::Identity ca = support::make_ca();
  const auto list = read_certificates(ca.key_pem + ca.certificate_pem +
                                      "-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n");
  EXPECT_EQ(list.certificates.size(), 1U);
  EXPECT_EQ(list.broken, 1U);
}

}  // namespace
}  // namespace originpull::pki
