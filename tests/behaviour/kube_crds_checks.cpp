// SPDX-License-Identifier: Apache-2.0
// Types as objects: how a CustomResourceDefinition comes to be served, what it may not say, and how it ends.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

std::string type(const std::string& plural) { return std::string(kCrds) + "/" + plural + ".types.test"; }

std::string condition_of(const Answer& crd, const std::string& type) {
  for (std::size_t i = 0; i < crd.count("/status/conditions"); ++i) {
    const std::string at = "/status/conditions/" + std::to_string(i);
    if (crd.at(at + "/type") == type) return crd.at(at + "/status");
  }
  return "";
}

}  // namespace

BEHAVIOUR("operator", a_type_is_established_and_then_served) {
  const Answer made = side.post(kCrds, type_crd("apples", "Apple", R"({"type":"object"})"));
  ASSERT_VERDICT(made, "201");
  EXPECT_TRUE(side.comes_true([&] { return condition_of(side.get(type("apples")), "Established") == "True"; }));
  const Answer read = side.get(type("apples"));
  EXPECT_EQ(condition_of(read, "NamesAccepted"), "True");
  EXPECT_EQ(read.at("/status/acceptedNames/plural"), "apples");
  EXPECT_EQ(read.at("/status/acceptedNames/singular"), "apple");
  EXPECT_EQ(read.at("/status/acceptedNames/listKind"), "AppleList");
  EXPECT_EQ(read.at("/status/storedVersions"), R"(["v1"])");
  EXPECT_EQ(read.at("/spec/names/listKind"), "AppleList");
  EXPECT_EQ(read.at("/spec/conversion/strategy"), "None");
  const std::string apples = "/apis/types.test/v1/namespaces/" + side.ns() + "/apples";
  EXPECT_TRUE(side.comes_true([&] { return side.get(apples).status == 200; }));
  EXPECT_EQ(side.get(apples).at("/kind"), "AppleList");
  ok(side.remove(type("apples")));
  EXPECT_TRUE(side.comes_true([&] { return side.get(type("apples")).status == 404; }));
  EXPECT_TRUE(side.comes_true([&] { return side.get(apples).status == 404; }));
}

BEHAVIOUR("operator", the_name_of_a_type_is_its_plural_and_group) {
  const Answer answer = side.post(kCrds, with(type_crd("pears", "Pear", "{}"), "/metadata/name", "\"x.types.test\""));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "must be spec.names.plural+\".\"+spec.group");
}

BEHAVIOUR("operator", a_type_must_have_a_structural_schema) {
  const Answer none = side.post(kCrds, without(type_crd("pears", "Pear", "{}"), "/spec/versions/0/schema"));
  EXPECT_VERDICT(none, "422 Invalid");
  const Answer untyped = side.post(kCrds, type_crd("pears", "Pear", R"({"properties":{"a":{"type":"string"}}})"));
  EXPECT_VERDICT(untyped, "422 Invalid");
  EXPECT_SAYS(untyped.message(),
              "spec.validation.openAPIV3Schema.properties[spec].type: Required value: "
              "must not be empty for specified object fields");
}

BEHAVIOUR("operator", a_type_stores_exactly_one_version) {
  const Answer answer =
      side.post(kCrds, with(type_crd("pears", "Pear", R"({"type":"object"})"), "/spec/versions/0/storage", "false"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "must have exactly one version marked as storage version");
}

BEHAVIOUR("127", a_rule_that_costs_too_much_is_refused) {
  const Answer answer =
      side.post(kCrds, type_crd("pears", "Pear", R"J({"type":"object","properties":{"a":{"type":"array",
      "items":{"type":"string"},"x-kubernetes-validations":[{"rule":"self.all(x, self.all(y, x == y))"}]}}})J"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "estimated rule cost exceeds budget");
}

BEHAVIOUR("127", a_rule_that_is_no_cel_is_refused) {
  const Answer answer =
      side.post(kCrds, type_crd("pears", "Pear", R"({"type":"object","properties":{"a":{"type":"string",
      "x-kubernetes-validations":[{"rule":"self =="}]}}})"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "compilation failed");
}

BEHAVIOUR("128", a_rule_sees_of_the_metadata_the_name_alone) {
  const std::string spec = R"({"type":"object"})";
  const std::string schema = "/spec/versions/0/schema/openAPIV3Schema/x-kubernetes-validations";
  const Answer name = side.post(std::string(kCrds) + "?dryRun=All", with(type_crd("pears", "Pear", spec), schema,
                                                                         R"([{"rule":"self.metadata.name != 'x'"}])"));
  EXPECT_VERDICT(name, "201");
  const Answer labels =
      side.post(std::string(kCrds) + "?dryRun=All",
                with(type_crd("pears", "Pear", spec), schema, R"([{"rule":"self.metadata.labels['a'] != 'x'"}])"));
  EXPECT_VERDICT(labels, "422 Invalid");
}

