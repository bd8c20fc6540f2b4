// SPDX-License-Identifier: Apache-2.0
// CustomResourceDefinitions, and the types that come of them.
#include "worlds/kube_crd.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using testing::ElementsAre;

TEST(KubeCrd, a_definition_becomes_a_type_with_its_names_columns_and_fields) {
  const auto catalogue = catalogue_with({widget_definition()});
  const auto widget = catalogue->find("example.com", "v1", "widgets");
  ASSERT_NE(widget, nullptr);
  EXPECT_EQ(widget->kind, "Widget");
  EXPECT_EQ(widget->list_kind, "WidgetList");
  EXPECT_EQ(widget->singular, "widget");
  EXPECT_THAT(widget->short_names, ElementsAre("wd"));
  EXPECT_TRUE(widget->namespaced);
  EXPECT_TRUE(widget->status_subresource);
  EXPECT_EQ(widget->columns.size(), 2U);
  EXPECT_THAT(widget->selectable_fields, ElementsAre(".spec.color"));
  EXPECT_NE(widget->schema, nullptr);
}

TEST(KubeCrd, faults_of_a_definition_are_named) {
  json crd = json::parse(widget_definition());
  normalise_definition(crd);
  EXPECT_TRUE(faults_of_definition(crd).empty());
  crd["metadata"]["name"] = "other";
  crd["spec"].erase("scope");
  crd["spec"]["versions"][0]["storage"] = false;
  std::vector<std::string> fields;
  for (const KubeCause& cause : faults_of_definition(crd)) fields.push_back(cause.field);
  EXPECT_THAT(fields, ElementsAre("metadata.name", "spec.scope", "spec.versions"));
}

TEST(KubeCrd, a_version_that_is_not_served_is_no_type) {
  json crd = json::parse(widget_definition());
  crd["spec"]["versions"][0]["served"] = false;
  EXPECT_TRUE(types_of_definition(crd)->empty());
}

TEST(KubeCrd, the_status_says_that_it_is_established) {
  json crd = json::parse(widget_definition());
  normalise_definition(crd);
  const json status = definition_status(crd, "2026-11-24T05:00:00Z");
  EXPECT_EQ(status["acceptedNames"], crd["spec"]["names"]);
  EXPECT_EQ(status["storedVersions"], json({"v1"}));
  EXPECT_EQ(status["conditions"][1]["type"], "Established");
  EXPECT_EQ(status["conditions"][1]["status"], "True");
}

TEST(KubeCrd, the_rules_hold_only_where_the_definition_has_them) {
  json crd = json::parse(widget_definition());
  crd["spec"]["group"] = "originpull.dev";
  crd["spec"]["names"]["kind"] = "OriginPullConfig";
  EXPECT_FALSE(types_of_definition(crd)->at(0).cel);
  crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["x-kubernetes-validations"] = {{{"rule", "true"}}};
  EXPECT_TRUE(types_of_definition(crd)->at(0).cel);
}

TEST(KubeCrd, a_schema_that_is_not_structural_or_whose_defaults_do_not_fit_is_told_in_the_words_of_a_real_server) {
  const auto told = [](const std::string& spec) {
    json crd = json::parse(widget_definition());
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"] = {{"spec", json::parse(spec)}};
    normalise_definition(crd);
    std::string all;
    const std::string place = "spec.validation.openAPIV3Schema.properties[spec]";
    for (const KubeCause& cause : faults_of_definition(crd)) {
      EXPECT_TRUE(cause.field.starts_with(place)) << cause.field;
      all += (all.empty() ? "" : ", ") + cause.field.substr(place.size()) + ": " + cause.message;
    }
    return all;
  };
  const auto field = [&](const std::string& a) { return told(R"({"type":"object","properties":{"a":)" + a + "}}"); };
  EXPECT_EQ(told("{}"), ".type: Required value: must not be empty for specified object fields");
  EXPECT_EQ(field(R"({"type":"array"})"), ".properties[a].items: Required value: must be specified");
  EXPECT_EQ(field(R"({"type":"array","items":{}})"),
            ".properties[a].items.type: Required value: must not be empty for specified array items");
  EXPECT_EQ(field(R"({"type":"foo"})"),
            ".properties[a].type: Unsupported value: \"foo\": supported values: \"array\", \"boolean\", \"integer\", "
            "\"number\", \"object\", \"string\"");
  EXPECT_EQ(field(R"({"type":"object","properties":{},"additionalProperties":{"type":"string"}})"),
            ".properties[a].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive");
  EXPECT_EQ(field(R"({"type":"string","anyOf":[{"type":"string"}]})"),
            ".properties[a].anyOf[0].type: Forbidden: must be empty to be structural");
  EXPECT_EQ(field(R"({"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"map"})"),
            ".properties[a].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is "
            "map, .properties[a].items.type: Invalid value: \"string\": must be object if parent array's "
            "x-kubernetes-list-type is map");
  EXPECT_EQ(field(R"({"type":"integer","maximum":3,"default":5})"),
            ".properties[a].default: Invalid value: 5:  in body should be less than or equal to 3");
  EXPECT_EQ(field(R"({"type":"object","properties":{"b":{"type":"string","maxLength":1}},"required":["c"],
                      "default":{"b":"xx","z":1}})"),
            ".properties[a].default: Invalid value: {\"b\":\"xx\",\"z\":1}: must not have unknown fields, "
            ".properties[a].default.b: Too long: may not be more than 1 byte, "
            ".properties[a].default.c: Required value");
  EXPECT_EQ(field(R"({"x-kubernetes-int-or-string":true})") + field(R"({"x-kubernetes-preserve-unknown-fields":true})"),
            "");
}

}  // namespace
}  // namespace originpull::worlds
