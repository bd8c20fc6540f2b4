// SPDX-License-Identifier: Apache-2.0
// Discovery read off a catalogue: the same checks that hold for a real server are tests/behaviour's; here, that what is
// discovered follows the catalogue, in the old form and in the aggregated one.
#include "worlds/kube_discovery.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr const char* kAll = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

std::shared_ptr<const KubeCatalogue> with_widgets() {
  KubeType widget{.group = "example.com",
                  .version = "v1",
                  .plural = "widgets",
                  .singular = "widget",
                  .kind = "Widget",
                  .list_kind = "WidgetList",
                  .short_names = {"wd"},
                  .status_subresource = true};
  return KubeCatalogue::built_in()->with("example.com", "widgets", {widget});
}

// Null: nothing is there.
json ask(const KubeCatalogue& catalogue, const std::string& target, const std::string& accept = {}) {
  net::ServedRequest http{.method = "GET", .target = target};
  if (!accept.empty()) http.headers.emplace_back("Accept", accept);
  const auto answer = discover(catalogue, read_request(http));
  if (!answer) return nullptr;
  EXPECT_EQ(answer->status, 200);
  return json::parse(answer->body);
}

json named(const json& list, const char* field, const std::string& name) {
  for (const json& one : list)
    if (one.contains(field) && one[field] == name) return one;
  return nullptr;
}

TEST(KubeDiscovery, a_group_is_there_as_long_as_the_catalogue_has_it) {
  const auto before = KubeCatalogue::built_in();
  const auto after = with_widgets();
  EXPECT_TRUE(ask(*before, "/apis/example.com").is_null());
  EXPECT_TRUE(named(ask(*before, "/apis")["groups"], "name", "example.com").is_null());
  EXPECT_EQ(ask(*after, "/apis/example.com")["preferredVersion"]["groupVersion"], "example.com/v1");
  EXPECT_FALSE(named(ask(*after, "/apis")["groups"], "name", "example.com").is_null());
  const auto gone = after->with("example.com", "widgets", {});
  EXPECT_TRUE(ask(*gone, "/apis/example.com/v1").is_null());
}

TEST(KubeDiscovery, a_version_lists_kinds_with_scope_names_and_verbs) {
  const json list = ask(*with_widgets(), "/apis/example.com/v1");
  const json widgets = named(list["resources"], "name", "widgets");
  EXPECT_EQ(widgets["kind"], "Widget");
  EXPECT_EQ(widgets["namespaced"], true);
  EXPECT_EQ(widgets["shortNames"], json::parse(R"(["wd"])"));
  EXPECT_EQ(widgets["verbs"].size(), 8U);
  EXPECT_EQ(named(list["resources"], "name", "widgets/status")["verbs"], json::parse(R"(["get","patch","update"])"));
  const json core = ask(*with_widgets(), "/api/v1");
  EXPECT_EQ(named(core["resources"], "name", "namespaces")["namespaced"], false);
  EXPECT_EQ(named(core["resources"], "name", "namespaces")["verbs"].size(), 7U) << "namespaces are deleted one by one";
}

TEST(KubeDiscovery, all_of_it_comes_at_once_to_whoever_asks_so) {
  const json all = ask(*with_widgets(), "/apis", kAll);
  EXPECT_EQ(all["kind"], "APIGroupDiscoveryList");
  for (const json& group : all["items"]) {
    if (group["metadata"]["name"] != "example.com") continue;
    EXPECT_EQ(group["versions"][0]["resources"][0]["responseKind"],
              json::parse(R"({"group":"example.com","version":"v1","kind":"Widget"})"));
    EXPECT_EQ(group["versions"][0]["resources"][0]["subresources"][0]["subresource"], "status");
  }
  EXPECT_EQ(ask(*with_widgets(), "/api", kAll)["items"].size(), 1U);
}

TEST(KubeDiscovery, other_paths_and_writes_are_left_to_others) {
  EXPECT_TRUE(ask(*with_widgets(), "/").is_null());
  EXPECT_TRUE(ask(*with_widgets(), "/apis/example.com/v2").is_null());
  EXPECT_TRUE(ask(*with_widgets(), "/api/v2").is_null());
  const net::ServedRequest post{.method = "POST", .target = "/apis"};
  EXPECT_FALSE(discover(*with_widgets(), read_request(post)));
}

}  // namespace
}  // namespace originpull::worlds
