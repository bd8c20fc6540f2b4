// SPDX-License-Identifier: Apache-2.0
// Types and costs of rules. The sentences were taken down from a kube-apiserver 1.36.
#include "worlds/kube_cel_check.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;

const KubeSchema& schema() {
  static const KubeSchema one = *compile_schema(json::parse(R"({"type": "object", "properties": {
    "a": {"type": "string"}, "b": {"type": "integer"}, "short": {"type": "string", "maxLength": 10},
    "word": {"type": "string", "enum": ["Fast", "Slow"]}, "when": {"type": "string", "format": "date-time"},
    "share": {"x-kubernetes-int-or-string": true}, "x-y": {"type": "boolean"}, "in": {"type": "number"},
    "list": {"type": "array", "items": {"type": "string"}},
    "few": {"type": "array", "maxItems": 10, "items": {"type": "string", "maxLength": 10}},
    "map": {"type": "object", "additionalProperties": {"type": "integer"}}}})"));
  return one;
}

std::string judged(std::string_view rule, CelType::Kind wanted = CelType::Kind::kBool) {
  auto node = parse_cel(rule);
  if (!node) return "no syntax: " + node.error().what;
  const auto cost = check_cel(*node, schema(), wanted);
  return cost ? "good" : std::to_string(cost.error().column) + ": " + cost.error().what;
}
double cost(std::string_view rule) {
  auto node = parse_cel(rule);
  return check_cel(*node, schema(), CelType::Kind::kBool).value_or(-1);
}

TEST(KubeCelCheck, what_does_not_fit_is_told_at_its_place_in_the_words_of_the_real_server) {
  EXPECT_EQ(judged("self.a == 1"), "8: found no matching overload for '_==_' applied to '(string, int)'");
  EXPECT_EQ(judged("self.zz == 'x'"), "5: undefined field 'zz'");
  EXPECT_EQ(judged("self.a"), "0: cel expression must evaluate to a bool");
  EXPECT_EQ(judged("foo(self.a)"), "4: undeclared reference to 'foo' (in container '')");
  EXPECT_EQ(judged("self.b.startsWith('x')"),
            "18: found no matching overload for 'startsWith' applied to 'int.(string)'");
  EXPECT_EQ(judged("other == 1"), "1: undeclared reference to 'other' (in container '')");
  EXPECT_EQ(judged("self.a.split(',').size() > 1"), "13: the simulated API does not keep 'split'");
  EXPECT_EQ(judged("self.list.all(x, x)"), "18: expected type 'bool' but found 'string'");
  EXPECT_EQ(judged("[1,'a'].size() == 2"), "4: expected type 'int' but found 'string'");
  EXPECT_EQ(judged("self.a == null"), "8: found no matching overload for '_==_' applied to '(string, null)'");
  EXPECT_EQ(judged("self.when == 'x'"), "11: found no matching overload for '_==_' applied to '(timestamp, string)'");
  EXPECT_EQ(judged("self.a.matches('[')"), "16: invalid matches argument");
  EXPECT_EQ(judged("self.list.all(x, y, true)"), "no syntax: the simulated API does not keep macros of two variables");
  EXPECT_EQ(judged("self.a", CelType::Kind::kText), "good");
  EXPECT_EQ(judged("self.b", CelType::Kind::kText), "0: cel expression must evaluate to a string");
}

TEST(KubeCelCheck, each_operator_takes_what_it_takes_in_cel) {
  for (const char* good :
       {"self.b + 1 > 2 && !self.x__dash__y", "self.a in self.list", "'k' in self.map && self.map['k'] > 1",
        "self.list[0] == self.a", "self.b > 1.5", "self.share == 1 || self.share == 'x'", "self.when > timestamp('x')",
        "duration(self.a) <= duration('1h')", "self.list.all(x, x.matches('a'))", "self.map.all(k, k != 'a')",
        "self.list.filter(x, x != '').map(x, x.size()).exists(n, n > 1)", "has(self.a) ? true : self.b == 0",
        "[1, 2] == [self.b]", "self.a + 'x' == string(self.b)", "size(self.list) == size(self.map)",
        "self.__in__ / 2.0 < 1.0", "self == oldSelf", "self.few.exists_one(x, x == 'a')", "int(self.a) % 2 == 0"})
    EXPECT_EQ(judged(good), "good") << good;
  for (const char* bad :
       {"self.a && true", "!self.a", "-self.a == 1", "self.b + 'x' == 'x'", "self.a < 1", "self.list < self.list",
        "self.b in self.list", "self.list.all(x, x)", "self.b.all(x, true)", "self.list[self.a] == 'x'",
        "true ? 1 : 'x'", "self.a.size(1) == 1", "self.list.startsWith('a')", "self.a.b == 1", "self.in == 1.0",
        "self.in % 2.0 == 0.0", "duration(self.b) == duration('1s')"})
    EXPECT_NE(judged(bad), "good") << bad;
}

TEST(KubeCelCheck, of_the_metadata_only_the_names_are_seen) {
  EXPECT_EQ(judged("self.metadata.name != 'x' && self.metadata.generateName != 'x'"), "good");
  EXPECT_EQ(judged("self.metadata.labels['a'] != 'x'"), "14: undefined field 'labels'");
}

TEST(KubeCelCheck, costs_follow_the_lengths_that_the_schema_allows) {
  EXPECT_LT(cost("self.b > 1"), 10);
  // As a kube-apiserver 1.36 counts: 10 × (3 + 2 + 1 + 10 × 9) and the names around it.
  EXPECT_EQ(cost("self.few.all(x, self.few.all(y, x == y))"), 963);
  EXPECT_GT(cost("self.list.all(x, self.list.all(y, x == y))"), 1e9);
  EXPECT_LT(cost("self.word == self.short"), 10);
  EXPECT_GT(cost("self.a == self.a"), 1e5) << "nothing but the request bounds it";
  EXPECT_GT(cost("self.list.all(x, x.matches('^a*$'))"), 1e9);
}

TEST(KubeCelCheck, fields_are_called_as_kubernetes_escapes_them) {
  EXPECT_EQ(cel_field_name("plain"), "plain");
  EXPECT_EQ(cel_field_name("in"), "__in__");
  EXPECT_EQ(cel_field_name("a-b.c/d"), "a__dash__b__dot__c__slash__d");
  EXPECT_EQ(cel_field_name("a__b"), "a__underscores__b");
}

}  // namespace
}  // namespace originpull::worlds
