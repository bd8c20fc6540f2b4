// SPDX-License-Identifier: Apache-2.0
// The spec of OriginPullConfig on a real API server: each rule of the schema is shown accepting and refusing
// (support/crd_cases), defaults are filled in at every depth, what may not change cannot be changed, and the schema
// keeps the laws that no single case shows: each field described in words of its own, each string and list bounded, no
// word that YAML would read as a boolean. Method: kubectl with server-side dry runs, as a user would; the simulated
// API server is asked the same, and must say the same words.
#include "e2e/simulated_crd.hpp"
#include "e2e/with_crd.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace originpull::e2e {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

class Crd : public WithCrd {};

TEST_F(Crd, each_rule_lets_pass_what_keeps_it) {
  for (const auto& one : support::accepted_cases()) {
    SCOPED_TRACE(one.name);
    const auto said = try_to_create(resource("tried", one.patch));
    EXPECT_EQ(said.exit, 0) << said.err;
    EXPECT_THAT(simulated_words(resource("tried", one.patch)), ::testing::IsEmpty());
  }
}

TEST_F(Crd, each_rule_refuses_what_breaks_it_and_says_what_to_do) {
  for (const auto& one : support::refused_cases()) {
    SCOPED_TRACE(one.name);
    const auto said = try_to_create(resource("tried", one.patch));
    EXPECT_NE(said.exit, 0);
    EXPECT_THAT(said.err, HasSubstr(one.refusal));
    EXPECT_EQ(simulated_words(resource("tried", one.patch)), words_of_kubectl(said.err));
  }

  // What no patch of a spec can show: no spec at all, nothing in it, and a field that is not there.
  auto bare = resource("bare", "{}");
  bare.erase("spec");
  EXPECT_THAT(try_to_create(bare).err, HasSubstr("spec: Required value"));
  bare["spec"] = Json::object();
  const auto said = try_to_create(bare).err;
  for (const char* field : {"spec.zone", "spec.apiTokenSecretRef", "spec.certificate"}) {
    EXPECT_THAT(said, HasSubstr(std::string(field) + ": Required value"));
  }
  EXPECT_THAT(try_to_create(resource("typo", R"({"intervall": "10m"})")).err,
              HasSubstr("unknown field \"spec.intervall\""));
}

TEST_F(Crd, every_default_is_filled_in_at_every_depth_even_where_its_parent_is_left_out) {
  const auto made = create(resource("smallest", "{}"));
  EXPECT_EQ(made.at("spec"), Json::parse(R"({
    "zone": {"name": "example.com"},
    "apiTokenSecretRef": {"name": "cloudflare-api-token", "key": "token"},
    "certificate": {"source": "Custom", "secretRef": {"name": "edge-client-tls"}},
    "enabled": true, "globalSetting": "Enabled", "minimumEncryptionMode": "Full", "takeover": "Never",
    "rotation": {"issuerChange": "Guarded", "trustPropagation": "5m", "soak": "10m"},
    "interval": "10m", "mode": "Manage", "deletionPolicy": "Retain"})"));
  EXPECT_EQ(made.at("status"), Json::parse(R"({"observedGeneration": -1})"));

  const auto spec = create(resource("lists", R"({
    "certificate": {"caRef": {"kind": "Secret", "name": "ca"}},
    "rotation": {"soak": "1h"},
    "origin": {
      "additionalCAs": [{"kind": "ConfigMap", "name": "partner"}],
      "trustBundles": [{"kind": "Secret", "name": "bundle"}],
      "probes": [{"name": "web", "serverName": "example.com", "service": {"name": "origin", "port": 443}}]}})"))
                        .at("spec");
  EXPECT_EQ(spec.at("certificate").at("caRef").at("key"), "ca.crt");
  EXPECT_EQ(spec.at("rotation"), Json::parse(R"({"issuerChange": "Guarded", "trustPropagation": "5m", "soak": "1h"})"));
  EXPECT_EQ(spec.at("origin").at("additionalCAs").at(0).at("key"), "ca.crt");
  // No default for `type`: a ConfigMap has none, and a default would make every ConfigMap invalid.
  EXPECT_EQ(spec.at("origin").at("trustBundles").at(0),
            Json::parse(R"({"kind": "Secret", "name": "bundle", "key": "ca.crt"})"));
  EXPECT_EQ(spec.at("origin").at("probes").at(0).at("path"), "/");
}

TEST_F(Crd, the_zone_never_changes_and_the_source_only_while_switched_off_before_and_after) {
  const auto spec = create(resource("zoned", "{}")).at("spec");
  for (const char* zone : {R"({"name": "example.org"})", R"({"id": "023e105f4ecef8ad9ca31a8372d0c353"})"}) {
    auto other = spec;
    other["zone"] = Json::parse(zone);
    EXPECT_THAT(replace_spec("zoned", other).err, HasSubstr("the zone cannot be changed")) << zone;
  }
  auto same_zone = spec;
  same_zone["interval"] = "1h";
  EXPECT_EQ(replace_spec("zoned", same_zone).exit, 0);
  const auto on = create(resource("sourced", "{}")).at("spec");
  auto shared_on = on;
  shared_on["certificate"] = {{"source", "Cloudflare"}};
  auto shared_off = shared_on;
  shared_off["enabled"] = false;
  auto off = on;
  off["enabled"] = false;

  const auto refusal = HasSubstr("apply enabled: false first");
  EXPECT_THAT(replace_spec("sourced", shared_on).err, refusal) << "on before, on after";
  EXPECT_THAT(replace_spec("sourced", shared_off).err, refusal) << "on before, off after";
  ASSERT_EQ(replace_spec("sourced", off, true).exit, 0);
  EXPECT_THAT(replace_spec("sourced", shared_on).err, refusal) << "off before, on after";
  ASSERT_EQ(replace_spec("sourced", shared_off, true).exit, 0) << "off before, off after";
  EXPECT_EQ(replace_spec("sourced", shared_on).exit, 0) << "the new source is switched on";
}

