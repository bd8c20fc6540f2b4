// SPDX-License-Identifier: Apache-2.0
// Server-side apply: who owns which field, who may take it, and what an apply leaves out.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

std::string config_map(const std::string& data) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":)" + data + "}";
}

Answer apply(Side& side, const std::string& manager, const std::string& body, const std::string& more = "") {
  return side.patch(kApply, side.in_ns("configmaps") + "/a?fieldManager=" + manager + more, body);
}

std::string widget(const std::string& spec) {
  return R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},"spec":)" + spec + "}";
}

Answer apply_widget(Side& side, const std::string& manager, const std::string& body, const std::string& more = "") {
  return side.patch(kApply, side.widgets("a") + "?fieldManager=" + manager + more, body);
}

// The entry of managedFields of a manager: its place, or the end.
std::string entry_of(const Answer& object, const std::string& manager) {
  for (std::size_t i = 0; i < object.count("/metadata/managedFields"); ++i) {
    const std::string entry = "/metadata/managedFields/" + std::to_string(i);
    if (object.at(entry + "/manager") == manager) return object.at(entry);
  }
  return "";
}

}  // namespace

BEHAVIOUR("118 120", an_apply_creates_what_is_not_there) {
  const Answer made = apply(side, "one", config_map(R"({"k":"v"})"));
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/data/k"), "v");
  const std::string entry = entry_of(made, "one");
  EXPECT_EQ(text_at(entry, "/operation"), "Apply");
  EXPECT_EQ(text_at(entry, "/apiVersion"), "v1");
  EXPECT_EQ(text_at(entry, "/fieldsType"), "FieldsV1");
  EXPECT_TRUE(has_at(entry, "/fieldsV1/f:data/f:k")) << entry;
  const Answer again = apply(side, "one", config_map(R"({"k":"v"})"));
  ASSERT_VERDICT(again, "200");
  EXPECT_EQ(again.version(), made.version()) << "the same apply changes nothing";
}

BEHAVIOUR("120", an_apply_with_a_uid_does_not_bring_back_what_was_deleted) {
  const Answer made = ok(apply(side, "one", config_map(R"({"k":"v"})")));
  ok(side.remove(side.in_ns("configmaps") + "/a"));
  const Answer answer = apply(side, "one", with(config_map(R"({"k":"v"})"), "/metadata/uid", as_json(made.uid())));
  EXPECT_VERDICT(answer, "409 Conflict");
  EXPECT_VERDICT(side.get(side.in_ns("configmaps") + "/a"), "404 NotFound");
}

BEHAVIOUR("118", an_apply_must_name_its_manager) {
  const Answer none = side.patch(kApply, side.in_ns("configmaps") + "/a", config_map("{}"));
  EXPECT_VERDICT(none, "422 Invalid");
  EXPECT_EQ(none.causes(), "fieldManager");
  EXPECT_SAYS(none.message(), "fieldManager: Required value: is required for apply patch");
  const Answer longer = apply(side, std::string(129, 'm'), config_map("{}"));
  EXPECT_VERDICT(longer, "422 Invalid");
  EXPECT_EQ(longer.causes(), "fieldManager");
  EXPECT_VERDICT(apply(side, std::string(128, 'm'), config_map("{}")), "201");
}

BEHAVIOUR("118", force_is_for_apply_alone) {
  ok(apply(side, "one", config_map("{}")));
  const Answer answer = side.patch(kMerge, side.in_ns("configmaps") + "/a?force=true", "{}");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "force");
}

BEHAVIOUR("118", an_apply_with_managed_fields_or_another_kind_is_refused) {
  const Answer managed = apply(side, "one", with(config_map("{}"), "/metadata/managedFields", R"([{"manager":"x"}])"));
  EXPECT_VERDICT(managed, "400 BadRequest");
  EXPECT_SAYS(managed.message(), "metadata.managedFields must be nil");
  EXPECT_VERDICT(apply(side, "one", with(config_map("{}"), "/kind", "\"Secret\"")), "400 BadRequest");
  EXPECT_VERDICT(apply(side, "one", R"({"metadata":{"name":"a"}})"), "400 BadRequest");
  EXPECT_VERDICT(apply(side, "one", with(config_map("{}"), "/metadata/name", "\"b\"")), "400 BadRequest");
}

