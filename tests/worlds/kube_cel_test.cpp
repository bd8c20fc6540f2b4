// SPDX-License-Identifier: Apache-2.0
// Rules in CEL, asked of objects. The rules of the shipped type are held against their twins in api/validate.
#include "worlds/kube_cel.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "support/crd_file.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

CelCompiled compiled(const json& openapi) {
  return compile_rules(openapi, std::make_shared<const KubeSchema>(*compile_schema(openapi)), "s");
}

json schema_with(const std::string& rule, const json& more = json::object()) {
  json openapi = json::parse(R"({"type": "object", "properties": {
    "n": {"type": "integer"}, "f": {"type": "number"}, "t": {"type": "string", "maxLength": 100},
    "when": {"type": "string", "format": "date-time"}, "maybe": {"type": "string", "nullable": true},
    "list": {"type": "array", "maxItems": 9, "items": {"type": "integer"}},
    "map": {"type": "object", "maxProperties": 9, "additionalProperties": {"type": "string", "maxLength": 9}}}})");
  json one = {{"rule", rule}};
  one.update(more);
  openapi["x-kubernetes-validations"] = json::array({one});
  return openapi;
}

// "kept", or what is said.
std::string asked(const std::string& rule, const json& object, const json& old = nullptr,
                  const json& more = json::object()) {
  const CelCompiled one = compiled(schema_with(rule, more));
  if (!one.causes.empty()) return "refused: " + one.causes[0].message;
  const auto causes = one.rules(object, old.is_null() ? nullptr : &old);
  return causes.empty() ? "kept" : causes[0].field + ": " + causes[0].message;
}

TEST(KubeCel, expressions_come_to_what_they_come_to_in_cel) {
  const json object = json::parse(R"({"n": 7, "f": 2, "t": "h\u00e9llo", "when": "2026-01-01T00:00:00Z", "maybe": null,
                                      "list": [3, 1, 2], "map": {"a": "x", "b": "y"}})");
  for (const char* kept : {"self.n == 7 && self.n != 8 && self.n >= 7 && self.n < 7.5",
                           "self.n / 2 == 3 && self.n % 2 == 1 && -self.n == -7",
                           "self.f / 4.0 == 0.5",
                           "self.t.size() == 5 && size(self.t) == 5",
                           "self.t.startsWith('h') && self.t.endsWith('lo')",
                           "self.t.contains('ll') && self.t.matches('^h.*o$') && !self.t.matches('z')",
                           "self.t + '!' != self.t",
                           "self.list.all(x, x > 0) && self.list.exists(x, x == 3) && self.list.exists_one(x, x > 2)",
                           "self.list.map(x, x * 2) == [6, 2, 4]",
                           "self.list.filter(x, x > 1) == [3, 2]",
                           "self.list.map(x, x > 1, x) == [3, 2]",
                           "self.list[1] == 1 && 2 in self.list && !(9 in self.list)",
                           "'a' in self.map && self.map['b'] == 'y' && self.map.a == 'x'",
                           "self.map.all(k, self.map[k] != k)",
                           "self.map == {'a': 'x', 'b': 'y'}",
                           "has(self.n) && !has(self.map.c)",
                           "self.when > timestamp('2025-01-01T00:00:00Z')",
                           "self.when - timestamp('2025-12-31T00:00:00Z') == duration('24h')",
                           "self.when + duration('1h') == timestamp('2026-01-01T01:00:00Z')",
                           "duration('90s') == duration('1m') + duration('30s')",
                           "string(self.n) == '7' && int('7') == self.n && double(self.n) == 7.0",
                           "self.n > 5 ? true : false",
                           "self.t.upperAscii() != self.t && ' a '.trim() == 'a'",
                           "[1] + [2] == [1, 2]",

                           "self.list[9] == 1 || true",
                           "true || self.list[9] == 1",
                           "!(false && self.map['zz'] == '')",
                           "dyn(self.n) == 7"})
    EXPECT_EQ(asked(kept, object), "kept") << kept;
}

