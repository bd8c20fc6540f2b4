// SPDX-License-Identifier: Apache-2.0
// The managedFields of objects as writes that are no apply keep them. The sets were seen on a real API server of
// version 1.36, after the same writes.
#include "worlds/kube_managers.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/crd_file.hpp"
#include "worlds/kube_builtin.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ManagedWrite write_of(const std::string& manager, const std::string& version = "v1", const std::string& now = "T1") {
  return {.manager = manager, .api_version = version, .kind = {}, .now = now};
}

// "manager Update status T1 {…}"
std::vector<std::string> managers_of(const json& object) {
  std::vector<std::string> all;
  for (const KubeManager& one : read_managers(object)) {
    all.push_back(one.manager + (one.applies ? " Apply " : " Update ") +
                  (one.subresource.empty() ? "" : one.subresource + " ") + one.time + " " +
                  encode_fields(one.fields).dump());
  }
  return all;
}

json made(const char* version, const char* kind, const char* object) {
  json out = json::parse(object);
  track_update(out, nullptr, *builtin_schema(version, kind), write_of("t", version));
  return out;
}

TEST(ManagedFields, of_a_create_are_all_that_is_there) {
  EXPECT_THAT(managers_of(made("v1", "ConfigMap", R"({"metadata": {"name": "cm"}, "data": {"a": "1"}})")),
              ElementsAre(R"(t Update T1 {"f:data":{".":{},"f:a":{}}})"));
  EXPECT_THAT(managers_of(made("v1", "Service", R"({"metadata": {"name": "s", "labels": {"a": "b"}}, "spec": {
                  "internalTrafficPolicy": "Cluster", "sessionAffinity": "None",
                  "type": "ClusterIP",
                  "selector": {"x": "y"},
                  "ports": [{"port": 80, "name": "q", "protocol": "TCP", "targetPort": 80}]}})")),
              ElementsAre(R"(t Update T1 {"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{)"
                          R"("f:internalTrafficPolicy":{},"f:ports":{".":{},"k:{\"port\":80,\"protocol\":\"TCP\"}":)"
                          R"({".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:selector":{},)"
                          R"("f:sessionAffinity":{},"f:type":{}}})"));
  EXPECT_THAT(managers_of(made("coordination.k8s.io/v1", "Lease",
                               R"({"metadata": {"name": "l"}, "spec": {"holderIdentity": "me", "renewTime": "x"}})")),
              ElementsAre(R"(t Update T1 {"f:spec":{"f:holderIdentity":{},"f:renewTime":{}}})"));
  EXPECT_THAT(managers_of(made("v1", "Event", R"({"metadata": {"name": "e"}, "involvedObject": {"kind": "ConfigMap"},
                                                  "reason": "R", "source": {"component": "c"}, "count": 1})")),
              ElementsAre(R"(t Update T1 {"f:count":{},"f:involvedObject":{},"f:reason":{},)"
                          R"("f:source":{"f:component":{}}})"));
  EXPECT_THAT(managers_of(made("v1", "ConfigMap", R"({"metadata": {"name": "empty"}})")), IsEmpty());
}

TEST(ManagedFields, a_write_takes_over_what_it_changes_and_leaves_the_rest) {
  const KubeSchema& schema = *builtin_schema("v1", "ConfigMap");
  const json before = made("v1", "ConfigMap", R"({"metadata": {"name": "cm"}, "data": {"a": "1", "b": "1"}})");
  json after = before;
  after["data"] = {{"a", "2"}, {"c", "3"}};
  track_update(after, &before, schema, write_of("put", "v1", "T2"));
  EXPECT_THAT(managers_of(after),
              ElementsAre(R"(t Update T1 {"f:data":{}})", R"(put Update T2 {"f:data":{"f:a":{},"f:c":{}}})"));
  json same = after;
  track_update(same, &after, schema, write_of("t", "v1", "T3"));
  EXPECT_EQ(same, after) << "who changes nothing gets no new time";
  json gone = after;
  gone.erase("data");
  gone["metadata"]["labels"] = {{"x", "y"}};
  track_update(gone, &after, schema, write_of("rm", "v1", "T4"));
  EXPECT_THAT(managers_of(gone), ElementsAre(R"(rm Update T4 {"f:metadata":{"f:labels":{".":{},"f:x":{}}}})"));
}

