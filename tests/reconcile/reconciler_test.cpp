// SPDX-License-Identifier: Apache-2.0
// Whole passes of the shipped reconciler between the simulated Cloudflare and a small Kubernetes API, on one thread in
// jumping time: what reaches either side, in which order, and what the status says then.
#include "reconcile/reconciler.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "reconcile/house.hpp"

namespace originpull::reconcile {
namespace {

using control::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Reconciler, a_first_enablement_uploads_then_switches_on_and_nothing_else) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
  EXPECT_THAT(house.mutations(), ElementsAre("POST", "PUT", "PATCH"));
  ASSERT_EQ(house.resource().status.ledger.certificates.size(), 1U);
  EXPECT_EQ(house.presented(), house.resource().status.ledger.certificates[0].fingerprint);
}

TEST(Reconciler, nothing_is_written_at_the_fixpoint_and_a_drift_check_takes_five_reads) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  const std::string version = house.resource().metadata.resource_version;
  house.mutations();
  const Outcome outcome = house.pass();
  EXPECT_EQ(outcome.kind, Outcome::Kind::kAgain);
  EXPECT_EQ(house.resource().metadata.resource_version, version);
  EXPECT_EQ(house.cloudflare_calls(), 5U);
  EXPECT_TRUE(house.mutations().empty());
}

TEST(Reconciler, an_unchanged_certificate_secret_is_not_read_again) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  house.kube_calls.clear();
  house.pass();
  EXPECT_THAT(house.kube_calls, ElementsAre("GET /api/v1/namespaces/shop/secrets/token"));
}

TEST(Reconciler, a_rotation_deletes_the_old_certificate_after_the_new_one_has_soaked) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  house.mutations();
  house.put_pair(leaf("b"));
  house.settle();
  EXPECT_THAT(house.mutations(), ElementsAre("POST", "DELETE"));
  ASSERT_EQ(house.resource().status.ledger.certificates.size(), 1U);
  EXPECT_EQ(house.presented(), house.resource().status.ledger.certificates[0].fingerprint);
}

TEST(Reconciler, going_back_to_the_certificate_before_ends_with_that_one_presented) {
  House house;
  const auto a = leaf("a"), b = leaf("b");
  house.put_pair(a);
  house.apply();
  house.settle();
  const std::string first = house.presented();
  house.put_pair(b);
  house.pass();
  house.put_pair(a);
  house.settle();
  EXPECT_EQ(house.presented(), first);
  EXPECT_EQ(house.resource().status.ledger.certificates.size(), 1U);
}

TEST(Reconciler, a_bad_pair_changes_nothing_and_a_good_one_recovers_by_itself) {
  House house;
  auto bad = leaf("a");
  bad.key_pem = leaf("b").key_pem;
  house.put_pair(bad);
  house.apply();
  EXPECT_EQ(house.pass().kind, Outcome::Kind::kAgain) << "a watch may be in trouble";
  EXPECT_EQ(house.condition("CertificateValid").reason, "KeyMismatch");
  EXPECT_EQ(house.condition("Stalled").status, api::ConditionStatus::kTrue);
  EXPECT_EQ(house.cloudflare_calls(), 0U);
  house.put_pair(leaf("c"));
  house.settle();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

TEST(Reconciler, a_missing_secret_is_waited_for_and_then_called_a_stall) {
  House house;
  house.apply();
  const Outcome outcome = house.pass();
  EXPECT_EQ(outcome.kind, Outcome::Kind::kAgain);
  EXPECT_EQ(house.condition("Reconciling").reason, "SecretNotFound");
  house.env.advance(Seconds(601));
  house.pass();
  EXPECT_EQ(house.condition("Stalled").reason, "SecretNotFound");
  EXPECT_EQ(house.condition("Stalled").status, api::ConditionStatus::kTrue);
}

TEST(Reconciler, without_leadership_nothing_is_written_anywhere) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.leading = false;
  house.pass();
  EXPECT_TRUE(house.mutations().empty());
  EXPECT_EQ(house.resource().status.observed_generation, -1);
}

