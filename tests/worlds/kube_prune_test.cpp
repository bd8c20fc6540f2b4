// SPDX-License-Identifier: Apache-2.0
// Pruning and defaults of the simulated Kubernetes API. What the CRD's own resources become was seen on a real API
// server of version 1.36.
#include "worlds/kube_prune.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/crd_cases.hpp"
#include "support/crd_file.hpp"
#include "worlds/kube_builtin.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const KubeSchema& schema() {
  static const KubeSchema one = *compile_schema(
      json::parse(support::crd_json()).at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema"));
  return one;
}

json with_defaults(const std::string& patch) {
  json object = {{"spec", json::parse(support::kValidSpec)}};
  object.merge_patch(json::parse(patch));
  fill_defaults(object, schema());
  return object;
}

TEST(KubeDefaults, are_filled_in_at_every_depth_even_where_their_parent_is_left_out) {
  const json made = with_defaults("{}");
  EXPECT_EQ(made.at("spec"), json::parse(R"({
    "zone": {"name": "example.com"},
    "apiTokenSecretRef": {"name": "cloudflare-api-token", "key": "token"},
    "certificate": {"source": "Custom", "secretRef": {"name": "edge-client-tls"}},
    "enabled": true, "globalSetting": "Enabled", "minimumEncryptionMode": "Full", "takeover": "Never",
    "rotation": {"issuerChange": "Guarded", "trustPropagation": "5m", "soak": "10m"},
    "interval": "10m", "mode": "Manage", "deletionPolicy": "Retain"})"));
  EXPECT_EQ(made.at("status"), json({{"observedGeneration", -1}}));

  const json lists = with_defaults(R"({"spec": {"rotation": {"soak": "1h"}, "origin": {
      "trustBundles": [{"kind": "Secret", "name": "bundle"}], "probes": [{"name": "web"}]}}})");
  EXPECT_EQ(lists.at("spec").at("rotation"),
            json::parse(R"({"issuerChange": "Guarded", "trustPropagation": "5m", "soak": "1h"})"));
  EXPECT_EQ(lists.at("spec").at("origin").at("trustBundles").at(0),
            json::parse(R"({"kind": "Secret", "name": "bundle", "key": "ca.crt"})"));
  EXPECT_EQ(lists.at("spec").at("origin").at("probes").at(0).at("path"), "/");
}

TEST(KubeDefaults, stand_in_for_a_null_and_other_nulls_are_dropped) {
  json object = json::parse(R"({"spec": {"enabled": null, "rotation": null, "origin": {"trustBundles": null}}})");
  fill_defaults(object, schema());
  EXPECT_EQ(object.at("spec").at("enabled"), true);
  EXPECT_EQ(object.at("spec").at("rotation").at("soak"), "10m");
  EXPECT_EQ(object.at("spec").at("origin"), json::object());
}

TEST(KubePrune, drops_what_the_schema_does_not_know_and_names_it_sorted) {
  json object = json::parse(R"({
    "apiVersion": "originpull.dev/v1alpha1", "kind": "OriginPullConfig",
    "metadata": {"name": "x", "foo": "x", "labels": {"a": "b"}, "annotations": {"c": "d"}},
    "spec2": 1,
    "spec": {"intervall": "10m", "mode": "Manage",
             "origin": {"trustBundles": [{"kind": "Secret", "name": "b", "x": {"y": 1}}], "foo": [{"a": 1}]}}})");
  EXPECT_THAT(prune(object, schema()), ElementsAre("metadata.foo", "spec.intervall", "spec.origin.foo",
                                                   "spec.origin.trustBundles[0].x", "spec2"));
  EXPECT_EQ(object, json::parse(R"({
    "apiVersion": "originpull.dev/v1alpha1", "kind": "OriginPullConfig",
    "metadata": {"name": "x", "labels": {"a": "b"}, "annotations": {"c": "d"}},
    "spec": {"mode": "Manage", "origin": {"trustBundles": [{"kind": "Secret", "name": "b"}]}}})"));
  EXPECT_THAT(prune(object, schema()), IsEmpty());
}

