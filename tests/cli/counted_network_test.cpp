// SPDX-License-Identifier: Apache-2.0
// What a counter is told of the calls that go through a counted network: each once, with its status or none, and how
// long it took; and that nothing of a call is changed on the way. Against a scripted wire whose time the test moves.
#include "cli/counted_network.hpp"

#include <gmock/gmock.h>

#include "support/fake_transport.hpp"
#include "support/jump_env.hpp"

namespace originpull::cli {
namespace {

using testing::ElementsAre;

class Told final : public CallCounter {
 public:
  void answered(const net::Request& request, std::string_view host, int status) override {
    lines.push_back("answered " + request.target + " " + std::string(host) + " " + std::to_string(status));
  }
  void ended(const net::Request& request, std::string_view host, Duration took) override {
    lines.push_back("ended " + request.target + " " + std::string(host) + " " + std::to_string(took.count()) + " ms");
  }
  std::vector<std::string> lines;
};

struct Collected final : net::BodySink {
  bool on_head(const net::Head&) override { return go_on; }
  bool on_data(std::span<const char> part) override {
    body.append(part.begin(), part.end());
    return true;
  }
  bool go_on = true;
  std::string body;
};

class CountedNetworkTest : public testing::Test {
 protected:
  std::shared_ptr<net::Transport> open() {
    auto transport = network_.open({.base_url = "https://10.0.0.1:6443/prefix"});
    return transport ? *transport : nullptr;
  }

  support::JumpEnv env_;
  std::shared_ptr<support::FakeTransport> wire_ = std::make_shared<support::FakeTransport>(env_);
  support::FakeNetwork real_{wire_};
  std::shared_ptr<Told> told_ = std::make_shared<Told>();
  CountedNetwork network_{env_, real_, told_};
};

TEST_F(CountedNetworkTest, a_call_is_told_with_its_status_and_its_length) {
  wire_->expect("POST /x").before([this] { env_.advance(Duration(250)); }).answer(201, "made");
  const auto answer = open()->send({.method = net::Method::kPost, .target = "/x", .body = "b"}, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->head.status, 201);
  EXPECT_EQ(answer->body, "made");
  EXPECT_EQ(wire_->last().body, "b");
  EXPECT_THAT(told_->lines, ElementsAre("answered /x 10.0.0.1:6443 201", "ended /x 10.0.0.1:6443 250 ms"));
}

TEST_F(CountedNetworkTest, a_call_without_an_answer_has_no_status) {
  wire_->expect("GET /x").fail(ErrorKind::kUnavailable, "refused");
  const auto answer = open()->send({.target = "/x"}, {});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "refused");
  EXPECT_THAT(told_->lines, ElementsAre("answered /x 10.0.0.1:6443 0", "ended /x 10.0.0.1:6443 0 ms"));
}

TEST_F(CountedNetworkTest, a_stream_that_breaks_after_its_head_is_told_once_with_the_status_of_its_head) {
  wire_->expect("GET /w").part("one").fail(ErrorKind::kUnavailable, "broken");
  Collected sink;
  EXPECT_FALSE(open()->stream({.target = "/w"}, sink, {}));
  EXPECT_EQ(sink.body, "one");
  EXPECT_THAT(told_->lines, ElementsAre("answered /w 10.0.0.1:6443 200", "ended /w 10.0.0.1:6443 0 ms"));
}

TEST_F(CountedNetworkTest, a_stream_that_never_begins_has_no_status) {
  wire_->expect("GET /w").fail(ErrorKind::kUnavailable);
  Collected sink;
  EXPECT_FALSE(open()->stream({.target = "/w"}, sink, {}));
  EXPECT_THAT(told_->lines, ElementsAre("answered /w 10.0.0.1:6443 0", "ended /w 10.0.0.1:6443 0 ms"));
}

TEST_F(CountedNetworkTest, a_sink_that_says_stop_is_obeyed) {
  wire_->expect("GET /w").part("one");
  Collected sink;
  sink.go_on = false;
  EXPECT_TRUE(open()->stream({.target = "/w"}, sink, {}));
  EXPECT_EQ(sink.body, "");
}

TEST_F(CountedNetworkTest, an_endpoint_that_cannot_be_opened_fails_as_it_did_before) {
  real_.fail_next({.kind = ErrorKind::kInvalid, .attempted = "open", .message = "no such CA"});
  const auto transport = network_.open({.base_url = "https://a"});
  ASSERT_FALSE(transport);
  EXPECT_EQ(describe(transport.error()), "open: no such CA");
}

TEST(HostOf, is_the_part_between_the_scheme_and_the_path) {
  EXPECT_EQ(host_of("https://api.cloudflare.com/client/v4"), "api.cloudflare.com");
  EXPECT_EQ(host_of("http://[::1]:8080"), "[::1]:8080");
}

}  // namespace
}  // namespace originpull::cli
