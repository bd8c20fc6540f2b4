// SPDX-License-Identifier: Apache-2.0
// The texts of the simulated Kubernetes API, read back by the operator's own decoders where they have one, so that
// what is written here is what a client understands.
#include "worlds/kube_answer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;

TEST(KubeAnswer, a_refusal_is_a_status_object_with_its_code_and_reason) {
  const auto answer = refusal(409, "Conflict", "it was \"modified\"");
  EXPECT_EQ(answer.status, 409);
  const json status = json::parse(answer.body);
  EXPECT_EQ(status["kind"], "Status");
  EXPECT_EQ(status["status"], "Failure");
  EXPECT_EQ(status["reason"], "Conflict");
  EXPECT_EQ(status["code"], 409);
  EXPECT_EQ(status["message"], "it was \"modified\"");
}

TEST(KubeAnswer, the_metadata_view_holds_no_payload) {
  const json view = json::parse(metadata_view(R"({"kind":"Secret","metadata":{"name":"a"},"data":{"k":"c2VjcmV0"}})"));
  EXPECT_EQ(view["kind"], "PartialObjectMetadata");
  EXPECT_EQ(view["metadata"]["name"], "a");
  EXPECT_EQ(view.size(), 3U);
}

TEST(KubeAnswer, a_list_says_its_version_and_continues_only_if_there_is_more) {
  const std::vector<std::string> items = {R"({"metadata":{"name":"a"}})"};
  const json whole = json::parse(list_text(secrets_kind(), 7, "", items, false));
  EXPECT_EQ(whole["kind"], "SecretList");
  EXPECT_EQ(whole["metadata"]["resourceVersion"], "7");
  EXPECT_FALSE(whole["metadata"].contains("continue"));
  EXPECT_EQ(whole["items"].size(), 1U);
  EXPECT_EQ(json::parse(list_text(secrets_kind(), 7, "more", items, true))["metadata"]["continue"], "more");
}

TEST(KubeAnswer, a_frame_is_one_line) {
  const std::string line = bookmark(leases_kind(), 12);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const json event = json::parse(line);
  EXPECT_EQ(event["type"], "BOOKMARK");
  EXPECT_EQ(event["object"]["kind"], "Lease");
  EXPECT_EQ(event["object"]["metadata"]["resourceVersion"], "12");
}

}  // namespace
}  // namespace originpull::worlds
