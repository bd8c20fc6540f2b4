// SPDX-License-Identifier: Apache-2.0
// What a scrape tells of the parts' present state: read from the served text, with a store, watches and budgets that
// the test fills. Above all that the series of a resource go with it.
#include "cli/figures.hpp"

#include <gmock/gmock.h>

#include "cli/version.hpp"
#include "support/still_env.hpp"

namespace originpull::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Wall kDay{Seconds(1'800'000'000)};

api::CertificateRecord active(Wall not_after, Wall since) {
  return {.fingerprint = "f", .state = "active", .not_after = not_after, .active_since = since};
}

class FiguresTest : public testing::Test {
 protected:
  void resource(const std::string& name, api::ConditionStatus ready, std::vector<api::CertificateRecord> records = {}) {
    auto value = std::make_shared<api::OriginPullConfig>();
    value->status.conditions = {{.type = "Ready", .status = ready}};
    value->status.ledger.certificates = std::move(records);
    store_.changed({"team", name}, {"uid-" + name, std::to_string(++version_), std::move(value)});
  }
  std::string scrape(const control::Leadership::Figures& leadership = {}) {
    figures_.report(leadership);
    return metrics_.text();
  }

  support::StillEnv env_;
  int version_ = 0;
  control::Metrics metrics_{env_, "originpullconfig"};
  control::Store<api::OriginPullConfig> store_{env_};
  control::SecretIndex index_{env_};
  control::WorkQueue queue_{env_};
  control::WatchSet watches_{env_, Log::silent(), {.mode = control::SecretWatch::kNamed, .max_named = 1},
                             {},   index_,        queue_};
  cloudflare::BudgetRegistry budgets_{env_, {.requests = 100}};
  Figures figures_{
      env_, metrics_, {.store = store_, .secret_watches = watches_, .budgets = budgets_, .lease_name = "lease"}};
};

TEST_F(FiguresTest, each_resource_has_its_readiness) {
  resource("good", api::ConditionStatus::kTrue);
  resource("bad", api::ConditionStatus::kFalse);
  resource("new", api::ConditionStatus::kUnknown);
  const std::string text = scrape();
  EXPECT_THAT(text, HasSubstr("originpull_resources 3\n"));
  EXPECT_THAT(text, HasSubstr("originpull_ready{name=\"good\",namespace=\"team\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("originpull_ready{name=\"bad\",namespace=\"team\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("originpull_ready{name=\"new\",namespace=\"team\"} 0\n"));
}

TEST_F(FiguresTest, the_end_of_the_certificate_at_the_edge_is_told_once_there_is_one) {
  resource("a", api::ConditionStatus::kFalse);
  EXPECT_THAT(scrape(), Not(HasSubstr("originpull_certificate_not_after_timestamp_seconds{")));
  resource("a", api::ConditionStatus::kTrue, {active(kDay, kDay)});
  EXPECT_THAT(scrape(), HasSubstr("originpull_certificate_not_after_timestamp_seconds{name=\"a\",namespace=\"team\"} "
                                  "1800000000\n"));
}

TEST_F(FiguresTest, the_series_of_a_resource_go_with_it) {
  resource("a", api::ConditionStatus::kTrue, {active(kDay, kDay)});
  resource("b", api::ConditionStatus::kTrue);
  scrape();
  store_.deleted({"team", "a"}, "uid-a");
  const std::string text = scrape();
  EXPECT_THAT(text, HasSubstr("originpull_resources 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("name=\"a\"")));
  EXPECT_THAT(text, HasSubstr("originpull_ready{name=\"b\",namespace=\"team\"} 1\n"));
}

TEST_F(FiguresTest, a_certificate_that_is_gone_takes_its_series_along) {
  resource("a", api::ConditionStatus::kTrue, {active(kDay, kDay)});
  scrape();
  resource("a", api::ConditionStatus::kFalse);
  EXPECT_THAT(scrape(), Not(HasSubstr("originpull_certificate_not_after_timestamp_seconds{")));
}

TEST_F(FiguresTest, who_leads_is_told_by_the_name_of_the_lease) {
  EXPECT_THAT(scrape(), HasSubstr("leader_election_master_status{name=\"lease\"} 0\n"));
  const std::string text = scrape({.leading = true, .terms = 1, .refused = 2});
  EXPECT_THAT(text, HasSubstr("leader_election_master_status{name=\"lease\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("originpull_permits_refused_total 2\n"));
}

TEST_F(FiguresTest, the_watches_of_secrets_and_the_refused_ones_are_counted) {
  watches_.refer({"team", "a"}, {{"team", "s1"}, {"team", "s2"}, {"team", "s3"}});
  const std::string text = scrape();
  EXPECT_THAT(text, HasSubstr("originpull_secret_watches 1\n"));
  EXPECT_THAT(text, HasSubstr("originpull_secret_watches_refused 2\n"));
}

TEST_F(FiguresTest, the_budget_is_that_of_the_token_with_the_least_left) {
  EXPECT_THAT(scrape(), HasSubstr("originpull_cloudflare_budget_remaining 100\n"));
  const auto busy = budgets_.of(SecretString(std::string("busy")));
  const auto quiet = budgets_.of(SecretString(std::string("quiet")));
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(busy->take({}));
  ASSERT_TRUE(quiet->take({}));
  EXPECT_THAT(scrape(), HasSubstr("originpull_cloudflare_budget_remaining 70\n"));
  env_.advance(Duration(300'000));
  EXPECT_THAT(scrape(), HasSubstr("originpull_cloudflare_budget_remaining 100\n"));
}

TEST_F(FiguresTest, the_build_and_the_process_are_told) {
  const std::string text = scrape();
  EXPECT_THAT(text, HasSubstr("originpull_build_info{version=\"" + std::string(kVersion) + "\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("process_resident_memory_bytes 0\n")));
}

TEST(PresentedUntil, is_the_end_of_the_one_that_became_active_last) {
  const Wall later = kDay + Seconds(60);
  api::Ledger ledger;
  EXPECT_EQ(presented_until(ledger), std::nullopt);
  ledger.certificates = {active(kDay, later), active(later, kDay)};
  EXPECT_EQ(presented_until(ledger), kDay);
  ledger.certificates[0].state = "pending_deletion";
  EXPECT_EQ(presented_until(ledger), later);
  ledger.certificates[1].active_since.reset();
  EXPECT_EQ(presented_until(ledger), std::nullopt);
}

}  // namespace
}  // namespace originpull::cli
