// SPDX-License-Identifier: Apache-2.0
// Writes in detail: names, patches, finalizers, generations, namespaces.
#include "worlds/kube_writer.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

class KubeWriterTest : public KubeHouse {};

TEST_F(KubeWriterTest, a_name_is_made_where_only_its_beginning_is_given) {
  const json one = ask("POST", kSecrets, {{"metadata", {{"generateName", "gen-"}}}});
  const std::string name = one["metadata"]["name"];
  EXPECT_EQ(name.size(), 9U);
  EXPECT_TRUE(name.starts_with("gen-"));
  EXPECT_NE(ask("POST", kSecrets, {{"metadata", {{"generateName", "gen-"}}}})["metadata"]["name"], name);
  EXPECT_EQ(ask("POST", kSecrets, {{"metadata", json::object()}})["message"],
            "Secret \"\" is invalid: metadata.name: Required value: name or generateName is required");
}

TEST_F(KubeWriterTest, what_the_server_fills_in_cannot_be_given) {
  EXPECT_EQ(ask("POST", kSecrets, {{"metadata", {{"name", "a"}, {"resourceVersion", "5"}}}})["message"],
            "resourceVersion should not be set on objects to be created");
  EXPECT_EQ(code, 500);
  json sent = widget("a");
  sent["metadata"]["uid"] = "mine";
  sent["metadata"]["generation"] = 9;
  sent["metadata"]["deletionTimestamp"] = "2020-01-01T00:00:00Z";
  const json made = ask("POST", kWidgets, sent)["metadata"];
  EXPECT_NE(made["uid"], "mine");
  EXPECT_EQ(made["generation"], 1);
  EXPECT_FALSE(made.contains("deletionTimestamp"));
  sent["metadata"]["namespace"] = "other";
  EXPECT_EQ(ask("POST", kWidgets, sent)["message"],
            "the namespace of the provided object does not match the namespace sent on the request");
}

TEST_F(KubeWriterTest, an_update_is_of_the_object_that_the_path_names) {
  make_secret("a");
  EXPECT_EQ(ask("PUT", path(kSecrets, "/a"), {{"metadata", {{"name", "b"}}}})["message"],
            "the name of the object (b) does not match the name on the URL (a)");
  ask("PUT", path(kSecrets, "/a"), {{"metadata", {{"name", "a"}}}, {"data", {{"k", "djI="}}}});
  EXPECT_EQ(code, 200) << "a Secret may be updated without its version";
}

TEST_F(KubeWriterTest, patches_may_carry_a_version_and_then_conflict) {
  const json made = make("a");
  const json second = patch(path(kWidgets, "/a"), {{"spec", {{"size", 2}}}});
  EXPECT_EQ(second["spec"], json({{"size", 2}, {"shape", "round"}}));
  EXPECT_EQ(patch(path(kWidgets, "/a"), {{"metadata", {{"resourceVersion", version(made)}}}})["reason"], "Conflict");
  EXPECT_EQ(patch(path(kWidgets, "/a"), {{"metadata", {{"uid", "1"}}}})["message"],
            "Widget.example.com \"a\" is invalid: metadata.uid: Invalid value: \"1\": field is immutable");
  EXPECT_EQ(patch(path(kWidgets, "/b"), {{"spec", {{"size", 2}}}})["reason"], "NotFound");
}

