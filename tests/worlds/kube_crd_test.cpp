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

}  // namespace
}  // namespace originpull::worlds
