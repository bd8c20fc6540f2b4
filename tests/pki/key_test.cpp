// SPDX-License-Identifier: Apache-2.0
// Private keys: the first one in a text counts, and a key file that carries the right public half beside a wrong
// private one is found out. The forged file is spliced: one key's scalar, another key's point.
#include "pki/key.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "odd_key.hpp"
#include "pki/pem.hpp"
#include "support/test_pki.hpp"

namespace originpull::pki {
namespace {

using support::Identity;

// A P-256 key with the private half of `secret` and the public half of `shown`: the point is the last 65 bytes of
// PKCS#8.
std::string forged(const std::string& secret, const std::string& shown) {
  constexpr std::size_t kPoint = 65;
  const auto lower = scan_pem(secret).at(0).der.clone();
  const auto upper = scan_pem(shown).at(0).der.clone();
  std::string der(lower.reveal().substr(0, lower.size() - kPoint));
  der += upper.reveal().substr(upper.size() - kPoint);
  return write_pem("PRIVATE KEY", der);
}

Certificate certificate_of(const Identity& identity) {
  return std::move(read_certificates(identity.certificate_pem).certificates.at(0));
}

TEST(ReadKey, takes_the_first_private_key_of_several) {
  const Identity a = support::make_self_signed({.common_name = "a"});
  const Identity b = support::make_self_signed({.common_name = "b"});
  EXPECT_TRUE(belongs_to(read_key(a.key_pem + b.key_pem), certificate_of(a)));
  EXPECT_FALSE(belongs_to(read_key(b.key_pem + a.key_pem), certificate_of(a)));
}

TEST(ReadKey, does_not_look_beyond_a_private_key_that_it_cannot_read) {
  const std::string broken = "-----BEGIN PRIVATE KEY-----\nZm9v\n-----END PRIVATE KEY-----\n";
  EXPECT_EQ(read_key(broken + support::make_key()).fault, Fault::kKeyUnreadable);
}

TEST(BelongsTo, is_not_taken_in_by_a_forged_public_half) {
  const Identity mine = support::make_self_signed({.common_name = "mine"});
  const KeyReading forgery = read_key(forged(support::make_key(), mine.key_pem));
  ASSERT_EQ(forgery.fault, Fault::kNone) << forgery.detail;
  EXPECT_FALSE(belongs_to(forgery, certificate_of(mine)));
  EXPECT_TRUE(belongs_to(read_key(forged(mine.key_pem, mine.key_pem)), certificate_of(mine)));
}

TEST(BelongsTo, works_for_every_algorithm_that_can_be_read) {
  for (const char* name : {"P-384", "P-521", "ED25519"}) {
    support::CertificateOptions options{.common_name = "edge"};
    options.key_pem = odd_key(name);
    const Certificate certificate = certificate_of(support::issue(support::make_ca(), options));
    EXPECT_TRUE(belongs_to(read_key(options.key_pem), certificate)) << name;
    EXPECT_FALSE(belongs_to(read_key(odd_key(name)), certificate)) << name;
  }
}

TEST(WritePkcs8, writes_the_same_key_in_one_block) {
  const Identity a = support::make_self_signed({.common_name = "a"});
  const SecretString pem = write_pkcs8(read_key("stray\n" + a.key_pem + "stray\n"));
  EXPECT_TRUE(pem.reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_TRUE(pem.reveal().ends_with("-----END PRIVATE KEY-----\n"));
  EXPECT_TRUE(belongs_to(read_key(pem.reveal()), certificate_of(a)));
}

}  // namespace
}  // namespace originpull::pki
