// SPDX-License-Identifier: Apache-2.0
// The four kinds of patch, without server-side apply: what each means for maps, lists and nulls, and how it is refused.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

Answer make_config_map(Side& side) {
  return ok(side.post(side.in_ns("configmaps"),
                      R"({"metadata":{"name":"a","labels":{"x":"1"}},"data":{"one":"1","two":"2"}})"));
}

Answer make_service(Side& side) {
  return ok(side.post(side.in_ns("services"), R"({"metadata":{"name":"s"},"spec":{"selector":{"a":"b"},"ports":[
      {"name":"web","port":80},{"name":"tls","port":443}]}})"));
}

Answer make_widget(Side& side, const std::string& spec) {
  return ok(side.post(side.widgets(), R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},
      "spec":)" + spec + "}"));
}

}  // namespace

BEHAVIOUR("operator", a_merge_patch_adds_replaces_and_removes_by_null) {
  make_config_map(side);
  const Answer answer = side.patch(kMerge, side.in_ns("configmaps") + "/a",
                                   R"({"metadata":{"labels":null},"data":{"one":null,"two":"II","three":"3"}})");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/data"), R"({"three":"3","two":"II"})");
  EXPECT_FALSE(answer.has("/metadata/labels"));
}

BEHAVIOUR("operator", a_merge_patch_replaces_a_list_as_a_whole) {
  make_service(side);
  const Answer answer =
      side.patch(kMerge, side.in_ns("services") + "/s", R"({"spec":{"ports":[{"name":"x","port":8080}]}})");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.count("/spec/ports"), 1U);
  EXPECT_EQ(answer.at("/spec/ports/0/name"), "x");
}

BEHAVIOUR("operator", a_strategic_patch_merges_a_list_by_its_key) {
  make_service(side);
  const Answer answer = side.patch(kStrategic, side.in_ns("services") + "/s",
                                   R"({"spec":{"ports":[{"port":443,"name":"secure"},{"name":"x","port":8080}]}})");
  ASSERT_VERDICT(answer, "200");
  ASSERT_EQ(answer.count("/spec/ports"), 3U) << answer.body;
  EXPECT_SAYS(answer.at("/spec/ports"), "\"name\":\"secure\"");
  EXPECT_SAYS(answer.at("/spec/ports"), "\"name\":\"web\"");
  EXPECT_EQ(answer.at("/spec/ports").find("\"name\":\"tls\""), std::string::npos);
}

BEHAVIOUR("operator", a_strategic_patch_deletes_and_replaces_by_directive) {
  make_service(side);
  const std::string service = side.in_ns("services") + "/s";
  const Answer deleted = side.patch(kStrategic, service, R"({"spec":{"ports":[{"port":80,"$patch":"delete"}]}})");
  ASSERT_VERDICT(deleted, "200");
  EXPECT_EQ(deleted.count("/spec/ports"), 1U);
  EXPECT_EQ(deleted.at("/spec/ports/0/port"), "443");
  const Answer replaced =
      side.patch(kStrategic, service, R"({"spec":{"ports":[{"$patch":"replace"},{"name":"n","port":1}]}})");
  ASSERT_VERDICT(replaced, "200");
  EXPECT_EQ(replaced.count("/spec/ports"), 1U);
  EXPECT_EQ(replaced.at("/spec/ports/0/name"), "n");
  const Answer map = side.patch(kStrategic, service, R"({"spec":{"selector":{"$patch":"replace","c":"d"}}})");
  ASSERT_VERDICT(map, "200");
  EXPECT_EQ(map.at("/spec/selector"), R"({"c":"d"})");
}

BEHAVIOUR("operator", a_strategic_patch_merges_finalizers_as_a_set) {
  const std::string target = side.in_ns("configmaps") + "/a";
  ok(side.post(side.in_ns("configmaps"), R"({"metadata":{"name":"a","finalizers":["test.example/one"]}})"));
  const Answer more = side.patch(kStrategic, target, R"({"metadata":{"finalizers":["test.example/two"]}})");
  ASSERT_VERDICT(more, "200");
  EXPECT_EQ(more.count("/metadata/finalizers"), 2U) << more.body;
  const Answer less =
      side.patch(kStrategic, target, R"({"metadata":{"$deleteFromPrimitiveList/finalizers":["test.example/one"]}})");
  ASSERT_VERDICT(less, "200");
  EXPECT_EQ(less.at("/metadata/finalizers"), R"(["test.example/two"])");
  ok(side.patch(kMerge, target, R"({"metadata":{"finalizers":null}})"));
}