TEST(KubeCel, an_error_is_a_fault_of_the_object) {
  const json object = json::parse(R"({"n": 9223372036854775807, "t": "x", "list": [], "map": {}})");
  EXPECT_EQ(asked("self.list[0] == 1", object),
            ": Invalid value: \"object\": index out of bounds: 0 evaluating rule: self.list[0] == 1");
  EXPECT_EQ(asked("self.map['a'] == ''", object).substr(0, 45), ": Invalid value: \"object\": no such key: a eva");
  EXPECT_EQ(asked("self.f > 1.0", object).substr(0, 45), ": Invalid value: \"object\": no such key: f eva");
  EXPECT_EQ(asked("self.n + 1 > 0", object).substr(0, 43), ": Invalid value: \"object\": integer overflow");
  EXPECT_EQ(asked("1 / (self.list.size()) == 1", object).substr(0, 43),
            ": Invalid value: \"object\": division by zero");
  EXPECT_EQ(asked("duration(self.t) > duration('1s')", object).substr(0, 61),
            ": Invalid value: \"object\": type conversion error from 'string");
  EXPECT_EQ(asked("self.list[0] == 1 && true", object).substr(0, 40), ": Invalid value: \"object\": index out of ");
  EXPECT_EQ(asked("duration('2562047h') + duration('2562047h') > duration('0s')", object).substr(0, 43),
            ": Invalid value: \"object\": integer overflow");
  EXPECT_EQ(asked("-dyn(self.t) == 1", object).substr(0, 43), ": Invalid value: \"object\": no such overload");
  EXPECT_EQ(asked("int('9223372036854775807') == self.n", object), "kept");
}

TEST(KubeCel, a_rule_says_its_message_or_the_one_that_it_makes_or_itself) {
  EXPECT_EQ(asked("self.n > 1", {{"n", 1}}), ": Invalid value: failed rule: self.n > 1");
  EXPECT_EQ(asked("self.n > 1", {{"n", 1}}, nullptr, {{"message", "too small"}, {"fieldPath", ".n"}}),
            "n: Invalid value: too small");
  const json made = {{"message", "other"}, {"messageExpression", "'too small: ' + self.t"}};
  EXPECT_EQ(asked("self.n > 1", {{"n", 1}, {"t", "one"}}, nullptr, made), ": Invalid value: too small: one");
  const json fails = {{"message", "other"}, {"messageExpression", "'x' + self.map['a']"}};
  EXPECT_EQ(asked("self.n > 1", {{"n", 1}, {"map", json::object()}}, nullptr, fails), ": Invalid value: other");
  EXPECT_EQ(asked("self.n > 1", {{"n", 1}}, nullptr, {{"messageExpression", "self.n"}}),
            "refused: Invalid value: {\"Rule\":\"self.n \\u003e "
            "1\",\"Message\":\"\",\"MessageExpression\":\"self.n\",\"Reason\":"
            "null,\"FieldPath\":\"\",\"OptionalOldSelf\":null}: cel expression must evaluate to a string");
}

TEST(KubeCel, a_rule_of_change_wants_something_before_and_any_other_lets_pass_what_stays) {
  EXPECT_EQ(asked("self.n == oldSelf.n", {{"n", 1}}), "kept");
  EXPECT_EQ(asked("self.n == oldSelf.n", {{"n", 1}}, {{"n", 1}}), "kept");
  EXPECT_NE(asked("self.n == oldSelf.n", {{"n", 1}}, {{"n", 2}}), "kept");
  EXPECT_EQ(asked("self.n > 1", {{"n", 1}}, {{"n", 1}}), "kept") << "it was so before";
  EXPECT_NE(asked("self.n > 1", {{"n", 1}}, {{"n", 0}}), "kept");
}

TEST(KubeCel, rules_stand_at_every_depth_and_items_are_known_again_by_their_keys) {
  const json openapi = json::parse(R"({"type": "object", "properties": {
    "ports": {"type": "array", "maxItems": 9, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
      "items": {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string", "maxLength": 9},
        "at": {"type": "integer", "x-kubernetes-validations": [{"rule": "self == oldSelf", "message": "stays"}]}}}},
    "weights": {"type": "object", "maxProperties": 9, "additionalProperties": {"type": "integer",
      "x-kubernetes-validations": [{"rule": "self > 0", "message": "above 0", "reason": "FieldValueForbidden"}]}}}})");
  const CelCompiled rules = compiled(openapi);
  ASSERT_TRUE(rules.causes.empty());
  const json old = json::parse(R"({"ports": [{"name": "a", "at": 1}, {"name": "b", "at": 2}]})");
  const json now = json::parse(R"({"ports": [{"name": "b", "at": 2}, {"name": "a", "at": 9}, {"name": "c", "at": 5}],
                                   "weights": {"x": 1, "y": 0}})");
  const auto causes = rules.rules(now, &old);
  ASSERT_EQ(causes.size(), 2U);
  EXPECT_EQ(causes[0].field + ": " + causes[0].message, "ports[1].at: Invalid value: 9: stays");
  EXPECT_EQ(causes[1].field + ": " + causes[1].message, "weights[y]: Forbidden: above 0");
}

