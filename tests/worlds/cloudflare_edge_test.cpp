// SPDX-License-Identifier: Apache-2.0
// What the edge of the simulated Cloudflare knows of a Host, and when each of its nodes knows it.
#include "worlds/cloudflare_edge.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "pki/describe.hpp"
#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {
namespace {

class EdgeTest : public testing::Test {
 protected:
  EdgeTest() {
    house.set_zone([](SimZone& zone) { zone.origin = "127.0.0.1:8443"; });
  }
  EdgeView view(const std::string& host, unsigned node = 0) {
    const auto seen = house.service.world().edge(host, node);
    return seen ? *seen : EdgeView{.zone_name = "(none)"};
  }
  CloudflareHouse house;
};

TEST_F(EdgeTest, finds_the_zone_of_a_host_by_its_longest_end) {
  house.service.world().add_zone("shop.example.com");
  EXPECT_EQ(view("example.com").zone_name, "example.com");
  EXPECT_EQ(view("WWW.Example.com.:8443").zone_name, "example.com");
  EXPECT_EQ(view("a.shop.example.com").zone_name, "shop.example.com");
  EXPECT_EQ(view("badexample.com").zone_name, "(none)");
  EXPECT_EQ(view("").zone_name, "(none)");
  EXPECT_EQ(view("com").zone_name, "(none)");
  EXPECT_EQ(view("example.com").origin, "127.0.0.1:8443");
  EXPECT_EQ(view("example.com").ssl, "full");
}

TEST_F(EdgeTest, a_custom_hostname_is_served_with_what_its_zone_presents) {
  house.set_zone([](SimZone& zone) { zone.custom_hostnames = {"customer.example.net"}; });
  house.switch_on();
  house.uploaded(pool_pair(0));
  EXPECT_EQ(view("customer.example.net").zone_name, "example.com");
  EXPECT_EQ(view("customer.example.net").presented, fingerprint_of(pool_pair(0)));
}

TEST_F(EdgeTest, holds_the_pair_of_what_is_presented) {
  EXPECT_EQ(view("example.com").identity, nullptr);
  house.switch_on();
  house.uploaded(pool_pair(0));
  const EdgeView seen = view("www.example.com");
  EXPECT_EQ(seen.presented, fingerprint_of(pool_pair(0)));
  ASSERT_NE(seen.identity, nullptr);
  EXPECT_TRUE(pki::key_matches(seen.identity->pem, seen.identity->key.reveal()));
  EXPECT_EQ(view("example.com").identity, seen.identity);
}

TEST_F(EdgeTest, the_shared_certificate_is_signed_by_the_shared_ca_and_made_once) {
  house.set_zone([](SimZone& zone) { zone.tls_client_auth.value = "on"; });
  EXPECT_EQ(house.service.world().snapshot().shared, nullptr) << "nothing is made before it is asked for";
  const EdgeView seen = view("example.com");
  EXPECT_EQ(seen.presented, "shared");
  ASSERT_NE(seen.identity, nullptr);
  const auto ca = pki::describe_certificate(house.service.world().shared_ca());
  EXPECT_TRUE(ca->is_ca);
  EXPECT_EQ(seen.identity->issuer, ca->subject);
  EXPECT_TRUE(pki::key_matches(seen.identity->pem, seen.identity->key.reveal()));
  EXPECT_EQ(view("www.example.com").identity, seen.identity);
}

TEST_F(EdgeTest, a_zone_with_versions_presents_nothing_and_says_why) {
  house.switch_on();
  house.uploaded(pool_pair(0));
  house.set_zone([](SimZone& zone) { zone.versioned = true; });
  EXPECT_TRUE(view("example.com").versioned);
  EXPECT_EQ(view("example.com").presented, "none");
}

TEST_F(EdgeTest, a_hosts_certificate_goes_before_its_zones) {
  house.switch_on();
  house.uploaded(pool_pair(0));
  const std::string id = house.uploaded(pool_pair(1), Level::kHostname);
  house.associate("www.example.com", id, true);
  house.advance(Seconds(3));
  EXPECT_EQ(view("www.example.com").presented, fingerprint_of(pool_pair(1)));
  EXPECT_EQ(view("www.example.com").identity->fingerprint, fingerprint_of(pool_pair(1)));
  EXPECT_EQ(view("api.example.com").presented, fingerprint_of(pool_pair(0)));
}

TEST_F(EdgeTest, a_change_reaches_each_node_within_the_spread_in_order_and_the_same_again) {
  house.switch_on();
  house.uploaded(pool_pair(0));
  house.advance(Seconds(60));
  house.set_modes([](CloudflareModes& modes) { modes.edge_spread = Seconds(10); });
  house.upload(pool_pair(1));
  house.advance(Seconds(3));
  std::set<int> arrivals;
  std::map<unsigned, int> first;
  for (int second = 0; second <= 10; ++second) {
    for (unsigned node = 0; node < 20; ++node) {
      if (view("example.com", node).presented != fingerprint_of(pool_pair(1))) {
        EXPECT_FALSE(first.contains(node)) << "a node goes back";
        EXPECT_EQ(view("example.com", node).presented, fingerprint_of(pool_pair(0)));
      } else if (first.emplace(node, second).second) {
        arrivals.insert(second);
      }
    }
    house.advance(Seconds(1));
  }
  EXPECT_EQ(first.size(), 20U) << "all have it when the spread is over";
  EXPECT_GT(arrivals.size(), 3U) << "they do not get it at one time";
}

}  // namespace
}  // namespace originpull::worlds
