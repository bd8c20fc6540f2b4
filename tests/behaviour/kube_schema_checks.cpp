// SPDX-License-Identifier: Apache-2.0
// What the schema of a type does to its resources: defaults, pruning, bounds, lists, and rules in CEL.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

std::string widget(const std::string& spec, const std::string& name = "a") {
  return R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":")" + name + R"("},"spec":)" + spec +
         "}";
}

Answer create(Side& side, const std::string& spec, const std::string& name = "a") {
  return side.post(side.widgets(), widget(spec, name));
}

// That a spec is refused for one field, with these words.
void refused(Side& side, const std::string& spec, const std::string& field, const std::string& words) {
  const Answer answer = create(side, spec);
  EXPECT_VERDICT(answer, "422 Invalid") << spec;
  EXPECT_EQ(answer.causes(), field) << spec;
  EXPECT_SAYS(answer.message(), words);
}

// Likewise, for a reason that makes the rules in CEL meaningless: the server adds that it has not asked them.
void unreadable(Side& side, const std::string& spec, const std::string& field, const std::string& words) {
  refused(side, spec, field + " <nil>", words);
}

}  // namespace

BEHAVIOUR("operator", defaults_are_filled_in_at_every_depth) {
  const Answer made = ok(create(side, R"({"size":1,"ports":[{"name":"p"}]})"));
  EXPECT_EQ(made.at("/spec/mode"), "Fast");
  EXPECT_EQ(made.at("/spec/lamp"), R"({"lit":true})");
  EXPECT_EQ(made.at("/spec/ports/0/protocol"), "TCP");
}

BEHAVIOUR("operator", a_null_gets_the_default_or_is_dropped_unless_it_may_be_null) {
  const Answer made = create(side, R"({"size":1,"mode":null,"remark":null,"name":null})");
  ASSERT_VERDICT(made, "201");
  EXPECT_EQ(made.at("/spec/mode"), "Fast");
  EXPECT_TRUE(made.has("/spec/remark"));
  EXPECT_FALSE(made.has("/spec/name"));
}

BEHAVIOUR("operator", unknown_fields_are_pruned_except_where_they_are_kept) {
  const Answer made = ok(
      create(side, R"({"size":1,"wheels":4,"lamp":{"colour":"red"},"free":{"any":{"thing":[1]}},"weights":{"x":1}})"));
  EXPECT_FALSE(made.has("/spec/wheels"));
  EXPECT_FALSE(made.has("/spec/lamp/colour"));
  EXPECT_EQ(made.at("/spec/free"), R"({"any":{"thing":[1]}})");
  EXPECT_EQ(made.at("/spec/weights"), R"({"x":1})");
}

BEHAVIOUR("operator", a_field_that_must_be_there_is_named) {
  unreadable(side, "{}", "spec.size", "spec.size: Required value");
  const Answer none = side.post(side.widgets(), R"({"apiVersion":"behaviour.test/v1","kind":"Widget",
      "metadata":{"name":"a"}})");
  EXPECT_VERDICT(none, "422 Invalid");
  EXPECT_EQ(none.causes(), "spec <nil>");
  EXPECT_SAYS(none.message(), "Widget.behaviour.test \"a\" is invalid: [spec: Required value, ");
}

BEHAVIOUR("operator", a_wrong_type_is_told_with_the_right_one) {
  unreadable(side, R"({"size":"big"})", "spec.size",
             "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\"");
  unreadable(side, R"({"size":1,"tags":"x"})", "spec.tags", "spec.tags in body must be of type array: \"string\"");
  unreadable(side, R"({"size":1,"name":5})", "spec.name", "spec.name in body must be of type string: \"integer\"");
  unreadable(side, R"({"size":1,"lamp":{"lit":"yes"}})", "spec.lamp.lit", "must be of type boolean: \"string\"");
  refused(side, R"({"size":1.5})", "spec.size <nil> <nil>", "spec.size in body must be of type int32: \"float64\"");
}

BEHAVIOUR("operator", numbers_have_bounds) {
  refused(side, R"({"size":-1})", "spec.size",
          "spec.size: Invalid value: -1: spec.size in body should be greater than or equal to 0");
  refused(side, R"({"size":101})", "spec.size", "spec.size in body should be less than or equal to 100");
  refused(side, R"({"size":1,"lamp":{"watts":0}})", "spec.lamp.watts",
          "spec.lamp.watts in body should be greater than 0");
  EXPECT_VERDICT(create(side, R"({"size":0,"lamp":{"watts":0.5}})"), "201");
  EXPECT_VERDICT(create(side, R"({"size":100})", "b"), "201");
}

BEHAVIOUR("operator", texts_have_lengths_patterns_and_words) {
  refused(side, R"({"size":1,"name":"a"})", "spec.name", "spec.name in body should be at least 2 chars long");
  unreadable(side, R"({"size":1,"name":"abcdefghijk"})", "spec.name",
             "spec.name: Too long: may not be more than 10 bytes");
  refused(side, R"({"size":1,"name":"ABC"})", "spec.name",
          "spec.name: Invalid value: \"ABC\": spec.name in body should match '^[a-z]+$'");
  unreadable(side, R"({"size":1,"mode":"Idle"})", "spec.mode",
             "spec.mode: Unsupported value: \"Idle\": supported values: \"Fast\", \"Slow\"");
  unreadable(side, R"({"size":1,"due":"tomorrow"})", "spec.due",
             "spec.due in body must be of type date-time: \"tomorrow\"");
}

