// SPDX-License-Identifier: Apache-2.0
// The reader of answers, fed whole, byte by byte and with what no server should send; and the text of requests.
#include "probe/http_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::probe {
namespace {

using State = AnswerReader::State;
using testing::HasSubstr;

constexpr std::size_t kMax = 100;

struct Reading {
  State state;
  Answer answer;
  std::string why;
  bool keeps_alive;
};

Reading read(std::string_view bytes, bool ended = false, bool head_only = false) {
  AnswerReader reader(head_only, kMax);
  State state = reader.take(bytes);
  if (ended) state = reader.end();
  return {state, reader.answer(), reader.why(), reader.keeps_alive()};
}

const std::string kSized = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello";
const std::string kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: t\r\n\r\n";

TEST(AnswerReading, takes_a_body_of_a_length_and_one_of_chunks) {
  for (const std::string& text : {kSized, kChunked}) {
    const Reading got = read(text);
    EXPECT_EQ(got.state, State::kDone) << got.why;
    EXPECT_EQ(got.answer.status, 200);
    EXPECT_EQ(got.answer.body, "hello");
    EXPECT_TRUE(got.keeps_alive);
  }
  EXPECT_EQ(find_header(read(kSized).answer.headers, "x-a"), "b");
}

TEST(AnswerReading, does_not_depend_on_how_the_bytes_arrive) {
  for (const std::string& text : {kSized, kChunked}) {
    AnswerReader reader(false, kMax);
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      ASSERT_EQ(reader.take(text.substr(i, 1)), State::kNeedsMore) << i << ": " << reader.why();
    }
    EXPECT_EQ(reader.take(text.substr(text.size() - 1)), State::kDone);
    EXPECT_EQ(reader.answer().body, "hello");
  }
}

TEST(AnswerReading, skips_interim_answers) {
  const Reading got = read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + kSized);
  EXPECT_EQ(got.state, State::kDone);
  EXPECT_EQ(got.answer.status, 200);
  EXPECT_EQ(find_header(got.answer.headers, "link"), "");
}

TEST(AnswerReading, a_body_without_a_length_ends_with_the_connection) {
  const std::string text = "HTTP/1.0 200 OK\r\n\r\nhello";
  EXPECT_EQ(read(text).state, State::kNeedsMore);
  const Reading got = read(text, true);
  EXPECT_EQ(got.state, State::kDone);
  EXPECT_EQ(got.answer.body, "hello");
  EXPECT_FALSE(got.keeps_alive);
}

TEST(AnswerReading, a_body_that_ends_too_early_is_not_whole) {
  EXPECT_EQ(read(kSized.substr(0, kSized.size() - 1), true).state, State::kNeedsMore);
  EXPECT_EQ(read(kChunked.substr(0, kChunked.size() - 2), true).state, State::kNeedsMore);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nX: y", true).state, State::kNeedsMore);
}

TEST(AnswerReading, no_body_stands_behind_head_204_and_304) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, true).state, State::kDone);
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n").state, State::kDone);
  EXPECT_EQ(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").state, State::kDone);
}

TEST(AnswerReading, the_connection_is_kept_as_the_server_says) {
  EXPECT_FALSE(read("HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n").keeps_alive);
  EXPECT_FALSE(read("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keeps_alive);
  EXPECT_TRUE(read("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n").keeps_alive);
  EXPECT_FALSE(read(kSized + "HTTP/1.1 200 OK\r\n").keeps_alive) << "an answer that nobody asked for";
}

TEST(AnswerReading, what_is_no_http_or_too_much_is_broken_with_a_reason) {
  const std::pair<std::string, std::string> cases[] = {
      {"SSH-2.0-x\r\n", "no HTTP"},
      {std::string("\x15\x03\x01\x00\x02\x02\x46", 7), "no HTTP"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "status line"},
      {"HTTP/1.1 2000 OK\r\n\r\n", "status line"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "header"},
      {"HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n", "header"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "ambiguous"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "ambiguous"},
      {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "ambiguous"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", "longer than allowed"},
      {"HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'), "longer than allowed"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n" + std::string(101, 'x'), "longer than allowed"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "no number"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "longer than it says"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(5000, '1'), "too long"},
      {"HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x'), "head is too long"},
      {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "switched"},
  };
  for (const auto& [text, why] : cases) {
    const Reading got = read(text);
    EXPECT_EQ(got.state, State::kBroken) << text.substr(0, 60);
    EXPECT_THAT(got.why, HasSubstr(why)) << text.substr(0, 60);
  }
}

TEST(RequestWriting, has_the_host_first_and_a_length_where_there_is_a_body) {
  EXPECT_EQ(write_request({.method = "PUT", .target = "/a?b", .host = "h", .headers = {{"X", "y"}}, .body = "12"}),
            "PUT /a?b HTTP/1.1\r\nHost: h\r\nX: y\r\nContent-Length: 2\r\n\r\n12");
  EXPECT_EQ(write_request({.host = "h"}), "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(write_request({.method = "POST", .host = "h"}), HasSubstr("Content-Length: 0\r\n"));
}

TEST(RequestWriting, nobody_can_smuggle_a_line_in_by_a_header) {
  EXPECT_EQ(write_request({.host = "h", .headers = {{"A", "b\r\nEvil: yes"}, {"C\n", "d"}, {"", "e"}}}),
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
}

}  // namespace
}  // namespace originpull::probe
