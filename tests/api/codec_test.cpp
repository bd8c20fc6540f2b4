// SPDX-License-Identifier: Apache-2.0
// The codec as a whole: an object as `kubectl get -o json` shows it is read with every default, a status survives
// encoding and decoding unchanged, and its bytes are the ones of product.md section 3, written out here by hand.
#include "api/codec.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/rfc3339.hpp"

namespace originpull::api {
namespace {

Wall at(const char* text) { return parse_rfc3339(text).value(); }

constexpr std::string_view kMinimal = R"({
  "apiVersion": "originpull.dev/v1alpha1", "kind": "OriginPullConfig",
  "metadata": {"name": "site", "namespace": "web", "uid": "u-1", "resourceVersion": "41", "generation": 3,
               "creationTimestamp": "2026-11-24T05:00:00Z", "annotations": {"originpull.dev/reconcile-at": "now"},
               "managedFields": [{"manager": "kubectl"}]},
  "spec": {"zone": {"name": "example.com"}, "apiTokenSecretRef": {"name": "token"},
           "certificate": {"secretRef": {"name": "edge"}}}})";

Status full_status() {
  Status status{.observed_generation = 3, .last_handled_reconcile_at = "2026-11-24T05:00:00Z"};
  status.ledger.zone = ZoneIdentity{.id = "023e105f4ecef8ad9ca31a8372d0c353", .name = "example.com"};
  status.ledger.certificates = {
      {.fingerprint = "aa",
       .id = "c-1",
       .role = Role::kDesired,
       .intent = Intent::kKeep,
       .state = "active",
       .not_after = at("2027-01-01T00:00:00Z"),
       .active_since = at("2026-11-24T05:01:00Z"),
       .intent_since = at("2026-11-24T05:00:30Z"),
       .anchors = {"cc", "dd"}},
      {.fingerprint = "bb", .role = Role::kSuperseded, .intent = Intent::kDelete, .adopted = true}};
  status.ledger.anchors = {{.sha256 = "cc", .not_after = at("2030-01-01T00:00:00Z"), .pem = "-----BEGIN\n"}};
  status.ledger.original = Original{.zone_level = false, .global_setting = false};
  status.settings = {.zone_level = true, .global_setting = true, .encryption_mode = "strict"};
  status.plan = {"upload certificate 3f2a", "enable \"zone-level\" AOP"};
  status.conditions = {{.type = "Ready",
                        .status = ConditionStatus::kTrue,
                        .reason = "Ready",
                        .message = "All is well.",
                        .observed_generation = 3,
                        .last_transition = at("2026-11-24T05:02:00Z")}};
  return status;
}

OriginPullConfig with_status(Status status) {
  OriginPullConfig config;
  config.metadata = {.name = "site", .name_space = "web", .uid = "u-1", .resource_version = "41"};
  config.status = std::move(status);
  return config;
}

// The status of an encoded update, read back beside a spec, as the API server would send it.
Result<OriginPullConfig> read_back(std::string encoded) {
  encoded.insert(1, R"("spec":{"zone":{"name":"example.com"},"apiTokenSecretRef":{"name":"t"},)"
                    R"("certificate":{"secretRef":{"name":"s"}}},)");
  return decode_config(encoded);
}

TEST(DecodeConfig, reads_metadata_and_leaves_the_rest_of_it_alone) {
  const auto config = decode_config(kMinimal);
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->metadata, (Metadata{.name = "site",
                                        .name_space = "web",
                                        .uid = "u-1",
                                        .resource_version = "41",
                                        .generation = 3,
                                        .created = at("2026-11-24T05:00:00Z"),
                                        .annotations = {{"originpull.dev/reconcile-at", "now"}}}));
}

TEST(DecodeConfig, gives_an_object_without_status_the_default_one) {
  EXPECT_EQ(decode_config(kMinimal)->status, Status{});
  EXPECT_EQ(decode_config(kMinimal)->status.observed_generation, -1);
}

TEST(DecodeConfig, sees_that_an_object_is_being_deleted) {
  std::string text(kMinimal);
  text.insert(text.find("\"uid\""), R"("deletionTimestamp": "2026-11-24T06:00:00Z", )");
  EXPECT_TRUE(decode_config(text)->metadata.deleting);
}

