// SPDX-License-Identifier: Apache-2.0
// YAML becomes JSON as kubectl makes it. The expected values of the first test are what `kubectl annotate --local -o
// json` of 1.34 printed for these very texts (tests/e2e/embedded_test.cpp asks it again); the rest are the faults.
#include "cli/manifest_yaml.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace originpull::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The first document; a fault is its own value, which equals nothing that is expected.
json read(const std::string& text) {
  const auto documents = documents_of(text, "a.yaml");
  if (!documents) return "refused: " + describe(documents.error());
  return documents->empty() ? json("there is none") : json::parse(documents->front().json);
}

std::string fault(const std::string& text) {
  const auto documents = documents_of(text, "a.yaml");
  EXPECT_FALSE(documents) << text;
  if (documents) return {};
  EXPECT_EQ(documents.error().kind, ErrorKind::kInvalid);
  return describe(documents.error());
}

TEST(ManifestYaml, a_plain_word_is_what_kubectl_takes_it_for) {
  EXPECT_EQ(read("[y, Y, yes, Yes, on, On, n, no, off, true, True, TRUE, yEs]"),
            json::parse(R"([true,true,true,true,true,true,false,false,false,true,true,true,"yEs"])"));
  EXPECT_EQ(read("[~, null, Null, NULL, ]"), json::parse("[null,null,null,null]"));
  EXPECT_EQ(read("[1, -1, +1, 0x1F, 010, 0o10, 0b11, -0b11, 1_000, 9223372036854775807, 1:30, 190:20:30, 08]"),
            json::parse(R"([1,-1,1,31,8,8,3,-3,1000,9223372036854775807,"1:30","190:20:30",8])"));
  EXPECT_EQ(read("[1.5, 1., .5, 1e3, 1E3, +1.5, 1.0, 1e21, 0.1, 1_0.5, 6.02e23, 123456789012345678901234567890]"),
            json::parse("[1.5,1,0.5,1000,1000,1.5,1,1e+21,0.1,10.5,6.02e+23,1.2345678901234568e+29]"));
  EXPECT_EQ(read("[2001-01-01, 2001-12-14t21:59:43.10-05:00, 0x, 1e, +, -, .]"),
            json::parse(R"(["2001-01-01","2001-12-14t21:59:43.10-05:00","0x","1e","+","-","."])"));
}

TEST(ManifestYaml, what_is_quoted_or_tagged_as_a_string_is_a_string) {
  EXPECT_EQ(read(R"(["yes", '1', "", !!str 1, !!str yes, "a\x41\u00e9"])"),
            json::parse(R"(["yes","1","","1","yes","aA\u00e9"])"));
  EXPECT_EQ(read("a: |\n  line\n    two\nb: >-\n  a\n  b\n"), json::parse(R"({"a":"line\n  two\n","b":"a b"})"));
  EXPECT_EQ(read("a: !!binary aGk="), json::parse(R"({"a":"hi"})"));
}

TEST(ManifestYaml, a_key_becomes_a_string) {
  EXPECT_EQ(read("{1: a, yes: b, 1.5: c, \"q\": e, 'on': f}"),
            json::parse(R"({"1":"a","true":"b","1.5":"c","q":"e","on":"f"})"));
}

TEST(ManifestYaml, aliases_and_merges_are_followed_and_ones_own_fields_win) {
  EXPECT_EQ(read("base: &b {x: 1, y1: 2}\nderived:\n  <<: *b\n  y1: 3\ntwo:\n  <<: [*b, {z: 1, x: 9}]\n"),
            json::parse(R"({"base":{"x":1,"y1":2},"derived":{"x":1,"y1":3},"two":{"x":1,"y1":2,"z":1}})"));
}

TEST(ManifestYaml, each_document_has_its_line) {
  const auto documents = documents_of("# a comment\na: 1\n---\n\nb: 2\n---\n", "a.yaml");
  ASSERT_TRUE(documents) << describe(documents.error());
  ASSERT_GE(documents->size(), 2U);
  EXPECT_EQ((*documents)[0].line, 2U);
  EXPECT_EQ((*documents)[1].line, 5U);
  EXPECT_EQ((*documents)[1].json, R"({"b":2})");
  for (std::size_t i = 2; i < documents->size(); ++i) EXPECT_EQ((*documents)[i].json, "null");
}

TEST(ManifestYaml, json_is_taken_as_it_is_with_its_tabs_and_escapes) {
  EXPECT_EQ(read("{\"a\":\t\"\\/\",\n\t\"b\": [1.0, true]}"), json::parse(R"({"a":"/","b":[1.0,true]})"));
}

TEST(ManifestYaml, a_fault_names_the_line_and_never_a_value) {
  EXPECT_THAT(fault("a: 1\nb: [secret-word, 2\nc: 3\n"), AllOf(HasSubstr("a.yaml:"), Not(HasSubstr("secret-word"))));
  EXPECT_THAT(fault("a: 1\nspec:\n  b: 1\n  b: secret-word\n"),
              AllOf(HasSubstr("a.yaml:4"), HasSubstr("\"b\" is given twice"), Not(HasSubstr("secret-word"))));
  EXPECT_THAT(fault("a: .nan\n"), HasSubstr("a.yaml:1"));
  EXPECT_THAT(fault("a: 1\n? [x, y]\n: 2\n"), AllOf(HasSubstr("a.yaml:2"), HasSubstr("key")));
  EXPECT_THAT(fault("a: *nowhere\n"), HasSubstr("a.yaml:1"));
  EXPECT_THAT(fault("\n\na: !!binary '?'\n"), AllOf(HasSubstr("a.yaml:3"), HasSubstr("base64")));
  EXPECT_THAT(fault("a:\n\t- b\n"), HasSubstr("a.yaml:2"));
}

TEST(ManifestYaml, aliases_that_blow_up_and_endless_ones_are_refused) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) bomb += "," + before;
    bomb += "]\n";
  }
  EXPECT_THAT(fault(bomb), HasSubstr("aliases"));
  EXPECT_THAT(fault("a: &a [*a]\n"), HasSubstr("deep"));
  EXPECT_THAT(fault("a: " + std::string(100, '[') + std::string(100, ']')), HasSubstr("deep"));
  std::string merges = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    merges += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {<<: [" + before + ", " + before + "]}\n";
  }
  EXPECT_THAT(fault(merges), HasSubstr("aliases"));
  std::string wide = "a: &a {";
  for (int i = 0; i < 1000; ++i) wide += "k" + std::to_string(i) + ": 1, ";
  wide += "}\nb: {<<: [*a";
  for (int i = 0; i < 1000; ++i) wide += ", *a";
  EXPECT_THAT(fault(wide + "]}\n"), HasSubstr("aliases")) << "each merge costs all keys of what is merged";
}

TEST(ManifestYaml, a_body_is_one_document) {
  EXPECT_EQ(body_of("a: 1\n").value_or("refused"), R"({"a":1})");
  EXPECT_EQ(body_of(R"({"a":1})").value_or("refused"), R"({"a":1})");
  EXPECT_FALSE(body_of("a: 1\n---\nb: 2\n"));
  EXPECT_FALSE(body_of("a: ["));
}

}  // namespace
}  // namespace originpull::cli
