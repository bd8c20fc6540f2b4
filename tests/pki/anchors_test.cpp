// SPDX-License-Identifier: Apache-2.0
// Rule R4 of product.md section 4: the anchors of a leaf are found by signature. Authorities of the same name,
// renewed with and without a new key, intermediates on either side, cross-signing, cycles, and a self-signed leaf;
// and that a Secret made to be slow is not.
#include "pki/anchors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/rfc3339.hpp"
#include "pki/describe.hpp"
#include "pki/pair.hpp"
#include "support/test_pki.hpp"

namespace originpull::pki {
namespace {

using support::CertificateOptions;
using support::Identity;

std::string fingerprint(const Identity& one) { return describe_certificate(one.certificate_pem)->fingerprint; }

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::vector<std::string> hashes(const std::vector<Anchor>& anchors) {
  std::vector<std::string> out;
  for (const Anchor& one : anchors) out.push_back(one.sha256);
  return out;
}

PairFacts inspect(const Identity& leaf, const std::string& ca_crt) {
  const Wall valid = describe_certificate(leaf.certificate_pem)->not_before + Seconds(60);
  PairFacts facts = inspect_pair(leaf.bundle_pem(), SecretString(leaf.key_pem), ca_crt, valid);
  EXPECT_EQ(facts.fault, Fault::kNone) << facts.detail;
  return facts;
}

TEST(Anchors, are_the_cas_that_signed_the_leaf_and_no_others) {
  const Identity ca = support::make_ca("A");
  const Identity other = support::make_ca("B");
  const Identity leaf = support::issue_client(ca, "edge");
  const PairFacts facts = inspect(leaf, other.certificate_pem + ca.certificate_pem);
  ASSERT_EQ(hashes(facts.anchors), std::vector{fingerprint(ca)});
  EXPECT_EQ(facts.anchors[0].pem, ca.certificate_pem);
  EXPECT_EQ(facts.anchors[0].not_after, describe_certificate(ca.certificate_pem)->not_after);
}

TEST(Anchors, of_a_ca_that_was_given_a_new_key_under_its_name_are_new) {
  const Identity old_ca = support::make_ca("same name");
  const Identity new_ca = support::make_ca("same name");
  const std::string both = old_ca.certificate_pem + new_ca.certificate_pem;
  EXPECT_EQ(hashes(inspect(support::issue_client(old_ca, "edge"), both).anchors), std::vector{fingerprint(old_ca)});
  EXPECT_EQ(hashes(inspect(support::issue_client(new_ca, "edge"), both).anchors), std::vector{fingerprint(new_ca)});
  EXPECT_TRUE(inspect(support::issue_client(new_ca, "edge"), old_ca.certificate_pem).anchors.empty());
}

TEST(Anchors, include_a_renewal_of_the_ca_with_the_same_key) {
  const Identity first = support::make_ca("CA");
  CertificateOptions same_key;
  same_key.key_pem = first.key_pem;
  const Identity renewed = support::make_ca("CA", same_key);
  const PairFacts facts =
      inspect(support::issue_client(first, "edge"), first.certificate_pem + renewed.certificate_pem);
  EXPECT_EQ(hashes(facts.anchors), sorted({fingerprint(first), fingerprint(renewed)}));
}

TEST(Anchors, are_reached_through_the_intermediates_of_the_leaf) {
  const Identity root = support::make_ca("root");
  const Identity upper = support::issue_intermediate(root, "upper");
  const Identity lower = support::issue_intermediate(upper, "lower");
  const Identity leaf = support::issue_client(lower, "edge");
  const PairFacts facts = inspect(leaf, root.certificate_pem);
  EXPECT_EQ(hashes(facts.anchors), std::vector{fingerprint(root)});
  EXPECT_EQ(hashes(facts.intermediates), sorted({fingerprint(upper), fingerprint(lower)}));
}

TEST(Anchors, are_unknown_where_an_intermediate_is_missing) {
  const Identity root = support::make_ca("root");
  Identity leaf = support::issue_client(support::issue_intermediate(root, "intermediate"), "edge");
  leaf.chain_pem.clear();
  const PairFacts facts = inspect(leaf, root.certificate_pem);
  EXPECT_TRUE(facts.anchors.empty());
  EXPECT_TRUE(facts.intermediates.empty());
}

TEST(Anchors, include_the_intermediates_that_ca_crt_itself_holds) {
  const Identity root = support::make_ca("root");
  const Identity intermediate = support::issue_intermediate(root, "intermediate");
  Identity leaf = support::issue_client(intermediate, "edge");
  leaf.chain_pem.clear();
  const PairFacts facts = inspect(leaf, intermediate.certificate_pem + root.certificate_pem);
  EXPECT_EQ(hashes(facts.anchors), sorted({fingerprint(intermediate), fingerprint(root)}));
}

TEST(Anchors, follow_a_cross_signed_intermediate_to_both_roots) {
  const Identity old_root = support::make_ca("old root");
  const Identity new_root = support::make_ca("new root");
  const Identity intermediate = support::issue_intermediate(old_root, "intermediate");
  CertificateOptions same_key;
  same_key.key_pem = intermediate.key_pem;
  const Identity crossed = support::issue_intermediate(new_root, "intermediate", same_key);
  Identity leaf = support::issue_client(intermediate, "edge");
  leaf.chain_pem = intermediate.certificate_pem + crossed.certificate_pem;
  const PairFacts facts = inspect(leaf, old_root.certificate_pem + new_root.certificate_pem);
  EXPECT_EQ(hashes(facts.anchors), sorted({fingerprint(old_root), fingerprint(new_root)}));
}

TEST(Anchors, come_in_the_same_order_however_ca_crt_is_ordered) {
  const Identity root = support::make_ca("root");
  const Identity intermediate = support::issue_intermediate(root, "intermediate");
  const Identity leaf = support::issue_client(intermediate, "edge");
  EXPECT_EQ(hashes(inspect(leaf, root.certificate_pem + intermediate.certificate_pem).anchors),
            hashes(inspect(leaf, intermediate.certificate_pem + root.certificate_pem).anchors));
}

TEST(Anchors, are_not_taken_from_certificates_that_are_no_ca) {
  const Identity root = support::make_ca("root");
  const Identity not_a_ca = support::issue_client(root, "not a CA");
  const Identity leaf = support::issue_client(not_a_ca, "edge");
  const Wall valid = describe_certificate(leaf.certificate_pem)->not_before + Seconds(60);
  const auto facts = inspect_pair(leaf.certificate_pem, SecretString(leaf.key_pem), not_a_ca.certificate_pem, valid);
  EXPECT_TRUE(facts.anchors.empty());
}

TEST(Anchors, are_the_leaf_itself_where_it_is_self_signed_and_ca_crt_is_blank) {
  const Identity leaf = support::make_self_signed({.common_name = "edge"});
  for (const char* blank : {"", " \r\n"}) {
    const PairFacts facts = inspect(leaf, blank);
    EXPECT_TRUE(facts.self_signed);
    EXPECT_EQ(hashes(facts.anchors), std::vector{facts.fingerprint});
    EXPECT_EQ(facts.anchors[0].pem, facts.leaf_pem);
  }
}

TEST(Anchors, are_the_self_signed_leaf_where_ca_crt_repeats_it) {
  const Identity leaf = support::make_self_signed({.common_name = "edge"});
  EXPECT_EQ(hashes(inspect(leaf, leaf.certificate_pem).anchors), std::vector{fingerprint(leaf)});
}

TEST(Anchors, are_unknown_where_ca_crt_holds_something_else) {
  const Identity leaf = support::make_self_signed({.common_name = "edge"});
  EXPECT_TRUE(inspect(leaf, support::make_ca("edge").certificate_pem).anchors.empty());
  EXPECT_TRUE(inspect(leaf, "garbage").anchors.empty());
}

TEST(Anchors, are_unknown_for_a_leaf_of_a_ca_without_ca_crt) {
  const PairFacts facts = inspect(support::issue_client(support::make_ca("CA"), "edge"), "");
  EXPECT_FALSE(facts.self_signed);
  EXPECT_TRUE(facts.anchors.empty());
}

TEST(Anchors, survive_broken_blocks_in_ca_crt) {
  const Identity ca = support::make_ca("CA");
  const std::string broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(hashes(inspect(support::issue_client(ca, "edge"), broken + ca.certificate_pem).anchors),
            std::vector{fingerprint(ca)});
}

TEST(Anchors, do_not_run_in_circles) {
  const Identity a = support::make_ca("A");
  const Identity b = support::make_ca("B");
  CertificateOptions key_of_a;
  key_of_a.key_pem = a.key_pem;
  CertificateOptions key_of_b;
  key_of_b.key_pem = b.key_pem;
  const Identity a_by_b = support::issue_intermediate(b, "A", key_of_a);
  const Identity b_by_a = support::issue_intermediate(a, "B", key_of_b);
  Identity leaf = support::issue_client(a, "edge");
  leaf.chain_pem = a_by_b.certificate_pem + b_by_a.certificate_pem;
  EXPECT_EQ(hashes(inspect(leaf, b.certificate_pem).anchors), std::vector{fingerprint(b)});
}

TEST(Anchors, are_looked_for_with_a_bounded_number_of_signature_checks) {
  const Identity ca = support::make_ca("same name");
  const Identity leaf = support::issue_client(ca, "edge");
  std::string crowd;
  for (int i = 0; i < kMaxSignatureChecks + 10; ++i) crowd += support::make_ca("same name").certificate_pem;
  EXPECT_TRUE(inspect(leaf, crowd).anchors.empty());
  EXPECT_EQ(inspect(leaf, ca.certificate_pem).anchors.size(), 1U);
}

}  // namespace
}  // namespace originpull::pki
