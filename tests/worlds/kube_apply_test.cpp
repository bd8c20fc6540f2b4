// SPDX-License-Identifier: Apache-2.0
// Server-side apply in the simulated Kubernetes API: the same steps were made on a real API server of version 1.36, and
// what is expected here is what it answered.
#include "worlds/kube_apply.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "support/crd_cases.hpp"
#include "support/crd_file.hpp"
#include "worlds/kube_builtin.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

// An object that managers apply to, one after the other, at T1, T2, ….
class Applied {
 public:
  Applied(const KubeSchema& schema, ManagedWrite writer) : schema_(schema), writer_(std::move(writer)) {}

  json live = nullptr;

  // Empty, or the refusal: "409 Apply failed …".
  std::string apply(const std::string& manager, const std::string& config, bool force = false) {
    ManagedWrite writer = writer_;
    writer.manager = manager;
    writer.now = "T" + std::to_string(++time_);
    json body = json::parse(config);
    body["apiVersion"] = writer.api_version;
    body["kind"] = writer.kind;
    auto done = applied(live.is_null() ? nullptr : &live, body, schema_, writer, force);
    if (!done) {
      refusal = done.error();
      return std::to_string(done.error().code) + " " + done.error().message;
    }
    live = std::move(*done);
    return "";
  }
  void update(const std::string& manager, const std::string& merge_patch) {
    ManagedWrite writer = writer_;
    writer.manager = manager;
    writer.now = "T" + std::to_string(++time_);
    json after = live;
    after.merge_patch(json::parse(merge_patch));
    track_update(after, &live, schema_, writer);
    live = std::move(after);
  }
  std::vector<std::string> managers() const {
    std::vector<std::string> all;
    for (const KubeManager& one : read_managers(live))
      all.push_back(one.manager + (one.applies ? " Apply " : " Update ") + one.time + " " +
                    encode_fields(one.fields).dump());
    return all;
  }
  void of_status() {
    writer_.subresource = "status";
    writer_.resets = {"metadata", "spec"};
  }

  KubeRefusal refusal = {};

 private:
  const KubeSchema& schema_;
  ManagedWrite writer_;
  int time_ = 0;
};

Applied config_map() {
  return {*builtin_schema("v1", "ConfigMap"), {.manager = {}, .api_version = "v1", .kind = "ConfigMap"}};
}

