// SPDX-License-Identifier: Apache-2.0
// The head of an answer as bytes on the wire: each is compared whole with what RFC 9112 asks for.
#include "net/server_head.hpp"

#include <gmock/gmock.h>

namespace originpull::net {
namespace {

struct Nothing final : ServedStream {
  Next next(std::string&, Instant, const std::stop_token&) override { return Next::kEnd; }
};

TEST(ServerHead, states_the_length_of_a_body_and_the_end_of_the_connection) {
  const Served served{.headers = {{"X-Answer", "42"}}, .body = "tea", .content_type = "text/plain"};
  EXPECT_EQ(head_text(served, true, true),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\nX-Answer: 42\r\n\r\n");
  EXPECT_EQ(
      head_text({.status = 404}, false, true),
      "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(ServerHead, has_no_words_for_a_status_that_http_does_not_know) {
  EXPECT_EQ(head_text({.status = 526}, true, true),
            "HTTP/1.1 526 \r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n");
}

TEST(ServerHead, of_a_stream_says_chunked_to_http_1_1_and_no_length_to_1_0) {
  const Served served{.stream = std::make_shared<Nothing>()};
  EXPECT_EQ(head_text(served, false, true),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: "
            "close\r\n\r\n");
  EXPECT_EQ(head_text(served, false, false),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n");
}

TEST(ServerHead, leaves_out_what_would_split_the_answer_or_contradict_its_framing) {
  const Served served{.headers = {{"X-Bad", "a\r\nInjected: yes"},
                                  {"content-length", "99"},
                                  {"Transfer-Encoding", "gzip"},
                                  {"Connection", "upgrade"},
                                  {"X-Good", "b"}}};
  EXPECT_EQ(head_text(served, true, true),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\nX-Good: b\r\n\r\n");
}

TEST(ServerHead, of_a_status_without_body_has_no_word_about_one) {
  EXPECT_EQ(head_text({.status = 204, .body = "b"}, true, true), "HTTP/1.1 204 No Content\r\n\r\n");
}

TEST(ServerHead, a_refusal_is_a_line_of_plain_text) {
  const Served refused = refusal(431, "too large");
  EXPECT_EQ(refused.status, 431);
  EXPECT_EQ(refused.body, "too large\n");
  EXPECT_EQ(refused.content_type, "text/plain");
}

TEST(ServerHead, the_size_of_a_chunk_is_in_hex) {
  EXPECT_EQ(chunk_head(1), "1\r\n");
  EXPECT_EQ(chunk_head(26), "1a\r\n");
  EXPECT_EQ(chunk_head(1U << 20U), "100000\r\n");
}

}  // namespace
}  // namespace originpull::net
