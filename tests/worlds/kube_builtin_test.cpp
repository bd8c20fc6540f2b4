// SPDX-License-Identifier: Apache-2.0
// The built-in kinds of the simulated Kubernetes API: those that the operator and its manifests use are known, with
// the lists that merge.
#include "worlds/kube_builtin.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using List = KubeSchema::List;

TEST(KubeBuiltin, knows_the_kinds_that_the_world_serves_and_no_part_of_them_as_a_kind) {
  for (const auto& [version, kind] : {std::pair{"v1", "Secret"},
                                      {"v1", "ConfigMap"},
                                      {"v1", "Service"},
                                      {"v1", "Namespace"},
                                      {"v1", "ServiceAccount"},
                                      {"v1", "Event"},
                                      {"events.k8s.io/v1", "Event"},
                                      {"discovery.k8s.io/v1", "EndpointSlice"},
                                      {"coordination.k8s.io/v1", "Lease"},
                                      {"rbac.authorization.k8s.io/v1", "Role"},
                                      {"rbac.authorization.k8s.io/v1", "ClusterRoleBinding"}}) {
    EXPECT_NE(builtin_schema(version, kind), nullptr) << kind;
  }
  EXPECT_EQ(builtin_schema("v1", "ObjectMeta"), nullptr);
  EXPECT_EQ(builtin_schema("v1", "Pod"), nullptr);
  EXPECT_TRUE(builtin_schema("events.k8s.io/v1", "Event")->properties.contains("regarding"));
  EXPECT_TRUE(builtin_schema("v1", "Event")->properties.contains("involvedObject"));
}

TEST(KubeBuiltin, knows_how_lists_merge) {
  const KubeSchema& ports = *builtin_schema("v1", "Service")->member("spec")->member("ports");
  EXPECT_EQ(ports.list, List::kMap);
  EXPECT_EQ(ports.list_keys, (std::vector<std::string>{"port", "protocol"}));
  EXPECT_TRUE(ports.patch_merges);
  EXPECT_EQ(ports.patch_key, "port");
  EXPECT_EQ(*ports.element()->member("protocol")->fallback, "TCP");
  EXPECT_EQ(ports.element()->member("targetPort")->type, KubeSchema::Type::kIntOrString);

  const KubeSchema& meta = object_meta_schema();
  EXPECT_EQ(meta.member("finalizers")->list, List::kSet);
  EXPECT_TRUE(meta.member("finalizers")->patch_merges);
  EXPECT_EQ(meta.member("ownerReferences")->list_keys, std::vector<std::string>{"uid"});
  EXPECT_TRUE(meta.member("ownerReferences")->element()->atomic_map);
  EXPECT_EQ(meta.member("labels")->member("anything")->type, KubeSchema::Type::kString);
  EXPECT_EQ(meta.member("nothing"), nullptr);

  EXPECT_TRUE(builtin_schema("v1", "Service")->member("spec")->member("selector")->atomic_map);
  EXPECT_EQ(builtin_schema("discovery.k8s.io/v1", "EndpointSlice")->member("endpoints")->list, List::kAtomic);
}

}  // namespace
}  // namespace originpull::worlds
