// SPDX-License-Identifier: Apache-2.0
// What a bad pair gets (product.md section 8): a condition with its reason, nothing changed at Cloudflare and nothing
// lost, and recovery by a good pair without anybody's help. Method: a table of bad Secrets, each put in the place of a
// good one of an enabled zone, and then in the place of nothing; the simulator's log says what was changed, and a good
// pair follows each. The facts themselves are tested in tests/pki; here it is that they reach the user.
#include "e2e/installation.hpp"

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using support::CertificateOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kSecret = "edge-client-tls";

struct BadPair {
  std::string reason;
  std::string certificate;
  std::string key;
};

class BadPairs : public Installation {
 protected:
  support::Identity issued(CertificateOptions options) const {
    options.common_name = "bad";
    return support::issue(authority(), std::move(options));
  }

  std::vector<BadPair> bad_pairs() const {
    const auto good = issued({});
    const auto other = issued({});
    const auto of = [](const std::string& reason, const support::Identity& one) {
      return BadPair{.reason = reason, .certificate = one.certificate_pem, .key = one.key_pem};
    };
    return {
        {.reason = "KeyMismatch", .certificate = good.certificate_pem, .key = other.key_pem},
        {.reason = "KeyEncrypted",
         .certificate = good.certificate_pem,
         .key = support::encrypt_key(good.key_pem, "pass")},
        {.reason = "CertificateUnreadable", .certificate = "garbage", .key = good.key_pem},
        {.reason = "KeyUnreadable", .certificate = good.certificate_pem, .key = "garbage"},
        of("CertificateExpired", issued({.valid_from = Seconds(-7200), .valid_until = Seconds(-3600)})),
        of("CertificateNotYetValid", issued({.valid_from = Seconds(3600), .valid_until = Seconds(7200)})),
        of("CertificateIsCA", issued({.ca = true})),
        of("NoClientAuth", issued({.extended_key_usage = "serverAuth"})),
        of("KeyTooWeak", issued({.key = {.type = support::KeyType::kRsa, .rsa_bits = 1024}})),
        {.reason = "MultipleLeaves", .certificate = good.certificate_pem + other.certificate_pem, .key = good.key_pem},
        {.reason = "SecretKeyMissing", .certificate = good.certificate_pem, .key = ""},
        {.reason = "SecretTooLarge", .certificate = good.certificate_pem, .key = std::string(300'000, '#')},
    };
  }

  // Until the resource says so of its present Secret.
  void expect_refused(const BadPair& bad) {
    EXPECT_TRUE(eventually(30s, "CertificateValid is False with reason " + bad.reason,
                           [&] { return condition("CertificateValid") == "False " + bad.reason; }));
    EXPECT_EQ(condition("Ready"), "False " + bad.reason);
    EXPECT_EQ(condition("Stalled"), "True " + bad.reason) << "only a person can help";
    EXPECT_THAT(message("Ready"), HasSubstr(kSecret)) << "the message names the object";
    EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());
  }
};

TEST_F(BadPairs, each_has_its_reason_changes_nothing_at_cloudflare_and_a_good_pair_recovers) {
  const Leaf good = make_leaf("good");
  enable(good, {.more = "interval: 24h"});
  simulator().forget_calls();
  for (const auto& bad : bad_pairs()) {
    SCOPED_TRACE(bad.reason);
    apply_secret(bad.certificate, bad.key);
    expect_refused(bad);
    apply_secret(good);
    EXPECT_TRUE(eventually(30s, "the good pair makes it Ready again", [&] { return is_ready(); }));
  }
  EXPECT_THAT(condition("CertificateValid"), ::testing::StartsWith("True "));
  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty()) << "the good pair was there all along";
  EXPECT_EQ(simulator().zone().presented, good.fingerprint);

  const Leaf renewed = make_leaf("renewed");
  apply_secret(renewed);
  EXPECT_TRUE(eventually(30s, "rotation goes on as if nothing had been",
                         [&] { return simulator().zone().presented == renewed.fingerprint; }));
}

TEST_F(BadPairs, a_secret_of_the_wrong_type_or_none_at_all_is_no_end) {
  const Leaf good = make_leaf("good");
  enable(good, {.more = "interval: 24h"}, {.flags = {"--missing-secret-grace", "5s"}});
  simulator().forget_calls();

  kubectl({"delete", "secret", kSecret});
  EXPECT_TRUE(eventually(30s, "a missing Secret may still come",
                         [&] { return condition("Reconciling") == "True SecretNotFound"; }));
  EXPECT_EQ(condition("Ready"), "Unknown SecretNotFound");
  EXPECT_TRUE(
      eventually(30s, "until the grace is over", [&] { return condition("Stalled") == "True SecretNotFound"; }));
  kubectl({"create", "secret", "generic", kSecret, "--from-literal=tls.crt=x", "--from-literal=tls.key=y"});
  EXPECT_TRUE(eventually(30s, "the type is wrong", [&] { return condition("Stalled") == "True SecretWrongType"; }));
  EXPECT_EQ(condition("CertificateValid"), "False SecretWrongType");

  kubectl({"delete", "secret", kSecret});
  apply_secret(good);
  EXPECT_TRUE(eventually(30s, "the good pair makes it Ready again", [&] { return is_ready(); }));
  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());
  EXPECT_EQ(simulator().zone().presented, good.fingerprint);
}

TEST_F(BadPairs, a_zone_that_begins_with_a_bad_pair_is_enabled_by_the_first_good_one) {
  install();
  const auto bad = bad_pairs().front();
  apply_token();
  apply_secret(bad.certificate, bad.key);
  apply_resource("zone", {.more = "interval: 24h"});
  start_operator();
  expect_refused(bad);
  EXPECT_THAT(resource().status.ledger.certificates, IsEmpty());
  const Leaf good = make_leaf("good");
  apply_secret(good);
  EXPECT_TRUE(eventually(30s, "the resource is Ready", [&] { return is_ready(); }));
  EXPECT_THAT(simulator().mutations_in_words(),
              ElementsAre("upload", "zone-level enabled=true", R"(global value="on")"));
}

}  // namespace
}  // namespace originpull::e2e
