// SPDX-License-Identifier: Apache-2.0
// URLs of the API: the paths of the API conventions, and no name that changes their meaning. Method: tables.
#include "kube/path.hpp"

#include <gtest/gtest.h>

namespace originpull::kube {
namespace {

const ResourceType kSecrets{.group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};
const ResourceType kLeases{.group = "coordination.k8s.io", .version = "v1", .plural = "leases", .kind = "Lease"};
const ResourceType kNodes{.group = "", .version = "v1", .plural = "nodes", .kind = "Node", .namespaced = false};

TEST(Path, core_and_group_types_have_the_paths_of_the_api) {
  EXPECT_EQ(*collection_path(kSecrets, "a"), "/api/v1/namespaces/a/secrets");
  EXPECT_EQ(*collection_path(kSecrets, ""), "/api/v1/secrets");
  EXPECT_EQ(*object_path(kLeases, {"a", "b"}), "/apis/coordination.k8s.io/v1/namespaces/a/leases/b");
  EXPECT_EQ(*object_path(kLeases, {"a", "b"}, "status"), "/apis/coordination.k8s.io/v1/namespaces/a/leases/b/status");
  EXPECT_EQ(*object_path(kNodes, {"", "n"}), "/api/v1/nodes/n");
}

TEST(Path, a_name_that_would_change_the_path_is_refused) {
  for (const char* name : {"", ".", "..", "a/b", "a%2fb", "../../nodes"}) {
    EXPECT_EQ(object_path(kSecrets, {"a", name}).error().kind, ErrorKind::kInvalid) << name;
    EXPECT_EQ(object_path(kSecrets, {name, "a"}).error().kind, ErrorKind::kInvalid) << name;
  }
  EXPECT_FALSE(object_path(kNodes, {"a", "n"}));
}

TEST(Path, everything_else_in_a_name_is_encoded) {
  EXPECT_EQ(*object_path(kSecrets, {"a", "b c?d#e"}), "/api/v1/namespaces/a/secrets/b%20c%3Fd%23e");
}

TEST(Path, a_query_is_encoded_and_leaves_out_what_is_empty) {
  EXPECT_EQ(query({{"a", "x=1,y"}, {"b", ""}, {"c", "2"}}), "?a=x%3D1%2Cy&c=2");
  EXPECT_EQ(query({{"b", ""}}), "");
}

}  // namespace
}  // namespace originpull::kube
