// SPDX-License-Identifier: Apache-2.0
// The simulated Kubernetes API as a whole: who answers which path, and what comes of a write. The parts have tests of
// their own; tests/behaviour holds the world against a real server.
#include "worlds/kube_world.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

class KubeWorldTest : public KubeHouse {};

TEST_F(KubeWorldTest, a_new_object_gets_uid_version_generation_and_the_default_status) {
  const json made = make("a");
  EXPECT_EQ(code, 201);
  EXPECT_EQ(made["kind"], "Widget");
  EXPECT_EQ(made["metadata"]["generation"], 1);
  EXPECT_EQ(made["metadata"]["namespace"], "shop");
  EXPECT_EQ(made["metadata"]["uid"].get<std::string>().size(), 36U);
  EXPECT_EQ(made["status"]["seen"], -1) << "a create cannot set the status";
  EXPECT_EQ(ask("GET", path(kWidgets, "/a")), made);
  EXPECT_EQ(make("a")["message"], "widgets.example.com \"a\" already exists");
  EXPECT_EQ(code, 409);
}

TEST_F(KubeWorldTest, an_update_needs_the_version_that_is_there) {
  json a = make("a");
  a["spec"]["size"] = 2;
  const json second = ask("PUT", path(kWidgets, "/a"), a);
  EXPECT_EQ(second["metadata"]["generation"], 2);
  EXPECT_EQ(ask("PUT", path(kWidgets, "/a"), a)["reason"], "Conflict");
  a["metadata"].erase("resourceVersion");
  EXPECT_EQ(ask("PUT", path(kWidgets, "/a"), a)["reason"], "Invalid");
  json other = second;
  other["metadata"]["uid"] = "of-an-older-object";
  EXPECT_EQ(ask("PUT", path(kWidgets, "/a"), other)["reason"], "Conflict");
  other["metadata"]["name"] = "b";
  EXPECT_EQ(ask("PUT", path(kWidgets, "/b"), other)["reason"], "NotFound");
}

TEST_F(KubeWorldTest, spec_and_status_are_written_apart) {
  json a = make("a");
  a["spec"]["size"] = 5;
  a["status"]["seen"] = 5;
  const json by_status = ask("PUT", path(kWidgets, "/a/status"), a);
  EXPECT_EQ(by_status["spec"]["size"], 1);
  EXPECT_EQ(by_status["status"]["seen"], 5);
  EXPECT_EQ(by_status["metadata"]["generation"], 1);
  json b = by_status;
  b["spec"]["size"] = 7;
  b["status"]["seen"] = 7;
  const json by_main = ask("PUT", path(kWidgets, "/a"), b);
  EXPECT_EQ(by_main["spec"]["size"], 7);
  EXPECT_EQ(by_main["status"]["seen"], 5);
}

TEST_F(KubeWorldTest, a_write_with_nothing_new_has_no_new_version_and_no_event) {
  make("a");
  const json a = patch(path(kWidgets, "/a"), {{"spec", {{"size", 2}}}});
  const auto watched = watch("resourceVersion=" + version(a));
  EXPECT_EQ(version(ask("PUT", path(kWidgets, "/a/status"), a)), version(a));
  EXPECT_THAT(events(*watched), IsEmpty());
  EXPECT_EQ(commits.size(), 2U);
}

TEST_F(KubeWorldTest, the_first_write_after_a_creation_stores_the_default_of_the_status_and_so_changes_something) {
  const json made = make("a");
  EXPECT_EQ(made["status"]["seen"], -1);
  const json first = ask("PUT", path(kWidgets, "/a/status"), made);
  EXPECT_NE(version(first), version(made));
  EXPECT_EQ(version(ask("PUT", path(kWidgets, "/a/status"), first)), version(first));
  const json secret = make_secret("s");
  EXPECT_EQ(version(ask("PUT", path(kSecrets, "/s"), secret)), version(secret)) << "what is built in has none";
}

