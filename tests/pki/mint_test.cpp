// SPDX-License-Identifier: Apache-2.0
// Certificates made by the simulator: they are what they were asked to be, and their keys are theirs.
#include "pki/mint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/describe.hpp"
#include "pki/pair.hpp"

namespace originpull::pki {
namespace {

const Wall kNow{Seconds(1'795'496'400)};
const Wall kLater = kNow + Duration(3'600'000);

TEST(Mint, a_leaf_without_an_issuer_is_a_good_self_signed_pair) {
  const auto made = mint({.common_name = "edge", .not_before = kNow, .not_after = kLater});
  ASSERT_TRUE(made) << describe(made.error());
  const PairFacts facts = inspect_pair(made->certificate_pem, made->key_pem, "", kNow + Duration(1'000));
  EXPECT_EQ(facts.fault, Fault::kNone) << facts.detail;
  EXPECT_TRUE(facts.self_signed);
  EXPECT_EQ(facts.not_before, kNow);
  EXPECT_EQ(facts.not_after, kLater);
}

TEST(Mint, an_issuer_signs_what_is_made_with_it) {
  const auto ca = mint({.common_name = "authority", .ca = true, .not_before = kNow, .not_after = kLater});
  ASSERT_TRUE(ca);
  EXPECT_TRUE(describe_certificate(ca->certificate_pem)->is_ca);
  const auto leaf = mint(
      {.common_name = "server", .names = {"localhost", "127.0.0.1"}, .not_before = kNow, .not_after = kLater}, &*ca);
  ASSERT_TRUE(leaf);
  const PairFacts facts =
      inspect_pair(leaf->certificate_pem, leaf->key_pem, ca->certificate_pem, kNow + Duration(1'000));
  EXPECT_EQ(facts.fault, Fault::kNone);
  ASSERT_EQ(facts.anchors.size(), 1U);
  EXPECT_EQ(facts.anchors[0].sha256, describe_certificate(ca->certificate_pem)->fingerprint);
  EXPECT_FALSE(key_matches(leaf->certificate_pem, ca->key_pem.reveal()));
}

TEST(Mint, two_of_one_name_differ) {
  const MintOptions options{.common_name = "edge", .not_before = kNow, .not_after = kLater};
  EXPECT_NE(describe_certificate(mint(options)->certificate_pem)->serial,
            describe_certificate(mint(options)->certificate_pem)->serial);
}

TEST(Mint, names_that_no_certificate_can_hold_and_unreadable_issuers_are_invalid) {
  const Minted nobody{.certificate_pem = "garbage", .key_pem = SecretString(std::string("garbage"))};
  EXPECT_EQ(mint({.common_name = "x", .not_before = kNow, .not_after = kLater}, &nobody).error().kind,
            ErrorKind::kInvalid);
  for (const MintOptions& options :
       {MintOptions{.common_name = std::string(65, 'x'), .not_before = kNow, .not_after = kLater},
        MintOptions{.common_name = "", .not_before = kNow, .not_after = kLater},
        MintOptions{.common_name = "x", .names = {"a,IP:127.0.0.1"}, .not_before = kNow, .not_after = kLater},
        MintOptions{.common_name = "x", .names = {""}, .not_before = kNow, .not_after = kLater}}) {
    const auto made = mint(options);
    ASSERT_FALSE(made) << options.common_name;
    EXPECT_EQ(made.error().kind, ErrorKind::kInvalid);
  }
}

}  // namespace
}  // namespace originpull::pki
