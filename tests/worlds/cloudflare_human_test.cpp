// SPDX-License-Identifier: Apache-2.0
// What a person can do behind the operator's back, through the JSON that the control endpoint takes.
#include "worlds/cloudflare_human.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/decoder.hpp"
#include "support/jump_env.hpp"

namespace originpull::worlds {
namespace {

class HumanTest : public testing::Test {
 protected:
  HumanTest() { zone_id = world.add_zone("example.com"); }
  Result<std::string> act(const std::string& rest) {
    return act_as_human(world, R"({"zone":"example.com",)" + rest + "}");
  }
  SimZone zone() { return world.snapshot().zones[zone_id]; }

  support::JumpEnv env;
  CloudflareWorld world{env};
  std::string zone_id;
};

TEST_F(HumanTest, flips_switches_and_settings) {
  ASSERT_TRUE(act(R"("do":"zone-level","enabled":true)"));
  EXPECT_TRUE(zone().zone_level);
  ASSERT_TRUE(act(R"("do":"setting","name":"ssl","value":"flexible")"));
  EXPECT_EQ(zone().ssl.value, "flexible");
  ASSERT_TRUE(act(R"("do":"setting","name":"tls_client_auth","editable":false)"));
  EXPECT_FALSE(zone().tls_client_auth.editable);
  EXPECT_EQ(zone().tls_client_auth.value, "off");
}

TEST_F(HumanTest, moves_an_origin_and_turns_versions_on) {
  ASSERT_TRUE(act(R"("do":"edge","origin":"127.0.0.1:8443","versioned":true)"));
  EXPECT_EQ(zone().origin, "127.0.0.1:8443");
  EXPECT_TRUE(zone().versioned);
  ASSERT_TRUE(act(R"("do":"edge","versioned":false)"));
  EXPECT_EQ(zone().origin, "127.0.0.1:8443");
  EXPECT_FALSE(zone().versioned);
}

TEST_F(HumanTest, uploads_a_fresh_certificate_that_is_marked_as_foreign_and_deletes_it) {
  const auto made = act(R"("do":"upload")");
  ASSERT_TRUE(made) << describe(made.error());
  const auto fingerprint = json::decode(*made, [](json::Decoder& d) { return d.need<std::string>("fingerprint"); });
  ASSERT_EQ(zone().certificates.size(), 1U);
  EXPECT_TRUE(zone().certificates[0].foreign);
  EXPECT_EQ(zone().certificates[0].fingerprint, *fingerprint);
  EXPECT_FALSE(act(R"("do":"delete","fingerprint":")" + *fingerprint + "\"")) << "it is still being deployed";
  env.advance(Seconds(3));
  ASSERT_TRUE(act(R"("do":"delete","fingerprint":")" + *fingerprint + "\""));
  EXPECT_EQ(zone().certificates[0].status, "pending_deletion");
}

TEST_F(HumanTest, makes_a_deployment_time_out) {
  ASSERT_TRUE(act(R"("do":"upload")"));
  const std::string id = zone().certificates[0].id;
  ASSERT_TRUE(act(R"("do":"set-status","status":"deployment_timed_out","id":")" + id + "\""));
  EXPECT_EQ(zone().certificates[0].status, "deployment_timed_out");
  env.advance(Seconds(10));
  EXPECT_EQ(zone().certificates[0].status, "deployment_timed_out");
}

TEST_F(HumanTest, what_makes_no_sense_is_invalid_and_changes_nothing) {
  for (const std::string rest :
       {R"("do":"dance")", R"("do":"zone-level")", R"("do":"setting","name":"sslx","value":"on")",
        R"("do":"setting","name":"ssl","value":"maybe")", R"("do":"delete","id":"nobody")", R"("do":"delete")",
        R"("do":"upload","certificate":"garbage","private_key":"x")"}) {
    const auto acted = act(rest);
    ASSERT_FALSE(acted) << rest;
    EXPECT_EQ(acted.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_FALSE(act_as_human(world, R"({"zone":"elsewhere.example","do":"upload"})"));
  EXPECT_FALSE(act_as_human(world, "not JSON"));
  EXPECT_TRUE(zone().certificates.empty());
}

}  // namespace
}  // namespace originpull::worlds
