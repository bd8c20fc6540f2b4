// SPDX-License-Identifier: Apache-2.0
// Rule R0 of product.md section 4, law by law, on certificates made in memory: what a TLS Secret may hold, each fault
// by its name, and which one is told when there are several. Time is a parameter, so expiry is tried to the second.
#include "pki/pair.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <string>

#include "base/rfc3339.hpp"
#include "support/test_pki.hpp"

namespace originpull::pki {
namespace {

using support::CertificateOptions;
using support::Identity;
using support::KeyForm;
using support::KeyType;

const Wall kNow = parse_rfc3339("2026-11-24T05:00:00Z").value();
const Wall kFrom = parse_rfc3339("2026-11-01T00:00:00Z").value();
const Wall kUntil = parse_rfc3339("2027-02-01T00:00:00Z").value();

CertificateOptions leaf_options() {
  CertificateOptions options{.common_name = "edge"};
  options.not_before = kFrom;
  options.not_after = kUntil;
  options.extended_key_usage = "clientAuth";
  return options;
}

const Identity& ca() {
  static const Identity made = support::make_ca("private CA");
  return made;
}

PairFacts inspect(const std::string& certificate, const std::string& key, Wall now = kNow) {
  return inspect_pair(certificate, SecretString(key), ca().certificate_pem, now);
}
PairFacts inspect(const Identity& pair, Wall now = kNow) { return inspect(pair.bundle_pem(), pair.key_pem, now); }
PairFacts inspect_leaf_with(CertificateOptions options) { return inspect(support::issue(ca(), std::move(options))); }

std::string with_crlf(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return out;
}

TEST(InspectPair, takes_a_leaf_with_its_key_and_says_what_it_is) {
  const Identity pair = support::issue(ca(), leaf_options());
  const PairFacts facts = inspect(pair);
  EXPECT_EQ(facts.fault, Fault::kNone) << facts.detail;
  EXPECT_EQ(facts.fingerprint.size(), 64U);
  EXPECT_EQ(facts.subject, "CN=edge");
  EXPECT_EQ(facts.not_before, kFrom);
  EXPECT_EQ(facts.not_after, kUntil);
  EXPECT_FALSE(facts.self_signed);
  EXPECT_EQ(facts.leaf_pem, pair.certificate_pem);
}

TEST(InspectPair, takes_each_key_encoding) {
  for (const auto type : {KeyType::kEc, KeyType::kRsa}) {
    for (const auto form : {KeyForm::kPkcs8, KeyForm::kTraditional}) {
      CertificateOptions options = leaf_options();
      options.key = {.type = type, .form = form};
      const Identity pair = support::issue(ca(), options);
      EXPECT_EQ(inspect(pair).fault, Fault::kNone) << pair.key_pem.substr(0, 30);
    }
  }
}

TEST(InspectPair, tolerates_crlf_and_stray_text_in_both_halves) {
  const Identity pair = support::issue(ca(), leaf_options());
  const std::string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  const PairFacts plain = inspect(pair);
  const PairFacts stray = inspect(with_crlf("Certificate:\n    Data:\n" + pair.certificate_pem + "# end\n"),
                                  with_crlf("key for the edge\n" + parameters + pair.key_pem));
  EXPECT_EQ(stray.fault, Fault::kNone) << stray.detail;
  EXPECT_EQ(stray.fingerprint, plain.fingerprint);
  EXPECT_EQ(stray.leaf_pem, plain.leaf_pem);
}

TEST(InspectPair, refuses_a_certificate_that_cannot_be_read) {
  const Identity pair = support::issue(ca(), leaf_options());
  std::string flipped = pair.certificate_pem;
  flipped[40] = flipped[40] == 'A' ? 'B' : 'A';
  for (const std::string& text :
       {std::string(), std::string("garbage"), pair.key_pem, pair.certificate_pem.substr(0, 200), flipped,
        pair.certificate_pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        std::string("-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n")}) {
    const PairFacts facts = inspect(text, pair.key_pem);
    EXPECT_EQ(facts.fault, Fault::kCertificateUnreadable) << text;
    EXPECT_EQ(facts.fingerprint, "");
    EXPECT_NE(facts.detail, "");
  }
}

TEST(InspectPair, refuses_a_key_that_cannot_be_read) {
  const Identity pair = support::issue(ca(), leaf_options());
  for (const std::string& text :
       {std::string(), std::string("garbage"), pair.certificate_pem, pair.key_pem.substr(0, pair.key_pem.size() / 2),
        std::string("-----BEGIN PRIVATE KEY-----\nZm9v\n-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN OPENSSH PRIVATE KEY-----\nZm9v\n-----END OPENSSH PRIVATE KEY-----\n")}) {
    EXPECT_EQ(inspect(pair.certificate_pem, text).fault, Fault::kKeyUnreadable) << text;
  }
}

TEST(InspectPair, refuses_values_beyond_a_mebibyte) {
  const Identity pair = support::issue(ca(), leaf_options());
  const std::string padding(1024 * 1024, '\n');
  EXPECT_EQ(inspect(pair.certificate_pem + padding, pair.key_pem).fault, Fault::kCertificateUnreadable);
  EXPECT_EQ(inspect(pair.certificate_pem, pair.key_pem + padding).fault, Fault::kKeyUnreadable);
  const PairFacts huge_ca =
      inspect_pair(pair.certificate_pem, SecretString(pair.key_pem), ca().certificate_pem + padding, kNow);
  EXPECT_EQ(huge_ca.fault, Fault::kNone);
  EXPECT_TRUE(huge_ca.anchors.empty());
}

TEST(InspectPair, refuses_an_encrypted_key_in_both_forms) {
  const Identity pair = support::issue(ca(), leaf_options());
  EXPECT_EQ(inspect(pair.certificate_pem, support::encrypt_key(pair.key_pem, "sesame")).fault, Fault::kKeyEncrypted);
  const std::string traditional =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nZm9v\n"
      "-----END RSA PRIVATE KEY-----\n";
  EXPECT_EQ(inspect(pair.certificate_pem, traditional).fault, Fault::kKeyEncrypted);
}

TEST(InspectPair, refuses_the_key_of_another_certificate) {
  const Identity pair = support::issue(ca(), leaf_options());
  EXPECT_EQ(inspect(pair.certificate_pem, support::make_key()).fault, Fault::kKeyMismatch);
  EXPECT_EQ(inspect(pair.certificate_pem, support::make_key({.type = KeyType::kRsa})).fault, Fault::kKeyMismatch);
}

TEST(InspectPair, takes_a_chain_of_one_leaf_and_its_cas) {
  const Identity intermediate = support::issue_intermediate(ca(), "intermediate");
  EXPECT_EQ(inspect(support::issue(intermediate, leaf_options())).fault, Fault::kNone);
}

TEST(InspectPair, takes_the_same_leaf_twice_for_one_leaf) {
  const Identity pair = support::issue(ca(), leaf_options());
  EXPECT_EQ(inspect(pair.certificate_pem + pair.certificate_pem, pair.key_pem).fault, Fault::kNone);
}

TEST(InspectPair, refuses_several_leaves) {
  const Identity pair = support::issue(ca(), leaf_options());
  const Identity other = support::issue(ca(), leaf_options());
  EXPECT_EQ(inspect(pair.certificate_pem + other.certificate_pem, pair.key_pem).fault, Fault::kMultipleLeaves);
}

TEST(InspectPair, refuses_a_ca_as_the_leaf_and_a_leaf_that_does_not_stand_first) {
  EXPECT_EQ(inspect(ca()).fault, Fault::kCertificateIsCA);
  const Identity pair = support::issue(ca(), leaf_options());
  const PairFacts facts = inspect(ca().certificate_pem + pair.certificate_pem, pair.key_pem);
  EXPECT_EQ(facts.fault, Fault::kCertificateIsCA);
  EXPECT_EQ(facts.detail, "a CA stands first; the leaf must");
}

TEST(InspectPair, takes_a_leaf_without_basic_constraints) {
  CertificateOptions options = leaf_options();
  options.basic_constraints = false;
  EXPECT_EQ(inspect_leaf_with(options).fault, Fault::kNone);
}

TEST(InspectPair, keeps_to_the_validity_to_the_second) {
  const Identity pair = support::issue(ca(), leaf_options());
  EXPECT_EQ(inspect(pair, kFrom - Seconds(1)).fault, Fault::kNotYetValid);
  EXPECT_EQ(inspect(pair, kFrom).fault, Fault::kNone);
  EXPECT_EQ(inspect(pair, kUntil).fault, Fault::kNone);
  const PairFacts expired = inspect(pair, kUntil + Seconds(1));
  EXPECT_EQ(expired.fault, Fault::kExpired);
  EXPECT_EQ(expired.detail, "expired at 2027-02-01T00:00:00Z");
  EXPECT_EQ(expired.fingerprint.size(), 64U);  // a deployed certificate is recognised even when it has expired
}

TEST(InspectPair, asks_for_client_auth_only_where_usages_are_listed) {
  const std::pair<const char*, Fault> cases[] = {{"", Fault::kNone},
                                                 {"clientAuth", Fault::kNone},
                                                 {"serverAuth,clientAuth", Fault::kNone},
                                                 {"serverAuth", Fault::kNoClientAuth},
                                                 {"codeSigning", Fault::kNoClientAuth}};
  for (const auto& [usage, fault] : cases) {
    CertificateOptions options = leaf_options();
    options.extended_key_usage = usage;
    EXPECT_EQ(inspect_leaf_with(options).fault, fault) << usage;
  }
}

TEST(InspectPair, takes_rsa_from_2048_bits_only) {
  for (const auto& [bits, fault] :
       {std::pair{1024, Fault::kKeyTooWeak}, {2047, Fault::kKeyTooWeak}, {2048, Fault::kNone}}) {
    CertificateOptions options = leaf_options();
    options.key = {.type = KeyType::kRsa, .rsa_bits = bits};
    const PairFacts facts = inspect_leaf_with(options);
    EXPECT_EQ(facts.fault, fault) << bits;
    EXPECT_EQ(facts.detail, fault == Fault::kNone ? "" : "RSA " + std::to_string(bits) + " bits");
  }
}

TEST(InspectPair, tells_what_is_wrong_with_the_files_before_what_is_wrong_with_the_certificate) {
  const Identity pair = support::issue(ca(), leaf_options());
  const Wall later = kUntil + Seconds(1);
  EXPECT_EQ(inspect("garbage", "garbage", later).fault, Fault::kCertificateUnreadable);
  EXPECT_EQ(inspect(pair.certificate_pem, "garbage", later).fault, Fault::kKeyUnreadable);
  EXPECT_EQ(inspect(pair.certificate_pem, support::make_key(), later).fault, Fault::kKeyMismatch);
}

TEST(InspectPair, leaves_no_complaint_in_openssls_queue) {
  const Identity pair = support::issue(ca(), leaf_options());
  inspect("-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n", "x");
  inspect(pair.certificate_pem, "-----BEGIN PRIVATE KEY-----\nZm9v\n-----END PRIVATE KEY-----\n");
  inspect(pair.certificate_pem, support::make_key());
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(InspectPair, never_shows_key_material) {
  const Identity pair = support::issue(ca(), leaf_options());
  const std::string key_line = pair.key_pem.substr(28, 40);
  for (const std::string& certificate : {pair.certificate_pem, pair.key_pem, std::string("x")}) {
    const PairFacts facts = inspect(certificate, pair.key_pem);
    for (const auto& text : {facts.detail, facts.subject, facts.leaf_pem})
      EXPECT_EQ(text.find(key_line), std::string::npos);
  }
}

TEST(NormaliseKey, gives_pkcs8_that_still_belongs_to_the_certificate) {
  for (const auto& [type, form] : {std::pair{KeyType::kEc, KeyForm::kTraditional},
                                   {KeyType::kRsa, KeyForm::kTraditional},
                                   {KeyType::kEc, KeyForm::kPkcs8},
                                   {KeyType::kRsa, KeyForm::kPkcs8}}) {
    CertificateOptions options = leaf_options();
    options.key = {.type = type, .form = form};
    const Identity pair = support::issue(ca(), options);
    const auto key = normalise_key(SecretString("stray\r\n" + with_crlf(pair.key_pem)));
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->reveal().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    EXPECT_EQ(key->reveal().find('\r'), std::string_view::npos);
    EXPECT_EQ(inspect(pair.certificate_pem, std::string(key->reveal())).fault, Fault::kNone);
  }
}

TEST(NormaliseKey, refuses_what_it_cannot_read) {
  EXPECT_EQ(normalise_key(SecretString("x")).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(normalise_key(SecretString(support::encrypt_key(support::make_key(), "sesame"))).error().kind,
            ErrorKind::kInvalid);
}

TEST(FirstCertificate, agrees_with_the_pair_on_the_fingerprint_and_the_text) {
  const Identity pair = support::issue(ca(), leaf_options());
  const auto first = first_certificate("\r\n" + with_crlf(pair.certificate_pem) + "\r\n" + ca().certificate_pem);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->fingerprint, inspect(pair).fingerprint);
  EXPECT_EQ(first->pem, inspect(pair).leaf_pem);
}

TEST(FirstCertificate, is_none_in_a_text_without_one) {
  EXPECT_EQ(first_certificate("nothing").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(first_certificate(support::make_key()).error().kind, ErrorKind::kInvalid);
  EXPECT_FALSE(first_certificate("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"));
}

TEST(Fault, has_a_word_for_each) {
  EXPECT_EQ(to_string(Fault::kNone), "None");
  EXPECT_EQ(to_string(Fault::kKeyTooWeak), "KeyTooWeak");
  EXPECT_EQ(to_string(Fault::kCertificateIsCA), "CertificateIsCA");
}

}  // namespace
}  // namespace originpull::pki
