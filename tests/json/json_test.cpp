// SPDX-License-Identifier: Apache-2.0
// What `json::parse` lets in: the caps on size and depth are tried at their edge and far beyond it, and each way in
// which an answer fails to be JSON is tried for its sentence, which must not quote the answer.
#include "json/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace originpull::json {
namespace {

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

TEST(Parse, takes_the_depth_that_is_allowed_and_not_one_more) {
  EXPECT_TRUE(parse(nested(64)));
  const auto refused = parse(nested(65));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "nested more than 64 levels deep");
}

TEST(Parse, survives_a_million_brackets_that_never_close) {
  EXPECT_FALSE(parse(std::string(1'000'000, '[')));
  EXPECT_FALSE(parse(std::string(1'000'000, '{')));
}

TEST(Parse, does_not_count_brackets_inside_strings) {
  EXPECT_TRUE(parse("[\"" + std::string(100, '[') + "\\\"" + std::string(100, '{') + "\"]"));
}

TEST(Parse, counts_depth_and_not_breadth) {
  std::string wide = "[[]";
  for (int i = 0; i < 1000; ++i) wide += ",[{}]";
  EXPECT_TRUE(parse(wide + "]", {.bytes = 1U << 20U, .depth = 3}));
}

TEST(Parse, refuses_more_bytes_than_allowed_before_reading_them) {
  EXPECT_TRUE(parse("[10]", {.bytes = 4}));
  const auto refused = parse("[100]", {.bytes = 4});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "5 bytes are more than the 4 allowed");
}

TEST(Parse, tells_html_nothing_and_a_cut_answer_apart) {
  EXPECT_NE(parse("\n<html>sesame</html>").error().message.find("markup"), std::string::npos);
  EXPECT_EQ(parse(" \n").error().message, "expected JSON, found nothing");
  EXPECT_EQ(parse(R"({"a":)").error().message, "the JSON ends too early, after 5 bytes");
  EXPECT_EQ(parse(R"({"a" 1})").error().message, "not valid JSON at byte 6");
}

TEST(Parse, never_quotes_the_text_in_its_error) {
  for (const char* text : {"sesame", R"({"a":sesame})", R"(["sesame)", R"({"a":1} sesame)", R"(["sesame",1e999])"}) {
    const auto refused = parse(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(describe(refused.error()).find("sesame"), std::string::npos) << text;
  }
}

TEST(Parse, refuses_bytes_that_are_not_utf8_and_numbers_beyond_a_double) {
  EXPECT_FALSE(parse("[\"\xff\xfe\"]"));
  EXPECT_FALSE(parse("[1e999]"));
}

TEST(Parse, lets_the_last_of_duplicate_keys_count) {
  const auto document = parse(R"({"a":1,"a":2})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->value().at("a"), 2);
}

TEST(Parse, gives_the_error_the_kind_that_was_asked_for) {
  EXPECT_EQ(parse("x").error().kind, ErrorKind::kInternal);
  EXPECT_EQ(parse("x", {}, ErrorKind::kInvalid).error().kind, ErrorKind::kInvalid);
}

TEST(Document, wiped_holds_no_text_any_more) {
  auto document = parse(R"({"data":{"tls.key":"sesame"},"list":["sesame",{"x":"sesame"}],"number":7})");
  ASSERT_TRUE(document);
  document->wipe();
  EXPECT_EQ(document->value().dump(), R"({"data":{"tls.key":""},"list":["",{"x":""}],"number":7})");
}

}  // namespace
}  // namespace originpull::json
