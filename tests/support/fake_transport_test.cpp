// SPDX-License-Identifier: Apache-2.0
// The fakes themselves: a script that is not followed must be seen, and time must pass as it says, because every client
// test trusts them. Method: one thread on a JumpEnv; a breach is caught with gtest's own means.
#include "support/fake_transport.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "support/jump_env.hpp"

namespace originpull::support {
namespace {

struct Collect final : net::BodySink {
  int status = 0;
  std::string body;
  bool on_head(const net::Head& head) override {
    status = head.status;
    return true;
  }
  bool on_data(std::span<const char> part) override {
    body.append(part.data(), part.size());
    return true;
  }
};

TEST(FakeTransport, answers_in_the_order_of_the_script_and_keeps_what_was_sent) {
  JumpEnv env;
  FakeTransport wire(env);
  wire.expect("GET /a").answer(200, "first");
  wire.expect("POST /b*").answer(409, "second", {{"Retry-After", "3"}});
  const auto first = wire.send({.target = "/a", .bearer = SecretString("t")}, {});
  const auto second = wire.send({.method = net::Method::kPost, .target = "/b?c", .body = "x"}, {});
  EXPECT_EQ(first->body, "first");
  EXPECT_EQ(second->head.status, 409);
  EXPECT_EQ(second->head.header("retry-after"), "3");
  EXPECT_EQ(wire.sent()[0].bearer, "t");
  EXPECT_EQ(wire.last().body, "x");
  EXPECT_TRUE(wire.done());
}

TEST(FakeTransport, a_request_that_the_script_does_not_expect_fails_the_test) {
  static JumpEnv env;
  static FakeTransport wire(env);
  wire.expect("GET /a").answer(200);
  EXPECT_NONFATAL_FAILURE({ EXPECT_FALSE(wire.send({.target = "/b"}, {})); }, "was asked to GET /b");
  EXPECT_FALSE(wire.done());
}

TEST(FakeTransport, silence_lasts_until_the_idle_limit_and_a_hang_until_the_deadline) {
  JumpEnv env;
  FakeTransport wire(env);
  wire.expect("GET /w").part("one").silence();
  wire.expect("GET /h").hang();
  Collect sink;
  const Instant begin = env.now();
  EXPECT_FALSE(wire.stream({.target = "/w", .total = Duration(0), .idle = Duration(7'000)}, sink, {}));
  EXPECT_EQ(sink.body, "one");
  EXPECT_EQ(env.now() - begin, Duration(7'000));
  const auto hung = wire.send({.target = "/h", .total = Duration(2'000)}, {});
  EXPECT_EQ(hung.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(env.now() - begin, Duration(9'000));
}

TEST(FakeTransport, a_stop_ends_a_silence_without_a_limit) {
  JumpEnv env;
  FakeTransport wire(env);
  std::stop_source stop;
  wire.expect("GET /w").part("one").silence();
  env.after(Duration(60'000), [&] { stop.request_stop(); });
  Collect sink;
  EXPECT_FALSE(wire.stream({.target = "/w", .total = Duration(0)}, sink, stop.get_token()));
}

TEST(FakeNetwork, keeps_the_endpoints_that_were_opened) {
  JumpEnv env;
  FakeNetwork network(std::make_shared<FakeTransport>(env));
  EXPECT_TRUE(network.open({.base_url = "https://a", .tls = {.ca_pem = "ca"}}));
  network.fail_next({.kind = ErrorKind::kInvalid, .attempted = "open", .message = "no"});
  EXPECT_FALSE(network.open({.base_url = "https://b"}));
  ASSERT_EQ(network.opened().size(), 2U);
  EXPECT_EQ(network.opened()[0].ca_pem, "ca");
}

}  // namespace
}  // namespace originpull::support