BEHAVIOUR("operator", a_strategic_patch_of_a_custom_resource_is_415) {
  make_widget(side, R"({"size":1})");
  const Answer answer = side.patch(kStrategic, side.widgets("a"), R"({"spec":{"size":2}})");
  EXPECT_VERDICT(answer, "415 UnsupportedMediaType");
  EXPECT_SAYS(answer.message(),
              "the body of the request was in an unknown format - accepted media types include: "
              "application/json-patch+json, application/merge-patch+json, "
              "application/apply-patch+yaml");
}

BEHAVIOUR("131", a_json_patch_acts_in_order_and_only_if_its_tests_hold) {
  make_config_map(side);
  const std::string target = side.in_ns("configmaps") + "/a";
  const Answer answer = side.patch(kJsonPatch, target, R"([{"op":"test","path":"/data/one","value":"1"},
      {"op":"replace","path":"/data/one","value":"I"},{"op":"add","path":"/data/three","value":"3"},
      {"op":"remove","path":"/data/two"},{"op":"copy","from":"/data/three","path":"/data/four"},
      {"op":"move","from":"/data/four","path":"/data/five"}])");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/data"), R"({"five":"3","one":"I","three":"3"})");
  const Answer refused = side.patch(
      kJsonPatch, target, R"([{"op":"test","path":"/data/one","value":"1"},{"op":"remove","path":"/data/five"}])");
  EXPECT_VERDICT(refused, "422 Invalid");
  EXPECT_EQ(side.get(target).version(), answer.version());
}

BEHAVIOUR("131", a_finalizer_is_added_to_a_list_and_removed_only_from_where_it_was_seen) {
  const Answer made = make_widget(side, R"({"size":1})");
  const std::string add = R"([{"op":"test","path":"/metadata/resourceVersion","value":")" + made.version() + R"("},
      {"op":"add","path":"/metadata/finalizers","value":["test.example/one"]}])";
  const Answer added = side.patch(kJsonPatch, side.widgets("a"), add);
  ASSERT_VERDICT(added, "200");
  EXPECT_EQ(added.at("/metadata/finalizers"), R"(["test.example/one"])");
  EXPECT_VERDICT(side.patch(kJsonPatch, side.widgets("a"), add), "422 Invalid") << "the version has moved on";
  ok(side.patch(kJsonPatch, side.widgets("a"),
                R"([{"op":"add","path":"/metadata/finalizers/-","value":"test.example/b"}])"));
  const std::string remove = R"([{"op":"test","path":"/metadata/finalizers/0","value":"test.example/one"},
      {"op":"remove","path":"/metadata/finalizers/0"}])";
  const Answer removed = side.patch(kJsonPatch, side.widgets("a"), remove);
  ASSERT_VERDICT(removed, "200");
  EXPECT_EQ(removed.at("/metadata/finalizers"), R"(["test.example/b"])");
  EXPECT_VERDICT(side.patch(kJsonPatch, side.widgets("a"), remove), "422 Invalid");
  ok(side.patch(kMerge, side.widgets("a"), R"({"metadata":{"finalizers":[]}})"));
}