TEST(ManagedFields, of_a_subresource_are_an_entry_of_their_own_without_what_it_cannot_change) {
  const KubeSchema schema = *compile_schema(
      json::parse(support::crd_json()).at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema"));
  ManagedWrite main = write_of("put", "originpull.dev/v1alpha1");
  main.resets = {"status"};
  json live =
      json::parse(R"({"metadata": {"name": "x"}, "spec": {"interval": "1h"}, "status": {"observedGeneration": 9}})");
  track_update(live, nullptr, schema, main);
  EXPECT_THAT(managers_of(live), ElementsAre(R"(put Update T1 {"f:spec":{".":{},"f:interval":{}}})"));
  ManagedWrite status = write_of("put", "originpull.dev/v1alpha1", "T2");
  status.subresource = "status";
  status.resets = {"metadata", "spec"};
  json after = live;
  after["status"]["observedGeneration"] = 1;
  after["spec"]["interval"] = "2h";
  after["metadata"]["managedFields"] = json::array();
  track_update(after, &live, schema, status);
  EXPECT_THAT(managers_of(after), ElementsAre(R"(put Update T1 {"f:spec":{".":{},"f:interval":{}}})",
                                              R"(put Update status T2 {"f:status":{"f:observedGeneration":{}}})"));
}

TEST(ManagedFields, an_empty_list_forgets_them_and_then_nothing_is_tracked) {
  const KubeSchema& schema = *builtin_schema("v1", "ConfigMap");
  const json before = made("v1", "ConfigMap", R"({"metadata": {"name": "cm"}, "data": {"a": "1"}})");
  json after = before;
  after["metadata"]["managedFields"] = json::array();
  track_update(after, &before, schema, write_of("put"));
  EXPECT_FALSE(after["metadata"].contains("managedFields"));
  json later = after;
  later["data"]["b"] = "2";
  track_update(later, &after, schema, write_of("put"));
  EXPECT_FALSE(later["metadata"].contains("managedFields"));
  json absent = before;
  absent["metadata"].erase("managedFields");
  track_update(absent, &before, schema, write_of("put"));
  EXPECT_EQ(absent, before) << "who does not know them does not lose them";
}

TEST(ManagedFields, more_than_ten_managers_of_updates_become_ancient_changes) {
  const KubeSchema& schema = *builtin_schema("v1", "ConfigMap");
  json live = made("v1", "ConfigMap", R"({"metadata": {"name": "cm"}, "data": {"a": "1"}})");
  for (int i = 0; i < 12; ++i) {
    json next = live;
    next["metadata"]["labels"]["l" + std::to_string(i)] = "x";
    track_update(next, &live, schema, write_of("m" + std::to_string(i), "v1", "T" + std::to_string(20 + i)));
    live = next;
  }
  const auto all = managers_of(live);
  ASSERT_EQ(all.size(), 10U);
  EXPECT_EQ(all[0], R"(ancient-changes Update T22 {"f:data":{".":{},"f:a":{}},"f:metadata":{"f:labels":{".":{},"f:l0":)"
                    R"({},"f:l1":{},"f:l2":{}}}})");
  EXPECT_EQ(all[9], R"(m11 Update T31 {"f:metadata":{"f:labels":{"f:l11":{}}}})");
}

TEST(ManagedFields, times_alone_are_no_change) {
  const json live = made("v1", "ConfigMap", R"({"metadata": {"name": "cm"}, "data": {"a": "1"}})");
  json newer = live;
  newer["metadata"]["managedFields"][0]["time"] = "T9";
  keep_times_of_no_change(newer, live);
  EXPECT_EQ(newer, live);
  newer["metadata"]["managedFields"][0]["time"] = "T9";
  newer["data"]["a"] = "2";
  keep_times_of_no_change(newer, live);
  EXPECT_EQ(newer["metadata"]["managedFields"][0]["time"], "T9");
}

TEST(ManagerName, is_the_parameter_or_the_start_of_the_user_agent) {
  EXPECT_EQ(manager_name("me", "curl/7"), "me");
  EXPECT_EQ(manager_name("", "kubectl/v1.36.0 (linux/amd64)"), "kubectl");
  EXPECT_EQ(manager_name("", ""), "unknown");
  EXPECT_EQ(manager_name("", std::string(200, 'a')).size(), 128U);
}

}  // namespace
}  // namespace originpull::worlds
