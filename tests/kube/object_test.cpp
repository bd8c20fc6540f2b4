// SPDX-License-Identifier: Apache-2.0
// Reading an object's metadata: what watches and stores rely on. Method: objects as the API server writes them, and
// broken ones.
#include "kube/object.hpp"

#include <gtest/gtest.h>

namespace originpull::kube {
namespace {

TEST(DecodeMeta, reads_what_every_object_has) {
  const auto meta = decode_meta(R"({"kind":"Secret","data":{"metadata":"bm8="},"metadata":{
      "name":"a","namespace":"b","uid":"u","resourceVersion":"340282366920938463463374607431768211455","generation":7,
      "creationTimestamp":"2026-11-24T05:00:00Z","deletionTimestamp":"2026-11-24T05:00:01Z",
      "annotations":{"x":"\"quoted\""},"labels":{"l":"m"},"finalizers":["f/g"]}})");
  ASSERT_TRUE(meta) << describe(meta.error());
  EXPECT_EQ(meta->key, (ObjectKey{"b", "a"}));
  EXPECT_EQ(meta->uid, "u");
  EXPECT_EQ(meta->resource_version, "340282366920938463463374607431768211455");
  EXPECT_EQ(meta->generation, 7);
  EXPECT_EQ(*meta->deletion_timestamp - *meta->creation_timestamp, Seconds(1));
  EXPECT_EQ(meta->annotations.at("x"), "\"quoted\"");
  EXPECT_EQ(meta->labels.at("l"), "m");
  EXPECT_EQ(meta->finalizers, std::vector<std::string>{"f/g"});
}

TEST(DecodeMeta, a_cluster_scoped_object_has_no_namespace) {
  const auto meta = decode_meta(R"({"metadata":{"name":"a","uid":"u","resourceVersion":"1"}})");
  ASSERT_TRUE(meta);
  EXPECT_EQ(to_string(meta->key), "a");
  EXPECT_FALSE(meta->deletion_timestamp);
}

TEST(DecodeMeta, an_object_without_usable_metadata_is_an_error_and_never_a_guess) {
  for (const char* text :
       {"", "[]", "{}", R"({"metadata":null})", R"({"metadata":{"name":"a"}})",
        R"({"metadata":{"name":1,"uid":"u","resourceVersion":"1"}})",
        R"({"metadata":{"name":"a","uid":"u","resourceVersion":"1","deletionTimestamp":"yesterday"}})",
        R"({"metadata":{"name":"a","uid":"u","resourceVersion":"1")"}) {
    const auto meta = decode_meta(text);
    ASSERT_FALSE(meta) << text;
    EXPECT_EQ(meta.error().kind, ErrorKind::kInternal) << text;
  }
}

}  // namespace
}  // namespace originpull::kube