TEST_F(KubeWriterTest, each_kind_takes_its_forms_of_patches) {
  make("a");
  make_secret("s");
  EXPECT_EQ(patch(path(kWidgets, "/a"), json::object(), "strategic-merge-patch")["message"],
            "the body of the request was in an unknown format - accepted media types include: "
            "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
  EXPECT_EQ(code, 415);
  const json finalizers = {{"metadata", {{"finalizers", {"e.com/x"}}}}};
  EXPECT_EQ(patch(path(kSecrets, "/s"), finalizers, "strategic-merge-patch")["metadata"]["finalizers"],
            json({"e.com/x"}));
  const json operations = {{{"op", "add"}, {"path", "/metadata/labels"}, {"value", {{"a", "b"}}}}};
  EXPECT_EQ(patch(path(kWidgets, "/a"), operations, "json-patch")["metadata"]["labels"], json({{"a", "b"}}));
}

TEST_F(KubeWriterTest, the_generation_counts_changes_outside_metadata_and_status) {
  make("a");
  const auto generation = [&](const json& change, const char* at = "/a") {
    return patch(path(kWidgets, at), change)["metadata"]["generation"].get<int>();
  };
  EXPECT_EQ(generation({{"metadata", {{"labels", {{"a", "b"}}}}}}), 1);
  EXPECT_EQ(generation({{"status", {{"seen", 3}}}}, "/a/status"), 1);
  EXPECT_EQ(generation({{"spec", {{"size", 2}}}}), 2);
  EXPECT_EQ(generation({{"spec", {{"size", 2}}}}), 2);
  EXPECT_EQ(generation({{"metadata", {{"generation", 77}}}}), 2);
}

TEST_F(KubeWriterTest, a_finalizer_holds_a_deletion_until_it_is_removed) {
  make("a");
  patch(path(kWidgets, "/a"), {{"metadata", {{"finalizers", {"e.com/x"}}}}});
  const json going = ask("DELETE", path(kWidgets, "/a"));
  EXPECT_EQ(going["metadata"]["deletionGracePeriodSeconds"], 0);
  EXPECT_EQ(going["metadata"]["generation"], 2);
  const auto at = version(going);
  EXPECT_EQ(version(ask("DELETE", path(kWidgets, "/a"))), at) << "deleting twice changes nothing";
  EXPECT_EQ(make("a")["message"], "object is being deleted: widgets.example.com \"a\" already exists");
  EXPECT_EQ(
      patch(path(kWidgets, "/a"), {{"metadata", {{"finalizers", {"e.com/x", "e.com/y"}}}}})["message"],
      "Widget.example.com \"a\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the "
      "object is being deleted, found new finalizers []string{\"e.com/y\"}");
  EXPECT_EQ(version(patch(path(kWidgets, "/a"), {{"metadata", {{"deletionTimestamp", nullptr}}}})), at);
  EXPECT_EQ(version(patch(path(kWidgets, "/a"), {{"metadata", {{"finalizers", nullptr}}}})), at);
  EXPECT_EQ(ask("GET", path(kWidgets, "/a"))["reason"], "NotFound");
  EXPECT_EQ(commits.back().type, "DELETED");
}

TEST_F(KubeWriterTest, nothing_is_made_where_there_is_no_namespace_or_one_that_is_going) {
  KubeOptions strict{.catalogue = catalogue_with({widget_definition()})};
  strict.laws.endings = false;
  KubeWorld real(env, strict);
  const auto send = [&](const std::string& method, const std::string& target, const json& body) {
    return json::parse(real.handle({.method = method, .target = target, .body = body.dump()}).body);
  };
  EXPECT_EQ(send("POST", kWidgets, widget("a"))["message"], "namespaces \"shop\" not found");
  const json ns = send("POST", "/api/v1/namespaces", {{"metadata", {{"name", "shop"}}}});
  EXPECT_EQ(ns["spec"]["finalizers"], json({"kubernetes"}));
  EXPECT_EQ(ns["metadata"]["labels"]["kubernetes.io/metadata.name"], "shop");
  EXPECT_EQ(send("POST", kWidgets, widget("a"))["kind"], "Widget");
  EXPECT_EQ(send("DELETE", "/api/v1/namespaces/shop", json::object())["status"]["phase"], "Terminating");
  const json refused = send("POST", kWidgets, widget("b"));
  EXPECT_EQ(
      refused["message"],
      "widgets.example.com \"b\" is forbidden: unable to create new content in namespace shop because it is being "
      "terminated");
  EXPECT_EQ(refused["details"]["causes"][0]["reason"], "NamespaceTerminating");
}

TEST_F(KubeWriterTest, an_apply_makes_what_is_not_there_and_removes_what_it_no_longer_says) {
  const auto apply = [&](const json& config, const std::string& manager) {
    return ask("PATCH", path(kWidgets, "/a?fieldManager=" + manager), config,
               {{"Content-Type", "application/apply-patch+yaml"}});
  };
  json config = {{"apiVersion", "example.com/v1"},
                 {"kind", "Widget"},
                 {"metadata", {{"name", "a"}}},
                 {"spec", {{"size", 2}, {"color", "red"}}}};
  EXPECT_EQ(apply(config, "me")["spec"]["color"], "red");
  EXPECT_EQ(code, 201);
  config["spec"].erase("color");
  const json second = apply(config, "me");
  EXPECT_EQ(code, 200);
  EXPECT_EQ(second["spec"], json({{"size", 2}, {"shape", "round"}}));
  EXPECT_EQ(second["metadata"]["managedFields"][0]["manager"], "me");
  config["spec"]["size"] = 3;
  EXPECT_EQ(apply(config, "other")["reason"], "Conflict");
  apply(config, "");
  EXPECT_EQ(code, 422) << "an apply says who it is";
}

TEST_F(KubeWriterTest, who_wrote_what_is_kept_unless_the_world_is_told_not_to) {
  const json made = ask("POST", path(kWidgets, "?fieldManager=me"), widget("a"));
  EXPECT_EQ(made["metadata"]["managedFields"][0]["manager"], "me");
  EXPECT_EQ(made["metadata"]["managedFields"][0]["operation"], "Update");
  KubeOptions plain = options();
  plain.laws.managed_fields = false;
  KubeWorld quiet(env, plain);
  const auto answer = quiet.handle({.method = "POST", .target = kWidgets, .body = widget("a").dump()});
  EXPECT_FALSE(json::parse(answer.body)["metadata"].contains("managedFields"));
}

TEST_F(KubeWriterTest, an_update_for_another_uid_is_a_conflict_before_its_version_is_looked_at) {
  make_secret("a");
  const json other = {{"metadata", {{"name", "a"}, {"uid", "other"}, {"resourceVersion", "1"}}}};
  EXPECT_THAT(ask("PUT", path(kSecrets, "/a"), other)["message"].get<std::string>(),
              testing::HasSubstr("Key: /registry/secrets/shop/a, ResourceVersion: 0, AdditionalErrorMsg: Precondition "
                                 "failed: UID in precondition: other, UID in object meta: "));
  EXPECT_EQ(code, 409);
  json lease = {{"metadata", {{"name", "l"}, {"uid", "other"}}}};
  ask("PUT", path(kLeases, "/l"), lease);
  EXPECT_EQ(code, 409) << "nobody is somebody else, too";
}

TEST_F(KubeWriterTest, a_refusal_bears_the_warnings_as_well) {
  make("a");
  json again = widget("a");
  again["spec"]["wheels"] = 4;
  ask("POST", kWidgets, again);
  EXPECT_EQ(code, 409);
  EXPECT_EQ(net::find_header(headers, "Warning"), R"(299 - "unknown field \"spec.wheels\"")");
}

TEST_F(KubeWriterTest, what_a_deletion_says_in_its_body_counts_and_not_the_query) {
  make("a");
  ask("DELETE", path(kWidgets, "/a?dryRun=All"), {{"propagationPolicy", "Background"}});
  EXPECT_EQ(ask("GET", path(kWidgets, "/a"))["code"], 404);
  make("a");
  ask("DELETE", path(kWidgets, "/a"), {{"dryRun", {"All"}}});
  EXPECT_EQ(code, 200);
  EXPECT_EQ(ask("GET", path(kWidgets, "/a"))["kind"], "Widget");
}

TEST_F(KubeWriterTest, who_watches_is_told_of_a_deletion_by_the_object_as_it_was_stored) {
  json held = widget("a");
  held["metadata"]["finalizers"] = {"test.example/f"};
  ask("POST", kWidgets, held);
  ask("DELETE", path(kWidgets, "/a"));
  EXPECT_FALSE(
      patch(path(kWidgets, "/a"), {{"metadata", {{"finalizers", nullptr}}}})["metadata"].contains("finalizers"));
  const json last = json::parse(commits.back().text);
  EXPECT_EQ(commits.back().type, "DELETED");
  EXPECT_EQ(last["metadata"]["finalizers"], json({"test.example/f"}));
}

TEST_F(KubeWriterTest, the_writer_manages_the_defaults_of_a_type_and_nothing_that_the_server_gives) {
  const char* services = "/api/v1/namespaces/shop/services";
  const json made = ask("POST", services, {{"metadata", {{"name", "s"}}}, {"spec", {{"ports", {{{"port", 80}}}}}}},
                        {{"User-Agent", "someone/1.0 (x)"}});
  const json& entry = made["metadata"]["managedFields"][0];
  EXPECT_EQ(entry["manager"], "someone");
  EXPECT_TRUE(entry["fieldsV1"]["f:spec"].contains("f:type"));
  EXPECT_TRUE(entry["fieldsV1"]["f:spec"].contains("f:sessionAffinity"));
  EXPECT_FALSE(entry["fieldsV1"]["f:spec"].contains("f:clusterIP"));
  EXPECT_EQ(ask("DELETE", path(services, "/s"))["kind"], "Service") << "of a Service a deletion answers with it";
}

}  // namespace
}  // namespace originpull::worlds
