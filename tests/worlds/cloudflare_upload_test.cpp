// SPDX-License-Identifier: Apache-2.0
// How an upload is judged at the simulated Cloudflare, on certificates made by the test.
#include "worlds/cloudflare_upload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/describe.hpp"
#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {
namespace {

const Wall kNow{Seconds(1'795'496'400)};

TEST(CloudflareUpload, keeps_the_pair_for_the_edge_and_what_the_leaf_says_of_itself) {
  const auto judged = judge_upload({}, upload_body(pool_pair(0)), kNow);
  ASSERT_NE(judged.leaf, nullptr);
  EXPECT_EQ(judged.leaf->fingerprint, fingerprint_of(pool_pair(0)));
  EXPECT_EQ(judged.leaf->serial, "1000");
  EXPECT_EQ(judged.leaf->signature, "ECDSAWithSHA256");
  EXPECT_TRUE(pki::key_matches(judged.leaf->pem, judged.leaf->key.reveal()));
}

TEST(CloudflareUpload, a_chain_is_kept_as_its_leaf_or_whole) {
  const auto ca = support::make_ca();
  auto chained = support::issue(support::issue_intermediate(ca, "between"), {.common_name = "leaf"});
  chained.certificate_pem = chained.bundle_pem();
  const auto kept = [&](const std::string& how) {
    const auto judged = judge_upload({.chain = how}, upload_body(chained), kNow);
    return judged.leaf == nullptr ? 0U : pki::describe_certificates(judged.leaf->pem)->size();
  };
  EXPECT_EQ(kept("leaf"), 1U);
  EXPECT_EQ(kept("all"), 2U);
  EXPECT_EQ(kept("refuse"), 0U);
}

TEST(CloudflareUpload, a_twin_forbids_unless_it_is_deleted) {
  const auto judged = judge_upload({}, upload_body(pool_pair(0)), kNow);
  std::vector<SimCertificate> all = {
      {.id = "1", .fingerprint = judged.leaf->fingerprint, .leaf = judged.leaf, .status = "deleted"}};
  EXPECT_FALSE(find_twin({}, all, *judged.leaf).refused);
  EXPECT_EQ(find_twin({}, all, *judged.leaf).deleted, all.data());
  for (const std::string status : {"initializing", "pending_deployment", "active", "pending_deletion",
                                   "deployment_timed_out", "deletion_timed_out", "quarantined"}) {
    all[0].status = status;
    EXPECT_TRUE(find_twin({}, all, *judged.leaf).refused) << status;
  }
}

}  // namespace
}  // namespace originpull::worlds
