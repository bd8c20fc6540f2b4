// SPDX-License-Identifier: Apache-2.0
// Objects seen through their schema. The misfits are in the words of a real API server of version 1.36.
#include "worlds/kube_typed.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/crd_file.hpp"
#include "worlds/kube_builtin.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

const KubeSchema& crd() {
  static const KubeSchema one = *compile_schema(
      json::parse(support::crd_json()).at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema"));
  return one;
}

std::string misfit_of(const char* object) { return misfit(json::parse(object), crd()); }

TEST(Misfit, says_what_the_real_server_says) {
  EXPECT_EQ(misfit_of(R"({"spec": {"foo": 1}})"), ".spec.foo: field not declared in schema");
  EXPECT_EQ(misfit_of(R"({"spec": {"enabled": "x"}})"), ".spec.enabled: expected boolean, got &{x}");
  EXPECT_EQ(misfit_of(R"({"spec": {"interval": 5}})"),
            ".spec.interval: expected string, got &value.valueUnstructured{Value:5}");
  EXPECT_EQ(misfit_of(R"({"spec": {"origin": {"trustBundles": "x"}}})"),
            ".spec.origin.trustBundles: expected list, got &{x}");
  EXPECT_EQ(misfit_of(R"({"spec": {"origin": ["x"]}})"), ".spec.origin: expected map, got &{[x]}");
  EXPECT_EQ(misfit_of(R"({"metadata": {"labels": {"a": 1}}})"),
            ".metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}");
  EXPECT_EQ(misfit_of(R"({"metadata": {"finalizers": ["a.b/c", "a.b/c"]}})"),
            R"(.metadata.finalizers: duplicate entries for key [="a.b/c"])");
  EXPECT_EQ(misfit_of(R"({"spec": {"origin": {"trustBundles": [{"kind": "Secret", "name": "b"},
                                                              {"kind": "Secret", "name": "b"}]}}})"),
            R"(.spec.origin.trustBundles: duplicate entries for key [kind="Secret",name="b"])");
  EXPECT_EQ(misfit_of(R"({"spec": {"origin": {"trustBundles": [{"key": "b"}]}}})"),
            ".spec.origin.trustBundles: element 0: associative list with keys has an element that omits all key fields "
            R"(["kind" "name"] (and doesn't have default values for any key fields))");
  EXPECT_EQ(misfit_of(R"({"spec": {"origin": {"trustBundles": [{"kind": "Secret"}]}}})"), "");
  EXPECT_EQ(misfit_of(R"({"spec": {"enabled": "x", "interval": 5}})"),
            "errors:\n  .spec.enabled: expected boolean, got &{x}\n  .spec.interval: expected string, got "
            "&value.valueUnstructured{Value:5}");
  EXPECT_EQ(misfit(json::parse(R"({"metadata": {"name": "a", "creationTimestamp": null}})"), crd()), "");
}

const KubeSchema& service() { return *builtin_schema("v1", "Service"); }

json ports(const char* list) { return {{"spec", {{"ports", json::parse(list)}}}}; }

std::string names(const json& object) {
  std::string out;
  for (const json& port : object.at("spec").at("ports")) out += port.at("name").get<std::string>();
  return out;
}

TEST(Merging, keeps_what_is_there_and_takes_lists_of_type_map_item_by_item) {
  const json live = ports(R"([{"port": 1, "name": "a"}, {"port": 2, "name": "b"}, {"port": 3, "name": "c"}])");
  EXPECT_EQ(names(merged(live, ports(R"([{"port": 2, "name": "B"}])"), service())), "aBc");
  EXPECT_EQ(names(merged(live, ports(R"([{"port": 9, "name": "n"}])"), service())), "abcn");
  EXPECT_EQ(names(merged(live, ports(R"([{"port": 9, "name": "n"}, {"port": 1, "name": "a"}])"), service())), "nabc")
      << "the new list's order is kept";
  EXPECT_EQ(names(merged(live, ports(R"([{"port": 3, "name": "c"}, {"port": 1, "name": "a"}])"), service())), "bca");
  EXPECT_EQ(names(merged(live, ports(R"([{"port": 2, "name": "b", "protocol": "UDP"}])"), service())), "abcb")
      << "another protocol is another port";
}

