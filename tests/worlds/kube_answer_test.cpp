// SPDX-License-Identifier: Apache-2.0
// The texts of the simulated Kubernetes API.
#include "worlds/kube_answer.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;

const KubeType& leases() {
  static const auto type = KubeCatalogue::built_in()->find("coordination.k8s.io", "v1", "leases");
  return *type;
}

TEST(KubeAnswer, a_refusal_is_a_status_object_with_its_code_and_reason) {
  const auto answer = refusal(conflict("", "secrets", "a", "it was \"modified\""));
  EXPECT_EQ(answer.status, 409);
  const json status = json::parse(answer.body);
  EXPECT_EQ(status["kind"], "Status");
  EXPECT_EQ(status["status"], "Failure");
  EXPECT_EQ(status["reason"], "Conflict");
  EXPECT_EQ(status["code"], 409);
  EXPECT_EQ(status["message"], "Operation cannot be fulfilled on secrets \"a\": it was \"modified\"");
  EXPECT_EQ(status["details"], json({{"name", "a"}, {"kind", "secrets"}}));
}

TEST(KubeAnswer, a_missing_object_is_named_with_its_group) {
  const json status = json::parse(status_text(not_found(leases(), "l")));
  EXPECT_EQ(status["message"], "leases.coordination.k8s.io \"l\" not found");
  EXPECT_EQ(status["details"], json({{"name", "l"}, {"group", "coordination.k8s.io"}, {"kind", "leases"}}));
}

TEST(KubeAnswer, details_are_there_only_where_there_is_something_to_say_or_a_real_server_says_nothing_in_them) {
  EXPECT_EQ(json::parse(status_text(no_such_method()))["details"], json::object());
  EXPECT_FALSE(json::parse(status_text({.message = "nonsense"})).contains("details"));
}

TEST(KubeAnswer, a_version_that_does_not_come_is_a_timeout_with_a_cause_and_a_time_to_retry) {
  const auto answer = refusal(too_large_version(9, 7));
  EXPECT_EQ(answer.status, 504);
  EXPECT_EQ(net::find_header(answer.headers, "retry-after"), "1");
  const json status = json::parse(answer.body);
  EXPECT_EQ(status["reason"], "Timeout");
  EXPECT_EQ(status["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
  EXPECT_EQ(status["details"]["retryAfterSeconds"], 1);
}

TEST(KubeAnswer, a_list_says_its_version_and_continues_only_if_there_is_more) {
  const std::vector<std::string> items = {R"({"metadata":{"name":"a"}})"};
  const json whole = json::parse(list_text({.kind = "SecretList", .group_version = "v1", .version = 7}, items));
  EXPECT_EQ(whole["kind"], "SecretList");
  EXPECT_EQ(whole["metadata"], json({{"resourceVersion", "7"}}));
  EXPECT_EQ(whole["items"].size(), 1U);
  const json page = json::parse(list_text(
      {.kind = "SecretList", .group_version = "v1", .version = 7, .continue_token = "more", .remaining = 3}, items));
  EXPECT_EQ(page["metadata"]["continue"], "more");
  EXPECT_EQ(page["metadata"]["remainingItemCount"], 3);
}

TEST(KubeAnswer, a_frame_is_one_line) {
  const std::string line = frame("BOOKMARK", bookmark_object(leases(), 12, true));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const json event = json::parse(line);
  EXPECT_EQ(event["type"], "BOOKMARK");
  EXPECT_EQ(event["object"]["kind"], "Lease");
  EXPECT_EQ(event["object"]["metadata"]["resourceVersion"], "12");
  EXPECT_EQ(event["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
}

}  // namespace
}  // namespace originpull::worlds
