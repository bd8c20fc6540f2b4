// SPDX-License-Identifier: Apache-2.0
// What the health endpoints say, by example: the short answer, the verbose one, a failure with its reason, an
// exclusion, and that liveness and readiness do not share checks.
#include "control/health.hpp"

#include <gmock/gmock.h>

namespace originpull::control {
namespace {

using testing::HasSubstr;

Health::Check fine() {
  return [] { return std::optional<std::string>(); };
}
Health::Check broken(std::string why) {
  return [why = std::move(why)] { return std::optional<std::string>(why); };
}

TEST(Health, all_is_well_without_checks) {
  const Health health;
  EXPECT_EQ(health.healthz().status, 200);
  EXPECT_EQ(health.readyz().text, "ok\n");
}

TEST(Health, a_failed_check_fails_the_answer_and_says_why) {
  Health health;
  health.add_readiness("caches", broken("Secrets are not in step yet"));
  health.add_readiness("crd", fine());
  const HealthAnswer answer = health.readyz();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.text, "[-]caches failed: Secrets are not in step yet\n[+]crd ok\nreadyz check failed\n");
}

TEST(Health, readiness_does_not_touch_liveness) {
  Health health;
  health.add_readiness("caches", broken("not yet"));
  EXPECT_EQ(health.healthz().status, 200) << "a restart would not help";
  health.add_liveness("workers", broken("stuck"));
  EXPECT_EQ(health.healthz().status, 500);
}

TEST(Health, verbose_lists_every_check) {
  Health health;
  health.add_liveness("workers", fine());
  health.add_liveness("lease", fine());
  EXPECT_EQ(health.healthz("verbose").text, "[+]workers ok\n[+]lease ok\nhealthz check passed\n");
}

TEST(Health, an_excluded_check_is_not_asked) {
  Health health;
  health.add_readiness("crd", broken("not served"));
  health.add_readiness("caches", fine());
  const HealthAnswer answer = health.readyz("verbose&exclude=crd");
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.text, HasSubstr("[+]crd excluded: ok\n"));
  EXPECT_EQ(health.readyz("exclude=other").status, 500);
}

TEST(Health, a_strange_query_is_harmless) {
  Health health;
  health.add_liveness("workers", fine());
  for (const char* query : {"&", "&&&", "exclude=", "verbose&", "x=y", "=", "exclude=a&exclude=b"}) {
    EXPECT_EQ(health.healthz(query).status, 200) << query;
  }
}

}  // namespace
}  // namespace originpull::control
