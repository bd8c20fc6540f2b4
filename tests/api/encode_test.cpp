// SPDX-License-Identifier: Apache-2.0
// Every field that a status can be written with is in the CRD's schema; the API server would drop it silently
// otherwise, and the operator would forget. The names are collected from an encoded status with everything in it.
#include "api/encode.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

namespace originpull::api {
namespace {

void collect(const nlohmann::json& value, std::set<std::string>& names) {
  if (value.is_object()) {
    for (const auto& [name, child] : value.items()) names.insert(name);
  }
  if (value.is_structured()) {
    for (const auto& child : value) collect(child, names);
  }
}

std::string status_schema() {
  std::ifstream file(ORIGINPULL_SOURCE_DIR "/crds/originpull.dev_originpullconfigs.yaml");
  std::stringstream text;
  text << file.rdbuf();
  const auto status = text.str().find("\n          status:\n");
  return status == std::string::npos ? "" : text.str().substr(status);
}

TEST(EncodeStatus, writes_only_fields_that_the_schema_keeps) {
  Status status{
      .observed_generation = 1, .last_handled_reconcile_at = "x", .plan = {"p"}, .conditions = {{.type = "T"}}};
  status.ledger = {.zone = ZoneIdentity{.id = "i", .name = "n"},
                   .certificates = {{.fingerprint = "f",
                                     .id = "i",
                                     .state = "s",
                                     .not_after = Wall{},
                                     .active_since = Wall{},
                                     .intent_since = Wall{},
                                     .anchors = {"a"}}},
                   .anchors = {{.sha256 = "a", .not_after = Wall{}, .pem = "p"}},
                   .original = Original{.zone_level = true, .global_setting = true}};
  status.settings = {.zone_level = true, .global_setting = true, .encryption_mode = "full"};
  json::Writer writer;
  encode_status(writer, status);
  std::set<std::string> names;
  collect(nlohmann::json::parse(writer.take()), names);
  EXPECT_GE(names.size(), 28U);
  const std::string schema = status_schema();
  for (const auto& name : names) EXPECT_NE(schema.find(" " + name + ":\n"), std::string::npos) << name;
}

}  // namespace
}  // namespace originpull::api