BEHAVIOUR("127", a_type_has_at_most_eight_selectable_fields) {
  std::string fields = "[";
  std::string properties = R"({"type":"object","properties":{)";
  for (int i = 0; i < 9; ++i) {
    const std::string n = std::to_string(i);
    fields += std::string(i == 0 ? "" : ",") + R"({"jsonPath":".spec.f)" + n + "\"}";
    properties += std::string(i == 0 ? "" : ",") + "\"f" + n + R"(":{"type":"string"})";
  }
  const Answer answer = side.post(
      kCrds, with(type_crd("pears", "Pear", properties + "}}"), "/spec/versions/0/selectableFields", fields + "]"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.causes(), "spec.selectableFields");
}

BEHAVIOUR("operator", a_default_must_fit_its_own_schema) {
  const Answer answer =
      side.post(kCrds, type_crd("pears", "Pear", R"({"type":"object","properties":{"a":{"type":"string",
      "enum":["x"],"default":"y"}}})"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "default: Unsupported value: \"y\"");
}

BEHAVIOUR("operator", a_change_of_the_schema_holds_for_the_next_write) {
  ok(side.post(kCrds, type_crd("plums", "Plum", R"({"type":"object","properties":{"size":{"type":"integer"}}})")));
  const std::string plums = "/apis/types.test/v1/namespaces/" + side.ns() + "/plums";
  ASSERT_TRUE(side.comes_true([&] { return side.get(plums).status == 200; }));
  const std::string plum = R"({"apiVersion":"types.test/v1","kind":"Plum","metadata":{"name":"a"},"spec":{"size":5}})";
  ok(side.post(plums, plum));
  const Answer before = ok(side.get(type("plums")));
  const Answer changed = side.put(
      type("plums"),
      with(before.body, "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/maximum", "3"));
  ASSERT_VERDICT(changed, "200");
  EXPECT_EQ(changed.at("/metadata/generation"), "2");
  EXPECT_TRUE(side.comes_true(
      [&] { return side.post(plums + "?dryRun=All", with(plum, "/metadata/name", "\"b\"")).status == 422; }));
  EXPECT_VERDICT(side.get(plums + "/a"), "200") << "what is stored stays readable";
  EXPECT_VERDICT(side.patch(kMerge, plums + "/a", R"({"metadata":{"labels":{"l":"v"}}})"), "200")
      << "an old value that is left alone is no error";
  EXPECT_VERDICT(side.patch(kMerge, plums + "/a", R"({"spec":{"size":6}})"), "422 Invalid");
  ok(side.remove(type("plums")));
}

BEHAVIOUR("operator", a_type_takes_its_resources_with_it) {
  ok(side.post(kCrds, type_crd("figs", "Fig", R"({"type":"object"})")));
  const std::string figs = "/apis/types.test/v1/namespaces/" + side.ns() + "/figs";
  ASSERT_TRUE(side.comes_true([&] { return side.get(figs).status == 200; }));
  ok(side.post(figs, R"({"apiVersion":"types.test/v1","kind":"Fig","metadata":{"name":"a"}})"));
  ok(side.remove(type("figs")));
  EXPECT_TRUE(side.comes_true([&] { return side.get(type("figs")).status == 404; }));
  ok(side.post(kCrds, type_crd("figs", "Fig", R"({"type":"object"})")));
  ASSERT_TRUE(side.comes_true([&] { return side.get(figs).status == 200; }));
  EXPECT_EQ(side.get(figs).count("/items"), 0U);
  ok(side.remove(type("figs")));
}

BEHAVIOUR("operator", two_types_cannot_have_one_kind_in_a_group) {
  ok(side.post(kCrds, type_crd("dates", "Date", R"({"type":"object"})")));
  ASSERT_TRUE(side.comes_true([&] { return condition_of(side.get(type("dates")), "Established") == "True"; }));
  ok(side.post(kCrds, type_crd("datesagain", "Date", R"({"type":"object"})")));
  EXPECT_TRUE(side.comes_true([&] { return condition_of(side.get(type("datesagain")), "NamesAccepted") == "False"; }));
  EXPECT_NE(condition_of(side.get(type("datesagain")), "Established"), "True");
  ok(side.remove(type("datesagain")));
  ok(side.remove(type("dates")));
}

}  // namespace originpull::behaviour
