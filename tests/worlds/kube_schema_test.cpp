// SPDX-License-Identifier: Apache-2.0
// Schemas of custom resources, compiled from their OpenAPI text.
#include "worlds/kube_schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;

TEST(KubeSchemaOfText, has_the_fields_their_bounds_and_how_lists_merge) {
  const auto schema = compile_schema(json::parse(R"({"type": "object", "properties": {"spec": {
      "type": "object", "required": ["size"], "properties": {
        "size": {"type": "integer", "minimum": 1, "default": 3},
        "labels": {"type": "object", "additionalProperties": {"type": "string", "pattern": "^a"}},
        "parts": {"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"],
                  "items": {"type": "object", "properties": {"name": {"type": "string"}}}}}}}})"));
  ASSERT_TRUE(schema);
  const KubeSchema& spec = *schema->member("spec");
  EXPECT_EQ(spec.bounds->required, std::vector<std::string>{"size"});
  EXPECT_EQ(*spec.member("size")->fallback, 3);
  EXPECT_EQ(spec.member("size")->bounds->minimum, 1.0);
  EXPECT_TRUE(spec.member("labels")->member("x")->bounds->pattern->matches("ab"));
  EXPECT_EQ(spec.member("parts")->list_keys, std::vector<std::string>{"name"});
  EXPECT_EQ(spec.member("parts")->element()->member("name")->type, KubeSchema::Type::kString);
  EXPECT_EQ(schema->member("metadata")->member("finalizers")->list, KubeSchema::List::kSet);
}

TEST(KubeSchemaOfText, that_cannot_be_kept_is_refused_instead_of_ignored) {
  for (const char* text : {R"({"type": "tuple"})", R"({"type": "string", "pattern": "(?i)a"})",
                           R"({"type": "integer", "multipleOf": 3})"}) {
    const auto schema = compile_schema(json::parse(text));
    ASSERT_FALSE(schema) << text;
    EXPECT_EQ(schema.error().code, 422);
  }
}

}  // namespace
}  // namespace originpull::worlds
