// SPDX-License-Identifier: Apache-2.0
// The switches of the simulated Cloudflare.
#include "worlds/cloudflare_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

using testing::HasSubstr;

const CloudflareModes kModes;
const Moment kNow{.wall = Wall(Seconds(1'795'496'400)), .instant = Instant(Seconds(1))};

TEST(ZoneLevel, is_off_at_first_and_says_what_was_set) {
  SimZone zone{.id = "z"};
  EXPECT_THAT(read_zone_level(kModes, zone).body, HasSubstr(R"("result":{"enabled":false})"));
  EXPECT_THAT(put_zone_level(kModes, zone, R"({"enabled":true})").body, HasSubstr(R"("result":{"enabled":true})"));
  EXPECT_TRUE(zone.zone_level);
}

TEST(ZoneLevel, takes_only_a_boolean) {
  SimZone zone{.id = "z"};
  for (const std::string body : {"", "{}", R"({"enabled":"true"})", R"({"enabled":1})", "[true]"}) {
    EXPECT_EQ(put_zone_level(kModes, zone, body).status, 400) << body;
  }
  EXPECT_FALSE(zone.zone_level);
}

TEST(Setting, reads_and_changes_within_its_values) {
  SimZone zone{.id = "z"};
  EXPECT_THAT(read_setting(kModes, zone, "ssl").body,
              HasSubstr(R"("value":"full","editable":true,"modified_on":null)"));
  for (const std::string value : {"off", "flexible", "full", "strict", "origin_pull"}) {
    EXPECT_EQ(patch_setting(kModes, zone, "ssl", "{\"value\":\"" + value + "\"}", kNow).status, 200);
    EXPECT_EQ(zone.ssl.value, value);
  }
  EXPECT_THAT(patch_setting(kModes, zone, "tls_client_auth", R"({"value":"on"})", kNow).body,
              HasSubstr(R"("modified_on":"2026-11-24T05:00:00.000000Z")"));
  EXPECT_EQ(zone.tls_client_auth.value, "on");
  EXPECT_FALSE(zone.zone_level) << "the two switches are independent";
}

TEST(Setting, refuses_bad_values_unknown_names_and_what_the_plan_forbids) {
  SimZone zone{.id = "z"};
  for (const std::string body : {"", "{}", R"({"value":"maybe"})", R"({"value":true})"}) {
    EXPECT_THAT(patch_setting(kModes, zone, "tls_client_auth", body, kNow).body, HasSubstr("1007")) << body;
  }
  EXPECT_THAT(patch_setting(kModes, zone, "sslx", R"({"value":"on"})", kNow).body, HasSubstr("1006"));
  EXPECT_THAT(read_setting(kModes, zone, "sslx").body, HasSubstr("1006"));
  zone.tls_client_auth.editable = false;
  EXPECT_THAT(read_setting(kModes, zone, "tls_client_auth").body, HasSubstr(R"("editable":false)"));
  EXPECT_THAT(patch_setting(kModes, zone, "tls_client_auth", R"({"value":"on"})", kNow).body, HasSubstr("1057"));
  EXPECT_EQ(zone.tls_client_auth.value, "off");
}

}  // namespace
}  // namespace originpull::worlds
