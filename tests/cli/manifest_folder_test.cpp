// SPDX-License-Identifier: Apache-2.0
// What a look at the folder finds: what has changed and settled since the last one. Real files in a folder of the
// test's own; a change of the same size is told by its time or by the inode that a rename brings.
#include "cli/manifest_folder.hpp"

#include <gmock/gmock.h>

#include "cli/folder_of_files.hpp"

namespace originpull::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string secret(const std::string& name) { return "apiVersion: v1\nkind: Secret\nmetadata: {name: " + name + "}\n"; }

class Folder : public testing::Test {
 protected:
  // "a.yaml: Secret a", "a.yaml gone", "a.yaml broken"
  std::vector<std::string> look(bool at_once = false) {
    const auto files = folder_.look(at_once);
    if (!files) return {"failed"};
    std::vector<std::string> all;
    for (const ManifestFolder::File& file : *files) {
      std::string line = std::filesystem::path(file.path).filename().string();
      if (file.gone) {
        line += " gone";
      } else if (!file.manifests) {
        line += " broken";
      } else {
        for (const Manifest& manifest : *file.manifests) line += ": " + manifest.title();
      }
      all.push_back(line);
    }
    return all;
  }
  FolderOfFiles files_;
  ManifestFolder folder_{files_.path()};
};

TEST_F(Folder, the_first_look_finds_all_manifests_in_the_order_of_their_names) {
  files_.write("b.yml", secret("b"));
  files_.write("a.yaml", secret("a"));
  files_.write("c.json", R"({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "c"}})");
  files_.write("README.md", "no manifest");
  files_.write(".hidden.yaml", secret("hidden"));
  files_.write("a.yaml~", secret("old"));
  files_.write("kustomization.yaml", "resources: [a.yaml]");
  EXPECT_THAT(look(true), ElementsAre("a.yaml: Secret a", "b.yml: Secret b", "c.json: Secret c"));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(Folder, a_change_is_taken_when_two_looks_have_found_it_the_same) {
  files_.write("a.yaml", secret("a"));
  look(true);
  files_.write("a.yaml", secret("first"));
  EXPECT_THAT(look(), IsEmpty()) << "it may not be finished";
  files_.write("a.yaml", secret("second"));
  EXPECT_THAT(look(), IsEmpty()) << "it was not";
  EXPECT_THAT(look(), ElementsAre("a.yaml: Secret second"));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(Folder, a_file_that_is_replaced_by_a_rename_has_changed) {
  files_.write("a.yaml", secret("a"));
  look(true);
  files_.write("a.tmp", secret("b"));
  std::filesystem::last_write_time(files_.name("a.tmp"), std::filesystem::last_write_time(files_.name("a.yaml")));
  std::filesystem::rename(files_.name("a.tmp"), files_.name("a.yaml"));
  look();
  EXPECT_THAT(look(), ElementsAre("a.yaml: Secret b"));
}

TEST_F(Folder, a_file_is_gone_when_two_looks_have_missed_it) {
  files_.write("a.yaml", secret("a"));
  look(true);
  files_.remove("a.yaml");
  EXPECT_THAT(look(), IsEmpty()) << "an editor may be about to write it anew";
  files_.write("a.yaml", secret("a again"));
  look();
  EXPECT_THAT(look(), ElementsAre("a.yaml: Secret a again"));
  files_.remove("a.yaml");
  look();
  EXPECT_THAT(look(), ElementsAre("a.yaml gone"));
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(Folder, a_broken_file_is_told_once_and_again_when_it_changes) {
  files_.write("a.yaml", "a: [");
  EXPECT_THAT(look(true), ElementsAre("a.yaml broken"));
  EXPECT_THAT(look(), IsEmpty());
  files_.write("a.yaml", secret("a"));
  look();
  EXPECT_THAT(look(), ElementsAre("a.yaml: Secret a"));
}

TEST_F(Folder, where_it_cannot_be_listed_nothing_is_said_to_be_gone) {
  files_.write("a.yaml", secret("a"));
  look(true);
  std::filesystem::rename(files_.path(), files_.path().string() + "-away");
  EXPECT_THAT(look(), ElementsAre("failed"));
  EXPECT_THAT(look(), ElementsAre("failed"));
  std::filesystem::rename(files_.path().string() + "-away", files_.path());
  EXPECT_THAT(look(), IsEmpty());
}

TEST_F(Folder, a_single_file_is_a_folder_of_one) {
  files_.write("a.yaml", secret("a"));
  files_.write("b.yaml", secret("b"));
  const auto found = ManifestFolder(files_.name("b.yaml")).look(true);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().path, files_.name("b.yaml"));
}

}  // namespace
}  // namespace originpull::cli
