// SPDX-License-Identifier: Apache-2.0
// The splitters: items and frames must come out the same however the bytes arrive, bounded, and what is not a list or
// is too large must be a fault. Method: every chunk size over lists made to mislead, and limits set low.
#include "kube/splitter.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace originpull::kube {
namespace {

struct Split {
  std::vector<std::string> items;
  std::string envelope;
  std::string fault;
  bool complete = false;
};

Split split(std::string_view text, std::size_t chunk, SplitLimits limits = {}) {
  Split result;
  ItemSplitter splitter([&](std::string_view item) { result.items.emplace_back(item); }, limits);
  for (std::size_t at = 0; at < text.size(); at += chunk) {
    if (!splitter.feed(text.substr(at, chunk))) break;
  }
  result.envelope = splitter.envelope();
  result.fault = splitter.fault();
  result.complete = splitter.complete();
  return result;
}

constexpr std::string_view kMisleading =
    R"({"kind":"List","metadata":{"continue":"c","items":[{"not":"one"}],"x":{"y":{"z":[{}]}}},)"
    R"("note":"\"items\":[{}]", "items" : [ {"a":"}]{[\\\""} ,{"b":{"c":[1,{"items":[{"d":2}]}]}},{} ],)"
    R"("last":[[{}],{}]})";

TEST(ItemSplitter, the_items_are_the_same_however_the_bytes_are_chunked) {
  const std::vector<std::string> expected{R"({"a":"}]{[\\\""})", R"({"b":{"c":[1,{"items":[{"d":2}]}]}})", "{}"};
  for (std::size_t chunk = 1; chunk <= kMisleading.size(); ++chunk) {
    const Split result = split(kMisleading, chunk);
    EXPECT_EQ(result.items, expected) << chunk;
    EXPECT_EQ(result.fault, "") << chunk;
    EXPECT_TRUE(result.complete) << chunk;
    EXPECT_EQ(result.envelope,
              R"({"kind":"List","metadata":{"continue":"c","items":[{"not":"one"}],"x":{"y":{"z":[{}]}}},)"
              R"("note":"\"items\":[{}]", "items" : [],"last":[[{}],{}]})")
        << chunk;
  }
}

TEST(ItemSplitter, every_prefix_is_incomplete) {
  for (std::size_t size = 0; size < kMisleading.size(); ++size) {
    EXPECT_FALSE(split(kMisleading.substr(0, size), 7).complete) << size;
  }
}

TEST(ItemSplitter, only_the_key_items_holds_items) {
  const std::string list =
      R"({"itemsX":[{"a":1}],"item":[{"b":1}],"xitems":[{"c":1}],"items\\":[{"d":1}],"items":[{"e":1}]})";
  for (std::size_t chunk = 1; chunk <= list.size(); ++chunk) {
    EXPECT_EQ(split(list, chunk).items, std::vector<std::string>{R"({"e":1})"}) << chunk;
  }
}

TEST(ItemSplitter, a_list_may_be_empty_or_null) {
  EXPECT_TRUE(split(R"({"items":[]})", 3).complete);
  EXPECT_TRUE(split(R"({"items":null})", 3).complete);
  EXPECT_TRUE(split("{}", 1).complete);
}

TEST(ItemSplitter, what_is_no_list_of_objects_is_a_fault) {
  for (const char* text : {"<html>", "[{}]", "null", R"({"items":[1]})", R"({"items":["a"]})", R"({"items":[[{}]]})",
                           R"({"items":[{]}])", R"({"items":[}])", "{}{}", "{} x", "}"}) {
    for (const std::size_t chunk : {1U, 3U, 100U}) {
      const Split result = split(text, chunk);
      EXPECT_NE(result.fault, "") << text;
      EXPECT_FALSE(result.complete) << text;
    }
  }
}

TEST(ItemSplitter, an_item_may_have_its_limit_and_not_a_byte_more) {
  const std::string item = R"({"a":")" + std::string(92, 'x') + R"("})";
  ASSERT_EQ(item.size(), 100U);
  const std::string list = R"({"items":[)" + item + "]}";
  for (const std::size_t chunk : {1U, 17U, 1000U}) {
    EXPECT_EQ(split(list, chunk, {.item = 100}).items.size(), 1U) << chunk;
    EXPECT_NE(split(list, chunk, {.item = 99}).fault, "") << chunk;
  }
}

TEST(ItemSplitter, the_envelope_and_the_depth_are_limited) {
  EXPECT_NE(split(R"({"note":")" + std::string(100, 'x') + R"("})", 10, {.envelope = 50}).fault, "");
  EXPECT_NE(split(R"({"items":[)" + std::string(300, '{'), 10).fault, "");
}

std::vector<std::string> frames(std::string_view text, std::size_t chunk, std::string* fault, SplitLimits limits = {}) {
  std::vector<std::string> result;
  FrameSplitter splitter(
      [&](std::string_view frame) {
        result.emplace_back(frame);
        return true;
      },
      limits);
  for (std::size_t at = 0; at < text.size() && splitter.feed(text.substr(at, chunk)); at += chunk) continue;
  *fault = splitter.fault();
  return result;
}

TEST(FrameSplitter, frames_are_the_same_however_the_bytes_are_chunked_and_half_a_frame_is_none) {
  constexpr std::string_view kText = "{\"a\":1}\n\n{\"b\":\"\\n\"}\r\n{\"c\":3}\n{\"half";
  const std::vector<std::string> expected{"{\"a\":1}", "{\"b\":\"\\n\"}\r", "{\"c\":3}"};
  std::string fault;
  for (std::size_t chunk = 1; chunk <= kText.size(); ++chunk) {
    EXPECT_EQ(frames(kText, chunk, &fault), expected) << chunk;
    EXPECT_EQ(fault, "") << chunk;
  }
}

TEST(FrameSplitter, a_frame_may_have_its_limit_and_not_a_byte_more) {
  const std::string line = std::string(50, 'x') + "\n";
  std::string fault;
  for (const std::size_t chunk : {1U, 7U, 100U}) {
    EXPECT_EQ(frames(line, chunk, &fault, {.item = 50}).size(), 1U);
    EXPECT_EQ(frames(line, chunk, &fault, {.item = 49}).size(), 0U);
    EXPECT_NE(fault, "");
  }
}

TEST(FrameSplitter, stops_when_its_taker_has_enough) {
  int taken = 0;
  FrameSplitter splitter([&](std::string_view) { return ++taken < 2; });
  EXPECT_FALSE(splitter.feed(std::string_view("a\nb\nc\n")));
  EXPECT_EQ(taken, 2);
}

}  // namespace
}  // namespace originpull::kube
