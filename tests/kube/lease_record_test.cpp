// SPDX-License-Identifier: Apache-2.0
// The Lease object as text: what is read, and that a write changes only what is ours. Method: round trips of objects as
// the API server writes them.
#include "kube/lease_record.hpp"

#include <gtest/gtest.h>

#include "kube/json_scan.hpp"

namespace originpull::kube {
namespace {

constexpr std::string_view kLease =
    R"({"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"l","namespace":"n",)"
    R"("resourceVersion":"5",)"
    R"("labels":{"keep":"me"}},"spec":{"holderIdentity":"a","leaseDurationSeconds":15,"leaseTransitions":3,)"
    R"("acquireTime":"2026-11-24T05:00:00.000000Z","renewTime":"2026-11-24T05:00:02.000000Z",)"
    R"("strategy":"OldestEmulationVersion"}})";

TEST(LeaseRecord, is_read_from_the_object) {
  const auto record = decode_lease(kLease);
  ASSERT_TRUE(record) << describe(record.error());
  EXPECT_EQ(record->holder, "a");
  EXPECT_EQ(record->duration, Duration(15'000));
  EXPECT_EQ(record->transitions, 3);
  EXPECT_EQ(record->resource_version, "5");
}

TEST(LeaseRecord, a_lease_without_a_spec_is_held_by_nobody) {
  const auto record = decode_lease(R"({"metadata":{"name":"l","resourceVersion":"5"},"spec":{}})");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->holder, "");
  EXPECT_FALSE(decode_lease(R"({"spec":{}})"));
  EXPECT_FALSE(decode_lease("<html>"));
}

TEST(LeaseRecord, a_write_keeps_what_others_put_there) {
  LeaseRecord record = *decode_lease(kLease);
  record.holder = "b";
  record.transitions = 4;
  const auto body = encode_lease({"n", "l"}, record);
  ASSERT_TRUE(body);
  EXPECT_NE(body->find(R"("keep":"me")"), std::string::npos);
  EXPECT_NE(body->find(R"("strategy":"OldestEmulationVersion")"), std::string::npos);
  EXPECT_NE(body->find(R"("resourceVersion":"5")"), std::string::npos);
  const auto again = decode_lease(*body);
  EXPECT_EQ(again->holder, "b");
  EXPECT_EQ(again->transitions, 4);
  EXPECT_EQ(again->acquire_time, "2026-11-24T05:00:00.000000Z");
}

TEST(LeaseRecord, a_new_one_has_name_and_namespace_and_no_version) {
  const auto body = encode_lease({"n", "l"}, {.holder = "a", .duration = Duration(15'000)});
  ASSERT_TRUE(body);
  const auto metadata = member(*body, "metadata");
  EXPECT_EQ(plain_string_member(*metadata, "name"), "l");
  EXPECT_EQ(plain_string_member(*metadata, "namespace"), "n");
  EXPECT_FALSE(member(*metadata, "resourceVersion"));
  EXPECT_EQ(member(*member(*body, "spec"), "leaseDurationSeconds"), "15");
}

TEST(LeaseRecord, any_write_of_its_holder_is_another_claim) {
  const LeaseRecord record = *decode_lease(kLease);
  LeaseRecord other = record;
  other.resource_version = "6";
  EXPECT_TRUE(record.same_claim(other)) << "somebody put a label on it";
  other.renew_time = "2026-11-24T05:00:04.000000Z";
  EXPECT_FALSE(record.same_claim(other));
}

}  // namespace
}  // namespace originpull::kube
