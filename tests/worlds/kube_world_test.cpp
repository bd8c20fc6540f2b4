// SPDX-License-Identifier: Apache-2.0
// The laws of the simulated Kubernetes API that the operator stands on, asked by requests as a client sends them, with
// time that jumps. They are those of a real API server, as tests/e2e meets it.
#include "worlds/kube_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/jump_env.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using Next = KubeWatch::Next;

constexpr const char* kWidgets = "/apis/example.com/v1/namespaces/shop/widgets";
constexpr const char* kSecrets = "/api/v1/namespaces/shop/secrets";

class KubeWorldTest : public testing::Test {
 protected:
  support::JumpEnv env;
  std::vector<KubeCommit> commits;
  KubeWorld world{env,
                  {{.group_version = "example.com/v1",
                    .plural = "widgets",
                    .kind = "Widget",
                    .generations = true,
                    .status_subresource = true,
                    .initial_status = R"({"seen":-1})"},
                   secrets_kind()},
                  [this](const KubeCommit& commit) { commits.push_back(commit); }};

  int code = 0;
  json ask(const std::string& method, const std::string& target, const json& body = nullptr, net::Headers more = {}) {
    const net::Served answer = world.handle(
        {.method = method, .target = target, .headers = std::move(more), .body = body.is_null() ? "" : body.dump()});
    code = answer.status;
    return json::parse(answer.body);
  }
  json make(const std::string& name, int size = 1) {
    return ask("POST", kWidgets,
               {{"metadata", {{"name", name}}}, {"spec", {{"size", size}}}, {"status", {{"seen", 9}}}});
  }
  std::string version(const json& object) { return object["metadata"]["resourceVersion"]; }
  std::unique_ptr<KubeWatch> watch(const std::string& more, const char* collection = kWidgets) {
    return world.watch({.method = "GET", .target = collection + std::string("?watch=1&") + more});
  }
  // The types and names of what a watch gives within a millisecond.
  std::vector<std::string> events(KubeWatch& from) {
    std::vector<std::string> out;
    std::string frames;
    if (from.next(frames, env.now() + Duration(1), {}) != Next::kFrames) return out;
    std::istringstream lines(frames);
    for (std::string line; std::getline(lines, line);) {
      const json event = json::parse(line);
      const json& object = event["object"];
      out.push_back(event["type"].get<std::string>() + " " +
                    (object.contains("metadata") ? object["metadata"].value("name", "") : ""));
    }
    return out;
  }
};

TEST_F(KubeWorldTest, a_new_object_gets_uid_version_generation_and_the_default_status) {
  const json made = make("a");
  EXPECT_EQ(code, 201);
  EXPECT_EQ(made["metadata"]["generation"], 1);
  EXPECT_EQ(made["metadata"]["namespace"], "shop");
  EXPECT_EQ(made["metadata"]["uid"].get<std::string>().size(), 36U);
  EXPECT_EQ(made["status"]["seen"], -1) << "a create cannot set the status";
  EXPECT_EQ(ask("GET", kWidgets + std::string("/a")), made);
  make("a");
  EXPECT_EQ(code, 409);
}

TEST_F(KubeWorldTest, an_update_needs_the_version_that_is_there) {
  json a = make("a");
  a["spec"]["size"] = 2;
  const json second = ask("PUT", kWidgets + std::string("/a"), a);
  EXPECT_EQ(second["metadata"]["generation"], 2);
  EXPECT_EQ(ask("PUT", kWidgets + std::string("/a"), a)["reason"], "Conflict");
  a["metadata"].erase("resourceVersion");
  EXPECT_EQ(ask("PUT", kWidgets + std::string("/a"), a)["reason"], "Invalid");
  json other = second;
  other["metadata"]["uid"] = "of-an-older-object";
  EXPECT_EQ(ask("PUT", kWidgets + std::string("/a"), other)["reason"], "Conflict");
  EXPECT_EQ(ask("PUT", kWidgets + std::string("/b"), second)["reason"], "NotFound");
}

TEST_F(KubeWorldTest, spec_and_status_are_written_apart) {
  json a = make("a");
  a["spec"]["size"] = 5;
  a["status"]["seen"] = 5;
  const json by_status = ask("PUT", kWidgets + std::string("/a/status"), a);
  EXPECT_EQ(by_status["spec"]["size"], 1);
  EXPECT_EQ(by_status["status"]["seen"], 5);
  EXPECT_EQ(by_status["metadata"]["generation"], 1);
  json b = by_status;
  b["spec"]["size"] = 7;
  b["status"]["seen"] = 7;
  const json by_main = ask("PUT", kWidgets + std::string("/a"), b);
  EXPECT_EQ(by_main["spec"]["size"], 7);
  EXPECT_EQ(by_main["status"]["seen"], 5);
}

TEST_F(KubeWorldTest, a_write_with_nothing_new_has_no_new_version_and_no_event) {
  const json a = make("a");
  const auto watched = watch("resourceVersion=" + version(a));
  EXPECT_EQ(version(ask("PUT", kWidgets + std::string("/a/status"), a)), version(a));
  EXPECT_THAT(events(*watched), IsEmpty());
  EXPECT_EQ(commits.size(), 1U);
}

TEST_F(KubeWorldTest, the_pages_of_a_list_are_all_of_one_moment) {
  for (const char* name : {"a", "b", "c"}) make(name);
  const json first = ask("GET", kWidgets + std::string("?limit=2"));
  make("d");
  const json second =
      ask("GET", kWidgets + std::string("?limit=2&continue=") + first["metadata"]["continue"].get<std::string>());
  EXPECT_EQ(first["items"].size(), 2U);
  EXPECT_EQ(second["items"].size(), 1U);
  EXPECT_EQ(version(first), version(second));
  EXPECT_FALSE(second["metadata"].contains("continue"));
}

