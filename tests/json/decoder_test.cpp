// SPDX-License-Identifier: Apache-2.0
// The Decoder's promises: what it reads, that it remembers the first fault only and names its path, that it goes on
// reading harmlessly after one, and that it never quotes a value. By small objects written out in each test.
#include "json/decoder.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace originpull::json {
namespace {

using Texts = std::vector<std::string>;
using TextMap = std::map<std::string, std::string>;

// The fault that `body` meets in `text`; empty if none.
std::string fault(std::string_view text, const std::function<void(Decoder&)>& body) {
  const auto result = decode(text, [&](Decoder& d) {
    body(d);
    return true;
  });
  return result ? "" : result.error().message;
}

template <class T>
std::string fault_of_need(std::string_view text) {
  return fault(text, [](Decoder& d) { d.need<T>("x"); });
}

TEST(Decoder, reads_each_kind_of_field) {
  const auto document = parse(R"({"s":"a","b":true,"i":-7,"l":["x","y"],"m":{"k":"v"},"o":{"n":1}})");
  ASSERT_TRUE(document);
  Decoder d(*document);
  EXPECT_EQ(d.need<std::string>("s"), "a");
  EXPECT_EQ(d.need<bool>("b"), true);
  EXPECT_EQ(d.need<std::int64_t>("i"), -7);
  EXPECT_EQ(d.need<Texts>("l"), (Texts{"x", "y"}));
  EXPECT_EQ(d.need<TextMap>("m"), (TextMap{{"k", "v"}}));
  EXPECT_EQ(d.at("o").need<std::int64_t>("n"), 1);
  EXPECT_EQ(d.want<std::optional<std::string>>("s"), "a");
  EXPECT_EQ(d.want<std::optional<bool>>("absent"), std::nullopt);
  EXPECT_FALSE(d.failed()) << d.fault();
}

TEST(Decoder, takes_absent_and_null_alike_where_a_field_is_only_wanted) {
  EXPECT_EQ(fault(R"({"x":null})",
                  [](Decoder& d) {
                    EXPECT_EQ(d.want<std::string>("x", "fallback"), "fallback");
                    EXPECT_EQ(d.want<std::int64_t>("y", 3), 3);
                    EXPECT_EQ(d.at("x").want<bool>("deep", true), true);
                    EXPECT_EQ(d.at("y").at("z").want<Texts>("deep"), Texts{});
                    d.each("x", [](Decoder&) { FAIL(); });
                    EXPECT_TRUE(d.is_null("x"));
                    EXPECT_TRUE(d.is_null("y"));
                  }),
            "");
}

TEST(Decoder, names_the_path_the_expectation_and_the_finding) {
  EXPECT_EQ(fault(R"({"result":[{"id":"a"},{"id":7}]})",
                  [](Decoder& d) { d.each("result", [](Decoder& c) { c.need<std::string>("id"); }); }),
            "$.result[1].id: expected a string, found a number");
  EXPECT_EQ(fault_of_need<std::string>("{}"), "$.x: is missing");
  EXPECT_EQ(fault_of_need<std::string>(R"({"x":null})"), "$.x: is null");
  EXPECT_EQ(fault_of_need<bool>(R"({"x":"true"})"), "$.x: expected a boolean, found a string");
  EXPECT_EQ(fault_of_need<Texts>(R"({"x":["a",[]]})"), "$.x[1]: expected a string, found an array");
  EXPECT_EQ(fault_of_need<Texts>(R"({"x":{}})"), "$.x: expected an array, found an object");
  EXPECT_EQ(fault_of_need<TextMap>(R"({"x":{"a/b":false}})"), "$.x[\"a/b\"]: expected a string, found a boolean");
  EXPECT_EQ(fault(R"({"x":1})", [](Decoder& d) { d.at("x").want<bool>("y"); }),
            "$.x: expected an object, found a number");
  EXPECT_EQ(fault("{}", [](Decoder& d) { d.at("metadata").need<std::string>("name"); }), "$.metadata.name: is missing");
  EXPECT_EQ(fault(R"({"x":{}})", [](Decoder& d) { d.each("x", [](Decoder&) {}); }),
            "$.x: expected an array, found an object");
  EXPECT_EQ(fault(R"({"x":[null]})", [](Decoder& d) { d.each("x", [](Decoder&) {}); }),
            "$.x[0]: expected an object, found null");
}

TEST(Decoder, refuses_a_top_that_is_no_object) {
  EXPECT_EQ(fault("[1]", [](Decoder&) {}), "$: expected an object, found an array");
  EXPECT_EQ(fault("null", [](Decoder&) {}), "$: expected an object, found null");
}

TEST(Decoder, reads_every_64_bit_integer_and_nothing_beyond) {
  EXPECT_EQ(fault(R"({"min":-9223372036854775808,"max":9223372036854775807})",
                  [](Decoder& d) {
                    EXPECT_EQ(d.need<std::int64_t>("min"), INT64_MIN);
                    EXPECT_EQ(d.need<std::int64_t>("max"), INT64_MAX);
                  }),
            "");
  for (const char* text : {R"({"x":9223372036854775808})", R"({"x":99999999999999999999})", R"({"x":1.5})"}) {
    EXPECT_EQ(fault_of_need<std::int64_t>(text), "$.x: expected an integer of 64 bits, found another number") << text;
  }
}

TEST(Decoder, remembers_the_first_fault_and_reads_on_with_empty_values) {
  EXPECT_EQ(fault(R"({"a":1,"b":2,"c":"good"})",
                  [](Decoder& d) {
                    EXPECT_EQ(d.need<std::string>("a"), "");
                    EXPECT_EQ(d.want<std::string>("b", "fallback"), "fallback");
                    EXPECT_EQ(d.need<std::string>("c"), "good");
                  }),
            "$.a: expected a string, found a number");
}

TEST(Decoder, never_quotes_a_value_and_masks_strange_keys) {
  EXPECT_EQ(fault(R"({"x":"sesame"})", [](Decoder& d) { d.need<bool>("x"); }).find("sesame"), std::string::npos);
  EXPECT_EQ(fault("{}", [](Decoder& d) { d.need<bool>("a\nb\"c\x7f"); }), "$[\"a?b?c?\"]: is missing");
  EXPECT_LT(fault("{}", [](Decoder& d) { d.need<bool>(std::string(10'000, 'k')); }).size(), 120U);
}

TEST(Decoder, tells_kinds_and_keys_and_gives_parts_as_text) {
  EXPECT_EQ(fault(R"({"z":[1, 2],"o":{ "b":1,"a":"x" },"s":"\u00e9","n":null})",
                  [](Decoder& d) {
                    EXPECT_TRUE(d.is_array("z"));
                    EXPECT_TRUE(d.is_object("o"));
                    EXPECT_TRUE(d.is_string("s"));
                    EXPECT_FALSE(d.is_string("o"));
                    EXPECT_FALSE(d.has("n"));
                    EXPECT_EQ(d.keys(), (Texts{"n", "o", "s", "z"}));
                    EXPECT_EQ(d.text("z"), "[1,2]");
                    EXPECT_EQ(d.text("o"), R"({"a":"x","b":1})");
                    EXPECT_EQ(d.at("o").text(), R"({"a":"x","b":1})");
                    EXPECT_EQ(d.text("absent"), "");
                    EXPECT_EQ(d.text("n"), "null");
                  }),
            "");
}

TEST(Decoder, takes_a_fault_of_the_callers_own) {
  EXPECT_EQ(fault(R"({"spec":{"mode":"x"}})", [](Decoder& d) { d.at("spec").reject("mode", "expected Manage"); }),
            "$.spec.mode: expected Manage");
  EXPECT_EQ(fault("{}", [](Decoder& d) { d.reject("", "expected more"); }), "$: expected more");
}

TEST(Decoder, finishes_with_the_kind_that_was_asked_for) {
  const auto document = parse("{}");
  ASSERT_TRUE(document);
  Decoder d(*document);
  EXPECT_EQ(*d.finish(5), 5);
  d.need<bool>("x");
  EXPECT_EQ(d.finish(5).error().kind, ErrorKind::kInternal);
  const auto invalid = d.finish(5, ErrorKind::kInvalid, "read the resource");
  EXPECT_EQ(invalid.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(describe(invalid.error()), "read the resource: $.x: is missing");
}

}  // namespace
}  // namespace originpull::json
