// SPDX-License-Identifier: Apache-2.0
// Strategic merge patches of the simulated Kubernetes API. Each answer was seen on a real API server of version 1.36,
// sent as a dry run to a Service like the one below.
#include "worlds/kube_strategic.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "worlds/kube_builtin.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

const char* const kService = R"({
  "metadata": {"name": "svc", "finalizers": ["a.x/b", "c.x/d"],
               "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "cm", "uid": "1"}]},
  "spec": {"clusterIP": "None", "type": "ClusterIP",
           "ports": [{"name": "a", "port": 80}, {"name": "b", "port": 81}, {"name": "c", "port": 82}]}})";

json patched(const std::string& patch) {
  const auto done = strategic_patched(json::parse(kService), patch, *builtin_schema("v1", "Service"));
  return done ? *done : json(std::to_string(done.error().code) + " " + done.error().message);
}

std::string ports(const std::string& spec) {
  const json done = patched("{\"spec\": " + spec + "}");
  if (done.is_string()) return done.get<std::string>();
  std::string names;
  for (const json& port : done.at("spec").at("ports"))
    names +=
        (names.empty() ? "" : " ") + port.at("name").get<std::string>() + std::to_string(port.at("port").get<int>());
  return names;
}

std::string finalizers(const std::string& metadata) {
  return patched("{\"metadata\": " + metadata + "}").at("metadata").at("finalizers").dump();
}

TEST(StrategicPatch, lists_of_objects_merge_by_their_key_and_new_items_come_first) {
  EXPECT_EQ(ports(R"({"ports": [{"name": "z", "port": 83}]})"), "z83 a80 b81 c82");
  EXPECT_EQ(ports(R"({"ports": [{"name": "bb", "port": 81}]})"), "a80 bb81 c82");
  const json owners = patched(R"({"metadata": {"ownerReferences": [{"uid": "2", "name": "q"}]}})");
  EXPECT_EQ(owners.at("metadata").at("ownerReferences").at(0).at("uid"), "2");
  EXPECT_EQ(owners.at("metadata").at("ownerReferences").at(1).at("uid"), "1");
}

TEST(StrategicPatch, the_directive_patch_deletes_an_item_or_replaces_the_list_or_the_map) {
  EXPECT_EQ(ports(R"({"ports": [{"port": 81, "$patch": "delete"}]})"), "a80 c82");
  EXPECT_EQ(ports(R"({"ports": [{"$patch": "replace"}, {"port": 99, "name": "n"}]})"), "n99");
  EXPECT_EQ(patched(R"({"metadata": {"ownerReferences": [{"uid": "1", "$patch": "delete"}]}})")
                .at("metadata")
                .at("ownerReferences"),
            json::array());
  EXPECT_EQ(patched(R"({"spec": {"$patch": "replace", "clusterIP": "x"}})").at("spec"), json({{"clusterIP", "x"}}));
  EXPECT_FALSE(
      patched(R"({"metadata": {"labels": {"$patch": "replace", "a": "b"}}})").at("metadata").contains("labels"))
      << "where there is nothing to replace, a map with a directive is dropped";
}

TEST(StrategicPatch, an_order_list_orders_what_it_names_and_leaves_the_rest_where_it_was) {
  EXPECT_EQ(ports(R"({"$setElementOrder/ports": [{"port": 82}, {"port": 80}, {"port": 81}]})"), "c82 a80 b81");
  EXPECT_EQ(ports(R"({"$setElementOrder/ports": [{"port": 82}, {"port": 80}], "ports": [{"port": 80, "name": "aa"}]})"),
            "b81 c82 aa80");
  EXPECT_EQ(ports(R"({"$setElementOrder/ports": [{"port": 90}, {"port": 82}], "ports": [{"port": 90, "name": "n"}]})"),
            "n90 a80 b81 c82");
  EXPECT_EQ(finalizers(R"({"$setElementOrder/finalizers": ["e.x/f", "c.x/d"], "finalizers": ["e.x/f"]})"),
            R"(["e.x/f","a.x/b","c.x/d"])");
}

TEST(StrategicPatch, lists_of_values_merge_as_sets_and_lose_what_a_delete_list_names) {
  EXPECT_EQ(finalizers(R"({"finalizers": ["e.x/f"]})"), R"(["e.x/f","a.x/b","c.x/d"])");
  EXPECT_EQ(finalizers(R"({"$deleteFromPrimitiveList/finalizers": ["a.x/b"]})"), R"(["c.x/d"])");
}

TEST(StrategicPatch, maps_merge_null_removes_and_nulls_of_new_maps_mean_nothing) {
  EXPECT_EQ(patched(R"({"metadata": {"labels": {"a": "b", "n": null}}})").at("metadata").at("labels"),
            json({{"a", "b"}}));
  const json spec = patched(R"({"spec": {"type": null, "selector": {"a": "b"}}})").at("spec");
  EXPECT_FALSE(spec.contains("type"));
  EXPECT_EQ(spec.at("clusterIP"), "None");
  EXPECT_EQ(spec.at("selector"), json({{"a", "b"}}));
}

TEST(StrategicPatch, retain_keys_drops_all_other_keys_and_must_name_what_is_sent) {
  const json spec = patched(R"({"spec": {"$retainKeys": ["ports", "clusterIP"], "ports": []}})").at("spec");
  EXPECT_FALSE(spec.contains("type"));
  EXPECT_EQ(spec.at("ports").size(), 3U);
  for (const char* bad :
       {R"({"spec": {"$retainKeys": ["clusterIP"], "ports": []}})", R"({"spec": {"$retainKeys": 3}})"})
    EXPECT_EQ(patched(bad), "400 invalid patch format of retainKeys");
}

TEST(StrategicPatch, what_breaks_its_rules_is_refused_in_the_words_of_the_real_server) {
  EXPECT_EQ(ports(R"({"$setElementOrder/ports": [{"port": 90}, {"port": 82}],
                      "ports": [{"port": 82, "name": "cc"}, {"port": 90, "name": "new"}]})"),
            "500 The order in patch list:\n[map[name:cc port:82] map[name:new port:90]]\n"
            " doesn't match $setElementOrder list:\n[map[port:90] map[port:82]]\n");
  EXPECT_EQ(ports(R"({"ports": [{"name": "nokey"}]})"),
            "500 map: map[name:nokey] does not contain declared merge key: port");
  EXPECT_EQ(ports(R"({"ports": [{"port": 80, "$patch": "frob"}]})"),
            "500 unknown patch type: frob in map: map[$patch:frob port:80]");
  EXPECT_EQ(patched(R"({"spec": {"$patch": "frob"}})"), "500 unknown patch type: frob in map: map[$patch:frob]");
  EXPECT_EQ(ports(R"({"$setElementOrder/ports": 3})"), "500 expected a []interface {}, but received a int64");
  EXPECT_EQ(ports(R"({"ports": ["x"]})"),
            "500 list element types are not identical: [[map[name:a port:80] map[name:b port:81] map[name:c port:82]] "
            "[x]]");
  EXPECT_THAT(patched("nonsense").get<std::string>(), ::testing::StartsWith("400 "));
  EXPECT_THAT(patched("[]").get<std::string>(), ::testing::StartsWith("400 "));
}

TEST(StrategicPatch, directives_never_get_into_the_object) {
  const json spec = patched(R"({"spec": {"sessionAffinityConfig": {"$setElementOrder/x": [], "clientIP": {}}}})");
  EXPECT_EQ(spec.at("spec").at("sessionAffinityConfig"), json({{"clientIP", json::object()}}));
}

}  // namespace
}  // namespace originpull::worlds
