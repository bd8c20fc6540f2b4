// SPDX-License-Identifier: Apache-2.0
// Spec and status as two halves: who may write which, what a generation counts, and what a condition must look like.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

std::string widget(const std::string& more) {
  return R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1})" + more + "}";
}

Answer make(Side& side) { return ok(side.post(side.widgets(), widget(""))); }

Answer set_condition(Side& side, const std::string& condition) {
  return side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"conditions":[)" + condition + "]}}");
}

constexpr const char* kReady = R"({"type":"Ready","status":"True","reason":"AllGood","message":"",
    "observedGeneration":1,"lastTransitionTime":"2026-01-01T00:00:00Z"})";

}  // namespace

BEHAVIOUR("114", a_creation_drops_the_status_and_begins_at_generation_1) {
  const Answer made =
      ok(side.post(side.widgets(), with(widget(R"(,"status":{"note":"mine"})"), "/metadata/generation", "7")));
  EXPECT_EQ(made.at("/metadata/generation"), "1");
  EXPECT_FALSE(made.has("/status/note"));
}

BEHAVIOUR("114", the_generation_rises_with_the_spec_alone) {
  make(side);
  const auto generation = [](const Answer& answer) { return ok(answer).at("/metadata/generation"); };
  EXPECT_EQ(generation(side.patch(kMerge, side.widgets("a"), R"({"metadata":{"labels":{"l":"v"}}})")), "1");
  EXPECT_EQ(generation(side.patch(kMerge, side.widgets("a"), R"({"metadata":{"annotations":{"l":"v"}}})")), "1");
  EXPECT_EQ(generation(side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"note":"n"}})")), "1");
  EXPECT_EQ(generation(side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":2}})")), "2");
  EXPECT_EQ(generation(side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":2}})")), "2");
  EXPECT_EQ(generation(side.patch(kMerge, side.widgets("a"), R"({"metadata":{"generation":9},"spec":{"size":3}})")),
            "3");
}

BEHAVIOUR("124", the_default_of_the_status_says_that_nobody_has_looked) {
  EXPECT_EQ(make(side).at("/status"), R"({"observedGeneration":-1})");
  EXPECT_EQ(side.get(side.widgets("a")).at("/status/observedGeneration"), "-1");
  EXPECT_EQ(side.get(side.widgets()).at("/items/0/status/observedGeneration"), "-1");
}

BEHAVIOUR("115", a_write_of_the_main_resource_leaves_the_status) {
  make(side);
  const Answer seen = ok(side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"note":"seen"}})"));
  const Answer put =
      side.put(side.widgets("a"), with(with(seen.body, "/status/note", "\"forged\""), "/spec/size", "2"));
  ASSERT_VERDICT(put, "200");
  EXPECT_EQ(put.at("/status/note"), "seen");
  EXPECT_EQ(put.at("/spec/size"), "2");
  const Answer dropped = side.put(side.widgets("a"), without(put.body, "/status"));
  ASSERT_VERDICT(dropped, "200");
  EXPECT_EQ(dropped.at("/status/note"), "seen");
  EXPECT_EQ(ok(side.patch(kMerge, side.widgets("a"), R"({"status":{"note":"forged"}})")).at("/status/note"), "seen");
}

BEHAVIOUR("115", a_write_of_the_status_leaves_spec_and_metadata) {
  const Answer made = make(side);
  std::string body = with(made.body, "/status", R"({"note":"seen","observedGeneration":1})");
  body = with(with(body, "/spec/size", "9"), "/metadata/labels", R"({"forged":"yes"})");
  const Answer put = side.put(side.widgets("a") + "/status", body);
  ASSERT_VERDICT(put, "200");
  EXPECT_EQ(put.at("/status/note"), "seen");
  EXPECT_EQ(put.at("/spec/size"), "1");
  EXPECT_FALSE(put.has("/metadata/labels"));
  EXPECT_EQ(put.at("/metadata/generation"), "1");
  EXPECT_NE(put.version(), made.version());
}

BEHAVIOUR("115", a_status_of_what_is_not_there_is_404) {
  EXPECT_VERDICT(side.put(side.widgets("a") + "/status", with(widget(""), "/metadata/resourceVersion", "\"1\"")),
                 "404 NotFound");
  EXPECT_VERDICT(side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"note":"n"}})"), "404 NotFound");
}

BEHAVIOUR("115", the_status_can_be_read_by_itself_and_is_the_whole_object) {
  const Answer made = make(side);
  const Answer read = side.get(side.widgets("a") + "/status");
  ASSERT_VERDICT(read, "200");
  EXPECT_EQ(read.body, side.get(side.widgets("a")).body);
  EXPECT_EQ(read.uid(), made.uid());
  EXPECT_VERDICT(side.post(side.widgets("a") + "/status", widget("")), "405 MethodNotAllowed");
}

BEHAVIOUR("116 122", a_status_of_an_old_version_is_a_conflict) {
  const Answer made = make(side);
  ok(side.patch(kMerge, side.widgets("a"), R"({"spec":{"size":2}})"));
  const Answer answer = side.put(side.widgets("a") + "/status", with(made.body, "/status/note", "\"late\""));
  EXPECT_VERDICT(answer, "409 Conflict");
  const Answer patched =
      side.patch(kMerge, side.widgets("a") + "/status", R"({"metadata":{"resourceVersion":")" + made.version() + R"("},
                                        "status":{"note":"late"}})");
  EXPECT_VERDICT(patched, "409 Conflict");
  EXPECT_SAYS(patched.message(), "Operation cannot be fulfilled on widgets.behaviour.test \"a\"");
}

