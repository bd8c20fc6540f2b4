// SPDX-License-Identifier: Apache-2.0
// From what a client sent to what is kept, for custom kinds.
#include "worlds/kube_admission.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

class KubeAdmissionTest : public KubeHouse {};

TEST_F(KubeAdmissionTest, defaults_of_the_schema_are_set) {
  const json made = make("a");
  EXPECT_EQ(made["spec"]["shape"], "round");
  EXPECT_EQ(made["status"], json({{"seen", -1}}));
}

TEST_F(KubeAdmissionTest, an_unknown_field_warns_or_is_refused_as_the_client_asks) {
  json sent = widget("a");
  sent["metadata"]["odd"] = 1;
  const json made = ask("POST", path(kWidgets, "?dryRun=All"), sent);
  EXPECT_FALSE(made["metadata"].contains("odd"));
  EXPECT_EQ(net::find_header(headers, "warning"), "299 - \"unknown field \\\"metadata.odd\\\"\"");
  ask("POST", path(kWidgets, "?dryRun=All&fieldValidation=Ignore"), sent);
  EXPECT_EQ(net::find_header(headers, "warning"), "");
  EXPECT_EQ(ask("POST", path(kWidgets, "?fieldValidation=Strict"), sent)["message"],
            "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field "
            "\"metadata.odd\"");
  EXPECT_EQ(code, 400);
}

TEST_F(KubeAdmissionTest, a_custom_resource_is_of_its_kind) {
  json other = widget("a");
  other["kind"] = "Gadget";
  EXPECT_EQ(ask("POST", kWidgets, other)["message"],
            "Gadget.example.com \"a\" is invalid: kind: Invalid value: \"Gadget\": must be Widget");
}

TEST_F(KubeAdmissionTest, what_the_schema_does_not_know_is_dropped_and_named) {
  json sent = widget("a");
  sent["spec"]["odd"] = 1;
  const json made = ask("POST", path(kWidgets, "?dryRun=All"), sent);
  EXPECT_FALSE(made["spec"].contains("odd"));
  EXPECT_EQ(net::find_header(headers, "warning"), "299 - \"unknown field \\\"spec.odd\\\"\"");
  EXPECT_EQ(ask("POST", path(kWidgets, "?fieldValidation=Strict"), sent)["message"],
            "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field "
            "\"spec.odd\"");
  const json secret = ask("POST", path(kSecrets, "?dryRun=All"), {{"metadata", {{"name", "s"}}}, {"spec", 1}});
  EXPECT_FALSE(secret.contains("spec"));
}

TEST_F(KubeAdmissionTest, what_breaks_the_schema_is_refused_with_its_causes) {
  const json refused = make("a", 0);
  EXPECT_EQ(code, 422);
  EXPECT_EQ(refused["details"]["causes"][0]["field"], "spec.size");
  make("a");
  EXPECT_EQ(patch(path(kWidgets, "/a"), {{"spec", {{"color", 5}}}})["details"]["causes"][0]["field"], "spec.color");
  EXPECT_EQ(patch(path(kWidgets, "/a/status"), {{"status", {{"seen", "x"}}}})["details"]["causes"][0]["field"],
            "status.seen");
}

TEST_F(KubeAdmissionTest, a_world_may_be_told_to_take_everything) {
  KubeOptions lax = options();
  lax.laws.schemas = false;
  KubeWorld simple(env, lax);
  const auto answer = simple.handle({.method = "POST", .target = kWidgets, .body = widget("a", -5).dump()});
  EXPECT_EQ(answer.status, 201);
}

}  // namespace
}  // namespace originpull::worlds
