// SPDX-License-Identifier: Apache-2.0
// The verification of both kinds of tokens at the simulated Cloudflare.
#include "worlds/cloudflare_tokens.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {
namespace {

const std::string kAccount(kSimAccount);

class TokensTest : public testing::Test {
 protected:
  Reply verify(const std::string& token) { return house.call("GET", "/user/tokens/verify", "", token); }
  Reply verify_at(const std::string& account, const std::string& token) {
    return house.call("GET", "/accounts/" + account + "/tokens/verify", "", token);
  }
  CloudflareHouse house;
};

TEST_F(TokensTest, a_users_token_is_verified_as_active_with_a_message_of_code_10000) {
  const Reply reply = verify("good");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply.text("status"), "active");
  EXPECT_EQ(reply.json["messages"][0]["code"], 10000);
  EXPECT_EQ(verify("bad").status(), 403);
}

TEST_F(TokensTest, each_kind_is_refused_where_the_other_is_verified) {
  house.service.world().put_token("owned", SimToken{.permissions = all_permissions(), .account = kAccount});
  EXPECT_TRUE(verify_at(kAccount, "owned").ok());
  EXPECT_EQ(verify("owned").status(), 403);
  EXPECT_EQ(verify_at(kAccount, "good").status(), 403);
  EXPECT_EQ(verify_at(std::string(32, '0'), "owned").status(), 403);
  EXPECT_EQ(verify_at("malformed", "owned").code(), 7000);
  EXPECT_TRUE(house.call("GET", "/zones", "", "owned").ok());
}

TEST_F(TokensTest, one_that_is_not_active_is_only_good_for_its_verification) {
  const Wall now = house.service.world().now().wall;
  auto& world = house.service.world();
  world.put_token("old", SimToken{.permissions = all_permissions(), .expires_on = now + Seconds(10)});
  world.put_token("early", SimToken{.permissions = all_permissions(), .not_before = now + Seconds(10)});
  world.put_token("off", SimToken{.permissions = all_permissions(), .disabled = true});
  EXPECT_EQ(verify("old").text("status"), "active");
  EXPECT_EQ(verify("old").text("expires_on"), "2026-11-24T05:00:10Z");
  EXPECT_EQ(verify("early").text("status"), "disabled");
  EXPECT_EQ(verify("off").text("status"), "disabled");
  EXPECT_EQ(house.call("GET", "/zones", "", "off").code(), 10000);
  house.advance(Seconds(10));
  EXPECT_EQ(verify("old").text("status"), "expired");
  EXPECT_TRUE(verify("old").json["messages"].empty());
  EXPECT_EQ(house.call("GET", "/zones", "", "old").code(), 10000);
  EXPECT_EQ(verify("early").text("status"), "active");
  EXPECT_TRUE(house.call("GET", "/zones", "", "early").ok());
}

}  // namespace
}  // namespace originpull::worlds
