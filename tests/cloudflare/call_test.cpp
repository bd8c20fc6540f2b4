// SPDX-License-Identifier: Apache-2.0
// Which permission a call needs, in the words of Cloudflare's dashboard and API reference.
#include "cloudflare/call.hpp"

#include <gtest/gtest.h>

namespace originpull::cloudflare {
namespace {

TEST(Call, names_the_permission_that_it_needs) {
  using enum net::Method;
  EXPECT_EQ(permission({.family = Family::kZones}), "Zone Read");
  EXPECT_EQ(permission({.family = Family::kCertificates}), "SSL and Certificates Read");
  EXPECT_EQ(permission({.family = Family::kCertificates, .method = kPost}), "SSL and Certificates Write");
  EXPECT_EQ(permission({.family = Family::kCertificates, .method = kDelete}), "SSL and Certificates Write");
  EXPECT_EQ(permission({.family = Family::kZoneLevel, .method = kPut}), "SSL and Certificates Write");
  EXPECT_EQ(permission({.family = Family::kSettings}), "Zone Settings Read");
  EXPECT_EQ(permission({.family = Family::kSettings, .method = kPatch}), "Zone Settings Write");
}

TEST(Call, all_but_a_get_changes_something) {
  EXPECT_FALSE(Call{}.mutation());
  for (const auto method : {net::Method::kPut, net::Method::kPost, net::Method::kPatch, net::Method::kDelete}) {
    EXPECT_TRUE(Call{.method = method}.mutation());
  }
}

TEST(Ask, a_bare_stop_token_asks_urgently) {
  std::stop_source source;
  const Ask ask = source.get_token();
  EXPECT_EQ(ask.priority, Priority::kUserChange);
  source.request_stop();
  EXPECT_TRUE(ask.stop.stop_requested());
}

}  // namespace
}  // namespace originpull::cloudflare
