// SPDX-License-Identifier: Apache-2.0
// What counts as an answer of Cloudflare's and what does not, and how its objects are read: by the forms that the
// real API has been seen to use (null lists, missing results, codes in successes, unknown fields and statuses), and
// by bodies that are cut at every byte.
#include "cloudflare/envelope.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rfc3339.hpp"

namespace originpull::cloudflare {
namespace {

net::Response answer(int status, std::string body, net::Headers headers = {}) {
  return {.head = {.status = status, .headers = std::move(headers)}, .body = std::move(body)};
}

json::Document success(const std::string& result) {
  Envelope envelope =
      open_envelope(answer(200, R"({"success":true,"errors":[],"messages":[],"result":)" + result + "}"));
  EXPECT_TRUE(envelope.success) << result;
  return std::move(*envelope.success);
}

const std::string kCertificate = R"({"id":"2458ce5a-0c35-4c7f-82c7-8e9487d3ff60","certificate":"PEM","issuer":"CN=x",
  "signature":"SHA256WithRSA","status":"active","expires_on":"2100-01-01T05:20:00Z","future":{"field":1},
  "uploaded_on":"2019-10-28T18:11:23.37411Z"})";

TEST(Envelope, only_success_true_in_a_2xx_is_a_success) {
  EXPECT_TRUE(open_envelope(answer(200, R"({"success":true,"errors":[],"result":{}})")).success);
  EXPECT_TRUE(open_envelope(answer(201, R"({"success":true,"result":null})")).success);
  for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
           {200, R"({"success":false,"errors":[{"code":971,"message":"wait"}]})"},
           {200, R"({"success":"true","result":{}})"},
           {200, R"({"result":{}})"},
           {400, R"({"success":true,"errors":[],"result":{}})"},
           {200, "null"},
           {200, "[]"},
           {200, "true"},
           {200, ""},
           {429, ""},
           {502, "<html><body>Bad Gateway</body></html>"},
       }) {
    EXPECT_FALSE(open_envelope(answer(status, body)).success) << status << " " << body;
  }
}

TEST(Envelope, a_message_with_code_10000_in_a_success_is_no_failure) {
  EXPECT_TRUE(open_envelope(answer(200, R"({"success":true,"errors":[],"messages":[{"code":10000,
    "message":"This API Token is valid and active"}],"result":{"id":"x"}})"))
                  .success);
}

TEST(Envelope, reads_the_errors_of_both_forms) {
  const auto service = open_envelope(answer(
      400, R"({"success":false,"errors":[{"code":1406,"message":"exists"}],"messages":[]})", {{"CF-Ray", "8a-FRA"}}));
  ASSERT_EQ(service.failure.errors.size(), 1U);
  EXPECT_EQ(service.failure.errors[0].code, 1406);
  EXPECT_EQ(service.failure.errors[0].message, "exists");
  EXPECT_EQ(service.failure.ray, "8a-FRA");
  EXPECT_TRUE(service.failure.readable);

  const auto gateway = open_envelope(answer(400, R"({"success":false,"errors":[{"code":6003,"message":"headers",
    "error_chain":[{"code":6111,"message":"format"}]},
    {"code":7000,"message":"no route","documentation_url":"x"}],"result":null})"));
  ASSERT_EQ(gateway.failure.errors.size(), 2U);
  EXPECT_EQ(gateway.failure.errors[1].code, 7000);
}

TEST(Envelope, what_is_not_an_envelope_is_unreadable) {
  for (const std::string body :
       {"", "null", "[]", "\"x\"", R"({"message":"not found"})", "<html></html>", "{\"success\":fal"}) {
    EXPECT_FALSE(open_envelope(answer(404, body)).failure.readable) << body;
  }
}

TEST(Envelope, strange_errors_do_not_disturb) {
  for (const std::string errors : {"null", "{}", "[null]", "[1]", R"([{"code":"1406"}])",
                                   R"([{"code":-1,"message":3}])", R"([{"code":99999999999999999999}])", "\"x\""}) {
    const auto envelope = open_envelope(answer(400, R"({"success":false,"errors":)" + errors + "}"));
    EXPECT_FALSE(envelope.success);
    EXPECT_TRUE(envelope.failure.readable) << errors;
  }
}

TEST(Envelope, a_success_cut_at_any_byte_is_not_a_success) {
  const std::string whole = R"({"success":true,"errors":[],"messages":[],"result":[)" + kCertificate + "]}";
  ASSERT_TRUE(open_envelope(answer(200, whole)).success);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(open_envelope(answer(200, whole.substr(0, size))).success) << size;
  }
}