BEHAVIOUR("118", an_apply_reads_yaml) {
  const Answer made = apply(side, "one", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: v\n");
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/data/k"), "v");
}

BEHAVIOUR("119", what_an_apply_leaves_out_is_removed) {
  ok(apply(side, "one", config_map(R"({"k":"v","l":"w"})")));
  const Answer answer = apply(side, "one", config_map(R"({"k":"v"})"));
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/data"), R"({"k":"v"})");
}

BEHAVIOUR("119", what_another_owns_too_stays) {
  ok(apply(side, "one", config_map(R"({"k":"v","l":"w"})")));
  ok(apply(side, "two", config_map(R"({"l":"w"})")));
  const Answer answer = apply(side, "one", config_map(R"({"k":"v"})"));
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/data"), R"({"k":"v","l":"w"})");
  EXPECT_TRUE(has_at(entry_of(answer, "two"), "/fieldsV1/f:data/f:l"));
  EXPECT_FALSE(has_at(entry_of(answer, "one"), "/fieldsV1/f:data/f:l"));
}

BEHAVIOUR("118", a_field_of_another_manager_is_a_conflict_unless_forced) {
  ok(apply(side, "one", config_map(R"({"k":"v"})")));
  const Answer refused = apply(side, "two", config_map(R"({"k":"mine"})"));
  EXPECT_VERDICT(refused, "409 Conflict");
  EXPECT_EQ(refused.message(), "Apply failed with 1 conflict: conflict with \"one\": .data.k");
  EXPECT_EQ(refused.at("/details/causes/0/reason"), "FieldManagerConflict");
  EXPECT_EQ(refused.at("/details/causes/0/message"), "conflict with \"one\"");
  EXPECT_EQ(refused.causes(), ".data.k");
  const Answer forced = apply(side, "two", config_map(R"({"k":"mine"})"), "&force=true");
  ASSERT_VERDICT(forced, "200");
  EXPECT_EQ(forced.at("/data/k"), "mine");
  EXPECT_EQ(entry_of(forced, "one"), "") << "who owns nothing any more is not listed";
  EXPECT_TRUE(has_at(entry_of(forced, "two"), "/fieldsV1/f:data/f:k"));
}

BEHAVIOUR("118", the_same_value_is_owned_together) {
  ok(apply(side, "one", config_map(R"({"k":"v"})")));
  const Answer both = apply(side, "two", config_map(R"({"k":"v"})"));
  ASSERT_VERDICT(both, "200");
  EXPECT_TRUE(has_at(entry_of(both, "one"), "/fieldsV1/f:data/f:k"));
  EXPECT_TRUE(has_at(entry_of(both, "two"), "/fieldsV1/f:data/f:k"));
}

BEHAVIOUR("118", an_update_takes_what_it_changes) {
  const Answer made = ok(apply(side, "one", config_map(R"({"k":"v","l":"w"})")));
  const Answer put =
      ok(side.put(side.in_ns("configmaps") + "/a?fieldManager=editor", with(made.body, "/data/k", "\"x\"")));
  EXPECT_TRUE(has_at(entry_of(put, "editor"), "/fieldsV1/f:data/f:k")) << put.at("/metadata/managedFields");
  EXPECT_FALSE(has_at(entry_of(put, "editor"), "/fieldsV1/f:data/f:l"));
  EXPECT_EQ(text_at(entry_of(put, "editor"), "/operation"), "Update");
  EXPECT_FALSE(has_at(entry_of(put, "one"), "/fieldsV1/f:data/f:k"));
  const Answer refused = apply(side, "one", config_map(R"({"k":"v","l":"w"})"));
  EXPECT_VERDICT(refused, "409 Conflict");
  EXPECT_SAYS(refused.message(), "conflict with \"editor\" using v1: .data.k");
}

BEHAVIOUR("118", a_conflict_of_several_fields_names_each) {
  ok(apply(side, "one", config_map(R"({"k":"v","l":"w"})")));
  const Answer refused = apply(side, "two", config_map(R"({"k":"1","l":"2"})"));
  EXPECT_VERDICT(refused, "409 Conflict");
  EXPECT_EQ(refused.message(), "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.k\n- .data.l");
  EXPECT_EQ(refused.causes(), ".data.k .data.l");
}

BEHAVIOUR("111", lists_of_type_map_are_owned_by_their_items) {
  ok(apply_widget(side, "one", widget(R"({"size":1,"ports":[{"name":"a","number":1}]})")));
  const Answer both = apply_widget(side, "two", widget(R"({"ports":[{"name":"b","number":2}]})"));
  ASSERT_VERDICT(both, "200");
  EXPECT_EQ(both.count("/spec/ports"), 2U) << both.body;
  EXPECT_TRUE(has_at(entry_of(both, "two"), R"(/fieldsV1/f:spec/f:ports/k:{"name":"b"}/f:number)"))
      << entry_of(both, "two");
  const Answer less = apply_widget(side, "two", widget("{}"));
  ASSERT_VERDICT(less, "200");
  EXPECT_EQ(less.count("/spec/ports"), 1U);
  EXPECT_EQ(less.at("/spec/ports/0/name"), "a");
}

BEHAVIOUR("111", an_atomic_list_has_one_owner) {
  ok(apply_widget(side, "one", widget(R"({"size":5,"tags":["a"]})")));
  const Answer refused = apply_widget(side, "two", widget(R"({"tags":["b"]})"));
  EXPECT_VERDICT(refused, "409 Conflict");
  EXPECT_EQ(refused.causes(), ".spec.tags");
}

BEHAVIOUR("111", a_set_is_the_union_of_what_its_owners_want) {
  ok(apply_widget(side, "one", widget(R"({"size":5,"colours":["red","blue"]})")));
  const Answer both = apply_widget(side, "two", widget(R"({"colours":["green","red"]})"));
  ASSERT_VERDICT(both, "200");
  EXPECT_EQ(both.count("/spec/colours"), 3U) << both.at("/spec/colours");
  const Answer less = apply_widget(side, "one", widget(R"({"size":5,"colours":["blue"]})"));
  ASSERT_VERDICT(less, "200");
  EXPECT_EQ(less.count("/spec/colours"), 3U) << "red is still wanted by the other";
}

BEHAVIOUR("119", an_apply_that_leaves_a_defaulted_field_out_gets_the_default) {
  ok(apply_widget(side, "one", widget(R"({"size":5,"mode":"Slow"})")));
  const Answer answer = apply_widget(side, "one", widget(R"({"size":5})"));
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/spec/mode"), "Fast");
}

BEHAVIOUR("118", an_apply_of_a_custom_resource_is_validated) {
  const Answer answer = apply_widget(side, "one", widget(R"({"size":500})"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "spec.size");
  const Answer unknown = apply_widget(side, "one", widget(R"({"size":5,"wheels":4})"));
  EXPECT_EQ(unknown.status, 500) << "typed merging knows no such field: " << unknown.body;
}

BEHAVIOUR("118", an_apply_of_the_status_owns_the_status_alone) {
  ok(apply_widget(side, "user", widget(R"({"size":5})")));
  const std::string status = R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},
      "spec":{"size":9},"status":{"observedGeneration":1,"note":"seen"}})";
  const Answer answer = side.patch(kApply, side.widgets("a") + "/status?fieldManager=controller&force=true", status);
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/status/note"), "seen");
  EXPECT_EQ(answer.at("/spec/size"), "5");
  const std::string entry = entry_of(answer, "controller");
  EXPECT_EQ(text_at(entry, "/subresource"), "status");
  EXPECT_TRUE(has_at(entry, "/fieldsV1/f:status/f:note")) << entry;
  EXPECT_FALSE(has_at(entry, "/fieldsV1/f:spec"));
}

