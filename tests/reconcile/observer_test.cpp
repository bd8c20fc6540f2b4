// SPDX-License-Identifier: Apache-2.0
// The observer between the simulated Cloudflare and a small Kubernetes API: each look makes only its calls, and what
// cannot be seen becomes a failed fact, never the end of a pass.
#include "reconcile/observer.hpp"

#include <gtest/gtest.h>

#include "reconcile/house.hpp"

namespace originpull::reconcile {
namespace {

using plan::Look;

plan::Observed begin(House& house) {
  plan::Observed seen;
  seen.now = house.env.wall();
  seen.resource = house.resource();
  return seen;
}

TEST(Observer, a_look_at_the_zone_is_one_call_and_gives_its_identity) {
  House house;
  house.apply();
  plan::Observed seen = begin(house);
  Observer observer(house.surroundings(), house.key);
  observer.fill(Look::kToken, seen, {});
  EXPECT_EQ(house.cloudflare_calls(), 0U);
  observer.fill(Look::kZone, seen, {});
  EXPECT_EQ(house.cloudflare_calls(), 1U);
  const plan::Zone* zone = plan::seen(seen.zone);
  ASSERT_TRUE(zone && zone->identity);
  EXPECT_EQ(zone->identity->name, "example.com");
  EXPECT_EQ(zone_id(seen).size(), 32U);
}

TEST(Observer, an_unknown_zone_is_a_fact_and_not_a_failure) {
  House house;
  house.apply(R"({"zone":{"name":"unknown.example"}})");
  plan::Observed seen = begin(house);
  Observer observer(house.surroundings(), house.key);
  observer.fill(Look::kToken, seen, {});
  observer.fill(Look::kZone, seen, {});
  const plan::Zone* zone = plan::seen(seen.zone);
  ASSERT_TRUE(zone);
  EXPECT_FALSE(zone->identity.has_value());
}

TEST(Observer, what_does_not_look_like_a_token_is_never_sent) {
  House house;
  house.put_secret("token", "Opaque", {{"token", "not a token, but somebody's password"}});
  house.apply();
  plan::Observed seen = begin(house);
  Observer observer(house.surroundings(), house.key);
  observer.fill(Look::kToken, seen, {});
  const plan::Token* token = plan::seen(seen.token);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->problem, api::Reason::kTokenInvalid);
  EXPECT_EQ(token->detail.find("password"), std::string::npos);
}

TEST(Observer, a_server_that_fails_is_a_failed_fact_of_the_right_side) {
  House house;
  house.apply();
  plan::Observed seen = begin(house);
  Observer observer(house.surroundings(), house.key);
  house.kube_fault = [](const net::ServedRequest&) -> std::optional<net::Served> {
    return net::Served{.status = 503, .body = "{}"};
  };
  observer.fill(Look::kToken, seen, {});
  ASSERT_TRUE(plan::failed(seen.token));
  EXPECT_FALSE(plan::failed(seen.token)->reason.empty());
}

TEST(Observer, cloudflares_certificate_is_known_by_its_leaf_and_an_unreadable_one_is_nobodys) {
  const auto ca = support::make_ca();
  const auto leaf = support::issue_client(ca, "edge");
  const plan::Certificate good = translate({.id = "1", .pem = leaf.certificate_pem + "\n\n"});
  EXPECT_EQ(good.leaf.size(), 64U);
  EXPECT_EQ(good.deployment, plan::Deployment::kUnknown);
  EXPECT_TRUE(translate({.id = "2", .pem = "garbage"}).leaf.empty());
}

}  // namespace
}  // namespace originpull::reconcile
