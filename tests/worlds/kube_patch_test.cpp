// SPDX-License-Identifier: Apache-2.0
// The JSON and merge patches of the simulated Kubernetes API. Each answer was seen on a real API server of version
// 1.36.
#include "worlds/kube_patch.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>

namespace originpull::worlds {
namespace {

using nlohmann::json;

const char* const kObject = R"({"data": {"a": "1", "s/l": "x"}, "list": ["p", "q"]})";

std::string patched(const std::string& operations, const std::string& object = kObject) {
  const auto done = json_patched(json::parse(object), operations);
  return done ? done->dump() : std::to_string(done.error().code) + " " + done.error().reason;
}

TEST(JsonPatch, each_operation_does_what_it_says) {
  EXPECT_EQ(patched(R"([{"op": "add", "path": "/b", "value": 1}])", R"({"a": 0})"), R"({"a":0,"b":1})");
  EXPECT_EQ(patched(R"([{"op": "add", "path": "/l/1", "value": 5}])", R"({"l": [1, 2]})"), R"({"l":[1,5,2]})");
  EXPECT_EQ(patched(R"([{"op": "add", "path": "/l/-", "value": 5}])", R"({"l": [1, 2]})"), R"({"l":[1,2,5]})");
  EXPECT_EQ(patched(R"([{"op": "remove", "path": "/a"}])", R"({"a": 0})"), "{}");
  EXPECT_EQ(patched(R"([{"op": "remove", "path": "/l/0"}])", R"({"l": [1, 2]})"), R"({"l":[2]})");
  EXPECT_EQ(patched(R"([{"op": "replace", "path": "/l/1", "value": 5}])", R"({"l": [1, 2]})"), R"({"l":[1,5]})");
  EXPECT_EQ(patched(R"([{"op": "move", "from": "/a", "path": "/b"}])", R"({"a": {"x": 1}})"), R"({"b":{"x":1}})");
  EXPECT_EQ(patched(R"([{"op": "copy", "from": "/a", "path": "/b"}])", R"({"a": 1})"), R"({"a":1,"b":1})");
  EXPECT_EQ(patched(R"([{"op": "test", "path": "/a", "value": {"x": [1]}}])", R"({"a": {"x": [1]}})"),
            R"({"a":{"x":[1]}})");
  EXPECT_EQ(patched(R"([{"op": "replace", "path": "", "value": {"x": 1}}])", R"({"a": 0})"), R"({"x":1})");
}

TEST(JsonPatch, is_read_as_the_real_server_reads_it_where_the_standard_is_stricter) {
  EXPECT_EQ(patched(R"([{"op": "replace", "path": "/x", "value": 1}])", "{}"), R"({"x":1})") << "no such key";
  EXPECT_EQ(patched(R"([{"op": "remove", "path": "/l/-1"}])", R"({"l": [1, 2]})"), R"({"l":[1]})");
  EXPECT_EQ(patched(R"([{"op": "copy", "from": "/y", "path": "/z"}])", "{}"), R"({"z":null})");
  EXPECT_EQ(patched(R"([{"op": "test", "path": "/x"}])", "{}"), "{}") << "absent is null";
  EXPECT_EQ(patched(R"([{"op": "test", "path": "/x", "value": null}])", "{}"), "{}");
}

TEST(JsonPatch, escapes_in_a_path_name_slash_and_tilde) {
  EXPECT_EQ(patched(R"([{"op": "remove", "path": "/a~1b~0c"}])", R"({"a/b~c": 0})"), "{}");
  EXPECT_EQ(patched(R"([{"op": "add", "path": "/metadata/annotations/originpull.dev~1x", "value": "1"}])",
                    R"({"metadata": {"annotations": {}}})"),
            R"({"metadata":{"annotations":{"originpull.dev/x":"1"}}})");
}

TEST(JsonPatch, one_operation_that_does_not_fit_refuses_the_whole_with_422) {
  for (const char* operation :
       {R"({"op": "test", "path": "/data/a", "value": "2"})", R"({"op": "test", "path": "/data/x", "value": "2"})",
        R"({"op": "test", "path": "/nope/x", "value": "2"})", R"({"op": "remove", "path": "/data/x"})",
        R"({"op": "frob", "path": "/data/x", "value": "1"})", R"({"op": "add", "value": "1"})",
        R"({"op": "add", "path": "/none/-", "value": "1"})", R"({"op": "add", "path": "/list/5", "value": "1"})",
        R"({"op": "add", "path": "/list/foo", "value": "1"})", R"({"op": "replace", "path": "/list/7", "value": "1"})",
        R"({"op": "replace", "path": "/list/foo", "value": "1"})", R"({"op": "move", "path": "/z", "from": "/y"})",
        R"({"op": "copy", "path": "/data/z"})", R"({"op": "replace", "path": "", "value": 3})",
        R"({"op": "remove", "path": ""})"}) {
    EXPECT_EQ(patched("[{\"op\": \"add\", \"path\": \"/data/b\", \"value\": \"1\"}, " + std::string(operation) + "]"),
              "422 Invalid")
        << operation;
  }
  const auto done = json_patched(json::object(), R"([{"op": "remove", "path": "/x"}])");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the server rejected our request due to an error in our request");
}

TEST(JsonPatch, what_is_no_patch_is_400_and_too_many_operations_are_413) {
  EXPECT_EQ(patched("nonsense"), "400 BadRequest");
  EXPECT_EQ(patched("[3]"), "400 BadRequest");
  const auto object = json_patched(json::object(), R"({"op": "add"})");
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().message,
            "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp");

  std::string many = "[";
  for (std::size_t i = 0; i <= kMostPatchOperations; ++i)
    many += std::string(i == 0 ? "" : ",") + R"({"op":"test","path":"/data/a","value":"1"})";
  const auto refused = json_patched(json::parse(kObject), many + "]");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, 413);
  EXPECT_EQ(refused.error().reason, "RequestEntityTooLarge");
  EXPECT_EQ(refused.error().message,
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001");
}

std::string merged(const std::string& patch, const std::string& object = kObject) {
  const auto done = merge_patched(json::parse(object), patch);
  return done ? done->dump() : std::to_string(done.error().code) + " " + done.error().message;
}

TEST(MergePatch, merges_objects_removes_by_null_and_replaces_the_rest) {
  EXPECT_EQ(merged(R"({"a": {"x": null, "z": 3}, "l": [9], "n": {"k": null, "m": 1}})",
                   R"({"a": {"x": 1, "y": 2}, "l": [1, 2]})"),
            R"({"a":{"y":2,"z":3},"l":[9],"n":{"m":1}})");
  EXPECT_EQ(merged("{}", R"({"a": 1})"), R"({"a":1})");
}

TEST(MergePatch, what_is_no_object_is_400) {
  EXPECT_EQ(merged("[1]"),
            "400 error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}");
  EXPECT_EQ(merged("3"),
            "400 error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}");
  EXPECT_EQ(merged("null"), "400 Invalid JSON Patch");
  EXPECT_THAT(merged(""), ::testing::StartsWith("400 error decoding patch"));
}

}  // namespace
}  // namespace originpull::worlds