const KubeSchema& crd() {
  static const KubeSchema one = *compile_schema(
      json::parse(support::crd_json()).at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema"));
  return one;
}

Applied custom() {
  return {crd(),
          {.manager = {}, .api_version = "originpull.dev/v1alpha1", .kind = "OriginPullConfig", .resets = {"status"}}};
}

TEST(ServerSideApply, managers_share_what_they_agree_on_and_each_takes_back_only_its_own) {
  auto map = config_map();
  EXPECT_EQ(map.apply("one", R"({"metadata": {"name": "m"}, "data": {"a": "1", "b": "2"}})"), "");
  EXPECT_THAT(map.managers(), ElementsAre(R"(one Apply T1 {"f:data":{"f:a":{},"f:b":{}}})"));
  const json first = map.live;
  EXPECT_EQ(map.apply("one", R"({"metadata": {"name": "m"}, "data": {"a": "1", "b": "2"}})"), "");
  EXPECT_EQ(map.live, first) << "nothing new has no new time";

  EXPECT_EQ(map.apply("two", R"({"metadata": {"name": "m"}, "data": {"a": "1"}})"), "");
  EXPECT_THAT(map.managers(),
              ElementsAre(R"(two Apply  {"f:data":{"f:a":{}}})", R"(one Apply T1 {"f:data":{"f:a":{},"f:b":{}}})"))
      << "who changes nothing has no time";
  EXPECT_EQ(map.apply("two", R"({"metadata": {"name": "m"}, "data": {"a": "9"}})"),
            "409 Apply failed with 1 conflict: conflict with \"one\": .data.a");
  ASSERT_EQ(map.refusal.causes.size(), 1U);
  EXPECT_EQ(map.refusal.causes[0].reason, "FieldManagerConflict");
  EXPECT_EQ(map.refusal.causes[0].message, "conflict with \"one\"");
  EXPECT_EQ(map.refusal.causes[0].field, ".data.a");
  EXPECT_EQ(map.apply("two", R"({"metadata": {"name": "m"}, "data": {"a": "9", "c": "3"}})", true), "");
  EXPECT_THAT(map.managers(),
              ElementsAre(R"(one Apply T1 {"f:data":{"f:b":{}}})", R"(two Apply T5 {"f:data":{"f:a":{},"f:c":{}}})"));

  EXPECT_EQ(map.apply("one", R"({"metadata": {"name": "m"}, "data": {}})"), "");
  EXPECT_EQ(map.live.at("data"), json({{"a", "9"}, {"c", "3"}})) << "b was one's alone";
  EXPECT_THAT(map.managers(),
              ElementsAre(R"(two Apply T5 {"f:data":{"f:a":{},"f:c":{}}})", R"(one Apply T6 {"f:data":{}})"));
  EXPECT_EQ(map.apply("one", R"({"metadata": {"name": "m"}})"), "");
  EXPECT_EQ(map.live.at("data"), json({{"a", "9"}, {"c", "3"}}));
  EXPECT_EQ(map.apply("two", R"({"metadata": {"name": "m"}, "data": {"a": "9"}})"), "");
  EXPECT_EQ(map.live.at("data"), json({{"a", "9"}}));
}

TEST(ServerSideApply, conflicts_name_who_wrote_by_update_and_with_which_version) {
  auto map = config_map();
  map.apply("two", R"({"metadata": {"name": "m"}, "data": {"a": "1"}})");
  map.update("put", R"({"data": {"a": "7", "z": "5"}})");
  EXPECT_THAT(map.managers(), ElementsAre(R"(put Update T2 {"f:data":{"f:a":{},"f:z":{}}})"));
  EXPECT_EQ(map.apply("two", R"({"metadata": {"name": "m"}, "data": {"a": "9"}})"),
            "409 Apply failed with 1 conflict: conflict with \"put\" using v1: .data.a");
  EXPECT_EQ(map.apply("three", R"({"metadata": {"name": "m"}, "data": {"a": "9", "z": "1"}})"),
            "409 Apply failed with 2 conflicts: conflicts with \"put\" using v1:\n- .data.a\n- .data.z");
  EXPECT_EQ(map.apply("four", R"({"metadata": {"name": "m"}, "data": {"a": "7"}})"), "") << "the same value is none";
}

TEST(ServerSideApply, an_object_that_nobody_tracked_has_a_manager_before_the_first_apply) {
  auto map = config_map();
  map.live = json::parse(R"({"metadata": {"name": "m"}, "data": {"a": "1", "b": "2"}})");
  EXPECT_EQ(map.apply("one", R"({"metadata": {"name": "m"}, "data": {"b": "2", "c": "3"}})"), "");
  EXPECT_THAT(map.managers(), ElementsAre(R"(one Apply T1 {"f:data":{"f:b":{},"f:c":{}}})",
                                          R"(before-first-apply Update T1 {"f:data":{".":{},"f:a":{},"f:b":{}}})"));
  EXPECT_EQ(map.apply("one", R"({"metadata": {"name": "m"}, "data": {"a": "2", "c": "3"}})"),
            "409 Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.a");
}

std::string condition(const std::string& type, const std::string& status) {
  return R"({"type": ")" + type + R"(", "status": ")" + status +
         R"(", "reason": "Said", "message": "", "lastTransitionTime": "2026-11-24T05:00:00Z"})";
}
std::string conditions(const std::string& list) {
  return R"({"metadata": {"name": "x"}, "status": {"conditions": [)" + list + "]}}";
}

