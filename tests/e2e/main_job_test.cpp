// SPDX-License-Identifier: Apache-2.0
// The main job, end to end on a real API server: what kubectl applied becomes an enabled, reported zone, by exactly the
// calls that it takes, in the order of Cloudflare's how-to. Method: the shipped operator as a process with the chart's
// ServiceAccount, cloudflare-sim slow as Cloudflare is, and what arrived there, when, from the simulator's own log.
#include "e2e/installation.hpp"

#include <algorithm>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

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
}

}  // namespace
}  // namespace originpull::e2e
