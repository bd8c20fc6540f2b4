// SPDX-License-Identifier: Apache-2.0
// What the simulated Kubernetes API remembers, and how it sees any moment again.
#include "worlds/kube_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

KubeKey key(const std::string& name, const std::string& ns = "shop") { return {"secrets", ns, name}; }
json value(int n) { return {{"metadata", {{"name", "x"}}}, {"n", n}}; }

std::vector<std::string> names(const KubeStore& store, const std::string& ns, std::int64_t as_of) {
  std::vector<std::string> all;
  for (const auto& [at, object] : store.list("secrets", ns, as_of))
    all.push_back(at.name + "=" + std::to_string((*object->value)["n"].get<int>()));
  return all;
}

TEST(KubeStore, a_write_is_the_next_version_and_says_so_in_the_object) {
  KubeStore store;
  const auto a = store.write(key("a"), value(1), {});
  EXPECT_EQ(a->version, store.version);
  EXPECT_EQ((*a->value)["metadata"]["resourceVersion"], std::to_string(a->version));
  EXPECT_EQ(json::parse(a->bare), *a->value);
  EXPECT_EQ(store.find(key("a")), a);
  EXPECT_EQ(store.find(key("a", "other")), nullptr);
}

TEST(KubeStore, an_earlier_moment_is_seen_as_it_was) {
  KubeStore store;
  const auto first = store.write(key("a"), value(1), {})->version;
  store.write(key("b"), value(2), {});
  const auto before_change = store.version;
  store.write(key("a"), value(3), {});
  store.forget(key("b"), value(2), {});
  store.write(key("c", "other"), value(4), {});
  EXPECT_THAT(names(store, "shop", store.version), ElementsAre("a=3"));
  EXPECT_THAT(names(store, "", store.version), ElementsAre("c=4", "a=3"));
  EXPECT_THAT(names(store, "shop", before_change), ElementsAre("a=1", "b=2"));
  EXPECT_THAT(names(store, "", first), ElementsAre("a=1"));
  EXPECT_THAT(names(store, "", first - 1), IsEmpty());
}

TEST(KubeStore, changes_after_a_version_are_those_and_no_others) {
  KubeStore store;
  const auto first = store.write(key("a"), value(1), {})->version;
  store.write(key("b"), value(2), {});
  EXPECT_EQ(store.after(first - 1)->key.name, "a");
  EXPECT_EQ(store.after(first)->key.name, "b");
  EXPECT_EQ(store.after(store.version), store.history.cend());
}

TEST(KubeStore, history_is_bounded_and_knows_what_it_has_forgotten) {
  KubeStore store;
  store.history_limit = 2;
  const auto first = store.write(key("a"), value(1), {})->version;
  for (int i = 0; i < 3; ++i) store.write(key("a"), value(i), {});
  EXPECT_EQ(store.history.size(), 2U);
  EXPECT_EQ(store.compacted, first + 1);
  store.compact();
  EXPECT_EQ(store.compacted, store.version);
  EXPECT_TRUE(store.history.empty());
}

TEST(KubeStore, a_kind_is_shown_in_front_of_the_object_that_has_none) {
  const auto type = KubeCatalogue::built_in()->find("", "v1", "secrets");
  json full = value(1);
  full["kind"] = "Secret";
  const auto object = make_object(std::move(full), 7);
  EXPECT_FALSE(object->value->contains("kind"));
  EXPECT_EQ(json::parse(text_of(*type, *object)), whole_value(*type, *object));
  EXPECT_EQ(whole_value(*type, *object)["apiVersion"], "v1");
}

}  // namespace
}  // namespace originpull::worlds
