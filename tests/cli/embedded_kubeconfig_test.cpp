// SPDX-License-Identifier: Apache-2.0
// The file that lets kubectl in: read back by our own kubeconfig reader (tests/e2e/embedded_test.cpp asks the real
// kubectl), its mode, whose file it may replace, and that it goes.
#include "cli/embedded_kubeconfig.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "cli/folder_of_files.hpp"
#include "kube/kubeconfig.hpp"

namespace originpull::cli {
namespace {

using testing::HasSubstr;

EmbeddedAccess access() {
  return {.server = "https://127.0.0.1:7443", .ca_pem = "a CA\n", .token = SecretString("the-token"), .ns = "edge"};
}

TEST(EmbeddedKubeconfig, says_where_with_what_and_in_which_namespace) {
  const FolderOfFiles files;
  const auto written = EmbeddedKubeconfig::write(access(), files.name("kubeconfig"));
  ASSERT_TRUE(written) << describe(written.error());
  const auto config = kube::load_kubeconfig({(*written)->path()}, "");
  ASSERT_TRUE(config) << describe(config.error());
  EXPECT_EQ(config->server, "https://127.0.0.1:7443");
  EXPECT_EQ(config->ca.text, "a CA\n");
  EXPECT_EQ(config->token.text.reveal(), "the-token");
  EXPECT_EQ(config->default_namespace, "edge");
}

TEST(EmbeddedKubeconfig, is_readable_by_its_owner_alone_and_goes_with_its_object) {
  std::string path;
  {
    const auto written = EmbeddedKubeconfig::write(access(), "");
    ASSERT_TRUE(written) << describe(written.error());
    path = (*written)->path();
    struct stat about{};
    ASSERT_EQ(::stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(path).parent_path()));
}

TEST(EmbeddedKubeconfig, never_replaces_a_file_that_somebody_else_wrote) {
  const FolderOfFiles files;
  const std::string theirs = "apiVersion: v1\nkind: Config\n";
  files.write("config", theirs);
  const auto written = EmbeddedKubeconfig::write(access(), files.name("config"));
  ASSERT_FALSE(written);
  EXPECT_THAT(describe(written.error()), HasSubstr(files.name("config")));
  EXPECT_EQ(std::filesystem::file_size(files.name("config")), theirs.size());
}

TEST(EmbeddedKubeconfig, replaces_one_that_a_process_of_its_kind_left_behind) {
  const FolderOfFiles files;
  {
    const auto first = EmbeddedKubeconfig::write(access(), files.name("config"));
    ASSERT_TRUE(first);
    std::filesystem::copy_file(files.name("config"), files.name("left behind"));
  }
  std::filesystem::rename(files.name("left behind"), files.name("config"));
  EXPECT_TRUE(EmbeddedKubeconfig::write(access(), files.name("config")));
}

TEST(EmbeddedKubeconfig, where_it_cannot_be_written_the_reason_is_told) {
  const FolderOfFiles files;
  const auto written = EmbeddedKubeconfig::write(access(), files.name("no/such/folder/config"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(describe(written.error()), HasSubstr("No such file"));
}

}  // namespace
}  // namespace originpull::cli
