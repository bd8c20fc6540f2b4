// SPDX-License-Identifier: Apache-2.0
// The catalogue of kinds, and how it changes without changing.
#include "worlds/kube_types.hpp"

#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

TEST(KubeCatalogue, finds_a_type_by_group_version_and_plural_alone) {
  const auto all = KubeCatalogue::built_in();
  const auto lease = all->find("coordination.k8s.io", "v1", "leases");
  ASSERT_NE(lease, nullptr);
  EXPECT_EQ(lease->kind, "Lease");
  EXPECT_EQ(lease->resource(), "leases.coordination.k8s.io");
  EXPECT_EQ(lease->group_version(), "coordination.k8s.io/v1");
  EXPECT_EQ(all->find("", "v1", "secrets")->resource(), "secrets");
  EXPECT_EQ(all->find("", "v1", "leases"), nullptr);
  EXPECT_EQ(all->find("coordination.k8s.io", "v2", "leases"), nullptr);
}

TEST(KubeCatalogue, both_kinds_of_events_are_the_same_objects) {
  const auto all = KubeCatalogue::built_in();
  EXPECT_EQ(all->find("", "v1", "events")->storage, all->find("events.k8s.io", "v1", "events")->storage);
}

TEST(KubeCatalogue, a_new_type_makes_a_new_catalogue_and_its_end_another) {
  const auto before = KubeCatalogue::built_in();
  const KubeType widget{.group = "example.com",
                        .version = "v1",
                        .plural = "widgets",
                        .singular = "widget",
                        .kind = "Widget",
                        .list_kind = "WidgetList",
                        .rules = KubeRules::kCustom};
  const auto with = before->with("example.com", "widgets", {widget});
  EXPECT_NE(with->find("example.com", "v1", "widgets"), nullptr);
  EXPECT_TRUE(with->has("example.com", "v1"));
  EXPECT_FALSE(with->has_built_in("example.com", "v1"));
  EXPECT_EQ(before->find("example.com", "v1", "widgets"), nullptr);
  const auto without = with->with("example.com", "widgets", {});
  EXPECT_EQ(without->find("example.com", "v1", "widgets"), nullptr);
  EXPECT_EQ(without->types().size(), before->types().size());
}

}  // namespace
}  // namespace originpull::worlds
