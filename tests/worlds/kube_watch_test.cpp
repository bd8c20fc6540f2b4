// SPDX-License-Identifier: Apache-2.0
// Watches: from where they start, what they tell, and how they end.
#include "worlds/kube_watch.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using Next = net::ServedStream::Next;

class KubeWatchTest : public KubeHouse {
 protected:
  static constexpr const char* kWatchList = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
};

TEST_F(KubeWatchTest, it_goes_on_from_a_version_and_misses_nothing) {
  const json a = make("a");
  make("b");
  ask("DELETE", path(kWidgets, "/a"));
  const auto watched = watch("resourceVersion=" + version(a));
  EXPECT_THAT(events(*watched), ElementsAre("ADDED b", "DELETED a"));
  make("c");
  EXPECT_THAT(events(*watched), ElementsAre("ADDED c"));
  EXPECT_THAT(events(*watched), IsEmpty());
}

TEST_F(KubeWatchTest, without_a_version_it_begins_with_what_is_there) {
  make("a");
  for (const char* from : {"", "resourceVersion=0"}) EXPECT_THAT(events(*watch(from)), ElementsAre("ADDED a"));
  EXPECT_THAT(events(*watch("sendInitialEvents=false&resourceVersionMatch=NotOlderThan")), IsEmpty());
}

TEST_F(KubeWatchTest, the_end_of_the_initial_events_is_marked_for_who_takes_bookmarks) {
  make("a");
  const auto watched = watch(std::string(kWatchList) + "&allowWatchBookmarks=true");
  const auto first = frames(*watched);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0]["type"], "ADDED");
  EXPECT_EQ(first[1]["type"], "BOOKMARK");
  EXPECT_EQ(first[1]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "true");
  make("b");
  EXPECT_THAT(events(*watched), ElementsAre("ADDED b"));
  EXPECT_THAT(events(*watch(kWatchList)), ElementsAre("ADDED a", "ADDED b"));
}

TEST_F(KubeWatchTest, a_list_by_watch_of_a_version_that_does_not_come_is_an_error_after_three_seconds) {
  const auto watched = watch(std::string(kWatchList) + "&resourceVersion=99999");
  const Instant start = env.now();
  std::string part;
  ASSERT_EQ(watched->next(part, Instant::max(), {}), Next::kPart);
  EXPECT_EQ(env.now() - start, Seconds(3));
  EXPECT_EQ(json::parse(part)["type"], "ERROR");
  EXPECT_EQ(json::parse(part)["object"]["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
  EXPECT_EQ(watched->next(part, Instant::max(), {}), Next::kEnd);
}

TEST_F(KubeWatchTest, by_name_it_sees_that_object_alone_and_of_all_namespaces_all) {
  make("a");
  const auto one = watch("resourceVersion=100&fieldSelector=metadata.name%3Db");
  const auto all = watch("resourceVersion=100", "/apis/example.com/v1/widgets");
  make("b");
  EXPECT_THAT(events(*one), ElementsAre("ADDED b"));
  EXPECT_THAT(events(*all), ElementsAre("ADDED a", "ADDED b"));
}

TEST_F(KubeWatchTest, an_object_that_leaves_the_selector_is_deleted_to_it_and_one_that_enters_is_added) {
  make_secret("s", {{"of", "x"}});
  const auto watched = watch("resourceVersion=0&labelSelector=of%3Dx", kSecrets);
  EXPECT_THAT(events(*watched), ElementsAre("ADDED s"));
  const json left = patch(path(kSecrets, "/s"), {{"metadata", {{"labels", nullptr}}}});
  const json told = frames(*watched).at(0);
  EXPECT_EQ(told["type"], "DELETED");
  EXPECT_EQ(told["object"]["metadata"]["labels"]["of"], "x") << "as it was when it was last selected";
  EXPECT_EQ(version(told["object"]), version(left));
  patch(path(kSecrets, "/s"), {{"data", {{"k", "djM="}}}});
  EXPECT_THAT(events(*watched), IsEmpty());
  patch(path(kSecrets, "/s"), {{"metadata", {{"labels", {{"of", "x"}}}}}});
  patch(path(kSecrets, "/s"), {{"data", {{"k", "djI="}}}});
  ask("DELETE", path(kSecrets, "/s"));
  EXPECT_THAT(events(*watched), ElementsAre("ADDED s", "MODIFIED s", "DELETED s"));
}

TEST_F(KubeWatchTest, a_version_that_is_compacted_away_is_an_error_and_the_end) {
  const json a = make("a");
  make("b");
  world.compact();
  const auto watched = watch("resourceVersion=" + version(a));
  std::string part;
  ASSERT_EQ(watched->next(part, env.now() + Duration(1), {}), Next::kPart);
  EXPECT_EQ(json::parse(part)["type"], "ERROR");
  EXPECT_EQ(json::parse(part)["object"]["code"], 410);
  EXPECT_EQ(watched->next(part, env.now() + Duration(1), {}), Next::kEnd);
  const auto fresh = watch("resourceVersion=" + version(ask("GET", kWidgets)));
  make("c");
  EXPECT_THAT(events(*fresh), ElementsAre("ADDED c"));
}

TEST_F(KubeWatchTest, an_idle_watch_outlives_a_compaction) {
  const auto idle = watch("resourceVersion=100");
  make_secret("s");
  EXPECT_THAT(events(*idle), IsEmpty());
  world.compact();
  make("a");
  EXPECT_THAT(events(*idle), ElementsAre("ADDED a"));
}

TEST_F(KubeWatchTest, bookmarks_come_each_minute_and_shortly_before_its_time_is_over) {
  const json a = make("a");
  const auto watched = watch("resourceVersion=" + version(a) + "&allowWatchBookmarks=true&timeoutSeconds=100");
  const Instant start = env.now();
  std::string part;
  for (const int at : {60, 98}) {
    ASSERT_EQ(watched->next(part, Instant::max(), {}), Next::kPart);
    EXPECT_EQ(json::parse(part)["type"], "BOOKMARK");
    EXPECT_EQ(env.now() - start, Seconds(at));
  }
  EXPECT_EQ(watched->next(part, Instant::max(), {}), Next::kEnd);
  EXPECT_EQ(env.now() - start, Seconds(100));
}

TEST_F(KubeWatchTest, what_a_lagging_front_end_does_not_know_comes_later) {
  world.set_lag(0, {.time = Duration(500)});
  const auto watched = watch("resourceVersion=100");
  make("a");
  EXPECT_THAT(events(*watched), IsEmpty());
  const Instant start = env.now();
  std::string part;
  ASSERT_EQ(watched->next(part, Instant::max(), {}), Next::kPart);
  EXPECT_LE(env.now() - start, Duration(500));
  EXPECT_EQ(json::parse(part)["object"]["metadata"]["name"], "a");
}

}  // namespace
}  // namespace originpull::worlds
