// SPDX-License-Identifier: Apache-2.0
// How the simulated Cloudflare's time passes and what its edge presents: the newest deployment, not the newest upload.
#include "worlds/cloudflare_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

Moment at(int seconds) { return {.wall = Wall(Seconds(1'000 + seconds)), .instant = Instant(Seconds(seconds))}; }

SimCertificate certificate(std::string name, std::vector<SimCertificate::Step> steps) {
  return {.id = name, .fingerprint = name, .status = "pending_deployment", .steps = std::move(steps)};
}

class SimZoneTest : public testing::Test {
 protected:
  SimZone zone{.id = "z", .name = "example.com", .zone_level = true};
};

TEST_F(SimZoneTest, the_edge_presents_the_certificate_deployed_last_whatever_the_order_of_uploads) {
  zone.certificates = {certificate("A", {{at(10), "active"}}), certificate("B", {{at(5), "active"}})};
  settle(zone, at(4));
  EXPECT_EQ(presented(zone), "unknown");
  settle(zone, at(7));
  EXPECT_EQ(presented(zone), "B");
  settle(zone, at(20));
  EXPECT_EQ(presented(zone), "A");
}

TEST_F(SimZoneTest, steps_are_taken_in_the_order_of_their_times_even_when_looked_at_late) {
  zone.certificates = {certificate("A", {{at(10), "active"}}), certificate("B", {{at(5), "active"}})};
  settle(zone, at(0));
  settle(zone, at(100));
  EXPECT_EQ(presented(zone), "A");
  ASSERT_EQ(zone.history.size(), 3U);
  EXPECT_EQ(zone.history[1].what, "B");
  EXPECT_EQ(zone.history[1].at, at(5).wall);
  EXPECT_EQ(zone.history[2].at, at(10).wall);
}

TEST_F(SimZoneTest, what_is_being_deleted_may_still_be_presented_and_what_is_deleted_is_not) {
  zone.certificates = {certificate("A", {{at(1), "active"}}), certificate("B", {{at(2), "active"}})};
  settle(zone, at(3));
  zone.certificates[1].status = "pending_deletion";
  zone.certificates[1].steps = {{at(6), "deleted"}};
  settle(zone, at(5));
  EXPECT_EQ(presented(zone), "B");
  settle(zone, at(6));
  EXPECT_EQ(presented(zone), "A");
}

TEST_F(SimZoneTest, the_switches_and_the_encryption_mode_decide_what_is_presented) {
  EXPECT_EQ(presented(zone), "unknown");
  zone.tls_client_auth.value = "on";
  EXPECT_EQ(presented(zone), "shared");
  zone.certificates = {certificate("A", {{at(1), "active"}})};
  settle(zone, at(2));
  EXPECT_EQ(presented(zone), "A");
  zone.zone_level = false;
  EXPECT_EQ(presented(zone), "shared");
  zone.tls_client_auth.value = "off";
  EXPECT_EQ(presented(zone), "none");
  zone.zone_level = true;
  for (const std::string mode : {"off", "flexible"}) {
    zone.ssl.value = mode;
    EXPECT_EQ(presented(zone), "none");
  }
}

TEST(SimToken, writing_includes_reading_and_zones_bound_both) {
  const SimZone zone{.id = "z"};
  SimToken token{.permissions = {"ssl-write", "zone-read"}};
  EXPECT_TRUE(token.may("ssl-read", zone));
  EXPECT_TRUE(token.may("ssl-write", zone));
  EXPECT_FALSE(token.may("settings-read", zone));
  token.permissions = {"ssl-read"};
  EXPECT_FALSE(token.may("ssl-write", zone));
  token.zones = {"another"};
  EXPECT_FALSE(token.may("ssl-read", zone));
}

}  // namespace
}  // namespace originpull::worlds
