// SPDX-License-Identifier: Apache-2.0
// Decoding a status: what a person or another version may have left in it. Round trips are in codec_test.cpp; here
// are the faults, because a record that decides about a certificate must never be guessed at.
#include <gtest/gtest.h>

#include "api/decode.hpp"
#include "base/rfc3339.hpp"
#include "spec_json.hpp"

namespace originpull::api {
namespace {

TEST(DecodeStatus, refuses_a_record_without_fingerprint_role_or_intent) {
  EXPECT_EQ(fault_with(R"({"status":{"certificates":[{"role":"Desired","intent":"Keep"}]}})"),
            "$.status.certificates[0].fingerprintSHA256: is missing");
  EXPECT_EQ(fault_with(R"({"status":{"certificates":[{"fingerprintSHA256":"a","intent":"Keep"}]}})"),
            "$.status.certificates[0].role: is missing");
  EXPECT_EQ(fault_with(R"({"status":{"certificates":[{"fingerprintSHA256":"a","role":"Desired"}]}})"),
            "$.status.certificates[0].intent: is missing");
}

TEST(DecodeStatus, refuses_words_times_and_switches_that_it_does_not_know) {
  EXPECT_EQ(fault_with(R"({"status":{"certificates":[{"fingerprintSHA256":"a","role":"Old","intent":"Keep"}]}})"),
            "$.status.certificates[0].role: expected one of Desired, Superseded");
  EXPECT_EQ(fault_with(R"({"status":{"original":{"globalSetting":"on"}}})"),
            "$.status.original.globalSetting: expected one of Enabled, Disabled");
  EXPECT_EQ(fault_with(R"({"status":{"anchors":[{"sha256":"a","notAfter":"soon"}]}})"),
            "$.status.anchors[0].notAfter: expected RFC 3339, such as 2026-11-24T05:00:00Z");
  EXPECT_EQ(fault_with(R"({"status":{"conditions":[{"type":"Ready","status":"Maybe"}]}})"),
            "$.status.conditions[0].status: expected one of True, False, Unknown");
  EXPECT_EQ(fault_with(R"({"status":{"zone":{"name":"example.com"}}})"), "$.status.zone.id: is missing");
}

TEST(DecodeStatus, tells_an_empty_original_from_none) {
  EXPECT_EQ(decode_with(R"({"status":{}})")->status.ledger.original, std::nullopt);
  EXPECT_EQ(decode_with(R"({"status":{"original":{}}})")->status.ledger.original, Original{});
}

TEST(DecodeStatus, reads_over_fields_of_other_versions) {
  EXPECT_EQ(decode_with(R"({"status":{"observedGeneration":2,"probes":[{"name":"web"}],"later":true}})")->status,
            Status{.observed_generation = 2});
}

TEST(DecodeStatus, takes_times_with_fractions_and_offsets) {
  const auto config = decode_with(R"({"status":{"conditions":[{"type":"Ready","status":"True",
                                      "lastTransitionTime":"2026-11-24T06:00:00.5+01:00"}]}})");
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(format_rfc3339(config->status.conditions[0].last_transition), "2026-11-24T05:00:00Z");
}

}  // namespace
}  // namespace originpull::api
