// SPDX-License-Identifier: Apache-2.0
// What the watch of Secrets asks the API server for: metadata only, within its scope, by label where one is given.
// Against a scripted wire, on the test's thread; the last step of the script stops the watch.
#include "control/secret_watch.hpp"

#include <gmock/gmock.h>

#include "support/fake_transport.hpp"
#include "support/jump_env.hpp"

namespace originpull::control {
namespace {

using testing::HasSubstr;

struct Names final : kube::WatchSink {
  std::vector<std::string> events = {};
  void begin_list() override {}
  void listed(std::string_view) override { events.emplace_back("listed"); }
  void end_list(const std::string&) override { events.emplace_back("end"); }
  void changed(kube::Change, std::string_view) override { events.emplace_back("changed"); }
};

class SecretWatchTest : public testing::Test {
 protected:
  void run(const WatchScope& scope, const std::string& selector = {}) {
    auto access = std::make_shared<kube::ClusterAccess>(
        env_, network_, kube::ClusterConfig{.source = "the test", .server = "https://10.0.0.1:6443"}, Log::silent());
    const kube::Client client(env_, access, {}, Log::silent());
    run_secret_watch(env_, metrics_, client, selector, {}, Log::silent())(scope, sink_, stop_.get_token());
  }

  support::JumpEnv env_;
  std::shared_ptr<support::FakeTransport> wire_ = std::make_shared<support::FakeTransport>(env_);
  support::FakeNetwork network_{wire_};
  Metrics metrics_{env_, "originpullconfig"};
  std::stop_source stop_;
  Names sink_;
};

TEST_F(SecretWatchTest, lists_and_watches_metadata_of_one_namespace) {
  wire_->expect("GET /api/v1/namespaces/ns/secrets?limit=500")
      .answer(200, R"({"metadata":{"resourceVersion":"10"},"items":[{"metadata":{"name":"s"}}]})");
  wire_->expect("GET /api/v1/namespaces/ns/secrets?watch=1*")
      .before([this] { stop_.request_stop(); })
      .fail(ErrorKind::kUnavailable);
  run({"ns", ""});
  EXPECT_TRUE(wire_->done());
  for (const auto& sent : wire_->sent()) {
    EXPECT_THAT(std::string(sent.header("Accept")), HasSubstr("PartialObjectMetadata")) << sent.target;
  }
  EXPECT_THAT(sink_.events, testing::ElementsAre("listed", "end"));
  EXPECT_THAT(metrics_.text(), HasSubstr("originpull_watch_lists_total{resource=\"secrets\"} 1\n"));
}

TEST_F(SecretWatchTest, a_named_watch_asks_for_that_name_only_and_the_label_that_is_demanded) {
  wire_->expect("GET /api/v1/namespaces/ns/secrets?*")
      .before([this] { stop_.request_stop(); })
      .fail(ErrorKind::kUnavailable);
  run({"ns", "edge-tls"}, "app=edge");
  EXPECT_THAT(wire_->last().target, HasSubstr("fieldSelector=metadata.name%3Dedge-tls"));
  EXPECT_THAT(wire_->last().target, HasSubstr("labelSelector=app%3Dedge"));
}

TEST_F(SecretWatchTest, an_empty_scope_is_the_cluster) {
  wire_->expect("GET /api/v1/secrets?*").before([this] { stop_.request_stop(); }).fail(ErrorKind::kUnavailable);
  run({});
  EXPECT_TRUE(wire_->done());
}

}  // namespace
}  // namespace originpull::control
