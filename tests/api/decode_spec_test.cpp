// SPDX-License-Identifier: Apache-2.0
// Decoding a spec: every default of the schema when its field, or the parent of its field, is left out; every field
// when it is there; every rule that the schema has too, each with the path of its fault.
#include <gtest/gtest.h>

#include "api/decode.hpp"
#include "spec_json.hpp"

namespace originpull::api {
namespace {

using namespace std::chrono_literals;

Spec smallest() {
  Spec spec;
  spec.zone.name = "example.com";
  spec.token.name = "token";
  spec.certificate.secret_name = "edge";
  return spec;
}

TEST(DecodeSpec, fills_in_the_defaults_of_the_schema) {
  const Spec spec = decode_with("{}")->spec;
  EXPECT_EQ(spec.token.key, "token");
  EXPECT_EQ(spec.certificate.source, Source::kCustom);
  EXPECT_TRUE(spec.enabled);
  EXPECT_EQ(spec.global_setting, GlobalSetting::kEnabled);
  EXPECT_EQ(spec.minimum_encryption_mode, MinimumEncryptionMode::kFull);
  EXPECT_EQ(spec.takeover, Takeover::kNever);
  EXPECT_EQ(spec.rotation.issuer_change, IssuerChange::kGuarded);
  EXPECT_EQ(spec.rotation.trust_propagation, 5min);
  EXPECT_EQ(spec.rotation.soak, 10min);
  EXPECT_EQ(spec.interval, 10min);
  EXPECT_EQ(spec.mode, Mode::kManage);
  EXPECT_EQ(spec.deletion_policy, DeletionPolicy::kRetain);
  EXPECT_EQ(spec, smallest());
}

TEST(DecodeSpec, fills_in_nested_defaults_under_an_empty_parent) {
  EXPECT_EQ(decode_with(R"({"spec":{"rotation":{},"origin":{}}})")->spec, smallest());
  EXPECT_EQ(decode_with(R"({"spec":{"rotation":{"soak":"0s"}}})")->spec.rotation.trust_propagation, 5min);
}

TEST(DecodeSpec, reads_every_field) {
  const auto config = decode_with(R"({"spec": {
      "zone": {"name": null, "id": "023e105f4ecef8ad9ca31a8372d0c353"},
      "apiTokenSecretRef": {"name": "t", "key": "k"},
      "certificate": {"source": "Custom", "secretRef": {"name": "s"},
                      "caRef": {"kind": "Secret", "name": "ca", "key": "x"}},
      "enabled": false, "globalSetting": "Unmanaged", "minimumEncryptionMode": "Strict", "takeover": "Allow",
      "origin": {"additionalCAs": [{"kind": "ConfigMap", "name": "partner"}],
                 "trustBundles": [{"kind": "Secret", "name": "bundle", "key": "b.crt", "type": "Opaque"}],
                 "probes": [{"name": "web", "service": {"name": "origin", "port": 8443}, "serverName": "example.com",
                             "path": "/healthz"},
                            {"name": "out", "host": {"name": "192.0.2.1", "port": 443}, "serverName": "example.com"}]},
      "rotation": {"issuerChange": "Automatic", "trustPropagation": "1h30m", "soak": "90s"},
      "interval": "24h", "mode": "Observe", "deletionPolicy": "Restore"}})");
  ASSERT_TRUE(config) << describe(config.error());
  const Spec expected{
      .zone = {.name = "", .id = "023e105f4ecef8ad9ca31a8372d0c353"},
      .token = {.name = "t", .key = "k"},
      .certificate = {.secret_name = "s", .ca_ref = ObjectRef{.kind = ObjectKind::kSecret, .name = "ca", .key = "x"}},
      .enabled = false,
      .global_setting = GlobalSetting::kUnmanaged,
      .minimum_encryption_mode = MinimumEncryptionMode::kStrict,
      .takeover = Takeover::kAllow,
      .origin = {.additional_cas = {{.name = "partner"}},
                 .trust_bundles = {{.kind = ObjectKind::kSecret, .name = "bundle", .key = "b.crt", .type = "Opaque"}},
                 .probes = {{.name = "web",
                             .service_name = "origin",
                             .port = 8443,
                             .server_name = "example.com",
                             .path = "/healthz"},
                            {.name = "out", .host_name = "192.0.2.1", .port = 443, .server_name = "example.com"}}},
      .rotation = {.issuer_change = IssuerChange::kAutomatic, .trust_propagation = 90min, .soak = 90s},
      .interval = 24h,
      .mode = Mode::kObserve,
      .deletion_policy = DeletionPolicy::kRestore};
  EXPECT_EQ(config->spec, expected);
}