TEST(KubePrune, built_in_kinds_lose_what_they_do_not_have_and_keep_maps_whole) {
  json map = json::parse(R"({"metadata": {"name": "q", "frob": 1}, "data": {"any.thing": "b"}, "zzz": 3})");
  EXPECT_THAT(prune(map, *builtin_schema("v1", "ConfigMap")), ElementsAre("metadata.frob", "zzz"));
  EXPECT_EQ(map, json::parse(R"({"metadata": {"name": "q"}, "data": {"any.thing": "b"}})"));
}

TEST(KubePrune, keeps_what_a_schema_says_to_keep) {
  const auto open = compile_schema(json::parse(R"({"type": "object", "properties": {"spec": {
      "type": "object", "x-kubernetes-preserve-unknown-fields": true,
      "properties": {"known": {"type": "object", "properties": {"a": {"type": "string"}}}}}}})"));
  ASSERT_TRUE(open);
  json object = json::parse(R"({"spec": {"free": {"x": 1}, "known": {"a": "1", "b": 2}}})");
  EXPECT_THAT(prune(object, *open), ElementsAre("spec.known.b"));
  EXPECT_EQ(object, json::parse(R"({"spec": {"free": {"x": 1}, "known": {"a": "1"}}})"));
}

TEST(StrictDecoding, names_what_a_text_says_twice_and_what_is_unknown_as_the_real_server_does) {
  const auto twice = duplicate_fields(R"({"kind": "A", "kind": "B", "metadata": {"name": "x", "name": "y"},
      "list": [{"a": 1}, {"a": 1, "b": 2, "b": 3}], "spec": {"foo": 3, "foo": 4, "foo": 5}})");
  EXPECT_THAT(twice, ElementsAre("kind", "metadata.name", "list[1].b", "spec.foo"));
  EXPECT_EQ(strict_error({"kind", "spec.foo"}, {"spec.foo"}),
            R"(strict decoding error: duplicate field "kind", duplicate field "spec.foo", unknown field "spec.foo")");
  EXPECT_EQ(strict_error({}, {}), "");
  EXPECT_THAT(duplicate_fields("{"), IsEmpty());
}

TEST(GoStructs, lose_zeros_that_they_do_not_show_and_keep_those_behind_a_pointer) {
  json lease = {{"spec", {{"holderIdentity", ""}, {"leaseTransitions", nullptr}, {"leaseDurationSeconds", 0}}}};
  EXPECT_EQ(decode_struct(lease, *builtin_schema("coordination.k8s.io/v1", "Lease")), "");
  EXPECT_EQ(lease["spec"], json({{"holderIdentity", ""}, {"leaseDurationSeconds", 0}}));
  json service = {{"spec", {{"ports", {{{"name", ""}}}}, {"selector", json::object()}, {"clusterIP", ""}}}};
  EXPECT_EQ(decode_struct(service, *builtin_schema("v1", "Service")), "");
  EXPECT_EQ(service["spec"], json({{"ports", {{{"port", 0}}}}})) << "a port has a number even where nobody gave one";
  EXPECT_EQ(service["status"], json({{"loadBalancer", json::object()}})) << "structs inside are always there";
}

TEST(GoStructs, name_the_struct_the_path_and_the_type_of_what_does_not_fit) {
  const auto fault = [](const char* version, const char* kind, json object) {
    return decode_struct(object, *builtin_schema(version, kind));
  };
  const std::string cannot = "json: cannot unmarshal ";
  EXPECT_EQ(fault("coordination.k8s.io/v1", "Lease", {{"spec", {{"leaseDurationSeconds", 1.5}}}}),
            cannot + "number 1.5 into Go struct field LeaseSpec.spec.leaseDurationSeconds of type int32");
  EXPECT_EQ(fault("v1", "ConfigMap", {{"data", {"v"}}}),
            cannot + "array into Go struct field ConfigMap.data of type map[string]string");
  EXPECT_EQ(fault("v1", "Namespace", {{"spec", {{"finalizers", "kubernetes"}}}}),
            cannot + "string into Go struct field NamespaceSpec.spec.finalizers of type []v1.FinalizerName");
  EXPECT_EQ(fault("v1", "Secret", {{"data", {{"k", "*"}}}}), "illegal base64 data at input byte 0");
}

}  // namespace
}  // namespace originpull::worlds
