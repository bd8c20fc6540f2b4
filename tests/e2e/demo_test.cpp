// SPDX-License-Identifier: Apache-2.0
// tools/demo --once tells the truth: it ends with 0 when all that it shows has happened, and with something else,
// soon and saying what is missing, when Cloudflare never activates the certificate. Either way it leaves no process
// and no file behind. Method: the script is run from another directory, as people do, on the programs of this build.
#include "cluster/parts.hpp"
#include "e2e/or_throw.hpp"
#include "support/process.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class Demo : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto parts = cluster::real_parts();
    if (!parts && cluster::real_parts_are_required()) FAIL() << describe(parts.error());
    if (!parts) GTEST_SKIP() << describe(parts.error());
    parts_ = *parts;
    std::string pattern = (fs::temp_directory_path() / "demo-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    home_ = pattern;
  }
  void TearDown() override {
    if (!home_.empty()) fs::remove_all(home_);
  }

  support::Finished demo(std::vector<std::string> args) {
    const fs::path build = fs::path(ORIGIN_PULL_OPERATOR_PROGRAM).parent_path();
    args.insert(args.begin(),
                {std::string(ORIGINPULL_SOURCE_DIR) + "/tools/demo", "--once", "--build", build.string()});
    return support::run({.argv = std::move(args),
                         .env = {{"ORIGINPULL_REAL_PARTS", parts_.string()}, {"TMPDIR", home_.string()}},
                         .directory = home_},
                        240s);
  }
  // Each process of the demo is given a path below its temporary directory, which is below ours.
  std::string processes_left() const {
    std::string left;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      std::ifstream file(entry.path() / "cmdline");
      const std::string command{std::istreambuf_iterator<char>(file), {}};
      if (command.find(home_.string()) != std::string::npos) left += entry.path().filename().string() + " " + command;
    }
    return left;
  }

  fs::path parts_;
  fs::path home_;
};

TEST_F(Demo, once_ends_with_0_when_everything_has_happened) {
  const auto done = demo({});
  EXPECT_EQ(done.exit, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("the edge presents: first"));
  EXPECT_THAT(done.out, HasSubstr("the edge presents: second"));
  EXPECT_THAT(done.out, HasSubstr("True"));
  EXPECT_EQ(processes_left(), "");
  for (const auto& entry : fs::directory_iterator(home_))  // the locks of ports stay, as with every test
    EXPECT_THAT(entry.path().filename().string(), testing::StartsWith("originpull-ports")) << "left behind";
}

TEST_F(Demo, once_fails_in_time_when_cloudflare_never_activates_the_certificate) {
  const auto done = demo({"--never-activate", "--limit", "20"});
  EXPECT_NE(done.exit, 0) << done.out;
  EXPECT_NE(done.exit, 124) << "it did not end by itself\n" << done.out;
  EXPECT_THAT(done.err, HasSubstr("Ready=True"));
  EXPECT_THAT(done.out, HasSubstr("WaitingForDeployment"));
  EXPECT_EQ(processes_left(), "");
}

}  // namespace
}  // namespace originpull::e2e