TEST(Reconciler, a_write_that_the_end_of_the_lease_puts_off_is_not_forgotten) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.leading = false;
  const Outcome outcome = house.pass();
  EXPECT_EQ(outcome.kind, Outcome::Kind::kNotBefore)
      << "the lease may be renewed, and nothing else brings the key back";
  EXPECT_LE(outcome.after, Seconds(1));
  house.leading = true;
  house.settle();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

TEST(Reconciler, a_conflict_on_the_ledger_is_followed_by_a_live_read_before_anything_is_uploaded) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  int conflicts = 1;
  house.kube_fault = [&](const net::ServedRequest& request) -> std::optional<net::Served> {
    if (request.method != "PUT" || conflicts-- <= 0) return std::nullopt;
    return net::Served{.status = 409, .body = R"({"kind":"Status","status":"Failure","reason":"Conflict","code":409})"};
  };
  house.pass();
  EXPECT_TRUE(house.mutations().empty());
  house.kube_calls.clear();
  house.settle();
  EXPECT_EQ(house.kube_calls.front(), "GET /apis/originpull.dev/v1alpha1/namespaces/shop/originpullconfigs/example");
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

TEST(Reconciler, observe_writes_nothing_to_cloudflare_and_shows_the_plan) {
  House house;
  house.put_pair(leaf("a"));
  house.apply(R"({"mode":"Observe"})");
  house.pass();
  EXPECT_TRUE(house.mutations().empty());
  const auto plan = house.resource().status.plan;
  EXPECT_THAT(plan, ElementsAre(HasSubstr("upload certificate"), "enable zone-level AOP",
                                "set the zone setting tls_client_auth to on"));
  EXPECT_EQ(house.condition("Reconciling").reason, "PlanPending");
  EXPECT_TRUE(house.resource().status.ledger.certificates.empty());
  EXPECT_EQ(house.resource().status.settings.zone_level, false);
}

TEST(Reconciler, suspend_makes_no_call_at_all) {
  House house;
  house.put_pair(leaf("a"));
  house.apply(R"({"mode":"Suspend"})");
  house.pass();
  EXPECT_EQ(house.cloudflare_calls(), 0U);
  EXPECT_EQ(house.condition("Stalled").reason, "Suspended");
}

TEST(Reconciler, a_refused_upload_does_not_hold_up_another_certificate) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.cloudflare().faults().add(
      {.method = "POST",
       .status = 400,
       .body = R"({"success":false,"errors":[{"code":1412,"message":"no"}],"result":null})"});
  house.pass();
  EXPECT_EQ(house.condition("Stalled").reason, "CertificateRejected");
  EXPECT_TRUE(house.resource().status.ledger.certificates.empty()) << "nothing can appear under a refused announcement";
  house.put_pair(leaf("b"));
  house.mutations();
  house.pass();
  EXPECT_THAT(house.mutations(), ElementsAre("POST"));
}