TEST(ReadCertificates, null_and_a_missing_result_are_empty_lists) {
  EXPECT_TRUE(read_certificates(success("null"))->empty());
  EXPECT_TRUE(read_certificates(success("[]"))->empty());
  const auto none = open_envelope(answer(200, R"({"success":true,"errors":[]})"));
  EXPECT_TRUE(read_certificates(*none.success)->empty());
}

TEST(ReadCertificates, reads_what_is_needed_and_tolerates_the_rest) {
  const auto list = read_certificates(success("[" + kCertificate + "]"));
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 1U);
  const Certificate& one = list->front();
  EXPECT_EQ(one.id, "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60");
  EXPECT_EQ(one.pem, "PEM");
  EXPECT_EQ(one.status, CertificateStatus::kActive);
  ASSERT_TRUE(one.expires_on);
  EXPECT_EQ(format_rfc3339(*one.expires_on), "2100-01-01T05:20:00Z");
  ASSERT_TRUE(one.uploaded_on);
  EXPECT_EQ(*one.uploaded_on, *parse_rfc3339("2019-10-28T18:11:23.374Z"));
}

TEST(ReadCertificates, an_unknown_status_keeps_its_text_and_a_bad_time_is_none) {
  const auto one =
      read_certificate(success(R"({"id":"a","status":"pending_review","expires_on":"soon","uploaded_on":7})"));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->status, CertificateStatus::kUnknown);
  EXPECT_EQ(one->status_text, "pending_review");
  EXPECT_FALSE(one->expires_on);
  EXPECT_FALSE(one->uploaded_on);
}

TEST(ReadCertificates, a_result_of_another_form_is_an_error_with_its_path) {
  const auto object = read_certificates(success(R"({"id":"a"})"));
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, ErrorKind::kInternal);
  EXPECT_THAT(object.error().message, testing::HasSubstr("$.result"));
  const auto no_id = read_certificates(success(R"([{"certificate":"PEM"}])"));
  ASSERT_FALSE(no_id);
  EXPECT_THAT(no_id.error().message, testing::HasSubstr("$.result[0].id"));
  EXPECT_FALSE(read_certificate(success("null")));
}

TEST(ReadSettings, reads_switches_and_settings) {
  EXPECT_TRUE(*read_enabled(success(R"({"enabled":true})")));
  EXPECT_FALSE(read_enabled(success(R"({"enabled":"yes"})")));
  const auto setting = read_setting(success(R"({"id":"ssl","value":"strict","editable":false,"modified_on":null})"));
  ASSERT_TRUE(setting);
  EXPECT_EQ(setting->value, "strict");
  EXPECT_FALSE(setting->editable);
  EXPECT_TRUE(read_setting(success(R"({"value":"on"})"))->editable);
}

TEST(ReadZones, reads_zones) {
  const auto zones = read_zones(success(R"([{"id":"1","name":"example.com","status":"active","plan":{}}])"));
  ASSERT_TRUE(zones);
  EXPECT_EQ(zones->front().name, "example.com");
  EXPECT_TRUE(read_zones(success("null"))->empty());
}

TEST(Headers, retry_after_is_whole_seconds_or_nothing) {
  const auto read = [](std::string value) {
    return read_retry_after({.status = 429, .headers = {{"Retry-After", std::move(value)}}});
  };
  EXPECT_EQ(read("30"), Seconds(30));
  EXPECT_EQ(read("0"), Seconds(0));
  EXPECT_FALSE(read("Wed, 21 Oct 2026 07:28:00 GMT"));
  EXPECT_FALSE(read("-5"));
  EXPECT_FALSE(read(""));
  EXPECT_EQ(read("999999999999"), Seconds(86'400));
  EXPECT_FALSE(read_retry_after({.status = 429}));
}

TEST(Headers, an_exhausted_ratelimit_says_how_long) {
  const auto read = [](std::string value) {
    return read_exhausted({.status = 200, .headers = {{"Ratelimit", std::move(value)}}});
  };
  EXPECT_EQ(read("\"default\";r=0;t=30"), Seconds(30));
  EXPECT_FALSE(read("\"default\";r=50;t=30"));
  EXPECT_EQ(read("\"burst\";r=3;t=5, \"default\"; r=0; t=120"), Seconds(120));
  EXPECT_FALSE(read("\"default\";t=30"));
  EXPECT_FALSE(read("garbage;;;r=;t="));
  EXPECT_FALSE(read(""));
}

}  // namespace
}  // namespace originpull::cloudflare
