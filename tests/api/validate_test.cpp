// SPDX-License-Identifier: Apache-2.0
// The CRD's CEL rules as functions: the table is the CRD's, rule by rule, and each rule keeps and breaks. That the
// answers are the real API server's is shown by tests/worlds/kube_validate_test.cpp and tests/e2e/crd_test.cpp, which
// run the cases of tests/support/crd_cases.
#include "api/validate.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "support/crd_cases.hpp"
#include "support/crd_file.hpp"

namespace originpull::api {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Text = std::tuple<std::string, std::string, std::string, std::string>;

void collect(const json& schema, const std::string& path, std::multiset<Text>& all) {
  for (const json& rule : schema.value("x-kubernetes-validations", json::array()))
    all.emplace(path, rule.at("rule"), rule.at("message"), rule.value("fieldPath", ""));
  if (const auto fields = schema.find("properties"); fields != schema.end())
    for (const auto& [name, field] : fields->items()) collect(field, path.empty() ? name : path + "." + name, all);
  if (schema.contains("items")) collect(schema.at("items"), path + "[]", all);
}

TEST(CrdRules, are_the_rules_of_the_crd_no_more_and_no_less) {
  const json crd = json::parse(support::crd_json());
  std::multiset<Text> of_crd;
  collect(crd.at("spec").at("versions").at(0).at("schema").at("openAPIV3Schema"), "", of_crd);
  std::multiset<Text> ours;
  for (const RuleText& rule : rule_texts()) ours.emplace(rule.at, rule.cel, rule.message, rule.field);
  EXPECT_EQ(ours, of_crd);
  EXPECT_GE(ours.size(), 19U);
}

json resource(const std::string& patch) {
  json spec = json::parse(R"({"certificate": {"source": "Custom"}, "enabled": true, "globalSetting": "Enabled"})");
  spec.merge_patch(json::parse(support::kValidSpec));
  spec.merge_patch(json::parse(patch));
  return {{"spec", spec}};
}

// The fields of the faults.
std::vector<std::string> faults(const json& now, const json* old = nullptr) {
  std::vector<std::string> fields;
  for (const RuleFault& fault : validate(now, old)) fields.push_back(fault.field);
  return fields;
}

TEST(CrdRules, name_the_field_and_show_only_plain_values) {
  const auto zone = validate(resource(R"({"zone": {"name": "Example.com"}})"), nullptr);
  ASSERT_EQ(zone.size(), 1U);
  EXPECT_EQ(zone[0].field, "spec.zone.name");
  EXPECT_EQ(zone[0].shown, "\"Example.com\"");
  const auto both = validate(resource(R"({"zone": {"id": "0123456789abcdef0123456789abcdef"}})"), nullptr);
  ASSERT_EQ(both.size(), 1U);
  EXPECT_EQ(both[0].shown, "");
  EXPECT_THAT(faults(resource(R"({"origin": {"trustBundles": [{"kind": "ConfigMap", "name": "a"},
                                                    {"kind": "ConfigMap", "name": "b", "type": "Opaque"}]}})")),
              ElementsAre("spec.origin.trustBundles[1].type"));
}

TEST(CrdRules, durations_are_bounded_at_both_ends_and_too_much_for_cel_is_no_duration) {
  const auto interval = [](const std::string& text) {
    return validate(resource("{\"interval\": \"" + text + "\"}"), nullptr);
  };
  for (const char* kept : {"1m", "60s", "24h", "1h30m", "0h0m60s", "23h59m60s"}) EXPECT_THAT(interval(kept), IsEmpty());
  for (const char* broken : {"59s", "24h1s", "0s", "", "10", "m", "1d", "10 m", "-1h", "1h-"})
    EXPECT_EQ(interval(broken).size(), 1U) << broken;
  for (const char* beyond : {"2562048h", "999999999999999h", "9999999999999999s", "9223372037s"})
    EXPECT_THAT(interval(beyond).at(0).message, ::testing::StartsWith("type conversion error from 'string'")) << beyond;
  EXPECT_EQ(interval("9223372036s").at(0).message, "interval must be from 1m to 24h, written like 90s, 10m or 1h30m");
}

TEST(CrdRules, about_a_change_are_silent_without_one) {
  const json before = resource("{}");
  const json other_zone = resource(R"({"zone": {"name": "example.org"}})");
  EXPECT_THAT(faults(other_zone), IsEmpty());
  EXPECT_THAT(faults(other_zone, &before), ElementsAre("spec.zone"));

  const json shared = resource(R"({"certificate": {"source": "Cloudflare", "secretRef": null}})");
  const json shared_off = resource(R"({"enabled": false, "certificate": {"source": "Cloudflare", "secretRef": null}})");
  const json off = resource(R"({"enabled": false})");
  EXPECT_THAT(faults(shared, &before), ElementsAre("spec.certificate.source"));
  EXPECT_THAT(faults(shared_off, &before), ElementsAre("spec.certificate.source"));
  EXPECT_THAT(faults(shared, &off), ElementsAre("spec.certificate.source"));
  EXPECT_THAT(faults(shared_off, &off), IsEmpty());
}

TEST(CrdRules, what_the_status_records_once_stays) {
  const auto with = [](const std::string& status) { return json{{"status", json::parse(status)}}; };
  const json before = with(R"({"zone": {"id": "a"}, "original": {"zoneLevel": false}})");
  EXPECT_THAT(faults(with(R"({"zone": {"id": "b"}})"), &before), ElementsAre("status.zone"));
  EXPECT_THAT(faults(with(R"({"zone": {"id": "a", "name": "x"}})"), &before), IsEmpty());
  EXPECT_THAT(faults(with(R"({"original": {"zoneLevel": true}})"), &before), ElementsAre("status.original.zoneLevel"));
  EXPECT_THAT(faults(with(R"({"original": {"zoneLevel": false, "globalSetting": "Enabled"}})"), &before), IsEmpty());
  const json seen = with(R"({"original": {"globalSetting": "Enabled"}})");
  EXPECT_THAT(faults(with(R"({"original": {"globalSetting": "Disabled"}})"), &seen),
              ElementsAre("status.original.globalSetting"));
  EXPECT_THAT(faults(with("{}"), &seen), IsEmpty()) << "to lose it all is not for a rule to see";
}

TEST(CrdRules, a_fault_that_was_there_and_is_untouched_is_let_pass) {
  const json before = resource(R"({"interval": "5s", "zone": {"name": "Old.example"},
                                   "origin": {"probes": [{"name": "a"}, {"name": "b", "service": {}}]}})");
  json after = before;
  after["spec"]["enabled"] = false;
  EXPECT_THAT(faults(after, &before), IsEmpty());
  after["spec"]["interval"] = "6s";
  EXPECT_THAT(faults(after, &before), ElementsAre("spec.interval"));
  after["spec"]["interval"] = "5s";
  std::swap(after["spec"]["origin"]["probes"][0], after["spec"]["origin"]["probes"][1]);
  EXPECT_THAT(faults(after, &before), IsEmpty()) << "a probe is known by its name, not its place";
  after["spec"]["origin"]["probes"][1]["path"] = "/x";
  EXPECT_THAT(faults(after, &before), ElementsAre("spec.origin.probes[1]"));
}

}  // namespace
}  // namespace originpull::api
