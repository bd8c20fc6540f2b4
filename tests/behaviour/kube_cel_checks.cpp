// SPDX-License-Identifier: Apache-2.0
// Rules in CEL of any type: what a definition may say, what it may cost, and what an object hears that breaks one. The
// world reads, types and prices rules itself, so each verdict here is one that both sides must come to.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

// Whether a definition with this rule is taken: "201", or what is said of it from the sentence on.
std::string taken(Side& side, const std::string& rule, const std::string& properties) {
  const std::string spec = R"({"type":"object","properties":)" + properties +
                           R"(,"x-kubernetes-validations":[{"rule":)" + as_json(rule) + "}]}";
  const Answer answer = side.post(std::string(kCrds) + "?dryRun=All", type_crd("quinces", "Quince", spec));
  if (answer.status == 201) return "201";
  std::string message = answer.message();
  const std::string before = "\"OptionalOldSelf\":null}: ";
  if (const auto at = message.find(before); at != std::string::npos) message.erase(0, at + before.size());
  return message.substr(0, message.find('\n'));
}

constexpr const char* kProperties = R"({
  "a":{"type":"string","maxLength":20},"b":{"type":"integer"},"f":{"type":"number"},
  "l":{"type":"array","maxItems":10,"items":{"type":"string","maxLength":10}},
  "d":{"type":"string","format":"date-time"},"x":{"x-kubernetes-int-or-string":true},
  "o":{"type":"object","properties":{"p":{"type":"integer"}}},
  "m":{"type":"object","maxProperties":10,"additionalProperties":{"type":"integer"}},
  "in":{"type":"integer"},"x-y":{"type":"integer"}})";

constexpr const char* kOrchard = R"J({"type":"object","x-kubernetes-validations":[
    {"rule":"!has(self.l) || self.l[0] == 1","message":"first"},{"rule":"!has(self.n) || 10 / self.n > 1"},
    {"rule":"!has(self.n) || self.n < 9","message":"small",
     "messageExpression":"self.n > 99 ? 'far more' : 'no more than 9'"}],
  "properties":{"n":{"type":"integer"},"l":{"type":"array","maxItems":5,"items":{"type":"integer"}},
    "w":{"type":"object","maxProperties":5,"additionalProperties":{"type":"integer",
         "x-kubernetes-validations":[{"rule":"self > 0","message":"above","reason":"FieldValueForbidden"}]}},
    "q":{"type":"integer","x-kubernetes-validations":[{"rule":"self > 0","reason":"FieldValueRequired","message":"q"}]},
    "k":{"type":"array","maxItems":5,"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],"items":{
         "type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":9},
         "at":{"type":"integer","x-kubernetes-validations":[{"rule":"self >= oldSelf","message":"falls"}]}}}}}})J";

}  // namespace

BEHAVIOUR("127", a_rule_that_fits_its_schema_is_taken) {
  for (const char* rule : {"self.b + 1 > 2 && !(self.a == 'x')",
                           "self.a in self.l || self.l.size() > 1.0",
                           "self.m['a'] == 1 || self.m.a == 1",
                           "self.d > timestamp('2020-01-01T00:00:00Z')",
                           "duration(self.a) <= duration('1h')",
                           "self.x == 1 || self.x == 'a'",
                           "self.x + 1 > 2",
                           "self.o == oldSelf.o",
                           "has(self.o.p) ? self.o.p > 1 : true",
                           "self.f > 1 && self.f / 2.0 < 1.0",
                           "self.l.exists_one(x, x == 'a')",
                           "self.l.map(x, x.size()).all(n, n > 1)",
                           "self.l.map(x, x != 'a', x) != []",
                           "self.l.filter(x, x.matches('^a+$')) + ['b'] == self.l",
                           "self.m.all(k, self.m[k] > 1)",
                           "dyn(self.a) == 1",
                           "string(self.b) == self.a.upperAscii().trim()",
                           "int(self.a) % 2 == 0",
                           "self.__in__ == 1 && self.x__dash__y == 1",
                           "self.d + duration('1h') > self.d",
                           "self.a == r'\\d' || self.a == \"\"\"x\"\"\"",
                           "1 in [1, 2]"})
    EXPECT_EQ(taken(side, rule, kProperties), "201") << rule;
}

BEHAVIOUR("127", a_rule_that_does_not_fit_its_schema_is_told_its_fault_and_place) {
  const auto told = [&](const std::string& rule, const std::string& what) {
    EXPECT_EQ(taken(side, rule, kProperties), what) << rule;
  };
  const auto at = [](int column, const std::string& what) {
    return "compilation failed: ERROR: <input>:1:" + std::to_string(column) + ": " + what;
  };
  told("self.a == 1", at(8, "found no matching overload for '_==_' applied to '(string, int)'"));
  told("self.zz == 1", at(5, "undefined field 'zz'"));
  told("self.a", "cel expression must evaluate to a bool");
  told("foo(self.a)", at(4, "undeclared reference to 'foo' (in container '')"));
  told("self.b.startsWith('x')", at(18, "found no matching overload for 'startsWith' applied to 'int.(string)'"));
  told("self.l.all(x, x)", at(15, "expected type 'bool' but found 'string'"));
  told("[1,'a'].size() == 2", at(4, "expected type 'int' but found 'string'"));
  told("self.d == 'x'", at(8, "found no matching overload for '_==_' applied to '(timestamp, string)'"));
  told("self.a == null", at(8, "found no matching overload for '_==_' applied to '(string, null)'"));
  told("self.a.matches('[')", at(16, "invalid matches argument"));
  told("(self.a", at(8, "Syntax error: missing ')' at '<EOF>'"));
  told("self.a)", at(7, "Syntax error: extraneous input ')' expecting <EOF>"));
  told("has(self)", at(5, "invalid argument to has() macro"));
  told("self.l.all(1, true)", at(12, "argument must be a simple name"));
}