TEST(DecodeSpec, reads_source_cloudflare_without_a_secret) {
  const auto config = decode_with(R"({"spec":{"certificate":{"source":"Cloudflare","secretRef":null}}})");
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->spec.certificate, CertificateSpec{.source = Source::kCloudflare});
}

TEST(DecodeSpec, refuses_unknown_words_with_those_it_knows) {
  EXPECT_EQ(fault_with(R"({"spec":{"mode":"Managed"}})"), "$.spec.mode: expected one of Manage, Observe, Suspend");
  EXPECT_EQ(fault_with(R"({"spec":{"globalSetting":true}})"),
            "$.spec.globalSetting: expected a string, found a boolean");
  EXPECT_EQ(fault_with(R"({"spec":{"origin":{"additionalCAs":[{"kind":"Pod","name":"x"}]}}})"),
            "$.spec.origin.additionalCAs[0].kind: expected one of Secret, ConfigMap");
}

TEST(DecodeSpec, refuses_what_the_schema_refuses) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"spec":{"zone":{"id":"x"}}})", "$.spec.zone: expected exactly one of name and id"},
      {R"({"spec":{"zone":null}})", "$.spec.zone: expected exactly one of name and id"},
      {R"({"spec":{"apiTokenSecretRef":null}})", "$.spec.apiTokenSecretRef.name: is missing"},
      {R"({"spec":{"apiTokenSecretRef":{"name":""}}})", "$.spec.apiTokenSecretRef.name: is empty"},
      {R"({"spec":{"certificate":{"secretRef":null}}})",
       "$.spec.certificate.secretRef: is missing; source Custom needs it"},
      {R"({"spec":{"certificate":{"source":"Cloudflare"}}})",
       "$.spec.certificate.secretRef: belongs to source Custom only"},
      {R"({"spec":{"certificate":{"source":"Cloudflare","secretRef":null},"globalSetting":"Disabled"}})",
       "$.spec.globalSetting: expected Enabled with certificate.source Cloudflare"},
      {R"({"spec":{"interval":"59s"}})", "$.spec.interval: expected 1m to 24h"},
      {R"({"spec":{"rotation":{"soak":"721h"}}})", "$.spec.rotation.soak: expected 0s to 720h"},
      {R"({"spec":{"rotation":{"soak":"5"}}})",
       "$.spec.rotation.soak: expected hours, minutes and seconds such as 90s, 10m or 1h30m"},
      {R"({"spec":{"origin":{"trustBundles":[{"name":"b"}]}}})", "$.spec.origin.trustBundles[0].kind: is missing"},
      {R"({"spec":{"origin":{"trustBundles":[{"kind":"ConfigMap","name":"b","type":"Opaque"}]}}})",
       "$.spec.origin.trustBundles[0].type: a ConfigMap has no type"},
      {R"({"spec":{"origin":{"probes":[{"name":"p","serverName":"s"}]}}})",
       "$.spec.origin.probes[0]: expected exactly one of service and host"},
      {R"({"spec":{"origin":{"probes":[{"name":"p","serverName":"s","host":{"name":"h","port":65536}}]}}})",
       "$.spec.origin.probes[0].host.port: expected 1 to 65535"},
  };
  for (const auto& [patch, fault] : cases) EXPECT_EQ(fault_with(patch), fault) << patch;
}

}  // namespace
}  // namespace originpull::api
