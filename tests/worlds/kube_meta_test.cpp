// SPDX-License-Identifier: Apache-2.0
// Metadata: how it is brought into form, and what is wrong with it.
#include "worlds/kube_meta.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;
using testing::ElementsAre;

const KubeType& secrets() {
  static const auto type = KubeCatalogue::built_in()->find("", "v1", "secrets");
  return *type;
}

std::vector<std::string> lines(const std::vector<KubeCause>& causes) {
  std::vector<std::string> all;
  for (const KubeCause& cause : causes) all.push_back(cause.field + " " + cause.reason);
  return all;
}
std::vector<std::string> faults(json meta) { return lines(faults_of_meta({{"metadata", std::move(meta)}}, secrets())); }
std::vector<std::string> faults_of_step(const json& before, const json& after) {
  return lines(faults_of_meta_change({{"metadata", before}}, {{"metadata", after}}));
}

TEST(KubeMeta, nulls_and_empty_collections_go_and_unknown_fields_are_named) {
  json object = {{"metadata",
                  {{"name", "a"},
                   {"labels", nullptr},
                   {"finalizers", json::array()},
                   {"annotations", {{"k", nullptr}}},
                   {"odd", 1}}}};
  std::vector<std::string> unknown;
  ASSERT_TRUE(normalise_meta(object, secrets(), unknown).has_value());
  EXPECT_EQ(object["metadata"], json({{"name", "a"}, {"annotations", {{"k", ""}}}}));
  EXPECT_THAT(unknown, ElementsAre("metadata.odd"));
}

TEST(KubeMeta, a_value_of_the_wrong_type_cannot_be_handled) {
  const auto why = [](const json& meta) {
    json object = {{"metadata", meta}};
    std::vector<std::string> unknown;
    const auto done = normalise_meta(object, secrets(), unknown);
    return done ? "accepted" : done.error().message;
  };
  const std::string start = "Secret in version \"v1\" cannot be handled as a Secret: json: cannot unmarshal ";
  EXPECT_EQ(why({{"name", 5}}), start + "number into Go struct field ObjectMeta.metadata.name of type string");
  EXPECT_EQ(why({{"labels", {{"a", 5}}}}),
            start + "number into Go struct field ObjectMeta.metadata.labels of type string");
  EXPECT_NE(why(json::array()), "accepted");
  EXPECT_NE(why({{"finalizers", "x"}}), "accepted");
}

TEST(KubeMeta, a_name_is_needed_and_must_have_the_form_of_its_kind) {
  EXPECT_THAT(faults({{"name", "good.name"}}), ElementsAre());
  EXPECT_THAT(faults(json::object()), ElementsAre("metadata.name FieldValueRequired"));
  EXPECT_THAT(faults({{"name", "A"}}), ElementsAre("metadata.name FieldValueInvalid"));
  EXPECT_THAT(faults({{"name", "a"}, {"generateName", "a-"}}), ElementsAre());
  EXPECT_THAT(faults({{"name", "a"}, {"generateName", "A-"}}), ElementsAre("metadata.generateName FieldValueInvalid"));
}

TEST(KubeMeta, labels_annotations_finalizers_and_owners_have_rules) {
  EXPECT_THAT(faults({{"name", "a"}, {"labels", {{"k k", "v v"}}}}),
              ElementsAre("metadata.labels FieldValueInvalid", "metadata.labels FieldValueInvalid"));
  EXPECT_THAT(faults({{"name", "a"}, {"annotations", {{"E.com/Upper", "any thing"}}}}), ElementsAre());
  EXPECT_THAT(faults({{"name", "a"}, {"annotations", {{"k", std::string(256 * 1024, 'x')}}}}),
              ElementsAre("metadata.annotations FieldValueTooLong"));
  EXPECT_THAT(faults({{"name", "a"}, {"finalizers", {"orphan", "e.com/x", "plain"}}}),
              ElementsAre("metadata.finalizers[2] FieldValueInvalid"));
  const json owner = {{"apiVersion", "v1"}, {"kind", "Secret"}, {"name", "s"}, {"uid", "u"}, {"controller", true}};
  EXPECT_THAT(faults({{"name", "a"}, {"ownerReferences", {owner}}}), ElementsAre());
  EXPECT_THAT(faults({{"name", "a"}, {"ownerReferences", {owner, owner}}}),
              ElementsAre("metadata.ownerReferences FieldValueInvalid"));
  EXPECT_EQ(faults({{"name", "a"}, {"ownerReferences", {{{"kind", "x"}}}}}).size(), 3U);
}

TEST(KubeMeta, identity_cannot_change_and_nothing_new_may_hold_up_a_deletion) {
  const json living = {{"name", "a"}, {"uid", "u"}, {"finalizers", {"e.com/x"}}};
  json going = living;
  going["deletionTimestamp"] = "2026-11-24T05:00:00Z";
  const auto with = [](json meta, const char* key, const json& value) {
    meta[key] = value;
    return meta;
  };
  EXPECT_THAT(faults_of_step(living, with(living, "uid", "v")), ElementsAre("metadata.uid FieldValueInvalid"));
  EXPECT_THAT(faults_of_step(living, with(living, "finalizers", {"e.com/x", "e.com/y"})), ElementsAre());
  EXPECT_THAT(faults_of_step(going, with(going, "finalizers", {"e.com/x", "e.com/y"})),
              ElementsAre("metadata.finalizers FieldValueForbidden"));
  EXPECT_THAT(faults_of_step(going, with(going, "finalizers", json::array())), ElementsAre());
}

TEST(KubeMeta, the_metadata_view_holds_no_payload) {
  const json view = json::parse(metadata_view(json{{"metadata", {{"name", "a"}}}, {"data", {{"k", "c2VjcmV0"}}}}));
  EXPECT_EQ(view["kind"], "PartialObjectMetadata");
  EXPECT_EQ(view["metadata"]["name"], "a");
  EXPECT_EQ(view.size(), 3U);
}

}  // namespace
}  // namespace originpull::worlds
