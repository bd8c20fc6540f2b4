// SPDX-License-Identifier: Apache-2.0
// Manifests on their way into an API, which is cli/object_api.hpp: which requests are made, what the object is after
// them, and in whose words a refusal is told.
#include "cli/manifest_applier.hpp"

#include <gmock/gmock.h>

#include "cli/object_api.hpp"

namespace originpull::cli {
namespace {

using Done = ManifestApplier::Done;
using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Manifest widget(const std::string& more = {}, const std::string& ns = "n") {
  return {.api_version = "example.com/v1",
          .kind = "Widget",
          .ns = ns,
          .name = "w",
          .json = R"({"metadata": {"name": "w"})" + more + "}",
          .place = "dir/a.yaml:3"};
}

constexpr const char* kWidget = "/apis/example.com/v1/namespaces/n/widgets/w";

class Applier : public testing::Test {
 protected:
  std::string fault(const Manifest& manifest) {
    const auto done = applier_.apply(manifest, nullptr);
    EXPECT_FALSE(done);
    return done ? std::string() : describe(done.error());
  }
  ObjectApi api_;
  ManifestApplier applier_{api_.handler()};
};

TEST_F(Applier, a_new_object_is_created_and_its_namespace_before_it) {
  EXPECT_EQ(*applier_.apply(widget(), nullptr), Done::kCreated);
  EXPECT_THAT(api_.writes, ElementsAre("POST /api/v1/namespaces", "POST /apis/example.com/v1/namespaces/n/widgets"));
  EXPECT_EQ(api_.objects["/api/v1/namespaces/n"]["metadata"]["name"], "n");
  Manifest second = widget();
  second.name = "v";
  second.json = R"({"metadata": {"name": "v"}})";
  EXPECT_EQ(*applier_.apply(second, nullptr), Done::kCreated);
  EXPECT_EQ(api_.writes.size(), 3U) << "the namespace is there";
}

TEST_F(Applier, without_a_namespace_it_is_default_and_a_namespace_is_in_none) {
  EXPECT_EQ(*applier_.apply(widget({}, ""), nullptr), Done::kCreated);
  EXPECT_TRUE(api_.objects.contains("/apis/example.com/v1/namespaces/default/widgets/w"));
  const Manifest space{.api_version = "v1", .kind = "Namespace", .name = "x", .json = R"({"metadata": {"name": "x"}})"};
  EXPECT_EQ(*applier_.apply(space, nullptr), Done::kCreated);
  EXPECT_TRUE(api_.objects.contains("/api/v1/namespaces/x"));
}

TEST_F(Applier, a_change_is_one_patch_that_leaves_what_others_wrote) {
  const Manifest first = widget(R"(, "spec": {"size": 1, "colour": "red"})");
  ASSERT_TRUE(applier_.apply(first, nullptr));
  api_.objects[kWidget]["status"] = {{"ready", true}};
  api_.objects[kWidget]["metadata"]["finalizers"] = {"f"};
  api_.writes.clear();
  EXPECT_EQ(*applier_.apply(widget(R"(, "spec": {"size": 2})"), &first), Done::kChanged);
  EXPECT_THAT(api_.writes, ElementsAre(std::string("PATCH ") + kWidget));
  EXPECT_EQ(api_.objects[kWidget], json::parse(R"({"metadata": {"name": "w", "finalizers": ["f"]},
                                                   "spec": {"size": 2}, "status": {"ready": true}})"));
}

TEST_F(Applier, what_has_not_changed_is_not_sent) {
  const Manifest same = widget();
  ASSERT_TRUE(applier_.apply(same, nullptr));
  api_.writes.clear();
  EXPECT_EQ(*applier_.apply(same, &same), Done::kUnchanged);
  EXPECT_TRUE(api_.writes.empty());
}

TEST_F(Applier, an_object_that_is_there_already_is_made_to_be_as_the_file_says) {
  api_.objects[kWidget] = json::parse(R"({"metadata": {"name": "w"}, "spec": {"size": 9, "theirs": 1}})");
  EXPECT_EQ(*applier_.apply(widget(R"(, "spec": {"size": 2})"), nullptr), Done::kChanged);
  EXPECT_EQ(api_.objects[kWidget]["spec"], json::parse(R"({"size": 2, "theirs": 1})"));
}

TEST_F(Applier, one_that_somebody_deleted_comes_back_with_the_next_change_of_its_file) {
  const Manifest first = widget(R"(, "spec": {"size": 1})");
  ASSERT_TRUE(applier_.apply(first, nullptr));
  api_.objects.erase(kWidget);
  EXPECT_EQ(*applier_.apply(widget(R"(, "spec": {"size": 2})"), &first), Done::kCreated);
  EXPECT_EQ(api_.objects[kWidget]["spec"]["size"], 2);
}

TEST_F(Applier, removing_twice_is_removing_once) {
  ASSERT_TRUE(applier_.apply(widget(), nullptr));
  EXPECT_EQ(*applier_.remove(widget()), Done::kDeleted);
  EXPECT_FALSE(api_.objects.contains(kWidget));
  EXPECT_EQ(*applier_.remove(widget()), Done::kDeleted);
}

TEST_F(Applier, a_refusal_is_told_in_the_apis_words_with_the_place) {
  api_.forbidden.insert("w");
  EXPECT_THAT(fault(widget()), AllOf(HasSubstr("dir/a.yaml:3"), HasSubstr("spec.size: must be small")));
}

TEST_F(Applier, a_kind_that_is_not_served_is_named_until_it_is) {
  api_.knows_widgets = false;
  EXPECT_THAT(fault(widget()), AllOf(HasSubstr("no Widget of example.com/v1"), HasSubstr("dir/a.yaml:3")));
  Manifest other = widget();
  other.kind = "Widgets";
  api_.knows_widgets = true;
  EXPECT_THAT(fault(other), HasSubstr("no Widgets"));
  EXPECT_TRUE(applier_.apply(widget(), nullptr));
}

}  // namespace
}  // namespace originpull::cli