TEST_F(KubeWorldTest, a_watch_goes_on_from_a_version_and_misses_nothing) {
  const json a = make("a");
  make("b");
  ask("DELETE", kWidgets + std::string("/a"));
  const auto watched = watch("resourceVersion=" + version(a));
  EXPECT_THAT(events(*watched), ElementsAre("ADDED b", "DELETED a"));
  make("c");
  EXPECT_THAT(events(*watched), ElementsAre("ADDED c"));
  EXPECT_THAT(events(*watched), IsEmpty());
}

TEST_F(KubeWorldTest, a_watch_by_name_sees_that_object_alone_and_of_all_namespaces_all) {
  make("a");
  const auto one = watch("resourceVersion=100&fieldSelector=metadata.name%3Db");
  const auto all = watch("resourceVersion=100", "/apis/example.com/v1/widgets");
  make("b");
  EXPECT_THAT(events(*one), ElementsAre("ADDED b"));
  EXPECT_THAT(events(*all), ElementsAre("ADDED a", "ADDED b"));
}

TEST_F(KubeWorldTest, after_compaction_old_versions_and_old_pages_are_expired) {
  const json a = make("a");
  make("b");
  const json page = ask("GET", kWidgets + std::string("?limit=1"));
  world.compact();
  const auto watched = watch("resourceVersion=" + version(a));
  std::string frames;
  ASSERT_EQ(watched->next(frames, env.now() + Duration(1), {}), Next::kFrames);
  EXPECT_EQ(json::parse(frames)["type"], "ERROR");
  EXPECT_EQ(json::parse(frames)["object"]["code"], 410);
  EXPECT_EQ(watched->next(frames, env.now() + Duration(1), {}), Next::kEnd);
  ask("GET", kWidgets + std::string("?limit=1&continue=") + page["metadata"]["continue"].get<std::string>());
  EXPECT_EQ(code, 410);
  const auto fresh = watch("resourceVersion=" + version(ask("GET", kWidgets)));
  make("c");
  EXPECT_THAT(events(*fresh), ElementsAre("ADDED c"));
}

TEST_F(KubeWorldTest, bookmarks_come_each_minute_and_the_watch_ends_when_it_was_asked_to) {
  const json a = make("a");
  const auto watched = watch("resourceVersion=" + version(a) + "&allowWatchBookmarks=true&timeoutSeconds=100");
  const Instant start = env.now();
  std::string frames;
  ASSERT_EQ(watched->next(frames, Instant::max(), {}), Next::kFrames);
  EXPECT_EQ(json::parse(frames)["type"], "BOOKMARK");
  EXPECT_EQ(env.now() - start, Seconds(60));
  EXPECT_EQ(watched->next(frames, Instant::max(), {}), Next::kEnd);
  EXPECT_EQ(env.now() - start, Seconds(100));
}

TEST_F(KubeWorldTest, a_cut_ends_the_open_watches_and_not_later_ones) {
  const auto open = watch("resourceVersion=100");
  world.cut_watches();
  std::string frames;
  EXPECT_EQ(open->next(frames, env.now() + Duration(1), {}), Next::kEnd);
  EXPECT_EQ(watch("resourceVersion=100")->next(frames, env.now() + Duration(1), {}), Next::kSilence);
}

TEST_F(KubeWorldTest, a_deletion_keeps_to_its_preconditions) {
  const json a = make("a");
  ask("DELETE", kWidgets + std::string("/a"), {{"preconditions", {{"uid", "another"}}}});
  EXPECT_EQ(code, 409);
  ask("DELETE", kWidgets + std::string("/a"), {{"preconditions", {{"uid", a["metadata"]["uid"]}}}});
  EXPECT_EQ(code, 200);
  EXPECT_EQ(world.object("widgets", "shop", "a"), "");
}

TEST_F(KubeWorldTest, secrets_can_be_seen_without_their_payload_and_patched) {
  ask("POST", kSecrets, {{"metadata", {{"name", "s"}}}, {"data", {{"k", "djE="}}}});
  const net::Headers metadata = {{"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}};
  EXPECT_EQ(ask("GET", kSecrets, nullptr, metadata).dump().find("djE="), std::string::npos);
  ask("PATCH", kSecrets + std::string("/s"), {{"data", {{"k", "djI="}}}},
      {{"Content-Type", "application/merge-patch+json"}});
  EXPECT_EQ(ask("GET", kSecrets + std::string("/s"))["data"]["k"], "djI=");
}

TEST_F(KubeWorldTest, nonsense_is_refused_and_changes_nothing) {
  make("a");
  ask("GET", "/apis/example.com/v1/namespaces/shop/gadgets");
  EXPECT_EQ(code, 404);
  ask("PUT", kSecrets + std::string("/s/status"), json::object());
  EXPECT_EQ(code, 404);
  EXPECT_EQ(world.handle({.method = "POST", .target = kWidgets, .body = "{"}).status, 400);
  ask("DELETE", kWidgets);
  EXPECT_EQ(code, 405);
  EXPECT_EQ(watch("", "/apis/example.com/v1/namespaces/shop/gadgets"), nullptr);
  EXPECT_EQ(commits.size(), 1U);
}

}  // namespace
}  // namespace originpull::worlds