TEST_F(KubeWorldTest, bodies_in_protobuf_or_yaml_are_read_and_an_answer_can_be_pretty) {
  KubeOptions with_yaml = options();
  with_yaml.yaml = [](std::string_view text) -> Result<std::string> {
    if (text == "broken") return fail(ErrorKind::kInvalid, "read", "no document");
    return std::string(R"({"metadata":{"name":"y"}})");
  };
  KubeWorld reads(env, with_yaml);
  const auto send = [&](const std::string& type, const std::string& body, const std::string& query = "") {
    return reads.handle(
        {.method = "POST", .target = kSecrets + query, .headers = {{"content-type", type}}, .body = body});
  };
  EXPECT_EQ(send("application/yaml", "y").status, 201);
  EXPECT_EQ(send("application/yaml", "broken").status, 400);
  const std::string proto("k8s\0\x0a\x0c\x0a\x02v1\x12\x06Secret\x12\x05\x0a\x03\x0a\x01p", 25);
  EXPECT_EQ(json::parse(send("application/vnd.kubernetes.protobuf", proto).body)["metadata"]["name"], "p");
  EXPECT_EQ(send("application/vnd.kubernetes.protobuf", "p").status, 400);
  EXPECT_EQ(send("text/plain", "p").status, 415);
  const std::string pretty = send("application/json", R"({"metadata":{"name":"q"}})", "?pretty=true").body;
  EXPECT_TRUE(pretty.starts_with("{\n  \"apiVersion\": \"v1\",\n")) << pretty;
  const auto without = world.handle(
      {.method = "POST", .target = kSecrets, .headers = {{"Content-Type", "application/yaml"}}, .body = "y"});
  EXPECT_EQ(without.status, 415) << "a world that was given no reader of YAML says so";
}

TEST_F(KubeWorldTest, a_cluster_begins_with_four_namespaces_of_which_three_stay) {
  KubeWorld real(env, {});
  const auto ask_real = [&](const std::string& method, const std::string& target) {
    return json::parse(real.handle({.method = method, .target = target}).body);
  };
  std::vector<std::string> names;
  const json list = ask_real("GET", "/api/v1/namespaces");
  for (const json& one : list["items"]) names.push_back(one["metadata"]["name"]);
  EXPECT_THAT(names, ElementsAre("default", "kube-node-lease", "kube-public", "kube-system"));
  EXPECT_EQ(ask_real("DELETE", "/api/v1/namespaces/default")["message"],
            "namespaces \"default\" is forbidden: this namespace may not be deleted");
  EXPECT_EQ(ask_real("DELETE", "/api/v1/namespaces/kube-node-lease")["status"]["phase"], "Terminating");
}

TEST_F(KubeWorldTest, each_write_is_told_to_the_observer_with_the_object_as_it_then_is) {
  make("a", 3);
  ask("DELETE", path(kWidgets, "/a"));
  ASSERT_EQ(commits.size(), 2U);
  EXPECT_EQ(commits[0].type, "ADDED");
  EXPECT_EQ(commits[0].plural, "widgets");
  EXPECT_EQ(commits[0].ns, "shop");
  EXPECT_EQ(json::parse(commits[0].text)["spec"]["size"], 3);
  EXPECT_EQ(json::parse(commits[0].text)["kind"], "Widget");
  EXPECT_EQ(commits[1].type, "DELETED");
  EXPECT_EQ(version(json::parse(commits[1].text)), std::to_string(commits[1].version));
}

TEST_F(KubeWorldTest, a_deletion_keeps_to_its_preconditions) {
  const json a = make("a");
  ask("DELETE", path(kWidgets, "/a"), {{"preconditions", {{"uid", "another"}}}});
  EXPECT_EQ(code, 409);
  const json gone = ask("DELETE", path(kWidgets, "/a"), {{"preconditions", {{"uid", a["metadata"]["uid"]}}}});
  EXPECT_EQ(code, 200);
  EXPECT_EQ(gone["status"], "Success");
  EXPECT_EQ(gone["details"]["uid"], a["metadata"]["uid"]);
  EXPECT_EQ(world.object("widgets", "shop", "a"), "");
}

