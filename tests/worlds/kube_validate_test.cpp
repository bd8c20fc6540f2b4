// SPDX-License-Identifier: Apache-2.0
// Whether custom resources keep their schema: the cases of tests/support/crd_cases, which tests/e2e/crd_test.cpp runs
// on a real API server too and compares word for word, and some whose causes were written down from a real server of
// version 1.36.
#include "worlds/kube_validate.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

#include "support/crd_cases.hpp"
#include "support/crd_file.hpp"
#include "worlds/kube_prune.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const KubeSchema& schema() {
  static const KubeSchema one = *compile_schema(
      json::parse(support::crd_json()).at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema"));
  return one;
}

json resource(const std::string& patch) {
  json spec = json::parse(support::kValidSpec);
  spec.merge_patch(json::parse(patch));
  json object = {{"apiVersion", "originpull.dev/v1alpha1"},
                 {"kind", "OriginPullConfig"},
                 {"metadata", {{"name", "tried"}}},
                 {"spec", spec}};
  fill_defaults(object, schema());
  return object;
}

std::vector<std::string> lines(const std::vector<KubeCause>& causes) {
  std::vector<std::string> all;
  for (const KubeCause& cause : causes) all.push_back(cause.field + ": " + cause.message);
  return all;
}

std::vector<std::string> faults(const json& object, const json* old = nullptr) {
  return lines(validate_custom(object, old, schema(), origin_pull_config_rules()));
}

const std::string kNotChecked =
    "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the "
    "existing errors to complete validation";

TEST(KubeValidate, lets_pass_every_case_that_the_real_server_lets_pass) {
  for (const auto& one : support::accepted_cases()) EXPECT_THAT(faults(resource(one.patch)), IsEmpty()) << one.name;
}

TEST(KubeValidate, refuses_every_case_that_the_real_server_refuses) {
  for (const auto& one : support::refused_cases())
    EXPECT_THAT(faults(resource(one.patch)), Contains(HasSubstr(one.refusal))) << one.name;
}

TEST(KubeValidate, bounds_the_status_on_its_own) {
  const json before = resource("{}");
  for (const auto& one : support::refused_status_cases()) {
    json after = before;
    after["status"].merge_patch(json::parse(one.patch));
    const auto causes = validate_custom(after, &before, schema(), origin_pull_config_rules(), KubeScope::kStatus);
    EXPECT_THAT(lines(causes), Contains(HasSubstr(one.refusal))) << one.name;
  }
  json after = before;
  after["spec"]["interval"] = "broken";
  after["status"]["observedGeneration"] = 1;
  EXPECT_THAT(validate_custom(after, &before, schema(), {}, KubeScope::kStatus), IsEmpty());
}

TEST(KubeValidate, says_what_the_real_server_says) {
  EXPECT_THAT(faults(resource(R"({"zone": {"name": null}})")),
              ElementsAre("spec.zone: Invalid value: give exactly one of zone.name and zone.id"));
  EXPECT_THAT(faults(resource(R"({"zone": null})")), ElementsAre("spec.zone: Required value", kNotChecked));
  EXPECT_THAT(faults(resource(R"({"interval": 600})")),
              ElementsAre(R"(spec.interval: Invalid value: "integer": spec.interval in body must be of type string: )"
                          R"("integer")",
                          kNotChecked));
  EXPECT_THAT(faults(resource(R"({"interval": "00000000000000010m"})")),
              ElementsAre("spec.interval: Too long: may not be more than 16 bytes", kNotChecked));
  EXPECT_THAT(faults(resource(R"({"globalSetting": true})")),
              ElementsAre(R"(spec.globalSetting: Invalid value: "boolean": spec.globalSetting in body must be of type )"
                          R"(string: "boolean")",
                          R"(spec.globalSetting: Unsupported value: true: supported values: "Enabled", "Disabled", )"
                          R"("Unmanaged")",
                          kNotChecked));
  EXPECT_THAT(faults(resource(R"({"apiTokenSecretRef": {"name": ""}})")),
              ElementsAre(R"(spec.apiTokenSecretRef.name: Invalid value: "": spec.apiTokenSecretRef.name in body )"
                          "should be at least 1 chars long"));
  EXPECT_THAT(faults(resource(R"({"interval": ""})")),
              ElementsAre(R"(spec.interval: Invalid value: "": spec.interval in body should match )"
                          "'^([0-9]+(s|m|h))+$'",
                          R"(spec.interval: Invalid value: "": interval must be from 1m to 24h, written like 90s, 10m )"
                          "or 1h30m"));
  EXPECT_THAT(faults(resource(R"({"interval": "2562048h"})")),
              ElementsAre(R"(spec.interval: Invalid value: "string": type conversion error from 'string' to )"
                          "'google.protobuf.Duration' evaluating rule: interval must be from 1m to 24h, written like "
                          "90s, 10m or 1h30m"));
}

