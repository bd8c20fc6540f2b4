// SPDX-License-Identifier: Apache-2.0
// tools/demo --once tells the truth, with its own API and with --cluster: it ends with 0 when all that it shows has
// happened, and with something else, soon and saying what is missing, when Cloudflare never activates the certificate.
// Either way it leaves no process and no file behind. Method: the script is run from another directory, as people do,
// on the programs of this build; without --cluster with no kubectl in reach and nothing but the system's programs.
#include "cluster/parts.hpp"
#include "e2e/or_throw.hpp"
#include "support/process.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class Demo : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "demo-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    home_ = pattern;
    environment_ = {
        {"TMPDIR", home_.string()}, {"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}, {"ORIGINPULL_REAL_PARTS", ""}};
  }
  void TearDown() override {
    if (!home_.empty()) fs::remove_all(home_);
  }

  support::Finished demo(std::vector<std::string> args) {
    const fs::path build = fs::path(ORIGIN_PULL_OPERATOR_PROGRAM).parent_path();
    args.insert(args.begin(),
                {std::string(ORIGINPULL_SOURCE_DIR) + "/tools/demo", "--once", "--build", build.string()});
    return support::run({.argv = std::move(args), .env = environment_, .directory = home_}, 240s);
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

  fs::path home_;
  std::map<std::string, std::string> environment_;
};

class DemoOnACluster : public Demo {
 protected:
  void SetUp() override {
    const auto parts = cluster::real_parts();
    if (!parts && cluster::real_parts_are_required()) FAIL() << describe(parts.error());
    if (!parts) GTEST_SKIP() << describe(parts.error());
    Demo::SetUp();
    environment_["ORIGINPULL_REAL_PARTS"] = parts->string();
  }
};

TEST_F(Demo, once_tells_the_whole_story_and_ends_with_0) {
  const auto done = demo({});
  EXPECT_EQ(done.exit, 0) << done.out << done.err;
  for (const char* line :
       {"ok: a visitor of http://example.com, by way of the edge, is not served", "the edge presents: first",
        "ok: a stranger who goes straight to the origin is refused", "the edge presents: second",
        "and 0 of them were refused", "ok: the edge still presents the good certificate",
        "ok: repaired: all is as it was, and nothing was uploaded anew", "All 8 held"})
    EXPECT_THAT(done.out, HasSubstr(line));
  EXPECT_EQ(processes_left(), "");
  EXPECT_TRUE(fs::is_empty(home_)) << "left behind";
}

TEST_F(Demo, once_fails_in_time_when_cloudflare_never_activates_the_certificate) {
  const auto done = demo({"--never-activate", "--limit", "10"});
  EXPECT_EQ(done.exit, 1) << done.out;
  EXPECT_THAT(done.err, HasSubstr("Ready=True"));
  EXPECT_THAT(done.out, HasSubstr("WaitingForDeployment"));
  EXPECT_EQ(processes_left(), "");
}

TEST_F(Demo, an_origin_that_lets_everybody_in_is_told_and_is_no_success) {
  // Between the demo and its simulator: an origin that asks for nothing.
  const fs::path build = home_ / "build";
  fs::create_directory(build);
  fs::create_symlink(ORIGIN_PULL_OPERATOR_PROGRAM, build / "origin-pull-operator");
  std::ofstream(build / "cloudflare-sim") << "#!/bin/sh\nif [ \"$1\" = origin ]; then exec " CLOUDFLARE_SIM_PROGRAM
                                             " \"$@\" --require off; fi\nexec " CLOUDFLARE_SIM_PROGRAM " \"$@\"\n";
  fs::permissions(build / "cloudflare-sim", fs::perms::owner_all);
  fs::create_directory(home_ / "bin");  // no nginx in reach
  for (const char* program : {"bash", "curl", "openssl", "python3", "sed", "tr", "cat", "mktemp", "rm", "mkdir", "mv",
                              "base64", "sleep", "wc", "grep", "tail", "dirname", "env"})
    fs::create_symlink(fs::path("/usr/bin") / program, home_ / "bin" / program);
  environment_["PATH"] = (home_ / "bin").string();
  const auto done =
      support::run({.argv = {std::string(ORIGINPULL_SOURCE_DIR) + "/tools/demo", "--once", "--build", build.string()},
                    .env = environment_,
                    .directory = home_},
                   240s);
  EXPECT_EQ(done.exit, 1) << done.out;
  EXPECT_THAT(done.out, HasSubstr("FAILED: a stranger who goes straight to the origin is refused"));
  EXPECT_EQ(processes_left(), "");
}

TEST_F(DemoOnACluster, once_ends_with_0_when_everything_has_happened) {
  const auto done = demo({"--cluster"});
  EXPECT_EQ(done.exit, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("the edge presents: first"));
  EXPECT_THAT(done.out, HasSubstr("the edge presents: second"));
  EXPECT_THAT(done.out, HasSubstr("True"));
  EXPECT_EQ(processes_left(), "");
  for (const auto& entry : fs::directory_iterator(home_))  // the locks of ports stay, as with every test
    EXPECT_THAT(entry.path().filename().string(), testing::StartsWith("originpull-ports")) << "left behind";
}

TEST_F(DemoOnACluster, once_fails_in_time_when_cloudflare_never_activates_the_certificate) {
  const auto done = demo({"--cluster", "--never-activate", "--limit", "20"});
  EXPECT_NE(done.exit, 0) << done.out;
  EXPECT_NE(done.exit, 124) << "it did not end by itself\n" << done.out;
  EXPECT_THAT(done.err, HasSubstr("Ready=True"));
  EXPECT_THAT(done.out, HasSubstr("WaitingForDeployment"));
  EXPECT_EQ(processes_left(), "");
}

}  // namespace
}  // namespace originpull::e2e