TEST_F(KubeWorldTest, secrets_can_be_seen_without_their_payload_and_patched) {
  make_secret("s");
  const net::Headers metadata = {{"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}};
  EXPECT_EQ(ask("GET", kSecrets, nullptr, metadata).dump().find("djE="), std::string::npos);
  patch(path(kSecrets, "/s"), {{"data", {{"k", "djI="}}}});
  EXPECT_EQ(ask("GET", path(kSecrets, "/s"))["data"]["k"], "djI=");
}

TEST_F(KubeWorldTest, a_collection_is_deleted_as_far_as_its_selector_goes) {
  make_secret("a", {{"of", "x"}});
  make_secret("b");
  const json gone = ask("DELETE", path(kSecrets, "?labelSelector=of%3Dx"));
  EXPECT_EQ(gone["items"].size(), 1U);
  EXPECT_EQ(world.object("secrets", "shop", "a"), "");
  EXPECT_NE(world.object("secrets", "shop", "b"), "");
}

TEST_F(KubeWorldTest, what_is_not_served_is_told_as_a_real_server_tells_it) {
  EXPECT_EQ(ask("GET", "/api/v1/namespaces/shop/gadgets")["message"],
            "the server could not find the requested resource");
  EXPECT_EQ(code, 404);
  EXPECT_EQ(ask_text("GET", "/apis/example.com/v1/namespaces/shop/gadgets"), "404 page not found\n");
  EXPECT_EQ(code, 404);
  ask("PUT", path(kSecrets, "/s/status"), json::object());
  EXPECT_EQ(code, 404);
  EXPECT_EQ(ask("PUT", kSecrets, json::object())["reason"], "MethodNotAllowed");
  EXPECT_EQ(code, 405);
  ask_text("POST", kWidgets, "{");
  EXPECT_EQ(code, 400);
  ask("POST", kSecrets, json::object(), {{"Content-Type", "text/plain"}});
  EXPECT_EQ(code, 415);
  ask("GET", kSecrets, nullptr, {{"Accept", "text/html"}});
  EXPECT_EQ(code, 406);
  EXPECT_EQ(watch("", "/apis/example.com/v1/namespaces/shop/gadgets"), nullptr);
  EXPECT_THAT(commits, IsEmpty());
}

TEST_F(KubeWorldTest, a_body_of_more_than_three_mebibytes_is_refused) {
  EXPECT_EQ(json::parse(ask_text("POST", kSecrets, std::string((3U << 20) + 1, ' ')))["reason"],
            "RequestEntityTooLarge");
  EXPECT_EQ(code, 413);
}

TEST_F(KubeWorldTest, a_dry_run_answers_and_changes_nothing) {
  const json made = ask("POST", path(kWidgets, "?dryRun=All"), widget("a"));
  EXPECT_EQ(code, 201);
  EXPECT_FALSE(made["metadata"].contains("resourceVersion"));
  EXPECT_TRUE(made["metadata"].contains("uid"));
  make("b");
  ask("DELETE", path(kWidgets, "/b?dryRun=All"));
  EXPECT_EQ(code, 200);
  EXPECT_NE(world.object("widgets", "shop", "b"), "");
  EXPECT_EQ(commits.size(), 1U);
}

TEST_F(KubeWorldTest, a_cut_ends_the_open_watches_and_not_later_ones) {
  const auto open = watch("resourceVersion=100");
  world.cut_watches();
  std::string part;
  EXPECT_EQ(open->next(part, env.now() + Duration(1), {}), net::ServedStream::Next::kEnd);
  EXPECT_EQ(watch("resourceVersion=100")->next(part, env.now() + Duration(1), {}), net::ServedStream::Next::kSilence);
}

TEST_F(KubeWorldTest, a_front_end_that_lags_shows_what_was_until_a_read_at_quorum) {
  make("a");
  world.set_lag(0, {.frozen = true});
  make("b");
  EXPECT_EQ(ask("GET", path(kWidgets, "?resourceVersion=0"))["items"].size(), 1U);
  EXPECT_EQ(ask("GET", kWidgets)["items"].size(), 2U);
  const auto watched = watch("resourceVersion=0");
  EXPECT_THAT(events(*watched), ElementsAre("ADDED a"));
  EXPECT_THAT(events(*watched), IsEmpty());
  world.set_lag(0, {});
  EXPECT_THAT(events(*watched), ElementsAre("ADDED b"));
}

TEST_F(KubeWorldTest, a_front_end_that_is_not_warm_yet_asks_to_come_later) {
  world.set_lag(0, {.warming = true});
  EXPECT_EQ(ask("GET", path(kWidgets, "?watch=1"))["reason"], "TooManyRequests");
  EXPECT_EQ(code, 429);
  EXPECT_EQ(net::find_header(headers, "retry-after"), "1");
  ask("GET", path(kWidgets, "?resourceVersion=0"));
  EXPECT_EQ(code, 429);
  ask("GET", kWidgets);
  EXPECT_EQ(code, 200) << "what comes from the store itself is there";
}

}  // namespace
}  // namespace originpull::worlds