TEST(Reconciler, a_check_that_is_throttled_is_silent_at_first_and_told_when_it_lasts_for_an_interval) {
  House house;
  house.put_pair(leaf("a"));
  house.apply(R"({"interval":"1m"})");
  house.settle();
  house.cloudflare().faults().add({.count = 0, .status = 429, .headers = {{"retry-after", "25"}}});
  house.pass();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
  house.env.advance(Duration(30'000));
  house.pass();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
  house.env.advance(Duration(31'000));
  house.pass();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kFalse);
  EXPECT_EQ(house.condition("Reconciling").reason, "RateLimited");
  house.cloudflare().faults().clear();
  house.env.advance(Duration(61'000));
  house.settle();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

// The schema's bounds of a status: beyond one of them nothing is written at all.
std::optional<net::Served> refuse_what_the_schema_refuses(const net::ServedRequest& request) {
  if (request.method != "PUT") return std::nullopt;
  const auto sent = nlohmann::json::parse(request.body)["status"];
  bool bad = sent.value("lastHandledReconcileAt", "").size() > 1024;
  for (const auto& condition : sent.value("conditions", nlohmann::json::array()))
    bad = bad || condition["message"].get<std::string>().size() > 32768;
  if (!bad) return std::nullopt;
  return net::Served{.status = 422, .body = R"({"kind":"Status","status":"Failure","reason":"Invalid","code":422})"};
}

TEST(Reconciler, what_a_user_writes_too_long_does_not_hold_up_the_status) {
  House house;
  house.kube_fault = refuse_what_the_schema_refuses;
  house.put_pair(leaf("a"), "", std::string(33'000, 'x'));
  house.apply();
  house.annotate("originpull.dev/reconcile-at", std::string(1'025, 'x'));
  house.pass();
  EXPECT_EQ(house.condition("Stalled").reason, "SecretWrongType");
  EXPECT_EQ(house.resource().status.last_handled_reconcile_at, std::string(1'024, 'x'));
}

TEST(Reconciler, a_leaf_without_client_auth_that_is_not_valid_yet_is_not_uploaded_when_its_time_comes) {
  House house;
  const Wall now = house.env.wall();
  house.put_pair(support::issue(support::make_ca(), {.common_name = "x",
                                                     .not_before = now + Seconds(3600),
                                                     .not_after = now + Seconds(30 * 24 * 3600),
                                                     .extended_key_usage = "serverAuth"}));
  house.apply();
  house.pass();
  house.env.advance(Seconds(3601));
  house.settle();
  EXPECT_EQ(house.condition("CertificateValid").reason, "NoClientAuth");
  EXPECT_TRUE(house.mutations().empty());
}

TEST(Reconciler, lasting_conflicts_are_met_with_growing_pauses) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.kube_fault = [&](const net::ServedRequest& request) -> std::optional<net::Served> {
    if (request.method != "PUT") return std::nullopt;
    return net::Served{.status = 409, .body = R"({"kind":"Status","status":"Failure","reason":"Conflict","code":409})"};
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(house.pass().kind, Outcome::Kind::kFailed) << "the queue knows how long";
}

// An API server that has only just started knows no custom kind yet.
TEST(Reconciler, looks_again_where_the_store_shows_a_resource_that_a_call_does_not_find) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.kube_fault = [](const net::ServedRequest& request) -> std::optional<net::Served> {
    if (request.target.find("originpullconfigs") == std::string::npos) return std::nullopt;
    return net::Served{.status = 404, .body = R"({"kind":"Status","status":"Failure","reason":"NotFound","code":404})"};
  };
  EXPECT_EQ(house.pass().kind, Outcome::Kind::kAgain) << "the status was not written";
  EXPECT_EQ(house.pass().kind, Outcome::Kind::kAgain) << "the resource was not read";
  EXPECT_TRUE(house.mutations().empty());
  house.kube_fault = {};
  house.settle();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

TEST(Reconciler, looks_again_soon_where_a_watch_shows_a_secret_that_a_call_does_not_find) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  house.kube_fault = [](const net::ServedRequest& request) -> std::optional<net::Served> {
    if (request.target.find("secrets/token") == std::string::npos) return std::nullopt;
    return net::Served{.status = 404, .body = R"({"kind":"Status","status":"Failure","reason":"NotFound","code":404})"};
  };
  const Outcome outcome = house.pass();
  EXPECT_EQ(outcome.kind, Outcome::Kind::kAgain);
  EXPECT_EQ(outcome.after, Seconds(30)) << "not the ten minutes that a missing Secret is waited for";
  EXPECT_EQ(house.condition("Reconciling").reason, "SecretNotFound");
  house.kube_fault = {};
  house.settle();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

void throttle(House& house) {
  house.cloudflare().faults().add({.count = 0, .status = 429, .headers = {{"retry-after", "300"}}});
}

TEST(Reconciler, a_secret_mended_while_throttled_is_not_called_bad_any_more) {
  House house;
  auto bad = leaf("a");
  bad.key_pem = leaf("b").key_pem;
  house.put_pair(bad);
  house.apply();
  house.pass();
  EXPECT_EQ(house.condition("CertificateValid").reason, "KeyMismatch");
  house.put_pair(leaf("c"));
  throttle(house);
  house.pass();
  EXPECT_EQ(house.condition("CertificateValid").status, api::ConditionStatus::kTrue);
  EXPECT_EQ(house.condition("Reconciling").reason, "RateLimited");
}

TEST(Reconciler, a_rotation_that_is_throttled_is_told_at_once) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  house.put_pair(leaf("b"));
  throttle(house);
  house.pass();
  EXPECT_EQ(house.condition("Reconciling").reason, "RateLimited");
}

bool zone_level_is_on(House& house) {
  const auto state = house.cloudflare().world().snapshot();
  return state.zones.begin()->second.zone_level;
}

TEST(Reconciler, one_failed_look_at_the_global_setting_does_not_say_that_it_is_off) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.settle();
  house.cloudflare().faults().add({.method = "GET", .path = "*/settings/tls_client_auth", .status = 503});
  house.pass();
  EXPECT_EQ(house.condition("OriginPullEnabled").status, api::ConditionStatus::kTrue);
}

TEST(Reconciler, off_is_not_said_while_the_zone_switch_is_on) {
  for (const auto& [method, path] : {std::pair{"GET", "*/settings/tls_client_auth"}, {"PUT", "*"}}) {
    House house;
    house.put_pair(leaf("a"));
    house.apply();
    house.settle();
    house.apply(R"({"enabled":false})");
    house.cloudflare().faults().add({.method = method,
                                     .path = path,
                                     .status = 403,
                                     .body = R"({"success":false,"errors":[{"code":10000,"message":"no"}]})"});
    house.pass();
    ASSERT_TRUE(zone_level_is_on(house));
    EXPECT_EQ(house.condition("OriginPullEnabled").status, api::ConditionStatus::kTrue) << method;
  }
}

TEST(Reconciler, an_upload_that_was_answered_with_success_and_failure_at_once_is_not_given_up) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.cloudflare().faults().add({.method = "POST",
                                   .executed = true,
                                   .status = 200,
                                   .body = R"({"success":false,"errors":[{"code":1999,"message":"oops"}]})"});
  house.pass();
  EXPECT_EQ(house.resource().status.ledger.certificates.size(), 1U);
  house.put_pair(leaf("b"));
  house.env.advance(Seconds(130));
  house.settle(Duration(3'600'000));
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
}

TEST(Reconciler, a_ray_that_is_none_does_not_reach_the_status) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.cloudflare().faults().add({.count = 0,
                                   .status = 403,
                                   .body = R"({"success":false,"errors":[{"code":10000,"message":"no"}]})",
                                   .headers = {{"cf-ray", std::string("Bearer ") + kToken}}});
  house.pass();
  EXPECT_THAT(house.condition("Ready").message, testing::Not(HasSubstr(kToken)));
}

TEST(Reconciler, a_lost_answer_to_the_upload_leads_to_one_certificate) {
  House house;
  house.put_pair(leaf("a"));
  house.apply();
  house.cloudflare().faults().add({.kind = worlds::HttpFault::Kind::kClose, .method = "POST", .executed = true});
  house.settle();
  EXPECT_EQ(house.condition("Ready").status, api::ConditionStatus::kTrue);
  EXPECT_EQ(house.resource().status.ledger.certificates.size(), 1U);
}

}  // namespace
}  // namespace originpull::reconcile