BEHAVIOUR("129", an_update_of_the_status_for_another_uid_is_a_conflict) {
  const Answer old = make(side);
  ok(side.remove(side.widgets("a")));
  const Answer now = make(side);
  const std::string body = with(with(now.body, "/metadata/uid", as_json(old.uid())), "/status/note", "\"late\"");
  const Answer answer = side.put(side.widgets("a") + "/status", body);
  EXPECT_VERDICT(answer, "409 Conflict");
  EXPECT_SAYS(answer.message(), "UID in precondition: " + old.uid());
}

BEHAVIOUR("129", a_patch_of_the_status_is_not_held_up_by_a_uid) {
  make(side);
  const Answer answer =
      side.patch(kMerge, side.widgets("a") + "/status", R"({"metadata":{"uid":"other"},"status":{"note":"late"}})");
  ASSERT_VERDICT(answer, "200") << "only a resourceVersion guards a patch of the status";
  EXPECT_EQ(answer.at("/status/note"), "late");
  EXPECT_NE(answer.uid(), "other");
}

BEHAVIOUR("115", without_the_subresource_the_status_is_a_field_like_others) {
  const std::string gadgets = "/apis/behaviour.test/v1/gadgets";
  const std::string name = side.ns();
  const Answer made =
      ok(side.post(gadgets, R"({"apiVersion":"behaviour.test/v1","kind":"Gadget","metadata":{"name":")" + name +
                                R"("},"spec":{"size":1},"status":{"note":"mine"}})"));
  EXPECT_EQ(made.at("/status/note"), "mine");
  EXPECT_EQ(made.at("/metadata/generation"), "1");
  EXPECT_VERDICT(side.get(gadgets + "/" + name + "/status"), "404 NotFound");
  const Answer changed = ok(side.patch(kMerge, gadgets + "/" + name, R"({"status":{"note":"yours"}})"));
  EXPECT_EQ(changed.at("/status/note"), "yours");
  EXPECT_EQ(changed.at("/metadata/generation"), "2");
  ok(side.remove(gadgets + "/" + name));
}

BEHAVIOUR("109", a_whole_condition_is_accepted) {
  make(side);
  EXPECT_VERDICT(set_condition(side, kReady), "200");
}

BEHAVIOUR("109", a_condition_without_one_of_its_fields_is_refused) {
  make(side);
  for (const std::string field : {"type", "status", "reason", "message", "lastTransitionTime"}) {
    const Answer answer = set_condition(side, without(kReady, "/" + field));
    EXPECT_VERDICT(answer, "422 Invalid") << field;
    EXPECT_SAYS(answer.message(), "status.conditions[0]." + field + ": Required value");
  }
}

BEHAVIOUR("109", a_condition_keeps_to_its_words_and_lengths) {
  make(side);
  const auto refused = [&](const std::string& field, const std::string& value) {
    const Answer answer = set_condition(side, with(kReady, "/" + field, value));
    EXPECT_VERDICT(answer, "422 Invalid") << field << " " << value.substr(0, 40);
    EXPECT_SAYS(answer.causes(), "status.conditions[0]." + field);
  };
  refused("status", "\"Maybe\"");
  refused("reason", "\"\"");
  refused("reason", "\"not camel\"");
  refused("reason", "\"" + std::string(1'025, 'R') + "\"");
  refused("message", "\"" + std::string(32'769, 'm') + "\"");
  refused("type", "\"" + std::string(317, 't') + "\"");
  refused("observedGeneration", "-1");
  refused("lastTransitionTime", "\"yesterday\"");
  EXPECT_VERDICT(set_condition(side, with(kReady, "/message", "\"" + std::string(32'768, 'm') + "\"")), "200");
}

BEHAVIOUR("109 111", two_conditions_of_one_type_are_refused) {
  make(side);
  const Answer answer = set_condition(side, std::string(kReady) + "," + kReady);
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "status.conditions[1]");
  EXPECT_EQ(answer.at("/details/causes/0/reason"), "FieldValueDuplicate");
}

BEHAVIOUR("110", the_server_takes_the_time_of_a_condition_as_it_is_written) {
  make(side);
  ok(set_condition(side, kReady));
  const Answer changed = ok(set_condition(side, with(kReady, "/status", "\"False\"")));
  EXPECT_EQ(changed.at("/status/conditions/0/lastTransitionTime"), "2026-01-01T00:00:00Z");
}

BEHAVIOUR("115", a_change_of_the_status_is_an_event_with_the_same_generation) {
  const Answer made = make(side);
  ok(side.patch(kMerge, side.widgets("a") + "/status", R"({"status":{"note":"seen"}})"));
  const Watched watched = side.watch(side.widgets() + "?watch=1&resourceVersion=" + made.version(), 1);
  ASSERT_EQ(watched.story(), "MODIFIED a") << watched.trouble;
  EXPECT_EQ(watched.frames[0].at("/status/note"), "seen");
  EXPECT_EQ(watched.frames[0].at("/metadata/generation"), "1");
}

}  // namespace originpull::behaviour
