// SPDX-License-Identifier: Apache-2.0
// A folder on disk and what an API (cli/object_api.hpp) holds after it was loaded and followed: strict at the start,
// forgiving later, and nothing is deleted that a file still says. A step sees a change at the second look, so `follow`
// makes two.
#include "cli/manifest_follower.hpp"

#include <gmock/gmock.h>

#include "cli/folder_of_files.hpp"
#include "cli/object_api.hpp"

namespace originpull::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Warnings final : LogSink {
  std::vector<std::string> lines;
  bool wants(LogLevel level) const override { return level >= LogLevel::kWarning; }
  void write(LogLevel, std::string_view, std::span<const LogField> fields) override {
    for (const LogField& field : fields) lines.push_back(field.value);
  }
};

std::string widget(const std::string& name, int size = 1) {
  return "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: " + name +
         ", namespace: ns}\nspec: {size: " + std::to_string(size) + "}\n---\n";
}

class Follower : public testing::Test {
 protected:
  void follow() {
    follower_.step();
    follower_.step();
  }
  // Names of the widgets, with their sizes.
  std::vector<std::string> widgets() const {
    std::vector<std::string> all;
    for (const auto& [path, object] : api_.objects) {
      if (path.find("/widgets/") == std::string::npos) continue;
      all.push_back(path.substr(path.rfind('/') + 1) + " " + std::to_string(object["spec"].value("size", 0)));
    }
    return all;
  }
  FolderOfFiles files_;
  Warnings warnings_;
  ObjectApi api_;
  ManifestFollower follower_{Log(warnings_), files_.path(), ManifestApplier(api_.handler())};
};

TEST_F(Follower, load_brings_everything_namespaces_first) {
  files_.write("a.yaml", widget("w"));
  files_.write("z.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: ns, labels: {mine: 'yes'}}\n");
  ASSERT_TRUE(follower_.load());
  EXPECT_THAT(api_.writes, ElementsAre("POST /api/v1/namespaces", "POST /apis/example.com/v1/namespaces/ns/widgets"));
  EXPECT_EQ(api_.objects["/api/v1/namespaces/ns"]["metadata"]["labels"]["mine"], "yes");
  EXPECT_EQ(follower_.brought().size(), 2U);
}

TEST_F(Follower, load_refuses_a_folder_with_a_fault_and_says_where) {
  files_.write("a.yaml", widget("w"));
  files_.write("b.yaml", "kind: Widget\n");
  const auto loaded = follower_.load();
  ASSERT_FALSE(loaded);
  EXPECT_THAT(describe(loaded.error()), HasSubstr("b.yaml:1"));
  EXPECT_THAT(api_.writes, IsEmpty());
}

TEST_F(Follower, an_edit_a_new_file_and_one_that_is_removed_are_followed) {
  files_.write("a.yaml", widget("w") + widget("v"));
  ASSERT_TRUE(follower_.load());
  files_.write("a.yaml", widget("w", 2));
  files_.write("b.yaml", widget("u"));
  follow();
  EXPECT_THAT(widgets(), ElementsAre("u 1", "w 2"));
  files_.remove("b.yaml");
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 2"));
  api_.writes.clear();
  follow();
  EXPECT_THAT(api_.writes, IsEmpty());
  EXPECT_THAT(warnings_.lines, IsEmpty());
}

TEST_F(Follower, a_broken_file_keeps_what_it_had_brought_and_is_complained_about_once) {
  files_.write("a.yaml", widget("w"));
  ASSERT_TRUE(follower_.load());
  files_.write("a.yaml", "a: [");
  follow();
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 1"));
  ASSERT_EQ(warnings_.lines.size(), 1U);
  EXPECT_THAT(warnings_.lines[0], HasSubstr("a.yaml:1"));
  files_.write("a.yaml", widget("w", 3));
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 3"));
}

TEST_F(Follower, an_object_that_moves_to_another_file_is_not_deleted) {
  files_.write("a.yaml", widget("w"));
  ASSERT_TRUE(follower_.load());
  api_.writes.clear();
  files_.write("b.yaml", widget("w"));
  files_.remove("a.yaml");
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 1"));
  EXPECT_THAT(api_.writes, IsEmpty());
}

TEST_F(Follower, an_object_in_two_files_stays_with_the_first_and_is_complained_about) {
  files_.write("a.yaml", widget("w"));
  ASSERT_TRUE(follower_.load());
  files_.write("b.yaml", widget("w", 7));
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 1"));
  ASSERT_EQ(warnings_.lines.size(), 1U);
  EXPECT_THAT(warnings_.lines[0], HasSubstr("already in " + files_.name("a.yaml:1")));
}

TEST_F(Follower, what_the_api_refuses_is_kept_as_it_was_and_tried_again) {
  files_.write("a.yaml", widget("w"));
  ASSERT_TRUE(follower_.load());
  api_.forbidden.insert("w");
  files_.write("a.yaml", widget("w", 9));
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 1"));
  ASSERT_EQ(warnings_.lines.size(), 1U);
  EXPECT_THAT(warnings_.lines[0], HasSubstr("must be small"));
  api_.forbidden.clear();
  for (int i = 0; i < 20; ++i) follower_.step();
  EXPECT_THAT(widgets(), ElementsAre("w 9"));
  EXPECT_EQ(warnings_.lines.size(), 1U);
}

TEST_F(Follower, what_somebody_changed_by_hand_stays_until_its_file_changes) {
  files_.write("a.yaml", widget("w"));
  files_.write("b.yaml", widget("v"));
  ASSERT_TRUE(follower_.load());
  api_.objects["/apis/example.com/v1/namespaces/ns/widgets/w"]["spec"]["size"] = 5;
  files_.write("b.yaml", widget("v", 2));
  follow();
  EXPECT_THAT(widgets(), ElementsAre("v 2", "w 5"));
}

TEST_F(Follower, a_folder_that_vanishes_deletes_nothing) {
  files_.write("a.yaml", widget("w"));
  ASSERT_TRUE(follower_.load());
  std::filesystem::rename(files_.path(), files_.path().string() + "-away");
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 1"));
  EXPECT_EQ(warnings_.lines.size(), 1U);
  std::filesystem::rename(files_.path().string() + "-away", files_.path());
  follow();
  EXPECT_THAT(widgets(), ElementsAre("w 1"));
}

}  // namespace
}  // namespace originpull::cli