TEST(KubeCel, a_definition_is_refused_for_a_rule_that_costs_too_much_alone_or_with_the_others) {
  json openapi =
      json::parse(R"({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}})");
  openapi["x-kubernetes-validations"] = {{{"rule", "self.a.all(x, self.a.all(y, x == y))"}}};
  const auto causes = compiled(openapi).causes;
  ASSERT_EQ(causes.size(), 3U);
  EXPECT_EQ(causes[0].field, "s.x-kubernetes-validations[0].rule");
  EXPECT_EQ(causes[0].message.substr(0, 80),
            "Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try s");
  EXPECT_EQ(causes[1].message.substr(0, 50), "Forbidden: contributed to estimated rule cost tota");
  EXPECT_EQ(causes[2].field, "s");
  openapi["x-kubernetes-validations"][0]["rule"] = "self.a.all(x, x == 'a')";
  EXPECT_TRUE(compiled(openapi).causes.empty());
  EXPECT_TRUE(compiled(json::parse(R"({"type": "object"})")).rules == nullptr) << "no rules, nothing to ask";
}

// The rules of the shipped type are kept by functions, because a simulation asks them often. Chance changes a resource
// here and there, and both must say the same of it.
TEST(KubeCel, the_rules_of_the_shipped_type_and_their_functions_say_the_same) {
  const json crd = json::parse(support::crd_json());
  const json& openapi = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
  const CelCompiled cel = compiled(openapi);
  ASSERT_TRUE(cel.causes.empty()) << cel.causes[0].message;
  const CelRules functions = origin_pull_config_rules();
  const std::vector<std::pair<std::string, std::vector<json>>> choices = {
      {"/spec/zone/name", {"example.com", "Example.com", "a", "x.y.zz", nullptr}},
      {"/spec/zone/id", {"023e105f4ecef8ad9ca31a8372d0c353", "023E", nullptr}},
      {"/spec/certificate/source", {"Custom", "Cloudflare"}},
      {"/spec/certificate/secretRef/name", {"s", "b", nullptr}},
      {"/spec/certificate/caRef",
       {json{{"kind", "Secret"}, {"name", "b"}}, json{{"kind", "ConfigMap"}, {"name", "c"}}, nullptr}},
      {"/spec/globalSetting", {"Enabled", "Ignore"}},
      {"/spec/enabled", {true, false}},
      {"/spec/interval", {"10m", "1s", "25h", "x", "99999999999h", "1m30s"}},
      {"/spec/rotation/soak", {"0s", "721h", "1d"}},
      {"/spec/origin/trustBundles/0",
       {json{{"kind", "Secret"}, {"name", "b"}, {"type", "Opaque"}},
        json{{"kind", "ConfigMap"}, {"name", "b"}, {"type", "x"}}, json{{"kind", "Secret"}, {"name", "t"}}}},
      {"/spec/origin/probes/0",
       {json{{"name", "p"}, {"host", "h:1"}}, json{{"name", "p"}},
        json{{"name", "p"}, {"host", "h"}, {"service", json{{"name", "s"}}}}}},
      {"/status/zone/id", {"1", "2", nullptr}},
  };
  std::mt19937_64 chance(7);
  const auto make = [&] {
    json object =
        json::parse(R"({"spec": {"zone": {"name": "example.com"}, "apiTokenSecretRef": {"name": "t"}, "enabled": true,
      "globalSetting": "Enabled", "certificate": {"source": "Custom", "secretRef": {"name": "s"}}}, "status": {}})");
    for (std::uint64_t changes = chance() % 4; changes > 0; --changes) {
      const auto& [at, values] = choices[chance() % choices.size()];
      const json value = values[chance() % values.size()];
      const json::json_pointer pointer(at);
      object[pointer] = value;
      if (!value.is_null()) continue;
      object[pointer.parent_pointer()].erase(pointer.back());
      if (at.find("secretRef") != std::string::npos) object["spec"]["certificate"].erase("secretRef");
      if (at.find("/status/zone") == 0) object["status"].erase("zone");
    }
    return object;
  };
  std::size_t broken = 0;
  const auto told = [](const std::vector<KubeCause>& causes) {
    std::multiset<std::string> all;
    for (const KubeCause& cause : causes) all.insert(cause.field + ": " + cause.message);
    return all;
  };
  for (int round = 0; round < 5'000; ++round) {
    const json object = make();
    const json old = make();
    const json* before = round % 2 == 0 ? nullptr : &old;
    const auto by_cel = told(cel.rules(object, before));
    broken += by_cel.size();
    ASSERT_EQ(by_cel, told(functions(object, before))) << object.dump() << "\n"
                                                       << (before ? before->dump() : "created");
  }
  EXPECT_GT(broken, 1'000U) << "hardly anything was broken, so hardly anything was compared";
}

}  // namespace
}  // namespace originpull::worlds
