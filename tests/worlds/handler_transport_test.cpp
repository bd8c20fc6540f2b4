// SPDX-License-Identifier: Apache-2.0
// A handler behind a Transport: what the handler receives is what a server would, and each way not to answer becomes
// the error that net/transport.hpp promises.
#include "worlds/handler_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/jump_env.hpp"

namespace originpull::worlds {
namespace {

class HandlerTransportTest : public testing::Test {
 protected:
  net::Served answer{.status = 200, .headers = {{"X-Answer", "1"}}, .body = "hello"};
  std::vector<net::ServedRequest> seen;
  support::JumpEnv env;
  HandlerTransport transport{env,
                             [this](const net::ServedRequest& request) {
                               seen.push_back(request);
                               return answer;
                             },
                             "/base"};
  std::stop_source stop;
};

TEST_F(HandlerTransportTest, the_handler_sees_what_a_server_would) {
  const auto response = transport.send({.method = net::Method::kPut,
                                        .target = "/x?y=1",
                                        .headers = {{"Accept", "a"}},
                                        .body = "b",
                                        .content_type = "application/json",
                                        .bearer = SecretString(std::string("t"))},
                                       stop.get_token());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->head.header("x-answer"), "1");
  EXPECT_EQ(response->head.header("content-type"), "application/json");
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].method, "PUT");
  EXPECT_EQ(seen[0].target, "/base/x?y=1");
  EXPECT_EQ(seen[0].body, "b");
  EXPECT_EQ(net::find_header(seen[0].headers, "authorization"), "Bearer t");
  EXPECT_EQ(net::find_header(seen[0].headers, "content-type"), "application/json");
}

TEST_F(HandlerTransportTest, a_cut_or_missing_answer_is_an_unknown_outcome) {
  using Fault = net::Served::Fault;
  for (const Fault fault : {Fault::kCloseBeforeAnswer, Fault::kTruncateBody, Fault::kHang}) {
    answer.fault = fault;
    const auto response = transport.send({.target = "/x", .total = Seconds(5)}, stop.get_token());
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
  }
}

TEST_F(HandlerTransportTest, a_hanging_answer_takes_the_whole_time) {
  answer.fault = net::Served::Fault::kHang;
  const Instant start = env.now();
  ASSERT_FALSE(transport.send({.target = "/x", .total = Seconds(5)}, stop.get_token()));
  EXPECT_EQ(env.now() - start, Seconds(5));
}

TEST_F(HandlerTransportTest, a_stop_before_means_that_nothing_was_sent) {
  stop.request_stop();
  EXPECT_EQ(transport.send({.target = "/x"}, stop.get_token()).error().kind, ErrorKind::kUnavailable);
  EXPECT_TRUE(seen.empty());
}

TEST_F(HandlerTransportTest, an_answer_beyond_the_limit_is_an_error) {
  EXPECT_EQ(transport.send({.target = "/x", .max_body = 4}, stop.get_token()).error().kind, ErrorKind::kInternal);
  EXPECT_TRUE(transport.send({.target = "/x", .max_body = 5}, stop.get_token()));
}

class Collector final : public net::BodySink {
 public:
  bool on_head(const net::Head&) override { return wants_body; }
  bool on_data(std::span<const char> part) override {
    text.append(part.data(), part.size());
    return true;
  }
  bool wants_body = true;
  std::string text;
};

TEST_F(HandlerTransportTest, a_stream_gets_the_body_unless_the_sink_declines) {
  Collector sink;
  ASSERT_TRUE(transport.stream({.target = "/x"}, sink, stop.get_token()));
  EXPECT_EQ(sink.text, "hello");
  Collector uninterested;
  uninterested.wants_body = false;
  ASSERT_TRUE(transport.stream({.target = "/x"}, uninterested, stop.get_token()));
  EXPECT_EQ(uninterested.text, "");
}

// A stream that gives two parts, and then ends or falls silent.
class TwoParts final : public net::ServedStream {
 public:
  TwoParts(env::Env& env, bool ends) : env_(env), ends_(ends) {}
  Next next(std::string& part, Instant deadline, const std::stop_token& stop) override {
    part = given_ == 0 ? "one" : "two";
    if (given_++ < 2) return Next::kPart;
    if (ends_) return Next::kEnd;
    env::pause_until(env_, deadline, stop);
    return Next::kSilence;
  }

 private:
  env::Env& env_;
  const bool ends_;
  int given_ = 0;
};

class Collecting final : public net::BodySink {
 public:
  bool on_head(const net::Head&) override { return true; }
  bool on_data(std::span<const char> part) override {
    parts.emplace_back(part.begin(), part.end());
    return parts.size() < wanted;
  }
  std::vector<std::string> parts;
  std::size_t wanted = 9;
};

TEST_F(HandlerTransportTest, a_stream_is_pulled_part_by_part_until_its_end_or_until_the_sink_has_enough) {
  answer.stream = std::make_shared<TwoParts>(env, true);
  Collecting all;
  EXPECT_TRUE(transport.stream({.target = "/x"}, all, stop.get_token()));
  EXPECT_THAT(all.parts, testing::ElementsAre("one", "two"));
  answer.stream = std::make_shared<TwoParts>(env, true);
  Collecting one;
  one.wanted = 1;
  EXPECT_TRUE(transport.stream({.target = "/x"}, one, stop.get_token()));
  EXPECT_THAT(one.parts, testing::ElementsAre("one"));
}

TEST_F(HandlerTransportTest, silence_in_a_stream_is_borne_as_long_as_the_request_says) {
  answer.stream = std::make_shared<TwoParts>(env, false);
  Collecting all;
  const Instant start = env.now();
  const auto ended =
      transport.stream({.target = "/x", .total = Duration(0), .idle = Duration(700)}, all, stop.get_token());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(env.now() - start, Duration(700));
  EXPECT_THAT(all.parts, testing::ElementsAre("one", "two"));
}

TEST_F(HandlerTransportTest, a_stream_that_ends_is_also_an_answer) {
  answer.stream = std::make_shared<TwoParts>(env, true);
  const auto response = transport.send({.target = "/x"}, stop.get_token());
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "onetwo");
}

}  // namespace
}  // namespace originpull::worlds
