// SPDX-License-Identifier: Apache-2.0
// What each bad Secret of product.md section 8 is called, and that the sentence names the Secret and never its content.
#include "reconcile/pairs.hpp"

#include <gtest/gtest.h>

#include "support/test_pki.hpp"

namespace originpull::reconcile {
namespace {

using api::Reason;

const Wall kNow = std::chrono::time_point_cast<Duration>(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24));

support::CertificateOptions valid_now() {
  support::CertificateOptions options;
  options.not_before = kNow - Seconds(3600);
  options.not_after = kNow + Seconds(3600);
  options.extended_key_usage = "clientAuth";
  return options;
}

Secret secret(const std::string& crt, const std::string& key) {
  Secret s;
  s.type = kTlsType;
  s.values.emplace(kCertificateKey, SecretString(crt));
  s.values.emplace(kPrivateKeyKey, SecretString(key));
  return s;
}

plan::Pair judge(const Secret& s) { return judge_pair("edge", s, kNow); }

TEST(Pairs, a_good_pair_has_its_fingerprint_and_no_problem) {
  const auto ca = support::make_ca();
  const auto id = support::issue(ca, valid_now());
  const plan::Pair pair = judge(secret(id.certificate_pem, id.key_pem));
  EXPECT_EQ(pair.problem, Reason::kValid);
  EXPECT_EQ(pair.leaf.size(), 64U);
}

TEST(Pairs, each_fault_has_its_reason_and_names_the_secret) {
  const auto ca = support::make_ca();
  const auto good = support::issue(ca, valid_now());
  auto server = valid_now();
  server.extended_key_usage = "serverAuth";
  const auto no_client = support::issue(ca, server);
  auto weak_options = valid_now();
  weak_options.key.type = support::KeyType::kRsa;
  weak_options.key.rsa_bits = 1024;
  const auto weak = support::issue(ca, weak_options);
  const struct {
    std::string crt, key;
    Reason reason;
  } cases[] = {
      {"garbage", good.key_pem, Reason::kCertificateUnreadable},
      {good.certificate_pem, "garbage", Reason::kKeyUnreadable},
      {good.certificate_pem, support::encrypt_key(good.key_pem, "x"), Reason::kKeyEncrypted},
      {good.certificate_pem, support::make_key(), Reason::kKeyMismatch},
      {ca.certificate_pem, ca.key_pem, Reason::kCertificateIsCA},
      {good.certificate_pem + no_client.certificate_pem, good.key_pem, Reason::kMultipleLeaves},
      {no_client.certificate_pem, no_client.key_pem, Reason::kNoClientAuth},
      {weak.certificate_pem, weak.key_pem, Reason::kKeyTooWeak},
  };
  for (const auto& c : cases) {
    const plan::Pair pair = judge(secret(c.crt, c.key));
    EXPECT_EQ(api::to_string(pair.problem), api::to_string(c.reason));
    EXPECT_NE(pair.detail.find("Secret edge"), std::string::npos);
    EXPECT_EQ(pair.detail.find("BEGIN"), std::string::npos);
  }
}

TEST(Pairs, a_secret_of_another_type_or_without_a_key_is_named_so) {
  Secret opaque = secret("x", "y");
  opaque.type = "Opaque";
  EXPECT_EQ(judge(opaque).problem, Reason::kSecretWrongType);
  EXPECT_EQ(judge(secret("x", "")).problem, Reason::kSecretKeyMissing);
}

// The facts are kept while the Secret is unchanged, so time must not be frozen into them, nor hide another fault.
TEST(Pairs, expiry_is_left_to_the_planner_and_hides_no_other_fault) {
  const auto ca = support::make_ca();
  auto old = valid_now();
  old.not_before = kNow - Seconds(7200);
  old.not_after = kNow - Seconds(3600);
  const auto id = support::issue(ca, old);
  EXPECT_EQ(judge(secret(id.certificate_pem, id.key_pem)).problem, Reason::kValid);
  EXPECT_EQ(judge(secret(id.certificate_pem, support::make_key())).problem, Reason::kKeyMismatch);
}

}  // namespace
}  // namespace originpull::reconcile