TEST(DecodeConfig, refuses_another_type_and_names_the_path) {
  std::string text(kMinimal);
  text.replace(text.find("OriginPullConfig"), 16, "Secret");
  const auto refused = decode_config(text);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(describe(refused.error()), "read OriginPullConfig web/site: $.kind: expected OriginPullConfig");
}

TEST(DecodeConfig, refuses_what_is_no_json_and_an_object_without_spec) {
  EXPECT_EQ(decode_config("<html>").error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(decode_config(R"({"metadata":{"name":"a","namespace":"b"}})").error().message, "$.spec: is missing");
}

TEST(EncodeStatusUpdate, writes_what_product_md_shows) {
  EXPECT_EQ(
      encode_status_update(with_status(full_status())),
      R"({"apiVersion":"originpull.dev/v1alpha1","kind":"OriginPullConfig",)"
      R"("metadata":{"name":"site","namespace":"web","uid":"u-1","resourceVersion":"41"},"status":{)"
      R"("observedGeneration":3,"lastHandledReconcileAt":"2026-11-24T05:00:00Z",)"
      R"("zone":{"id":"023e105f4ecef8ad9ca31a8372d0c353","name":"example.com"},"certificates":[)"
      R"({"fingerprintSHA256":"aa","id":"c-1","role":"Desired","intent":"Keep","intentSince":"2026-11-24T05:00:30Z",)"
      R"("state":"active","adopted":false,"notAfter":"2027-01-01T00:00:00Z","activeSince":"2026-11-24T05:01:00Z",)"
      R"("anchors":["cc","dd"]},)"
      R"({"fingerprintSHA256":"bb","role":"Superseded","intent":"Delete","adopted":true}],)"
      R"("anchors":[{"sha256":"cc","notAfter":"2030-01-01T00:00:00Z","pem":"-----BEGIN\n"}],)"
      R"("settings":{"zoneLevel":true,"globalSetting":"Enabled","encryptionMode":"strict"},)"
      R"("original":{"zoneLevel":false,"globalSetting":"Disabled"},)"
      R"("plan":["upload certificate 3f2a","enable \"zone-level\" AOP"],)"
      R"("conditions":[{"type":"Ready","status":"True","observedGeneration":3,)"
      R"("lastTransitionTime":"2026-11-24T05:02:00Z","reason":"Ready","message":"All is well."}]}})");
}

TEST(EncodeStatusUpdate, leaves_out_what_is_empty) {
  EXPECT_EQ(encode_status_update(with_status({})),
            R"({"apiVersion":"originpull.dev/v1alpha1","kind":"OriginPullConfig","metadata":{"name":"site",)"
            R"("namespace":"web","uid":"u-1","resourceVersion":"41"},"status":{"observedGeneration":-1}})");
}

TEST(EncodeStatusUpdate, cuts_times_to_whole_seconds) {
  Status status = full_status();
  status.ledger.certificates[0].active_since = at("2026-11-24T05:01:00.999Z");
  EXPECT_EQ(encode_status_update(with_status(status)), encode_status_update(with_status(full_status())));
}

TEST(Codec, gives_every_status_back_as_it_was) {
  std::vector<Status> statuses{Status{}, full_status()};
  for (const auto role : {Role::kDesired, Role::kSuperseded}) {
    for (const auto intent : {Intent::kUpload, Intent::kKeep, Intent::kDelete}) {
      Status status;
      status.ledger.certificates = {{.fingerprint = "ff", .role = role, .intent = intent, .adopted = true}};
      statuses.push_back(status);
    }
  }
  for (const auto value : {ConditionStatus::kTrue, ConditionStatus::kFalse, ConditionStatus::kUnknown}) {
    Status status;
    status.conditions = {{.type = "A", .status = value, .reason = "R", .message = ""}};
    statuses.push_back(status);
  }
  for (const auto& original : {Original{}, Original{.zone_level = true}, Original{.global_setting = true}}) {
    Status status;
    status.ledger.original = original;
    statuses.push_back(status);
  }
  for (const Status& status : statuses) {
    const std::string encoded = encode_status_update(with_status(status));
    const auto back = read_back(encoded);
    ASSERT_TRUE(back) << describe(back.error());
    EXPECT_EQ(back->status, status) << encoded;
    EXPECT_EQ(encode_status_update(with_status(back->status)), encoded);
  }
}

}  // namespace
}  // namespace originpull::api
