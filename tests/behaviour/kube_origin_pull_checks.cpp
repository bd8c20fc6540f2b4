// SPDX-License-Identifier: Apache-2.0
// The shipped type on a server: its defaults, its rules with their words, its status.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

Answer change(Side& side, const std::string& patch) { return side.patch(kMerge, side.origin_pulls("a"), patch); }

// Refused on creation, with `value` at `pointer`, with these words.
void refused(Side& side, const std::string& pointer, const std::string& value, const std::string& words) {
  const Answer answer = side.post(side.origin_pulls(), with(valid_origin_pull("a"), pointer, value));
  EXPECT_VERDICT(answer, "422 Invalid") << pointer << " " << value;
  EXPECT_SAYS(answer.message(), words);
}

}  // namespace

BEHAVIOUR("operator", an_origin_pull_config_gets_its_defaults) {
  const Answer made = side.post(side.origin_pulls(), valid_origin_pull("a"));
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/spec/enabled"), "true");
  EXPECT_EQ(made.at("/spec/globalSetting"), "Enabled");
  EXPECT_EQ(made.at("/spec/minimumEncryptionMode"), "Full");
  EXPECT_EQ(made.at("/spec/takeover"), "Never");
  EXPECT_EQ(made.at("/spec/certificate/source"), "Custom");
  EXPECT_EQ(made.at("/spec/apiTokenSecretRef/key"), "token");
  EXPECT_EQ(made.at("/status/observedGeneration"), "-1");
  EXPECT_EQ(made.at("/metadata/generation"), "1");
}

BEHAVIOUR("operator", an_origin_pull_config_names_one_zone) {
  refused(side, "/spec/zone", R"({"name":"example.com","id":"0123456789abcdef0123456789abcdef"})",
          "give exactly one of zone.name and zone.id");
  refused(side, "/spec/zone", "{}", "give exactly one of zone.name and zone.id");
  refused(side, "/spec/zone", R"({"id":"short"})", "copy the Zone ID from the zone's Overview page");
  refused(side, "/spec/zone", R"({"name":"Example.com"})", "spec.zone.name");
}

BEHAVIOUR("operator", a_zone_cannot_be_changed) {
  ok(side.post(side.origin_pulls(), valid_origin_pull("a")));
  const Answer answer = change(side, R"({"spec":{"zone":{"name":"example.org"}}})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "spec.zone");
  EXPECT_SAYS(answer.message(), "the zone cannot be changed: create another OriginPullConfig");
}

BEHAVIOUR("operator", a_source_needs_what_belongs_to_it) {
  refused(side, "/spec/certificate", "{}", "certificate.secretRef names the Secret of your own certificate");
  refused(side, "/spec/certificate", R"({"source":"Cloudflare","secretRef":{"name":"x"}})",
          "certificate.secretRef names the Secret of your own certificate");
  EXPECT_VERDICT(
      side.post(side.origin_pulls(), with(valid_origin_pull("b"), "/spec/certificate", R"({"source":"Cloudflare"})")),
      "201");
}

BEHAVIOUR("operator", a_source_is_changed_only_while_the_zone_is_off) {
  ok(side.post(side.origin_pulls(), valid_origin_pull("a")));
  const std::string to_cloudflare = R"({"spec":{"certificate":{"source":"Cloudflare","secretRef":null}}})";
  const Answer answer = change(side, to_cloudflare);
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "spec.certificate.source");
  EXPECT_SAYS(answer.message(), "certificate.source can only be changed while the zone is switched off");
  EXPECT_VERDICT(change(side, R"({"spec":{"enabled":false}})"), "200");
  EXPECT_VERDICT(change(side, to_cloudflare), "200");
}

BEHAVIOUR("operator", an_origin_pull_config_refuses_words_that_it_does_not_know) {
  refused(side, "/spec/globalSetting", "\"On\"", "supported values: \"Enabled\", \"Disabled\", \"Unmanaged\"");
  refused(side, "/spec/takeover", "\"Ask\"", "supported values: \"Never\", \"Allow\"");
  refused(side, "/spec/enabled", "\"yes\"", "spec.enabled in body must be of type boolean: \"string\"");
  refused(side, "/spec/apiTokenSecretRef", "{}", "spec.apiTokenSecretRef.name: Required value");
}

BEHAVIOUR("operator", a_bundle_must_not_be_what_the_resource_reads) {
  refused(side, "/spec/origin", R"({"trustBundles":[{"kind":"Secret","name":"cloudflare-api-token"}]})",
          "a trust bundle must not be the Secret of the API token");
  refused(side, "/spec/origin", R"({"trustBundles":[{"kind":"Secret","name":"edge-client-tls"}]})",
          "a trust bundle must not be the Secret of the client certificate");
  refused(side, "/spec/origin", R"({"trustBundles":[{"kind":"ConfigMap","name":"x","type":"Opaque"}]})",
          "only a Secret has a type");
  refused(side, "/spec/origin", R"({"trustBundles":[{"kind":"ConfigMap","name":"x"},{"kind":"ConfigMap","name":"x"}]})",
          "Duplicate value");
}

BEHAVIOUR("operator", a_probe_has_one_target) {
  refused(side, "/spec/origin", R"({"probes":[{"name":"p","serverName":"www.example.com"}]})",
          "give a probe exactly one of service");
  refused(side, "/spec/origin", R"({"probes":[{"name":"p","serverName":"www.example.com",
      "service":{"name":"s","port":70000}}]})",
          "spec.origin.probes[0].service.port");
}

BEHAVIOUR("114 115 140", the_status_of_an_origin_pull_config_is_written_with_its_version) {
  const Answer made = ok(side.post(side.origin_pulls(), valid_origin_pull("a")));
  const std::string status = R"({"metadata":{"resourceVersion":")" + made.version() + R"("},"status":{
      "observedGeneration":1,"conditions":[{"type":"Ready","status":"True","reason":"Deployed","message":"",
      "observedGeneration":1,"lastTransitionTime":"2026-01-01T00:00:00Z"}]}})";
  const Answer first = side.patch(kMerge, side.origin_pulls("a") + "/status", status);
  ASSERT_VERDICT(first, "200");
  EXPECT_EQ(first.at("/status/conditions/0/reason"), "Deployed");
  EXPECT_EQ(first.at("/metadata/generation"), "1");
  EXPECT_VERDICT(
      side.patch(kMerge, side.origin_pulls("a") + "/status", with(status, "/status/observedGeneration", "2")),
      "409 Conflict");
}

}  // namespace originpull::behaviour
