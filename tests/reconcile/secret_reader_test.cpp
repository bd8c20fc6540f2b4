// SPDX-License-Identifier: Apache-2.0
// Reading one Secret live: what is asked for is decoded, the rest is not, and what is wrong has a reason and a word.
#include "reconcile/secret_reader.hpp"

#include <gtest/gtest.h>

#include "reconcile/house.hpp"

namespace originpull::reconcile {
namespace {

Secret read(House& house, const std::string& name, const std::vector<std::string>& keys) {
  auto secret = house.surroundings().secrets.read({"shop", name}, keys, {});
  EXPECT_TRUE(secret.has_value());
  return secret ? std::move(*secret) : Secret{};
}

TEST(SecretReader, decodes_what_was_asked_for_and_nothing_else) {
  House house;
  house.put_secret("s", "Opaque", {{"a", "alpha"}, {"b", "beta"}});
  const Secret secret = read(house, "s", {"a", "c"});
  EXPECT_EQ(secret.problem, api::Reason::kValid);
  EXPECT_EQ(secret.type, "Opaque");
  ASSERT_EQ(secret.values.size(), 1U);
  EXPECT_EQ(secret.values.at("a").reveal(), "alpha");
  EXPECT_FALSE(secret.uid.empty());
}

TEST(SecretReader, a_missing_one_is_a_reason_with_a_sentence_and_no_error) {
  House house;
  const Secret secret = read(house, "gone", {"a"});
  EXPECT_EQ(secret.problem, api::Reason::kSecretNotFound);
  EXPECT_NE(secret.detail.find("Secret gone does not exist"), std::string::npos);
}

TEST(SecretReader, a_huge_value_is_refused_and_not_carried_on) {
  House house;
  house.put_secret("s", "Opaque", {{"a", std::string(300 * 1024, 'x')}});
  const Secret secret = read(house, "s", {"a"});
  EXPECT_EQ(secret.problem, api::Reason::kSecretTooLarge);
  EXPECT_TRUE(secret.values.empty());
}

TEST(SecretReader, a_secret_without_the_required_labels_does_not_exist_for_us) {
  House house;
  house.put_secret("s", "Opaque", {{"a", "alpha"}});
  const SecretReader strict(house.surroundings().kube, LabelSelector::parse("use=cloudflare").value());
  const auto secret = strict.read({"shop", "s"}, {"a"}, {});
  ASSERT_TRUE(secret.has_value());
  EXPECT_EQ(secret->problem, api::Reason::kSecretNotFound);
  EXPECT_NE(secret->detail.find("use=cloudflare"), std::string::npos);
  EXPECT_TRUE(secret->values.empty());
}

TEST(SecretReader, a_missing_right_is_an_error_that_asks_for_a_person) {
  House house;
  house.put_secret("s", "Opaque", {{"a", "alpha"}});
  house.kube_fault = [](const net::ServedRequest&) -> std::optional<net::Served> {
    return net::Served{.status = 403,
                       .body = R"({"kind":"Status","status":"Failure","reason":"Forbidden","code":403})"};
  };
  const auto secret = house.surroundings().secrets.read({"shop", "s"}, {"a"}, {});
  ASSERT_FALSE(secret.has_value());
  EXPECT_EQ(secret.error().kind, ErrorKind::kDenied);
}

}  // namespace
}  // namespace originpull::reconcile