BEHAVIOUR("115 120", an_apply_of_the_status_creates_nothing) {
  const Answer answer = side.patch(kApply, side.widgets("a") + "/status?fieldManager=c",
                                   R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},
      "status":{"note":"seen"}})");
  EXPECT_VERDICT(answer, "404 NotFound");
}

BEHAVIOUR("111 118", conditions_of_two_controllers_live_side_by_side) {
  ok(apply_widget(side, "user", widget(R"({"size":5})")));
  const auto condition = [&](const std::string& manager, const std::string& type) {
    return side.patch(kApply, side.widgets("a") + "/status?force=true&fieldManager=" + manager,
                      R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},"status":{
          "conditions":[{"type":")" +
                          type + R"(","status":"True","reason":"R","message":"",
          "lastTransitionTime":"2026-01-01T00:00:00Z"}]}})");
  };
  ok(condition("one", "Ready"));
  const Answer both = condition("two", "Tested");
  ASSERT_VERDICT(both, "200");
  EXPECT_EQ(both.count("/status/conditions"), 2U);
}

BEHAVIOUR("121", more_than_ten_updaters_become_ancient_changes) {
  ok(side.post(side.in_ns("configmaps") + "?fieldManager=m0", R"({"metadata":{"name":"a"},"data":{"k0":"v"}})"));
  Answer last;
  for (int i = 1; i <= 11; ++i) {
    const std::string n = std::to_string(i);
    last =
        ok(side.patch(kMerge, side.in_ns("configmaps") + "/a?fieldManager=m" + n, R"({"data":{"k)" + n + R"(":"v"}})"));
  }
  EXPECT_NE(entry_of(last, "ancient-changes"), "") << last.at("/metadata/managedFields");
  EXPECT_EQ(last.count("/metadata/managedFields"), 10U);
  EXPECT_EQ(entry_of(last, "m0"), "");
}

BEHAVIOUR("118", managed_fields_can_be_thrown_away) {
  ok(apply(side, "one", config_map(R"({"k":"v"})")));
  const Answer answer = side.patch(kMerge, side.in_ns("configmaps") + "/a", R"({"metadata":{"managedFields":[{}]}})");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(entry_of(answer, "one"), "");
}

BEHAVIOUR("118", a_dry_run_of_an_apply_stores_nothing) {
  EXPECT_VERDICT(apply(side, "one", config_map(R"({"k":"v"})"), "&dryRun=All"), "201");
  EXPECT_VERDICT(side.get(side.in_ns("configmaps") + "/a"), "404 NotFound");
}

}  // namespace originpull::behaviour
