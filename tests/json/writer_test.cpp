// SPDX-License-Identifier: Apache-2.0
// The Writer's promises: valid compact JSON whatever the data, and an abort when it is misused. Escaping is checked
// by reading the text back with the parser of another hand (nlohmann), for every single byte and for every kind of
// broken UTF-8.
#include "json/writer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace originpull::json {
namespace {

TEST(Writer, writes_compact_json_in_the_order_of_the_calls) {
  Writer w;
  w.begin_object().field("b", true).field("a", "x").field("n", -7).key("list").begin_array().integer(1).string("two");
  w.null().begin_object().end_object().begin_array().end_array().end_array().key("raw").raw(R"({"k":[1]})");
  w.field("texts", std::vector<std::string>{"p", "q"}).maybe("some", std::optional<bool>(false));
  w.maybe("none", std::optional<std::string>()).field("last", std::string("z")).end_object();
  EXPECT_EQ(w.take(), R"({"b":true,"a":"x","n":-7,"list":[1,"two",null,{},[]],"raw":{"k":[1]},)"
                      R"("texts":["p","q"],"some":false,"last":"z"})");
}

TEST(Writer, starts_afresh_after_take) {
  Writer w;
  EXPECT_EQ(w.begin_array().integer(1).end_array().take(), "[1]");
  EXPECT_EQ(w.begin_array().integer(2).end_array().take(), "[2]");
}

TEST(Quote, gives_every_ascii_byte_back) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const std::string text = std::string("a") + static_cast<char>(byte) + "z";
    EXPECT_EQ(nlohmann::json::parse(quote(text)).get<std::string>(), text) << byte;
  }
}

TEST(Quote, keeps_well_formed_utf8) {
  for (const std::string text : {"\u00e9", "\u20ac", "\ud7ff", "\U0001f512", "\U0010ffff"}) {
    EXPECT_EQ(quote(text), "\"" + text + "\"");
  }
}

TEST(Quote, replaces_what_is_not_utf8) {
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(quote("a\xff"
                  "b"),
            "\"a" + mark + "b\"");
  EXPECT_EQ(quote("\xe2\x82"), "\"" + mark + mark + "\"");                        // cut off
  EXPECT_EQ(quote("\xc0\xaf"), "\"" + mark + mark + "\"");                        // overlong
  EXPECT_EQ(quote("\xed\xa0\x80"), "\"" + mark + mark + mark + "\"");             // a surrogate
  EXPECT_EQ(quote("\xf4\x90\x80\x80"), "\"" + mark + mark + mark + mark + "\"");  // beyond Unicode
}

TEST(Quote, is_valid_json_for_every_pair_of_bytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; second += 5) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      EXPECT_TRUE(nlohmann::json::accept(quote(text))) << first << " " << second;
    }
  }
}

TEST(WriterDeathTest, aborts_on_calls_out_of_order) {
  EXPECT_DEATH(Writer().begin_object().string("no key"), "where none belongs");
  EXPECT_DEATH(Writer().begin_array().key("k"), "where none belongs");
  EXPECT_DEATH(Writer().begin_object().key("k").end_object(), "closes nothing");
  EXPECT_DEATH(Writer().begin_object().end_array(), "closes nothing");
  EXPECT_DEATH(Writer().begin_object().take(), "before its end");
  EXPECT_DEATH(Writer().integer(1).integer(2), "where none belongs");
}

}  // namespace
}  // namespace originpull::json
