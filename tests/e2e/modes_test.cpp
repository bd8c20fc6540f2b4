// SPDX-License-Identifier: Apache-2.0
// The ways to hold the operator back, end to end: deletion with `Retain` leaves Cloudflare as it is, `Observe` writes
// a plan and nothing else, `Suspend` does nothing at all, and of two resources for one zone one acts. Method: what
// was not done is shown by the simulator's log of calls over a time in which it would have been done.
#include "e2e/installation.hpp"

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Modes : public Installation {
 protected:
  // Far longer than a change that somebody asked for takes to begin (2 s).
  static constexpr auto kLong = 5s;

  testing::AssertionResult no_call_at_all() {
    simulator().forget_calls();
    return throughout(kLong, "no call to Cloudflare", [&] { return simulator().calls().empty(); });
  }
  const Leaf leaf_ = make_leaf("edge");
};

TEST_F(Modes, a_deletion_with_retain_ends_at_once_and_changes_nothing_at_cloudflare) {
  enable(leaf_, {.more = "interval: 24h\ndeletionPolicy: Retain"});
  simulator().forget_calls();
  kubectl({"delete", "originpullconfig", "zone", "--timeout=20s"});  // waits for finalizers; there is none
  EXPECT_TRUE(throughout(kLong, "no mutation", [&] { return simulator().mutations().empty(); }));
  const SimZone zone = simulator().zone();
  EXPECT_EQ(zone.presented, leaf_.fingerprint);
  EXPECT_EQ(zone.global_setting, "on");

  // Made anew, it finds its own leaf there: adopted, and nothing is changed.
  apply_resource("zone", {.more = "interval: 24h"});
  ASSERT_TRUE(eventually(30s, "the new one is Ready", [&] { return is_ready(); }));
  EXPECT_THAT(simulator().mutations_in_words(), IsEmpty());
  const auto records = resource().status.ledger.certificates;
  ASSERT_EQ(records.size(), 1U);
  EXPECT_TRUE(records.front().adopted);
}

TEST_F(Modes, observe_shows_the_plan_and_writes_nothing_to_cloudflare) {
  install();
  apply_token();
  apply_secret(leaf_);
  apply_resource("zone", {.more = "interval: 24h\nmode: Observe"});
  start_operator();
  ASSERT_TRUE(eventually(30s, "the plan is shown", [&] { return condition("Reconciling") == "True PlanPending"; }));
  const auto plan = resource().status.plan;
  EXPECT_THAT(plan, ElementsAre(HasSubstr("upload certificate " + leaf_.fingerprint.substr(0, 4)),
                                HasSubstr("zone-level"), HasSubstr("tls_client_auth")));
  EXPECT_EQ(condition("Ready"), "False PlanPending");
  EXPECT_TRUE(throughout(kLong, "no mutation", [&] { return simulator().mutations().empty(); }));
  EXPECT_THAT(simulator().calls(), Not(IsEmpty())) << "it looked";

  apply_resource("zone", {.more = "interval: 24h\nmode: Manage"});
  ASSERT_TRUE(eventually(60s, "Manage carries the plan out", [&] { return is_ready(); }));
  EXPECT_THAT(simulator().mutations_in_words(),
              ElementsAre("upload", "zone-level enabled=true", R"(global value="on")"));
  EXPECT_THAT(resource().status.plan, IsEmpty());

  // Observing what is as it should be is Ready and has no plan.
  apply_resource("zone", {.more = "interval: 24h\nmode: Observe"});
  EXPECT_TRUE(eventually(30s, "the resource is Ready", [&] { return is_ready(); }));
  EXPECT_THAT(resource().status.plan, IsEmpty());
}

TEST_F(Modes, suspend_does_nothing_and_lets_the_conditions_stand) {
  enable(leaf_, {.more = "interval: 24h"});
  apply_resource("zone", {.more = "interval: 24h\nmode: Suspend"});
  ASSERT_TRUE(eventually(30s, "it is taken note of", [&] {
    const auto object = resource();
    return object.status.observed_generation == object.metadata.generation;
  }));
  EXPECT_EQ(api::find_condition(resource().status.conditions, "Ready")->status, api::ConditionStatus::kTrue);

  simulator().act(R"("do": "zone-level", "enabled": false)");
  const Leaf renewed = make_leaf("renewed");
  apply_secret(renewed);
  touch();
  EXPECT_TRUE(no_call_at_all());
  EXPECT_FALSE(simulator().zone().zone_level);

  apply_resource("zone", {.more = "interval: 24h"});
  EXPECT_TRUE(eventually(60s, "Manage catches up", [&] {
    const SimZone zone = simulator().zone();
    return zone.presented == renewed.fingerprint && is_ready();
  }));
}

TEST_F(Modes, what_is_created_suspended_is_stalled_and_untouched) {
  install();
  apply_token();
  apply_secret(leaf_);
  apply_resource("zone", {.more = "mode: Suspend"});
  start_operator();
  ASSERT_TRUE(eventually(30s, "it is Stalled", [&] { return condition("Stalled") == "True Suspended"; }));
  EXPECT_TRUE(no_call_at_all());
  EXPECT_EQ(simulator().zone().presented, "none");
}

TEST_F(Modes, of_two_resources_for_one_zone_the_incumbent_acts_and_the_other_takes_over_when_it_is_gone) {
  enable(leaf_, {.more = "interval: 24h"});
  const Leaf other = make_leaf("other");
  apply_secret(other, "other-tls");
  simulator().forget_calls();
  apply_resource("second", {.secret = "other-tls", .more = "interval: 24h\nrotation: {soak: 1s}\ntakeover: Allow"});
  ASSERT_TRUE(
      eventually(30s, "the second is refused", [&] { return condition("Stalled", "second") == "True ZoneConflict"; }));
  EXPECT_TRUE(is_ready()) << "the incumbent is not disturbed";
  EXPECT_TRUE(throughout(kLong, "no mutation", [&] { return simulator().mutations().empty(); }));

  kubectl({"delete", "originpullconfig", "zone"});
  ASSERT_TRUE(eventually(60s, "the second acts", [&] { return is_ready("second"); }));
  const SimZone zone = simulator().zone();
  EXPECT_EQ(zone.presented, other.fingerprint);
  EXPECT_THAT(zone.active(), ElementsAre(leaf_.fingerprint, other.fingerprint)) << "the first one's is not its own";
}

}  // namespace
}  // namespace originpull::e2e
