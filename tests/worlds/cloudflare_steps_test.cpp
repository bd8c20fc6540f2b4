// SPDX-License-Identifier: Apache-2.0
// How time passes for certificates and associations, and what is forgotten so that a long run stays bounded.
#include "worlds/cloudflare_steps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {
namespace {

TEST(CloudflareSteps, months_of_uploads_and_deletions_keep_a_bound) {
  CloudflareHouse house;
  house.switch_on();
  constexpr int kRounds = 130;
  for (int round = 0; round < kRounds; ++round) {
    const std::string id = house.uploaded(pool_pair(static_cast<std::size_t>(round % 3)));
    ASSERT_TRUE(house.remove(id).ok());
    const std::string of_host = house.uploaded(pool_pair(static_cast<std::size_t>(round % 3)), Level::kHostname);
    ASSERT_TRUE(house.associate("www.example.com", of_host, true).ok());
    house.advance(Seconds(3600));
    ASSERT_TRUE(house.associate("www.example.com", of_host, nullptr).ok());
    house.advance(Seconds(3600));
    ASSERT_TRUE(house.remove(of_host, Level::kHostname).ok());
    house.advance(Seconds(6 * 3600));
  }
  const SimZone zone = house.look();
  EXPECT_GE(zone.changes, static_cast<std::uint64_t>(kRounds)) << "the edge has presented much meanwhile";
  EXPECT_EQ(zone.certificates.size(), kMostTombstones);
  EXPECT_EQ(zone.host_certificates.size(), kMostTombstones);
  EXPECT_EQ(zone.associations.size(), 0U);
  EXPECT_LE(zone.history.size(), kMostHistory);
  const CloudflareState state = house.service.world().snapshot();
  EXPECT_EQ(state.budgets.size(), 1U);
  EXPECT_TRUE(state.auth_failures.empty());
}

TEST(CloudflareSteps, refused_tokens_are_remembered_no_longer_than_they_are_needed) {
  CloudflareHouse house;
  house.set_modes([](CloudflareModes& modes) { modes.max_auth_failures = 5; });
  for (int i = 0; i < 1'000; ++i) house.call("GET", "/zones", "", "bad");
  EXPECT_LE(house.service.world().snapshot().auth_failures.size(), 6U);
}

TEST(CloudflareSteps, budgets_of_tokens_that_come_and_go_are_forgotten_when_they_are_over) {
  CloudflareHouse house;
  for (int i = 0; i < 200; ++i) {
    house.service.world().add_token("token-" + std::to_string(i));
    house.call("GET", "/zones", "", "token-" + std::to_string(i));
    house.service.world().change(
        [&](CloudflareState& state, const Moment&) { state.tokens.erase("token-" + std::to_string(i)); });
    house.advance(Seconds(400));
  }
  EXPECT_LE(house.service.world().snapshot().budgets.size(), 20U);
}

TEST(CloudflareSteps, what_the_edge_presents_for_a_host_is_noted_with_its_time) {
  CloudflareHouse house;
  const std::string id = house.uploaded(pool_pair(0), Level::kHostname);
  house.associate("www.example.com", id, true);
  const Wall put = house.service.world().now().wall;
  house.advance(Seconds(100));
  const SimZone zone = house.look();
  ASSERT_NE(zone.history.back().hosts, nullptr);
  EXPECT_EQ(zone.history.back().hosts->at("www.example.com").what, fingerprint_of(pool_pair(0)));
  EXPECT_EQ(zone.history.back().at, put + Seconds(3));
  EXPECT_EQ(zone.history.back().what, "none");
}

}  // namespace
}  // namespace originpull::worlds