std::string types(const json& object) {
  std::string out;
  for (const json& one : object.at("status").at("conditions")) out += one.at("type").get<std::string>() + " ";
  return out;
}

TEST(ServerSideApply, conditions_are_shared_by_type_and_a_status_takes_nothing_else) {
  auto status = custom();
  status.live = json::parse(R"({"metadata": {"name": "x", "managedFields": [{"manager": "m", "operation": "Update",
      "apiVersion": "originpull.dev/v1alpha1", "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:mode": {}}}}]},
      "spec": {"mode": "Manage"}})");
  status.of_status();
  ASSERT_EQ(status.apply("op", conditions(condition("Ready", "True") + "," + condition("Stalled", "True"))), "");
  ASSERT_EQ(status.apply("other", conditions(condition("Mine", "True"))), "");
  EXPECT_EQ(types(status.live), "Ready Stalled Mine ");
  EXPECT_EQ(status.apply("other", conditions(condition("Stalled", "False"))),
            "409 Apply failed with 1 conflict: conflict with \"op\" with subresource \"status\": "
            ".status.conditions[type=\"Stalled\"].status");
  ASSERT_EQ(status.apply("op", conditions(condition("Stalled", "True"))), "");
  EXPECT_EQ(types(status.live), "Stalled Mine ") << "Ready was op's, and is not sent any more";
  ASSERT_EQ(status.apply("op", R"({"metadata": {"name": "x"}, "status": {"plan": ["a"]}})"), "");
  EXPECT_EQ(types(status.live), "Mine ");
  EXPECT_EQ(status.managers().at(1), R"(op Apply T5 {"f:status":{"f:plan":{}}})") << "the older entry stands first";
}

TEST(ServerSideApply, of_the_main_resource_manages_no_status) {
  auto main = custom();
  ASSERT_EQ(main.apply("one", R"({"metadata": {"name": "x"}, "status": {"observedGeneration": 5}, "spec": {
      "zone": {"name": "example.com"}, "origin": {"trustBundles": [{"kind": "Secret", "name": "b"}],
                                                  "additionalCAs": [{"kind": "Secret", "name": "x"}]}}})"),
            "");
  EXPECT_THAT(main.managers(),
              ElementsAre(R"(one Apply T1 {"f:spec":{"f:origin":{"f:additionalCAs":{},"f:trustBundles":)"
                          R"({"k:{\"kind\":\"Secret\",\"name\":\"b\"}":{".":{},"f:kind":{},"f:name":{}}}},)"
                          R"("f:zone":{"f:name":{}}}})"));
}

TEST(ServerSideApply, what_loses_all_that_it_held_is_null_which_a_custom_resource_may_not_have) {
  auto map = config_map();
  map.apply("two", R"({"metadata": {"name": "m"}, "data": {"a": "1"}})");
  map.apply("one", R"({"metadata": {"name": "m"}, "data": {}})");
  ASSERT_EQ(map.apply("two", R"({"metadata": {"name": "m", "labels": {"a": "b"}}})"), "");
  EXPECT_FALSE(map.live.contains("data"));
  EXPECT_EQ(map.managers().front(), R"(one Apply  {"f:data":{}})") << "it still manages the map";

  auto main = custom();
  const std::string valid = support::kValidSpec;
  const std::string spec = valid.substr(valid.find('{') + 1, valid.rfind('}') - valid.find('{') - 1);
  ASSERT_EQ(main.apply("one", R"({"metadata": {"name": "x"}, "spec": {"origin": {"trustBundles": [
      {"kind": "Secret", "name": "b"}]}, )" +
                                  spec + "}}"),
            "");
  EXPECT_EQ(
      main.apply("one", R"({"metadata": {"name": "x"}, "spec": {"origin": {}, )" + spec + "}}"),
      R"(422 OriginPullConfig.originpull.dev "x" is invalid: [spec.origin: Invalid value: "null": spec.origin in )"
      R"(body must be of type object: "null", <nil>: Invalid value: null: some validation rules were not checked )"
      "because the object was invalid; correct the existing errors to complete validation]");
}