TEST(Merging, replaces_what_is_atomic_and_merges_maps_and_sets) {
  const json live = json::parse(R"({"metadata": {"labels": {"a": "1"}, "finalizers": ["x.y/a"]},
                                    "spec": {"selector": {"a": "1"}, "externalIPs": ["1.1.1.1"],
                                             "type": "ClusterIP"}})");
  const json config = json::parse(R"({"metadata": {"labels": {"b": "2"}, "finalizers": ["x.y/b"]},
                                      "spec": {"selector": {"b": "2"}, "externalIPs": ["2.2.2.2"]}})");
  EXPECT_EQ(merged(live, config, service()),
            json::parse(R"({"metadata": {"labels": {"a": "1", "b": "2"}, "finalizers": ["x.y/a", "x.y/b"]},
                            "spec": {"selector": {"b": "2"}, "externalIPs": ["2.2.2.2"], "type": "ClusterIP"}})"));
}

TEST(Changes, are_told_field_by_field_with_what_is_new_or_gone_as_a_whole) {
  const json before = json::parse(R"({"metadata": {"labels": {"a": "1"}}, "spec": {"ports": [{"port": 1, "name": "a"}],
                                      "selector": {"x": "y"}}})");
  const json after = json::parse(R"({"spec": {"ports": [{"port": 1, "name": "A"}, {"port": 2, "name": "b"}],
                                     "selector": {"x": "z"}}})");
  const FieldChanges changes = changes_between(before, after, service());
  const auto text = [](const FieldSet& set) { return encode_fields(set).dump(); };
  EXPECT_EQ(text(changes.removed), R"({"f:metadata":{".":{},"f:labels":{".":{},"f:a":{}}}})");
  EXPECT_EQ(text(changes.modified), R"({"f:spec":{"f:ports":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{"f:name":{}}},)"
                                    R"("f:selector":{}}})");
  EXPECT_EQ(text(changes.added), R"({"f:spec":{"f:ports":{"k:{\"port\":2,\"protocol\":\"TCP\"}":)"
                                 R"({".":{},"f:name":{},"f:port":{}}}}})");
}

TEST(Changes, to_null_take_the_fields_and_leave_the_map_to_its_managers) {
  const json before = json::parse(R"({"spec": {"selector": null, "ports": [{"port": 1}]}})");
  const json after = json::parse(R"({"spec": {"ports": null}})");
  const FieldChanges changes = changes_between(before, after, service());
  EXPECT_EQ(encode_fields(changes.removed).dump(),
            R"({"f:spec":{"f:ports":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}},"f:selector":{}}})");
  EXPECT_TRUE(changes.modified.empty());
}

TEST(TakingOut, removes_fields_and_items_and_leaves_null_where_nothing_is_left) {
  const json object = json::parse(R"({"metadata": {"labels": {"a": "1"}, "name": "n"}, "spec": {"ports":
      [{"port": 1, "name": "a"}, {"port": 2, "name": "b"}]}})");
  const auto fields = decode_fields(json::parse(R"({"f:metadata": {"f:labels": {"f:a": {}}}, "f:spec": {"f:ports": {
      "k:{\"port\":1,\"protocol\":\"TCP\"}": {"f:name": {}}, "k:{\"port\":2,\"protocol\":\"TCP\"}": {".": {}}}}})"));
  EXPECT_EQ(without_fields(object, *fields, service()),
            json::parse(R"({"metadata": {"name": "n", "labels": null}, "spec": {"ports": [{"port": 1}]}})"));
}

}  // namespace
}  // namespace originpull::worlds