BEHAVIOUR("operator", lists_and_maps_have_at_most_so_many_members) {
  unreadable(side, R"({"size":9,"tags":["1","2","3","4","5","6"]})", "spec.tags",
             "spec.tags: Too many: 6: must have at most 5 items");
  unreadable(side, R"({"size":9,"weights":{"a":1,"b":1,"c":1,"d":1,"e":1}})", "spec.weights",
             "spec.weights: Too many: 5: must have at most 4 items");
  unreadable(side, R"({"size":9,"weights":{"a":"x"}})", "spec.weights.a", "must be of type integer: \"string\"");
}

BEHAVIOUR("111", a_key_or_a_member_that_comes_twice_is_refused) {
  refused(side, R"({"size":1,"ports":[{"name":"p"},{"name":"p"}]})", "spec.ports[1]",
          "spec.ports[1]: Duplicate value: {\"name\":\"p\"}");
  refused(side, R"({"size":1,"colours":["red","red"]})", "spec.colours[1]",
          "spec.colours[1]: Duplicate value: \"red\"");
  EXPECT_VERDICT(create(side, R"({"size":9,"tags":["x","x"]})"), "201") << "an atomic list may say a thing twice";
}

BEHAVIOUR("operator", a_field_may_be_a_number_or_a_text) {
  EXPECT_EQ(ok(create(side, R"({"size":1,"share":5})")).at("/spec/share"), "5");
  EXPECT_EQ(ok(create(side, R"({"size":1,"share":"5%"})", "b")).at("/spec/share"), "5%");
  unreadable(side, R"({"size":1,"share":true})", "spec.share",
             "spec.share in body must be of type integer,string: \"boolean\"");
}

BEHAVIOUR("operator", all_errors_are_told_at_once) {
  const Answer answer = create(side, R"({"size":101,"mode":"Idle","name":"A"})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "Widget.behaviour.test \"a\" is invalid: [");
  for (const char* field : {"spec.size", "spec.mode", "spec.name"}) EXPECT_SAYS(answer.causes(), field);
}

BEHAVIOUR("127", a_rule_is_told_by_its_message_at_its_field) {
  const Answer answer = create(side, R"({"size":60,"mode":"Slow"})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "spec.size");
  EXPECT_EQ(answer.at("/details/causes/0/reason"), "FieldValueInvalid");
  EXPECT_SAYS(answer.message(), "a slow widget is small");
  EXPECT_VERDICT(create(side, R"({"size":49,"mode":"Slow"})"), "201");
}

BEHAVIOUR("127", a_rule_can_say_its_message_itself) {
  const Answer answer = create(side, R"({"size":1,"tags":["a","b"]})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "spec");
  EXPECT_SAYS(answer.message(), "too many tags for a Fast widget");
}

BEHAVIOUR("127", a_rule_about_the_old_value_holds_from_the_second_write_on) {
  ok(create(side, R"({"size":1,"serial":"x1"})"));
  const Answer answer = side.patch(kMerge, side.widgets("a"), R"({"spec":{"serial":"x2"}})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "spec.serial");
  EXPECT_SAYS(answer.message(), "the serial number cannot be changed");
  EXPECT_VERDICT(side.patch(kMerge, side.widgets("a"), R"({"spec":{"serial":null}})"), "200")
      << "a rule of a field is silent when the field goes";
  EXPECT_VERDICT(side.patch(kMerge, side.widgets("a"), R"({"spec":{"serial":"x3"}})"), "200");
}

BEHAVIOUR("127", rules_are_not_asked_where_the_schema_is_broken_already) {
  const Answer answer = create(side, R"({"size":"big","mode":"Slow"})");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "spec.size in body must be of type integer");
  EXPECT_SAYS(answer.message(),
              "some validation rules were not checked because the object was invalid; "
              "correct the existing errors to complete validation");
  EXPECT_EQ(answer.message().find("a slow widget is small"), std::string::npos);
}

BEHAVIOUR("operator", a_field_that_comes_twice_is_warned_or_refused) {
  const std::string twice = R"({"apiVersion":"behaviour.test/v1","kind":"Widget","metadata":{"name":"a"},
      "spec":{"size":1,"size":2}})";
  const Answer strict = side.post(side.widgets() + "?fieldValidation=Strict", twice);
  EXPECT_VERDICT(strict, "400 BadRequest");
  EXPECT_SAYS(strict.message(), "strict decoding error: duplicate field \"spec.size\"");
  const Answer warned = side.post(side.widgets(), twice);
  ASSERT_VERDICT(warned, "201");
  EXPECT_EQ(warned.header("Warning"), "299 - \"duplicate field \\\"spec.size\\\"\"");
  EXPECT_EQ(warned.at("/spec/size"), "2");
}

BEHAVIOUR("operator", a_name_of_a_custom_resource_is_a_dns_subdomain) {
  const Answer answer = create(side, R"({"size":1})", "Not_A_Name");
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_EQ(answer.causes(), "metadata.name");
  EXPECT_SAYS(answer.message(), "a lowercase RFC 1123 subdomain must consist of");
}

}  // namespace originpull::behaviour