BEHAVIOUR("127", the_cost_of_a_rule_is_counted_from_the_lengths_of_the_schema) {
  const auto factor = [&](const std::string& rule, const std::string& properties) {
    const Answer answer = side.post(std::string(kCrds) + "?dryRun=All",
                                    type_crd("quinces", "Quince",
                                             R"({"type":"object","properties":)" + properties +
                                                 R"(,"x-kubernetes-validations":[{"rule":)" + as_json(rule) + "}]}"));
    if (answer.status == 201) return std::string("201");
    const std::string message = answer.message();
    const auto from = message.find("by factor of ");
    return from == std::string::npos ? message : message.substr(from + 13, message.find(" (try") - from - 13);
  };
  const auto list = [](int most, const std::string& item) {
    return R"({"a":{"type":"array","maxItems":)" + std::to_string(most) + R"(,"items":)" + item + "}}";
  };
  const std::string number = R"({"type":"integer"})";
  const auto text = [](int most) { return R"({"type":"string","maxLength":)" + std::to_string(most) + "}"; };
  EXPECT_EQ(factor("self.a.all(x, self.a.all(y, x == y))", list(1000, number)), "201");
  EXPECT_EQ(factor("self.a.all(x, self.a.all(y, x == y))", list(3000, number)), "4.5x");
  EXPECT_EQ(factor("self.a.all(x, self.a.all(y, x == y))", list(3000, text(10))), "8.1x");
  EXPECT_EQ(factor("self.a.all(x, self.a.exists(y, x.startsWith(y)))", list(1000, text(100))), "4.6x");
  EXPECT_EQ(factor("self.a.all(x, self.a.filter(y, x == y).size() == 1)", list(1000, text(10))), "1.9x");
  EXPECT_EQ(factor("self.a.all(x, x.matches('^[a-z]+$'))", list(10000, text(10000))), "8.0x");
  EXPECT_EQ(factor("self.a.all(x, x.matches('^a*$'))", R"({"a":{"type":"array","items":{"type":"string"}}})"),
            "more than 100x");
  EXPECT_EQ(factor("self.a.all(x, x == 'a')", R"({"a":{"type":"array","items":{"type":"string"}}})"), "201");
}

BEHAVIOUR("127", the_message_that_a_rule_makes_has_a_price_too) {
  const Answer answer =
      side.post(std::string(kCrds) + "?dryRun=All",
                type_crd("quinces", "Quince", R"J({"type":"object","properties":{"n":{"type":"integer"}},
    "x-kubernetes-validations":[{"rule":"self.n < 9","messageExpression":"'no more than 9: ' + string(self.n)"}]})J"));
  EXPECT_VERDICT(answer, "422 Invalid");
  EXPECT_SAYS(answer.message(), "estimated messageExpression cost exceeds budget by factor of more than 100x");
}

BEHAVIOUR("127", a_rule_at_any_depth_is_told_where_it_is_broken_and_how) {
  const std::string crds = kCrds;
  ok(side.post(crds, type_crd("orchards", "Orchard", kOrchard)));
  const std::string orchards = "/apis/types.test/v1/namespaces/" + side.ns() + "/orchards";
  ASSERT_TRUE(side.comes_true([&] { return side.get(orchards).status == 200; }));
  const auto told = [&](const std::string& spec, const std::string& name = "b") {
    const Answer answer = side.post(orchards, R"({"apiVersion":"types.test/v1","kind":"Orchard","metadata":{"name":")" +
                                                  name + R"("},"spec":)" + spec + "}");
    const std::string prefix = "Orchard.types.test \"" + name + "\" is invalid: ";
    return answer.status == 201 ? "201" : answer.message().substr(std::min(prefix.size(), answer.message().size()));
  };
  EXPECT_EQ(told(R"({"n":5,"l":[1],"w":{"a":1},"q":1,"k":[{"name":"x","at":1}]})", "a"), "201");
  EXPECT_EQ(told(R"({"l":[2]})"), "spec: Invalid value: first");
  EXPECT_EQ(told(R"({"l":[]})"), "spec: Invalid value: \"object\": index out of bounds: 0 evaluating rule: first");
  EXPECT_EQ(told(R"({"n":0})"),
            "spec: Invalid value: \"object\": division by zero evaluating rule: !has(self.n) || 10 / self.n > 1");
  EXPECT_EQ(told(R"({"n":10})"),
            "[spec: Invalid value: failed rule: !has(self.n) || 10 / self.n > 1, spec: Invalid value: no more than 9]");
  EXPECT_EQ(told(R"({"w":{"a":0}})"), "spec.w[a]: Forbidden: above");
  EXPECT_EQ(told(R"({"q":0})"), "spec.q: Required value: q");
  const Answer falls =
      side.patch(kMerge, orchards + "/a", R"({"spec":{"k":[{"name":"y","at":0},{"name":"x","at":0}]}})");
  EXPECT_VERDICT(falls, "422 Invalid");
  EXPECT_SAYS(falls.message(), "spec.k[1].at: Invalid value: 0: falls");
  ok(side.remove(crds + "/orchards.types.test"));
}

}  // namespace originpull::behaviour
