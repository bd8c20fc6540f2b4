// SPDX-License-Identifier: Apache-2.0
// The error table of the Kubernetes API: each answer asks for one reaction. Method: a table of answers as the server
// gives them, for a read and for a write.
#include "kube/status_error.hpp"

#include <gtest/gtest.h>

#include "base/rfc3339.hpp"

namespace originpull::kube {
namespace {

const Wall kNow = *parse_rfc3339("2026-11-24T05:00:00Z");

std::string status(const std::string& reason, const std::string& details = "{}") {
  return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"why","reason":")" + reason +
         R"(","details":)" + details + R"(,"code":500})";
}

Error error_of(int http, const std::string& body, bool is_write, net::Headers headers = {}) {
  return status_error({.attempted = "update it", .is_write = is_write}, net::Head{http, std::move(headers)}, body,
                      kNow);
}

struct Row {
  int http;
  std::string body;
  ErrorKind read;
  ErrorKind write;
};

TEST(StatusError, each_answer_asks_for_its_reaction) {
  const std::vector<Row> rows{
      {400, status("BadRequest"), ErrorKind::kInvalid, ErrorKind::kInvalid},
      {401, status("Unauthorized"), ErrorKind::kDenied, ErrorKind::kDenied},
      {403, status("Forbidden"), ErrorKind::kDenied, ErrorKind::kDenied},
      {404, status("NotFound"), ErrorKind::kNotFound, ErrorKind::kNotFound},
      {404, "404 page not found", ErrorKind::kNotFound, ErrorKind::kNotFound},
      {405, status("MethodNotAllowed"), ErrorKind::kInvalid, ErrorKind::kInvalid},
      {409, status("AlreadyExists"), ErrorKind::kConflict, ErrorKind::kConflict},
      {409, status("Conflict"), ErrorKind::kConflict, ErrorKind::kConflict},
      {410, status("Expired"), ErrorKind::kConflict, ErrorKind::kConflict},
      {413, status("RequestEntityTooLarge"), ErrorKind::kInvalid, ErrorKind::kInvalid},
      {422, status("Invalid"), ErrorKind::kInvalid, ErrorKind::kInvalid},
      {429, status("TooManyRequests"), ErrorKind::kRateLimited, ErrorKind::kRateLimited},
      {500, status("InternalError"), ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome},
      {502, "<html>bad gateway</html>", ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome},
      {503, status("ServiceUnavailable"), ErrorKind::kUnavailable, ErrorKind::kUnavailable},
      {504, status("Timeout"), ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome},
      {302, "", ErrorKind::kInternal, ErrorKind::kInternal},
      {418, "", ErrorKind::kInternal, ErrorKind::kInternal},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(error_of(row.http, row.body, false).kind, row.read) << row.http;
    EXPECT_EQ(error_of(row.http, row.body, true).kind, row.write) << row.http;
    EXPECT_EQ(error_of(row.http, row.body, true).http_status, row.http);
  }
}

TEST(StatusError, keeps_the_servers_sentence_and_says_what_to_do) {
  const Error error = error_of(403, status("Forbidden"), false);
  EXPECT_EQ(describe(error), "update it: the API server answered 403 Forbidden: why; grant the permission by RBAC");
  EXPECT_EQ(error.reason, "Forbidden");
}

TEST(StatusError, a_cause_that_asks_for_more_is_the_reason) {
  const std::string terminating = R"({"causes":[{"reason":"NamespaceTerminating","field":"metadata.namespace"}]})";
  EXPECT_EQ(error_of(403, status("Forbidden", terminating), true).reason, "NamespaceTerminating");
  const std::string future = R"({"causes":[{"reason":"ResourceVersionTooLarge"}],"retryAfterSeconds":1})";
  EXPECT_EQ(error_of(504, status("Timeout", future), false).reason, "ResourceVersionTooLarge");
}

TEST(StatusError, the_wait_comes_from_the_body_or_better_from_the_header) {
  const std::string details = R"({"retryAfterSeconds":7})";
  EXPECT_EQ(error_of(429, status("TooManyRequests", details), false).retry_after, Duration(7'000));
  EXPECT_EQ(error_of(429, status("TooManyRequests", details), false, {{"retry-after", "3"}}).retry_after,
            Duration(3'000));
  EXPECT_EQ(error_of(429, "", false).retry_after, std::nullopt);
}

TEST(StatusError, a_hostile_sentence_is_shortened_and_tamed) {
  const std::string body =
      R"({"kind":"Status","status":"Failure","message":"\u001b[31m)" + std::string(5'000, 'x') + "\"}";
  const Error error = error_of(400, body, false);
  EXPECT_LT(error.message.size(), 700U);
  EXPECT_EQ(error.message.find('\x1b'), std::string::npos);
}

TEST(StatusError, a_read_has_no_unknown_outcome) {
  const Error lost{.kind = ErrorKind::kUnknownOutcome, .attempted = "POST", .message = "cut"};
  EXPECT_EQ(transport_error({.attempted = "get"}, lost).kind, ErrorKind::kUnavailable);
  EXPECT_EQ(transport_error({.attempted = "create", .is_write = true}, lost).kind, ErrorKind::kUnknownOutcome);
}

TEST(RetryAfter, is_read_in_both_forms_and_capped) {
  EXPECT_EQ(parse_retry_after("120", kNow), Duration(120'000));
  EXPECT_EQ(parse_retry_after("Tue, 24 Nov 2026 05:00:30 GMT", kNow), Duration(30'000));
  EXPECT_EQ(parse_retry_after("Tue, 24 Nov 2026 04:00:00 GMT", kNow), Duration(0));
  EXPECT_EQ(parse_retry_after("999999999", kNow), Duration(600'000));
  for (const char* text : {"", "-1", "1.5", "soon", "Tue, 24 Foo 2026 05:00:30 GMT", "99999999999999999999"}) {
    EXPECT_EQ(parse_retry_after(text, kNow), std::nullopt) << text;
  }
}

TEST(DecodeStatus, only_an_object_of_kind_status_is_one) {
  EXPECT_FALSE(decode_status(R"({"kind":"Secret","status":"Failure"})"));
  EXPECT_FALSE(decode_status("Status"));
  EXPECT_TRUE(decode_status(R"({"kind":"Status"})"));
}

}  // namespace
}  // namespace originpull::kube
