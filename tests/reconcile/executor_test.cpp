// SPDX-License-Identifier: Apache-2.0
// The executor: each write takes a permit first, its answer is what is seen from then on, and a failure changes nothing
// of what was seen.
#include "reconcile/executor.hpp"

#include <gtest/gtest.h>

#include "reconcile/house.hpp"

namespace originpull::reconcile {
namespace {

using plan::Look;

class Permits final : public control::PermitSource {
 public:
  Result<control::Permit> permit() override {
    ++asked;
    if (given) return issue(until);
    return fail(Error{.kind = ErrorKind::kUnavailable,
                      .attempted = "write",
                      .message = "not leading",
                      .reason = std::string(control::kNotLeading)});
  }
  int asked = 0;
  Instant until = Instant::max();
  bool given = true;
};

struct Scene {
  Scene() {
    const Wall now = house.env.wall();
    pair = support::issue(support::make_ca(), {.common_name = "edge",
                                               .not_before = now - Seconds(60),
                                               .not_after = now + Seconds(3600),
                                               .extended_key_usage = "clientAuth"});
    house.put_pair(pair);
    house.apply();
    seen.now = now;
    seen.resource = house.resource();
    for (const Look look : {Look::kToken, Look::kPair, Look::kZone, Look::kCertificates, Look::kZoneLevel})
      observer.fill(look, seen, {});
  }
  Result<void> run(const plan::Action& action) { return executor.run(action, seen, {}); }

  House house;
  support::Identity pair;
  Permits permits;
  Observer observer{house.surroundings(), house.key};
  Executor executor{house.surroundings(), house.key, observer, permits};
  plan::Observed seen;
};

TEST(Executor, an_upload_is_seen_as_cloudflare_answers_it) {
  Scene scene;
  const api::Fingerprint leaf = plan::seen(scene.seen.pair)->leaf;
  ASSERT_TRUE(scene.run(plan::UploadCertificate{leaf}));
  const auto& all = *plan::seen(scene.seen.certificates);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].leaf, leaf);
  EXPECT_EQ(all[0].deployment, plan::Deployment::kPending);
  EXPECT_EQ(scene.permits.asked, 1);
}

TEST(Executor, without_a_permit_no_mutation_leaves) {
  Scene scene;
  scene.permits.given = false;
  scene.house.mutations();
  EXPECT_FALSE(scene.run(plan::UploadCertificate{plan::seen(scene.seen.pair)->leaf}));
  EXPECT_FALSE(scene.run(plan::SetZoneLevel{true}));
  EXPECT_FALSE(scene.run(plan::DeleteCertificate{"id", "leaf"}));
  EXPECT_TRUE(scene.house.mutations().empty());
  EXPECT_FALSE(*plan::seen(scene.seen.zone_level));
}

TEST(Executor, no_write_leaves_when_its_permit_has_ended) {
  Scene scene;
  scene.house.mutations();
  scene.permits.until = scene.house.env.now();
  EXPECT_FALSE(scene.run(plan::UploadCertificate{plan::seen(scene.seen.pair)->leaf}));
  EXPECT_FALSE(scene.run(plan::SetZoneLevel{true}));
  EXPECT_FALSE(scene.run(plan::SetGlobalSetting{true}));
  EXPECT_FALSE(scene.run(plan::DeleteCertificate{"id", "leaf"}));
  EXPECT_TRUE(scene.house.mutations().empty());
  api::Status status = scene.seen.resource.status;
  status.observed_generation = 1;
  EXPECT_FALSE(scene.executor.write_status(status, scene.seen, {}));
  EXPECT_NE(scene.house.resource().status.observed_generation, 1);
}

TEST(Executor, a_pair_that_changed_after_it_was_judged_is_not_uploaded) {
  Scene scene;
  scene.house.mutations();
  const auto done = scene.run(plan::UploadCertificate{std::string(64, '0')});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(scene.house.mutations().empty());
}

TEST(Executor, a_status_without_news_is_not_written) {
  Scene scene;
  scene.house.kube_calls.clear();
  ASSERT_TRUE(scene.executor.write_status(scene.seen.resource.status, scene.seen, {}));
  EXPECT_TRUE(scene.house.kube_calls.empty());
  EXPECT_EQ(scene.permits.asked, 0);
}

TEST(Executor, a_written_status_is_the_resource_from_then_on) {
  Scene scene;
  api::Status status = scene.seen.resource.status;
  status.observed_generation = 1;
  const std::string before = scene.seen.resource.metadata.resource_version;
  ASSERT_TRUE(scene.executor.write_status(status, scene.seen, {}));
  EXPECT_EQ(scene.seen.resource.status, status);
  EXPECT_NE(scene.seen.resource.metadata.resource_version, before);
}

}  // namespace
}  // namespace originpull::reconcile