BEHAVIOUR("121", a_json_patch_has_at_most_10000_operations) {
  make_config_map(side);
  std::string patch = "[";
  for (int i = 0; i <= 10'000; ++i)
    patch += std::string(i == 0 ? "" : ",") + R"({"op":"test","path":"/data/one","value":"1"})";
  const Answer answer = side.patch(kJsonPatch, side.in_ns("configmaps") + "/a", patch + "]");
  EXPECT_VERDICT(answer, "413 RequestEntityTooLarge");
  EXPECT_SAYS(answer.message(), "The allowed maximum operations in a JSON patch is 10000, got 10001");
}

BEHAVIOUR("operator", a_patch_that_is_none_is_refused) {
  make_config_map(side);
  const std::string target = side.in_ns("configmaps") + "/a";
  EXPECT_VERDICT(side.patch(kMerge, target, "{"), "400 BadRequest");
  EXPECT_VERDICT(side.patch(kJsonPatch, target, "{}"), "400 BadRequest");
  EXPECT_VERDICT(side.patch(kJsonPatch, target, R"([{"op":"remove","path":"/data/nothing"}])"), "422 Invalid");
  EXPECT_VERDICT(side.patch("application/json", target, "{}"), "415 UnsupportedMediaType");
}

BEHAVIOUR("49", a_patch_with_a_version_holds_only_for_it) {
  const Answer made = make_config_map(side);
  const std::string target = side.in_ns("configmaps") + "/a";
  const std::string patch = R"({"metadata":{"resourceVersion":")" + made.version() + R"("},"data":{"one":"I"}})";
  EXPECT_VERDICT(side.patch(kMerge, target, patch), "200");
  const Answer again = side.patch(kMerge, target, with(patch, "/data/one", "\"i\""));
  EXPECT_VERDICT(again, "409 Conflict");
  EXPECT_SAYS(again.message(), "the object has been modified; please apply your changes to the latest version");
  EXPECT_VERDICT(side.patch(kMerge, target, R"({"metadata":{"uid":"other"},"data":{"one":"x"}})"), "422 Invalid")
      << "a patch says what the uid shall be, and that cannot change";
}

BEHAVIOUR("operator", a_patch_cannot_rename_or_move) {
  make_config_map(side);
  const std::string target = side.in_ns("configmaps") + "/a";
  EXPECT_VERDICT(side.patch(kMerge, target, R"({"metadata":{"name":"b"}})"), "400 BadRequest");
  EXPECT_VERDICT(side.patch(kMerge, target, R"({"metadata":{"namespace":"default"}})"), "400 BadRequest");
  EXPECT_VERDICT(side.patch(kMerge, target, R"({"kind":"Secret"})"), "422 Invalid");
}

BEHAVIOUR("operator", a_patch_of_a_custom_resource_is_validated_as_its_result) {
  make_widget(side, R"({"size":10,"mode":"Slow"})");
  const Answer too_large = side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":101}})");
  EXPECT_VERDICT(too_large, "422 Invalid");
  EXPECT_EQ(too_large.causes(), "spec.size spec.size") << "the bound and the rule";
  const Answer rule = side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":60}})");
  EXPECT_VERDICT(rule, "422 Invalid");
  EXPECT_SAYS(rule.message(), "spec.size: Invalid value: ");
  EXPECT_SAYS(rule.message(), "a slow widget is small");
  const Answer gone = side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":null}})");
  EXPECT_VERDICT(gone, "422 Invalid");
  EXPECT_SAYS(gone.message(), "spec.size: Required value");
  const Answer defaulted = side.patch(kMerge, side.widgets("a"), R"({"spec":{"mode":null}})");
  ASSERT_VERDICT(defaulted, "200");
  EXPECT_EQ(defaulted.at("/spec/mode"), "Fast") << "what was removed gets its default again";
}

BEHAVIOUR("operator", a_patch_in_a_dry_run_changes_nothing) {
  const Answer made = make_config_map(side);
  const std::string target = side.in_ns("configmaps") + "/a";
  const Answer answer = side.patch(kMerge, target + "?dryRun=All", R"({"data":{"one":"I"}})");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/data/one"), "I");
  EXPECT_EQ(side.get(target).body, made.body);
}

BEHAVIOUR("operator", strict_validation_holds_for_patches_too) {
  make_widget(side, R"({"size":1})");
  const Answer strict = side.patch(kMerge, side.widgets("a") + "?fieldValidation=Strict", R"({"spec":{"wheels":4}})");
  EXPECT_VERDICT(strict, "422 Invalid");
  EXPECT_EQ(strict.causes(), "patch");
  EXPECT_SAYS(strict.message(), "strict decoding error: unknown field \"spec.wheels\"");
  const Answer warned = side.patch(kMerge, side.widgets("a"), R"({"spec":{"wheels":4}})");
  ASSERT_VERDICT(warned, "200");
  EXPECT_SAYS(warned.header("Warning"), "unknown field \\\"spec.wheels\\\"");
}

BEHAVIOUR("operator", what_kubectl_edit_annotate_and_label_send_is_understood) {
  make_config_map(side);
  const std::string target = side.in_ns("configmaps") + "/a?fieldManager=kubectl-annotate";
  const Answer annotated = side.patch(kMerge, target, R"({"metadata":{"annotations":{"k":"v"}}})");
  ASSERT_VERDICT(annotated, "200");
  EXPECT_EQ(annotated.at("/metadata/annotations/k"), "v");
  EXPECT_SAYS(annotated.at("/metadata/managedFields"), "\"manager\":\"kubectl-annotate\"");
  const Answer edited = side.patch(kStrategic, side.in_ns("configmaps") + "/a?fieldManager=kubectl-edit",
                                   R"({"data":{"two":null,"one":"I"},"metadata":{"annotations":{"k":null}}})");
  ASSERT_VERDICT(edited, "200");
  EXPECT_EQ(edited.at("/data"), R"({"one":"I"})");
  EXPECT_FALSE(edited.has("/metadata/annotations"));
}

}  // namespace originpull::behaviour