TEST(KubeValidate, says_of_lists_and_numbers_what_the_real_server_says) {
  const std::string port = "spec.origin.probes[0].service.port";
  const auto with_port = [](const std::string& number) {
    return resource(R"({"origin": {"probes": [{"name": "w", "serverName": "a.b", "service": {"name": "o", "port": )" +
                    number + "}}]}}");
  };
  EXPECT_THAT(faults(with_port("0")),
              ElementsAre(port + ": Invalid value: 0: " + port + " in body should be greater than or equal to 1"));
  EXPECT_THAT(faults(with_port("1.5")),
              UnorderedElementsAre(
                  port + ": Invalid value: \"float64\": " + port + " in body must be of type int32: \"float64\"",
                  "<nil>: Invalid value: \"\": Checked value must be of type integer with format "
                  "int32 in " +
                      port,
                  kNotChecked));
  EXPECT_THAT(faults(with_port("99999999999")),
              UnorderedElementsAre(
                  "<nil>: Invalid value: \"\": Checked value must be of type integer with format "
                  "int32 in " +
                      port,
                  port + ": Invalid value: 99999999999: " + port + " in body should be less than or equal to 65535"));
  EXPECT_THAT(faults(resource(R"({"origin": {"trustBundles": [{"kind": "Secret", "name": "b"},
                                  {"kind": "Secret", "name": "b"}, {"kind": "Secret", "name": "b"}]}})")),
              ElementsAre(R"(spec.origin.trustBundles[1]: Duplicate value: {"kind":"Secret","name":"b"})"));
  EXPECT_THAT(faults(resource(R"({"origin": {"probes": ["x"]}})")),
              ElementsAre(R"(spec.origin.probes[0]: Invalid value: "string": spec.origin.probes[0] in body must be of )"
                          R"(type object: "string")",
                          R"(spec.origin.probes[0]: Invalid value: "x": must be an object for an array of list-type )"
                          "map",
                          kNotChecked));
  EXPECT_THAT(faults(resource(R"({"origin": {"probes": [null]}})")),
              ElementsAre(R"(spec.origin.probes[0]: Invalid value: "null": spec.origin.probes[0] in body must be of )"
                          R"(type object: "null")",
                          kNotChecked));
  EXPECT_THAT(faults(resource(R"({"origin": {"trustBundles": {"a": "b"}}})")),
              ElementsAre(R"(spec.origin.trustBundles: Invalid value: "object": spec.origin.trustBundles in body must )"
                          R"(be of type array: "object")",
                          kNotChecked));
}

TEST(KubeValidate, the_reasons_of_causes_are_those_of_the_real_server) {
  const auto reasons = [](const std::string& patch) {
    std::vector<std::string> all;
    for (const auto& cause : validate_custom(resource(patch), nullptr, schema(), {})) all.push_back(cause.reason);
    return all;
  };
  EXPECT_THAT(reasons(R"({"zone": null})"), ElementsAre("FieldValueRequired", "FieldValueInvalid"));
  EXPECT_THAT(reasons(R"({"mode": "x"})"), ElementsAre("FieldValueNotSupported", "FieldValueInvalid"));
  EXPECT_THAT(reasons(R"({"enabled": 1})"), ElementsAre("FieldValueTypeInvalid", "FieldValueInvalid"));
  EXPECT_THAT(reasons(R"({"interval": "00000000000000010m"})"), ElementsAre("FieldValueTooLong", "FieldValueInvalid"));
}

TEST(KubeValidate, a_fault_that_was_there_and_is_untouched_is_let_pass) {
  json before = resource("{}");
  before["spec"]["mode"] = "Ancient";
  before["spec"]["origin"]["trustBundles"] = json::parse(R"([{"kind": "Secret", "name": "UPPER"},
                                                             {"kind": "Secret", "name": "b"}])");
  json after = before;
  after["spec"]["interval"] = "1h";
  EXPECT_THAT(faults(after, &before), IsEmpty());
  std::swap(after["spec"]["origin"]["trustBundles"][0], after["spec"]["origin"]["trustBundles"][1]);
  EXPECT_THAT(faults(after, &before), IsEmpty()) << "an item is known by its keys";
  after["spec"]["mode"] = "Older";
  EXPECT_THAT(faults(after, &before), Contains(HasSubstr("Unsupported value: \"Older\"")));
  EXPECT_FALSE(faults(before).empty()) << "a new resource has no past to be excused by";
}

TEST(KubeValidate, alternatives_must_fit_as_many_as_they_say) {
  const auto check = [](const std::string& field, const std::string& value) {
    const auto compiled = compile_schema(json::parse(R"({"type": "object", "properties": {"x": )" + field + "}}"));
    return compiled ? lines(validate_custom({{"x", json::parse(value)}}, nullptr, *compiled, {}))
                    : std::vector<std::string>{"no schema"};
  };
  const std::string any = R"({"anyOf": [{"type": "integer"}, {"type": "string", "minLength": 2}]})";
  EXPECT_THAT(check(any, "1"), IsEmpty());
  EXPECT_THAT(check(any, "\"ab\""), IsEmpty());
  EXPECT_THAT(check(any, "\"a\""),
              Contains(R"(<nil>: Invalid value: "": "x" must validate at least one schema (anyOf))"));
  const std::string one = R"({"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]})";
  EXPECT_THAT(check(one, R"({"a": 1})"), IsEmpty());
  EXPECT_THAT(check(one, R"({"a": 1, "b": 1})"),
              Contains(R"(<nil>: Invalid value: "": "x" must validate one and only one schema (oneOf). Found 2 valid )"
                       "alternatives"));
  EXPECT_THAT(check(one, "{}"), Contains(HasSubstr("Found none valid")));
  EXPECT_THAT(check(R"({"type": "string", "not": {"enum": ["a"]}})", "\"a\""),
              ElementsAre(R"(<nil>: Invalid value: "": "x" must not validate the schema (not))"));
  EXPECT_THAT(check(R"({"x-kubernetes-int-or-string": true})", "true"),
              ElementsAre(HasSubstr("must be of type integer,string: \"boolean\""), kNotChecked));
  EXPECT_THAT(check(R"({"type": "string", "nullable": true})", "null"), IsEmpty());
}

}  // namespace
}  // namespace originpull::worlds
