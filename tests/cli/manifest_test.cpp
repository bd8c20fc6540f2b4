// SPDX-License-Identifier: Apache-2.0
// What a file brings: lists are taken apart, what is missing is said with its place, and the patch between two states
// of a file does to an object exactly what the edit said (the patch is applied by the JSON library's own merge_patch).
#include "cli/manifest.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace originpull::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

std::vector<Manifest> read(const std::string& text) {
  auto manifests = read_manifests(text, "dir/a.yaml");
  EXPECT_TRUE(manifests) << describe(manifests.error());
  return manifests ? *std::move(manifests) : std::vector<Manifest>();
}

std::string fault(const std::string& text) {
  const auto manifests = read_manifests(text, "dir/a.yaml");
  EXPECT_FALSE(manifests) << text;
  return manifests ? std::string() : describe(manifests.error());
}

std::vector<std::string> titles(const std::vector<Manifest>& manifests) {
  std::vector<std::string> all;
  for (const Manifest& manifest : manifests) all.push_back(manifest.title() + " " + manifest.place);
  return all;
}

TEST(Manifest, documents_and_lists_become_objects_with_their_places) {
  EXPECT_THAT(titles(read(R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: ns}
---
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: b}}
- apiVersion: originpull.dev/v1alpha1
  kind: OriginPullConfig
  metadata: {name: c, namespace: ns}
)")),
              testing::ElementsAre("ConfigMap ns/a dir/a.yaml:2", "Secret b dir/a.yaml:7",
                                   "OriginPullConfig ns/c dir/a.yaml:7"));
}

TEST(Manifest, what_belongs_to_the_api_is_left_out) {
  const auto manifests = read(R"({"apiVersion": "v1", "kind": "ConfigMap",
    "metadata": {"name": "a", "uid": "u", "resourceVersion": "7", "generation": 3, "creationTimestamp": null,
                 "managedFields": [], "labels": {"l": "m"}},
    "data": {"k": "v"}, "status": {"x": 1}})");
  ASSERT_EQ(manifests.size(), 1U);
  EXPECT_EQ(json::parse(manifests[0].json), json::parse(R"({"apiVersion": "v1", "kind": "ConfigMap",
    "metadata": {"name": "a", "labels": {"l": "m"}}, "data": {"k": "v"}})"));
}

TEST(Manifest, string_data_of_a_secret_becomes_data_and_wins) {
  const auto manifests = read(
      "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
      "data: {k: b2xk, l: bA==}\nstringData: {k: new}\n");
  ASSERT_EQ(manifests.size(), 1U);
  const json secret = json::parse(manifests[0].json);
  EXPECT_EQ(secret["data"], json::parse(R"({"k": "bmV3", "l": "bA=="})"));
  EXPECT_FALSE(secret.contains("stringData"));
}

TEST(Manifest, what_is_missing_is_said_with_its_place) {
  EXPECT_THAT(fault("kind: Secret\nmetadata: {name: a}\n"), AllOf(HasSubstr("dir/a.yaml:1"), HasSubstr("apiVersion")));
  EXPECT_THAT(fault("\napiVersion: v1\nmetadata: {name: a}\n"), AllOf(HasSubstr("dir/a.yaml:2"), HasSubstr("kind")));
  EXPECT_THAT(fault("apiVersion: v1\nkind: Secret\n"), HasSubstr("metadata"));
  EXPECT_THAT(fault("apiVersion: v1\nkind: Secret\nmetadata: {generateName: a-}\n"), HasSubstr("metadata.name"));
  EXPECT_THAT(fault("apiVersion: v1\nkind: Secret\nmetadata: {name: 12}\n"), HasSubstr("quote it"));
  EXPECT_THAT(fault("apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: n}\n"),
              HasSubstr("metadata.namespace"));
  EXPECT_THAT(fault("just a text\n"), HasSubstr("no object"));
  EXPECT_THAT(fault("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {port: 8080}\n"),
              AllOf(HasSubstr("stringData.port"), testing::Not(HasSubstr("8080"))));
  EXPECT_THAT(fault("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\n"
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: default}\n"),
              AllOf(HasSubstr("dir/a.yaml:5"), HasSubstr("already in dir/a.yaml:1")));
  EXPECT_THAT(fault("a: " + std::string(3U << 20U, 'x')), HasSubstr("3 MiB"));
}

TEST(Manifest, namespaces_and_types_come_before_the_rest) {
  EXPECT_LT(rank_of({.kind = "Namespace"}), rank_of({.kind = "CustomResourceDefinition"}));
  EXPECT_LT(rank_of({.kind = "CustomResourceDefinition"}), rank_of({.kind = "OriginPullConfig"}));
}

TEST(Manifest, the_patch_takes_back_what_the_file_no_longer_says_and_leaves_what_others_added) {
  const Manifest before{.json = R"({"metadata": {"annotations": {"a": "1", "b": "2"}}, "spec": {"x": {"y": 1, "z": 2},
    "list": [1, 2], "gone": {"deep": 1}}})"};
  const Manifest after{.json = R"({"metadata": {"annotations": {"a": "1"}}, "spec": {"x": {"y": 5}, "list": [3]}})"};
  json object = json::parse(R"({"metadata": {"annotations": {"a": "1", "b": "2", "theirs": "3"},
    "finalizers": ["f"]}, "spec": {"x": {"y": 1, "z": 2}, "list": [1, 2], "gone": {"deep": 1}, "defaulted": true},
    "status": {"s": 1}})");
  object.merge_patch(json::parse(merge_patch_between(before, after)));
  EXPECT_EQ(object, json::parse(R"({"metadata": {"annotations": {"a": "1", "theirs": "3"}, "finalizers": ["f"]},
    "spec": {"x": {"y": 5}, "list": [3], "defaulted": true}, "status": {"s": 1}})"));
}

}  // namespace
}  // namespace originpull::cli
