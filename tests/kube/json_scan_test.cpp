// SPDX-License-Identifier: Apache-2.0
// Finding a member without parsing: it must find what the parser would, and nothing in text that breaks off. Method:
// chosen texts, and every prefix of a real event.
#include "kube/json_scan.hpp"

#include <gtest/gtest.h>

namespace originpull::kube {
namespace {

TEST(JsonScan, finds_a_member_of_the_top_level_only) {
  constexpr std::string_view kText = R"({"a":{"b":1,"type":"inner"}, "list":[{"type":"x"}], "type" : "outer" })";
  EXPECT_EQ(member(kText, "type"), "\"outer\"");
  EXPECT_EQ(plain_string_member(kText, "type"), "outer");
  EXPECT_EQ(member(kText, "list"), R"([{"type":"x"}])");
  EXPECT_EQ(member(kText, "b"), std::nullopt);
}

TEST(JsonScan, brackets_and_quotes_within_strings_mean_nothing) {
  constexpr std::string_view kText = R"({"evil":"}{\"type\":\"no\"]\\","type":"yes"})";
  EXPECT_EQ(plain_string_member(kText, "type"), "yes");
}

TEST(JsonScan, of_duplicate_keys_the_last_counts) { EXPECT_EQ(member(R"({"a":1,"a":2})", "a"), "2"); }

TEST(JsonScan, numbers_words_and_empty_things_are_values) {
  constexpr std::string_view kText = R"({"n":-1.5e3,"t":true,"z":null,"o":{},"l":[]})";
  EXPECT_EQ(member(kText, "n"), "-1.5e3");
  EXPECT_EQ(member(kText, "t"), "true");
  EXPECT_EQ(member(kText, "z"), "null");
  EXPECT_EQ(member(kText, "o"), "{}");
  EXPECT_EQ(member(kText, "l"), "[]");
}

TEST(JsonScan, a_string_with_escapes_is_no_plain_string) {
  EXPECT_EQ(plain_string_member(R"({"a":"\u0041"})", "a"), std::nullopt);
  EXPECT_EQ(plain_string_member(R"({"a":1})", "a"), std::nullopt);
}

TEST(JsonScan, a_text_that_breaks_off_has_no_members) {
  constexpr std::string_view kText = R"({"type":"ADDED","object":{"metadata":{"name":"a\"b"}}})";
  ASSERT_TRUE(member(kText, "type"));
  for (std::size_t size = 0; size < kText.size(); ++size) {
    EXPECT_EQ(member(kText.substr(0, size), "type"), std::nullopt) << size;
  }
}

TEST(JsonScan, what_is_no_object_has_no_members) {
  for (const char* text :
       {"", " ", "null", "[1]", "\"a\"", "{", "{}", "{\"a\"}", "{\"a\":}", "{a:1}", "}{", "{\"a\":1]"}) {
    EXPECT_EQ(member(text, "a"), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace originpull::kube
