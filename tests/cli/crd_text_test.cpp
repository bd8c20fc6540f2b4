// SPDX-License-Identifier: Apache-2.0
// What is compiled in is what stands in crds/, byte by byte, so a stale build fails here.
#include "cli/crd_text.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "cli/manifest.hpp"

namespace originpull::cli {
namespace {

TEST(CrdText, is_the_file_of_the_repository) {
  std::ifstream file(std::string(ORIGINPULL_SOURCE_DIR) + "/crds/originpull.dev_originpullconfigs.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(text.empty());
  EXPECT_EQ(crd_text(), text);
}

TEST(CrdText, is_a_manifest_of_one_type) {
  const auto manifests = read_manifests(crd_text(), "compiled in");
  ASSERT_TRUE(manifests) << describe(manifests.error());
  ASSERT_EQ(manifests->size(), 1U);
  EXPECT_EQ(manifests->front().title(), "CustomResourceDefinition originpullconfigs.originpull.dev");
}

}  // namespace
}  // namespace originpull::cli
