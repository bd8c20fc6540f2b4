// SPDX-License-Identifier: Apache-2.0
// The main job, end to end on a real API server: what kubectl applied becomes an enabled, reported zone, by exactly the
// calls that it takes, in the order of Cloudflare's how-to. Method: the shipped operator as a process with the chart's
// ServiceAccount, cloudflare-sim slow as Cloudflare is, and what arrived there, when, from the simulator's own log.
#include "e2e/installation.hpp"

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class MainJob : public Installation {};

TEST_F(MainJob, a_resource_and_a_secret_become_an_enabled_zone_by_upload_put_and_patch) {
  install({.deploy_delay = "3s", .list_lag = "5s"});
  start_operator();
  const Leaf leaf = make_leaf("edge");
  apply_token();
  apply_secret(leaf);
  apply_resource();
  ASSERT_TRUE(eventually(60s, "the resource is Ready", [&] { return is_ready(); }));

  const SimZone zone = simulator().zone();
  EXPECT_THAT(zone.active(), ElementsAre(leaf.fingerprint));
  EXPECT_EQ(zone.live().size(), 1U);
  EXPECT_TRUE(zone.zone_level);
  EXPECT_EQ(zone.global_setting, "on");
  EXPECT_EQ(zone.presented, leaf.fingerprint);

  EXPECT_THAT(simulator().mutations_in_words(),
              ElementsAre("upload", "zone-level enabled=true", R"(global value="on")"));
  const auto mutations = simulator().mutations();
  ASSERT_EQ(mutations.size(), 3U);
  EXPECT_GE(mutations[1].at - mutations[0].at, 3s) << "the switch is turned only when the certificate is active";
  EXPECT_THAT(logs(), Not(AnyOf(HasSubstr("PRIVATE KEY"), HasSubstr(kToken)))) << "a secret is in the log";
}

// The other rights that the chart can give: Secrets by name only, and a ClusterRole for all namespaces.
class OtherRights : public Installation {
 protected:
  void expect_main_job_and_rotation(const OperatorOptions& options) {
    enable(make_leaf("edge"), {.more = "interval: 24h\nrotation: {soak: 1s}"}, options);
    const Leaf renewed = make_leaf("renewed");
    simulator().forget_calls();
    const Wall replaced = apply_secret(renewed);
    ASSERT_TRUE(eventually(60s, "only the renewed one is live", [&] {
      const SimZone zone = simulator().zone();
      return zone.presented == renewed.fingerprint && zone.live().size() == 1;
    }));
    const auto mutations = simulator().mutations();
    EXPECT_THAT(simulator().mutations_in_words(), ElementsAre("upload", "delete"));
    EXPECT_LE(mutations.front().at - replaced, 2s);
  }
};

TEST_F(OtherRights, named_secrets_are_enough_for_a_watch_of_named_secrets) {
  install({}, {"secretWatch=named", "namedSecrets={cloudflare-api-token,edge-client-tls}"});
  expect_main_job_and_rotation({.flags = {"--secret-watch", "named"}});
}

TEST_F(OtherRights, a_cluster_role_is_enough_for_all_namespaces) {
  install({}, {"watchNamespaces={*}"});
  expect_main_job_and_rotation({.flags = {"--all-namespaces"}});
}

}  // namespace
}  // namespace originpull::e2e
