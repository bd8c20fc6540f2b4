// SPDX-License-Identifier: Apache-2.0
// Lists: pages, versions, and what becomes of them.
#include "worlds/kube_reader.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

class KubeReaderTest : public KubeHouse {
 protected:
  std::string next(const json& page) { return page["metadata"]["continue"].get<std::string>(); }
  static std::string names(const json& list) {
    std::string all;
    for (const json& one : list["items"]) all += one["metadata"]["name"].get<std::string>();
    return all;
  }
};

TEST_F(KubeReaderTest, the_pages_of_a_list_are_all_of_one_moment) {
  for (const char* name : {"a", "b", "c"}) make(name);
  const json first = ask("GET", path(kWidgets, "?limit=2"));
  EXPECT_EQ(first["metadata"]["remainingItemCount"], 1);
  make("d");
  ask("DELETE", path(kWidgets, "/c"));
  const json second = ask("GET", path(kWidgets, "?limit=2&continue=" + next(first)));
  EXPECT_EQ(names(first) + names(second), "abc");
  EXPECT_EQ(version(first), version(second));
  EXPECT_EQ(second["metadata"]["continue"], "") << "of a custom kind an empty token is said";
}

TEST_F(KubeReaderTest, pages_go_through_all_namespaces_in_order) {
  make("b");
  ask("POST", "/apis/example.com/v1/namespaces/alps/widgets", widget("c"));
  const json first = ask("GET", "/apis/example.com/v1/widgets?limit=1");
  const json second = ask("GET", "/apis/example.com/v1/widgets?limit=1&continue=" + next(first));
  EXPECT_EQ(names(first) + names(second), "cb");
}

TEST_F(KubeReaderTest, a_page_of_a_selection_does_not_say_how_many_remain) {
  for (const char* name : {"a", "b", "c"}) make_secret(name, {{"of", "x"}});
  const json page = ask("GET", path(kSecrets, "?limit=1&labelSelector=of%3Dx"));
  EXPECT_EQ(page["items"].size(), 1U);
  EXPECT_FALSE(page["metadata"].contains("remainingItemCount"));
}

TEST_F(KubeReaderTest, pages_expire_by_compaction_and_offer_to_go_on_inconsistently) {
  for (const char* name : {"a", "b", "c"}) make(name);
  const json first = ask("GET", path(kWidgets, "?limit=1"));
  make("d");
  world.compact();
  const json gone = ask("GET", path(kWidgets, "?limit=1&continue=" + next(first)));
  EXPECT_EQ(code, 410);
  EXPECT_EQ(gone["reason"], "Expired");
  EXPECT_EQ(names(ask("GET", path(kWidgets, "?continue=" + next(gone)))), "bcd");
}

TEST_F(KubeReaderTest, a_list_of_an_exact_version_is_as_it_was) {
  const auto before = version(make("a"));
  make("b");
  const std::string exact = "?resourceVersionMatch=Exact&resourceVersion=";
  const json then = ask("GET", path(kWidgets, exact + before));
  EXPECT_EQ(names(then), "a");
  EXPECT_EQ(version(then), before);
  EXPECT_EQ(names(ask("GET", path(kWidgets, "?resourceVersion=" + before))), "ab") << "that old or newer";
  world.compact();
  ask("GET", path(kWidgets, exact + before));
  EXPECT_EQ(code, 410);
}

TEST_F(KubeReaderTest, a_version_that_does_not_come_is_waited_for_and_then_too_large) {
  const Instant start = env.now();
  const json refused = ask("GET", path(kWidgets, "?resourceVersion=99999"));
  EXPECT_EQ(code, 504);
  EXPECT_EQ(refused["message"], "Timeout: Too large resource version: 99999, current: 100");
  EXPECT_EQ(env.now() - start, Seconds(3));
  env.after(Seconds(1), [&] { make("a"); });
  EXPECT_EQ(names(ask("GET", path(kWidgets, "?resourceVersion=101"))), "a");
}

TEST_F(KubeReaderTest, a_full_page_of_a_selection_may_be_followed_by_an_empty_one) {
  for (const char* name : {"a", "b"}) make(name);
  patch(path(kWidgets, "/a"), {{"metadata", {{"labels", {{"l", "x"}}}}}});
  const json first = ask("GET", path(kWidgets, "?limit=1&labelSelector=l%3Dx"));
  EXPECT_EQ(names(first), "a");
  EXPECT_FALSE(first["metadata"].contains("remainingItemCount"));
  EXPECT_EQ(names(ask("GET", path(kWidgets, "?limit=1&labelSelector=l%3Dx&continue=" + next(first)))), "");
}

}  // namespace
}  // namespace originpull::worlds
