// SPDX-License-Identifier: Apache-2.0
// The reconciler beside people who change the same zone: what they delete is put right, what they upload after us is
// reported and never fought (product.md section 4, R8), and what cannot be seen is not guessed.
#include <gmock/gmock.h>

#include "cloudflare/client.hpp"
#include "reconcile/house.hpp"
#include "worlds/handler_transport.hpp"

namespace originpull::reconcile {
namespace {

// Somebody with a token of the same zone.
struct Human {
  explicit Human(House& h) : house(h) {}
  void upload(const support::Identity& pair) {
    ASSERT_TRUE(client.upload_certificate(zone, pair.certificate_pem, SecretString(pair.key_pem), ask));
  }
  void delete_ours() {
    for (const auto& record : house.resource().status.ledger.certificates)
      ASSERT_TRUE(client.delete_certificate(zone, record.id, ask));
    house.env.advance(Seconds(60));
  }
  void set_zone_level(bool on) { ASSERT_TRUE(client.set_zone_level(zone, on, ask)); }

  House& house;
  std::string zone = house.cloudflare().world().snapshot().zones.begin()->first;
  cloudflare::Ask ask{std::stop_token()};
  cloudflare::Client client{
      std::make_shared<worlds::HandlerTransport>(house.env, house.cloudflare().handler(), "/client/v4"),
      SecretString(std::string(kToken)), cloudflare::Budget::make(house.env), Log::silent()};
};

// A foreign certificate, then ours beside it, and takeover forbidden from then on.
void enable_beside_a_foreign_one(House& house, Human& human) {
  human.upload(leaf("foreign"));
  house.env.advance(Seconds(60));
  house.put_pair(leaf("a"));
  house.apply(R"({"takeover":"Allow"})");
  house.settle();
  house.apply(R"({"takeover":"Never"})");
  house.settle();
  ASSERT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

TEST(ReconcilerBesidePeople, a_deletion_by_hand_is_repaired_beside_an_older_foreign_certificate) {
  for (const bool was_on : {false, true}) {
    House house;
    Human human(house);
    human.set_zone_level(was_on);
    enable_beside_a_foreign_one(house, human);
    human.delete_ours();
    house.settle();
    EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue) << house.condition("Ready").message;
  }
}

TEST(ReconcilerBesidePeople, who_uploaded_his_own_and_then_deleted_ours_is_not_fought) {
  House house;
  Human human(house);
  enable_beside_a_foreign_one(house, human);
  house.env.advance(Seconds(30));
  human.upload(leaf("newer"));
  human.delete_ours();
  house.mutations();
  house.settle();
  EXPECT_EQ(house.condition("Stalled").reason, "ForeignCertificate");
  EXPECT_TRUE(house.mutations().empty());
}

TEST(ReconcilerBesidePeople, a_foreign_certificate_that_came_while_ours_was_deployed_unseen_is_not_fought) {
  House house;
  Human human(house);
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  house.put_pair(leaf("b"));
  house.pass();
  house.env.advance(Seconds(20));
  human.upload(leaf("foreign"));
  house.env.advance(Seconds(1800));  // nobody looks, so ours is seen active long after the other came
  house.settle();
  EXPECT_EQ(house.condition("Stalled").reason, "ForeignCertificate");
  human.delete_ours();
  house.mutations();
  house.settle();
  EXPECT_EQ(house.condition("Stalled").reason, "ForeignCertificate");
  EXPECT_TRUE(house.mutations().empty());
}

TEST(ReconcilerBesidePeople, a_foreign_certificate_that_came_while_a_repair_timed_out_is_not_fought) {
  House house;
  Human human(house);
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  human.delete_ours();
  const auto deploys_as = [&](const char* word) {
    house.cloudflare().world().change(
        [&](worlds::CloudflareState& state, const auto&) { state.modes.deploys_as = word; });
  };
  deploys_as("deployment_timed_out");
  house.pass();
  house.env.advance(Seconds(10));
  house.pass();
  deploys_as("active");
  house.env.advance(Seconds(65));
  house.pass();
  human.upload(leaf("foreign"));
  house.env.advance(Seconds(30));
  house.mutations();
  house.settle();
  EXPECT_EQ(house.condition("Stalled").reason, "ForeignCertificate");
  EXPECT_THAT(house.mutations(), testing::Not(testing::Contains("POST")));
}

TEST(ReconcilerBesidePeople, a_zone_switch_that_is_off_is_said_though_the_global_setting_cannot_be_seen) {
  for (const char* spec : {"{}", R"({"enabled":false})"}) {
    House house;
    Human human(house);
    house.put_pair(leaf("a"));
    house.apply();
    house.settle();
    human.set_zone_level(false);
    house.apply(spec);
    house.cloudflare().faults().add({.method = "GET",
                                     .path = "*/settings/tls_client_auth",
                                     .count = 0,
                                     .status = 403,
                                     .body = R"({"success":false,"errors":[{"code":10000,"message":"no"}]})"});
    house.pass();
    EXPECT_NE(house.condition("OriginPullEnabled").status, api::ConditionStatus::kTrue) << spec;
  }
}

}  // namespace
}  // namespace originpull::reconcile
