// SPDX-License-Identifier: Apache-2.0
// How objects look to who asks.
#include "worlds/kube_show.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

class KubeShowTest : public KubeHouse {};

TEST_F(KubeShowTest, items_of_built_in_lists_do_not_repeat_their_kind_and_custom_ones_do) {
  make("a");
  make_secret("s");
  EXPECT_EQ(ask("GET", kWidgets)["items"][0]["kind"], "Widget");
  const json secrets = ask("GET", kSecrets);
  EXPECT_EQ(secrets["kind"], "SecretList");
  EXPECT_FALSE(secrets["items"][0].contains("kind"));
}

TEST_F(KubeShowTest, metadata_alone_is_a_kind_of_its_own_in_lists_and_watches) {
  const json made = make("a");
  const net::Headers accept = {{"Accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}};
  const json list = ask("GET", kWidgets, nullptr, accept);
  EXPECT_EQ(list["kind"], "PartialObjectMetadataList");
  EXPECT_EQ(list["apiVersion"], "meta.k8s.io/v1");
  EXPECT_EQ(list["items"][0]["kind"], "PartialObjectMetadata");
  EXPECT_EQ(list["items"][0]["metadata"], made["metadata"]);
  const auto watched =
      watch("", kWidgets, {{"Accept", "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"}});
  const json event = frames(*watched).at(0);
  EXPECT_EQ(event["object"]["kind"], "PartialObjectMetadata");
  EXPECT_FALSE(event["object"].contains("spec"));
}

}  // namespace
}  // namespace originpull::worlds