// Calls `visit` with the path and the schema of each field, items of lists as path[].
void walk(const Json& schema, const std::string& path,
          const std::function<void(const std::string& path, const Json& schema)>& visit) {
  if (schema.contains("properties")) {
    for (const auto& [name, field] : schema.at("properties").items()) {
      if (path.empty() && (name == "apiVersion" || name == "kind" || name == "metadata")) continue;
      std::string at = path;
      at.append(".").append(name);
      visit(at, field);
      walk(field, at, visit);
    }
  }
  if (schema.contains("items")) {
    visit(path + "[]", schema.at("items"));
    walk(schema.at("items"), path + "[]", visit);
  }
}

void each_field_is_described_in_words_of_its_own(const Json& whole) {
  std::map<std::string, std::string> described;
  walk(whole, "", [&](const std::string& path, const Json& schema) {
    if (path.ends_with("[]")) return;
    ASSERT_TRUE(schema.contains("description")) << path;
    const std::string text = schema.at("description");
    EXPECT_GE(text.size(), 20U) << path << ": " << text;
    EXPECT_TRUE(text.ends_with(".")) << path << ": " << text;
    const auto [first, is_new] = described.emplace(text, path);
    EXPECT_TRUE(is_new) << path << " is described like " << first->second;
  });
  EXPECT_GT(described.size(), 80U);
}

void a_description_names_its_default_because_explain_does_not(const Json& whole) {
  int defaults = 0;
  walk(whole, "", [&](const std::string& path, const Json& schema) {
    if (!schema.contains("default") || schema.at("default").is_object()) return;
    ++defaults;
    const Json& value = schema.at("default");
    const std::string word = value.is_string() ? value.get<std::string>() : value.dump();
    EXPECT_THAT(schema.at("description").get<std::string>(), HasSubstr("Default " + word + ".")) << path;
  });
  EXPECT_EQ(defaults, 16);
}

void every_string_list_and_number_is_bounded(const Json& whole) {
  walk(whole, "", [&](const std::string& path, const Json& schema) {
    const std::string type = schema.at("type");
    EXPECT_TRUE(type != "string" || schema.contains("maxLength")) << path;
    EXPECT_TRUE(type != "array" || schema.contains("maxItems")) << path;
    EXPECT_TRUE(type != "array" || schema.contains("x-kubernetes-list-type")) << path << ": how would apply merge it?";
    EXPECT_TRUE(type != "integer" || schema.contains("minimum")) << path;
    EXPECT_TRUE(type != "object" || schema.contains("properties")) << path << ": unknown keys would be kept";
    EXPECT_FALSE(schema.contains("x-kubernetes-preserve-unknown-fields")) << path;
  });
}

void no_enum_word_is_a_boolean_to_yaml(const Json& whole) {
  const std::set<std::string> booleans = {"y", "n", "yes", "no", "on", "off", "true", "false"};
  walk(whole, "", [&](const std::string& path, const Json& schema) {
    if (!schema.contains("enum") || path == ".status.conditions[].status") return;  // Kubernetes' own words
    for (std::string word : schema.at("enum")) {
      std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::tolower(c); });
      EXPECT_FALSE(booleans.contains(word)) << path << ": " << word;
    }
  });
}

TEST_F(Crd, the_schema_keeps_the_laws_that_no_single_case_shows) {
  const Json whole = version_of_crd().at("schema").at("openAPIV3Schema");
  each_field_is_described_in_words_of_its_own(whole);
  a_description_names_its_default_because_explain_does_not(whole);
  every_string_list_and_number_is_bounded(whole);
  no_enum_word_is_a_boolean_to_yaml(whole);
}

TEST_F(Crd, kubectl_explains_rotation_and_finds_the_type_by_its_short_name_and_category) {
  create(resource("found", "{}"));
  EXPECT_THAT(must({"get", "opc", "-o", "name"}), HasSubstr("originpullconfig.originpull.dev/found"));
  EXPECT_THAT(must({"get", "cloudflare", "-o", "name"}), HasSubstr("originpullconfig.originpull.dev/found"));

  support::Finished said;  // the schema is published a moment after the type is served
  ASSERT_TRUE(support::poll_until(std::chrono::seconds(20), [&] {
    said = cluster().kubectl({"explain", "originpullconfig.spec.rotation"});
    return said.exit == 0;
  })) << said.err;
  for (const char* part : {"How carefully a new certificate takes the place of the old one.", "issuerChange\t<string>",
                           "enum: Guarded, Automatic", "soak\t<string>", "From 0s to 720h.", "Default 10m.",
                           "trustPropagation\t<string>"}) {
    EXPECT_THAT(said.out, HasSubstr(part));
  }
}

}  // namespace
}  // namespace originpull::e2e
