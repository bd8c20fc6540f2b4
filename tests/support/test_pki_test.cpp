// SPDX-License-Identifier: Apache-2.0
// The maker of test certificates, judged by OpenSSL's own verifier: what it calls a good chain must verify for the
// purpose that it was made for, and each wrong one must fail for exactly the reason that it was asked to have.
#include "support/test_pki.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace originpull::support {
namespace {

std::shared_ptr<X509> parse(const std::string& pem) {
  const std::shared_ptr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
}

// X509_V_OK or the verifier's error.
int verify(const Identity& root, const Identity& leaf, int purpose) {
  const std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(store.get(), parse(root.certificate_pem).get());
  std::shared_ptr<X509> intermediate;
  const std::shared_ptr<STACK_OF(X509)> chain(sk_X509_new_null(), [](STACK_OF(X509) * s) { sk_X509_free(s); });
  if (!leaf.chain_pem.empty()) {
    intermediate = parse(leaf.chain_pem);
    sk_X509_push(chain.get(), intermediate.get());
  }
  const std::shared_ptr<X509_STORE_CTX> context(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  const auto certificate = parse(leaf.certificate_pem);
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), chain.get());
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

TEST(TestPki, a_leaf_below_an_intermediate_verifies_for_its_purpose_and_no_other) {
  const Identity root = make_ca();
  const Identity leaf = issue_server(issue_intermediate(root, "middle"), {"origin.example", "127.0.0.1"});
  EXPECT_EQ(verify(root, leaf, X509_PURPOSE_SSL_SERVER), X509_V_OK);
  EXPECT_EQ(verify(root, leaf, X509_PURPOSE_SSL_CLIENT), X509_V_ERR_INVALID_PURPOSE);
  EXPECT_EQ(X509_check_host(parse(leaf.certificate_pem).get(), "origin.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(parse(leaf.certificate_pem).get(), "127.0.0.1", 0), 1);
}

TEST(TestPki, an_expired_leaf_is_expired_and_an_early_one_is_not_yet_valid) {
  const Identity root = make_ca();
  const Identity old = issue(root, {.valid_from = Seconds(-7200), .valid_until = Seconds(-60)});
  const Identity early = issue(root, {.valid_from = Seconds(600)});
  EXPECT_EQ(verify(root, old, X509_PURPOSE_ANY), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(verify(root, early, X509_PURPOSE_ANY), X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST(TestPki, a_leaf_of_another_root_or_below_a_leaf_does_not_verify) {
  const Identity root = make_ca();
  const Identity other = make_ca("test CA");
  EXPECT_NE(verify(other, issue_client(root, "c"), X509_PURPOSE_SSL_CLIENT), X509_V_OK);
  EXPECT_EQ(verify(root, issue(issue(root, {.common_name = "not a CA"}), {}), X509_PURPOSE_SSL_CLIENT),
            X509_V_ERR_INVALID_CA);
}

TEST(TestPki, keys_come_in_the_type_and_form_asked_for_and_can_be_used_again) {
  EXPECT_EQ(make_key({.form = KeyForm::kTraditional}).rfind("-----BEGIN EC PRIVATE KEY", 0), 0U);
  const std::string rsa = make_key({.type = KeyType::kRsa, .form = KeyForm::kTraditional});
  EXPECT_EQ(rsa.rfind("-----BEGIN RSA PRIVATE KEY", 0), 0U);
  EXPECT_EQ(encrypt_key(rsa, "secret").rfind("-----BEGIN ENCRYPTED PRIVATE KEY", 0), 0U);
  const Identity self = make_self_signed({.key_pem = rsa});
  EXPECT_EQ(self.key_pem, rsa);
  EXPECT_EQ(X509_self_signed(parse(self.certificate_pem).get(), 1), 1);
}

}  // namespace
}  // namespace originpull::support
