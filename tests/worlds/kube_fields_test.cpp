// SPDX-License-Identifier: Apache-2.0
// Sets of fields: their text is FieldsV1 and back, and the algebra keeps the laws of sets, over random sets.
#include "worlds/kube_fields.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

namespace originpull::worlds {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

// As a real API server of version 1.36 wrote it.
const char* const kReal =
    R"({"f:metadata": {"f:finalizers": {".": {}, "v:\"a.b/c\"": {}}, "f:labels": {".": {}, "f:x": {}}},
  "f:status": {"f:conditions": {"k:{\"type\":\"Ready\"}": {".": {}, "f:reason": {}, "f:type": {}}}, "f:plan": {}}})";

std::vector<std::string> texts(const FieldSet& set) {
  std::vector<std::string> all;
  set.each([&](const FieldPath& path) { all.push_back(text_of(path)); });
  return all;
}

TEST(FieldSets, are_read_from_their_text_and_written_as_it_was) {
  const auto set = decode_fields(json::parse(kReal));
  ASSERT_TRUE(set);
  EXPECT_EQ(encode_fields(*set), json::parse(kReal));
  EXPECT_TRUE(set->has({"f:metadata", "f:labels"}));
  EXPECT_FALSE(set->has({"f:metadata"})) << "only what is below it is in the set";
  EXPECT_THAT(texts(*set),
              ElementsAre(".metadata.finalizers", ".metadata.labels", R"(.metadata.finalizers[="a.b/c"])",
                          ".metadata.labels.x", ".status.plan", R"(.status.conditions[type="Ready"])",
                          R"(.status.conditions[type="Ready"].reason)", R"(.status.conditions[type="Ready"].type)"));
  EXPECT_EQ(text_of({"f:a", R"(k:{"kind":"Secret","port":80})"}), R"(.a[kind="Secret",port=80])");
  for (const char* bad : {"[]", "3", R"({"spec": {}})", R"({"k:x": {}})", R"({"f:a": 3})", R"({"i:x": {}})"})
    EXPECT_FALSE(decode_fields(json::parse(bad))) << bad;
}

FieldSet random_set(std::mt19937& random) {
  FieldSet set;
  const int count = static_cast<int>(random() % 6);
  for (int i = 0; i < count; ++i) {
    FieldPath path;
    const int depth = 1 + static_cast<int>(random() % 3);
    for (int j = 0; j < depth; ++j) path.push_back(std::string("f:") + static_cast<char>('a' + random() % 3));
    set.insert(path);
  }
  return set;
}

TEST(FieldSets, keep_the_laws_of_sets) {
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    const FieldSet a = random_set(random);
    const FieldSet b = random_set(random);
    const auto in = [](const FieldSet& set, const FieldPath& path) { return set.has(path); };
    joined(a, b).each([&](const FieldPath& path) {
      EXPECT_TRUE(in(a, path) || in(b, path));
      EXPECT_EQ(in(common(a, b), path), in(a, path) && in(b, path));
      EXPECT_EQ(in(without(a, b), path), in(a, path) && !in(b, path));
    });
    a.each([&](const FieldPath& path) { EXPECT_TRUE(in(joined(a, b), path)); });
    b.each([&](const FieldPath& path) { EXPECT_TRUE(in(joined(a, b), path)); });
    EXPECT_EQ(joined(a, b), joined(b, a));
    EXPECT_TRUE(without(a, a).empty());
    EXPECT_EQ(common(a, a), a);
    EXPECT_EQ(decode_fields(encode_fields(a)), a);
  }
}

TEST(FieldSets, lose_a_root_with_all_that_is_below) {
  FieldSet set;
  set.insert({"f:status", "f:plan"});
  set.insert({"f:status"});
  set.insert({"f:spec", "f:mode"});
  EXPECT_THAT(texts(without_roots(set, {"status", "metadata"})), ElementsAre(".spec.mode"));
  FieldSet status;
  status.insert({"f:status"});
  EXPECT_THAT(texts(without(set, status)), ElementsAre(".spec.mode", ".status.plan")) << "a field is not its parts";
}

}  // namespace
}  // namespace originpull::worlds