TEST(ServerSideApply, ports_of_a_service_are_known_by_port_and_protocol_with_its_default) {
  Applied service(*builtin_schema("v1", "Service"), {.manager = {}, .api_version = "v1", .kind = "Service"});
  service.live = json::parse(R"({"metadata": {"name": "s"}, "spec": {
      "ports": [{"port": 80, "name": "q", "protocol": "TCP", "targetPort": 80}]}})");
  const json before = service.live;
  track_update(service.live, nullptr, *builtin_schema("v1", "Service"),
               {.manager = "t", .api_version = "v1", .kind = "Service", .now = "T0"});
  ASSERT_EQ(service.apply("ap", R"({"metadata": {"name": "s"}, "spec": {"ports": [{"port": 90, "name": "new"},
                                                                                  {"port": 80, "targetPort": 99}]}})",
                          true),
            "");
  EXPECT_EQ(service.live.at("spec").at("ports"),
            json::parse(R"([{"port": 90, "name": "new"}, {"port": 80, "name": "q", "protocol": "TCP",
                                                          "targetPort": 99}])"));
  ASSERT_EQ(service.apply("ap", R"({"metadata": {"name": "s"}, "spec": {"ports": [{"port": 70, "name": "n2"}]}})"), "");
  EXPECT_EQ(service.live.at("spec").at("ports"),
            json::parse(R"([{"port": 80, "name": "q", "protocol": "TCP"}, {"port": 70, "name": "n2"}])"));
}

TEST(ServerSideApply, refuses_what_is_no_apply_configuration_in_the_words_of_the_real_server) {
  const auto refused = [](const char* body) {
    const auto done = applied(nullptr, json::parse(body), *builtin_schema("v1", "ConfigMap"),
                              {.manager = "e", .api_version = "v1", .kind = "ConfigMap", .now = "T1"}, false);
    return done ? "nothing" : std::to_string(done.error().code) + " " + done.error().message;
  };
  EXPECT_EQ(refused(R"({"apiVersion": "v2", "kind": "ConfigMap"})"), "400 invalid object type: /v2, Kind=ConfigMap");
  EXPECT_EQ(refused(R"({"apiVersion": "v1", "kind": "Secret"})"), "400 invalid object type: /v1, Kind=Secret");
  EXPECT_EQ(refused(R"({"kind": "ConfigMap", "metadata": {"name": "ssa"}})"),
            "400 invalid object type: /, Kind=ConfigMap");
  EXPECT_EQ(refused(R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ssa", "managedFields": []}})"),
            "400 metadata.managedFields must be nil");
  EXPECT_EQ(refused(R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "ssa"}, "foo": 1})"),
            "500 failed to create typed patch object (/ssa; /v1, Kind=ConfigMap): .foo: field not declared in schema");
  EXPECT_EQ(refused("[1]").substr(0, 25), "400 error decoding YAML: ");
}

TEST(ServerSideApply, needs_a_manager_and_only_an_apply_may_be_forced) {
  const auto said = [](std::string_view manager, bool applies, bool force) {
    const auto checked = check_patch_options(manager, applies, force);
    return checked ? "" : std::to_string(checked.error().code) + " " + checked.error().message;
  };
  EXPECT_EQ(said("me", true, true), "");
  EXPECT_EQ(said("", false, false), "");
  EXPECT_EQ(said("", true, false),
            "422 PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
  EXPECT_EQ(said("", false, true),
            "422 PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch");
  EXPECT_EQ(said(std::string(129, 'x'), true, false),
            "422 PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than 128 bytes");
}

}  // namespace
}  // namespace originpull::worlds
