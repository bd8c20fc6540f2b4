// SPDX-License-Identifier: Apache-2.0
// What a client can find out about the server before it knows anything: versions, groups, resources, schemas, health.
#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

constexpr const char* kAggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

// The entry of an array of objects whose `field` is `value`, as JSON.
std::string entry(const std::string& json, const std::string& array, const std::string& field,
                  const std::string& value) {
  for (std::size_t i = 0; i < count_at(json, array); ++i) {
    std::string one = text_at(json, array + "/" + std::to_string(i));
    if (text_at(one, field) == value) return one;
  }
  return "";
}

}  // namespace

BEHAVIOUR("operator", the_version_of_the_server_is_told) {
  const Answer answer = side.get("/version");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/major"), "1");
  EXPECT_EQ(answer.at("/gitVersion").rfind("v1.", 0), 0U) << answer.body;
}

BEHAVIOUR("operator", the_core_group_has_its_versions) {
  const Answer answer = side.get("/api");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "APIVersions");
  EXPECT_EQ(answer.at("/versions"), R"(["v1"])");
}

BEHAVIOUR("operator", the_groups_are_listed_with_the_preferred_version) {
  const Answer answer = side.get("/apis");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "APIGroupList");
  for (const auto& [group, version] : {std::pair{"originpull.dev", "v1alpha1"},
                                       {"coordination.k8s.io", "v1"},
                                       {"events.k8s.io", "v1"},
                                       {"apiextensions.k8s.io", "v1"},
                                       {"discovery.k8s.io", "v1"},
                                       {"rbac.authorization.k8s.io", "v1"},
                                       {"authorization.k8s.io", "v1"}}) {
    const std::string found = entry(answer.body, "/groups", "/name", group);
    EXPECT_EQ(text_at(found, "/preferredVersion/version"), version) << group;
    EXPECT_EQ(text_at(found, "/preferredVersion/groupVersion"), std::string(group) + "/" + version);
  }
}

BEHAVIOUR("operator", a_group_can_be_asked_for_by_itself) {
  const Answer answer = side.get("/apis/originpull.dev");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "APIGroup");
  EXPECT_EQ(answer.at("/name"), "originpull.dev");
  EXPECT_EQ(answer.at("/versions/0/groupVersion"), "originpull.dev/v1alpha1");
  EXPECT_VERDICT(side.get("/apis/nobody.example"), "404");
}

BEHAVIOUR("operator", a_version_lists_its_resources_with_names_and_verbs) {
  const Answer answer = side.get("/apis/originpull.dev/v1alpha1");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "APIResourceList");
  EXPECT_EQ(answer.at("/groupVersion"), "originpull.dev/v1alpha1");
  const std::string type = entry(answer.body, "/resources", "/name", "originpullconfigs");
  EXPECT_EQ(text_at(type, "/kind"), "OriginPullConfig");
  EXPECT_EQ(text_at(type, "/singularName"), "originpullconfig");
  EXPECT_EQ(text_at(type, "/namespaced"), "true");
  EXPECT_EQ(text_at(type, "/shortNames"), R"(["opc"])");
  EXPECT_EQ(text_at(type, "/categories"), R"(["cloudflare"])");
  for (const char* verb : {"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}) {
    EXPECT_SAYS(text_at(type, "/verbs"), "\"" + std::string(verb) + "\"");
  }
  const std::string status = entry(answer.body, "/resources", "/name", "originpullconfigs/status");
  EXPECT_EQ(text_at(status, "/verbs"), R"(["get","patch","update"])");
}

BEHAVIOUR("operator", the_core_version_lists_what_the_operator_reads) {
  const Answer answer = side.get("/api/v1");
  ASSERT_VERDICT(answer, "200");
  for (const auto& [name, kind] : {std::pair{"secrets", "Secret"},
                                   {"configmaps", "ConfigMap"},
                                   {"services", "Service"},
                                   {"namespaces", "Namespace"},
                                   {"events", "Event"}}) {
    EXPECT_EQ(text_at(entry(answer.body, "/resources", "/name", name), "/kind"), kind);
  }
  EXPECT_EQ(text_at(entry(answer.body, "/resources", "/name", "namespaces"), "/namespaced"), "false");
  EXPECT_EQ(text_at(entry(answer.body, "/resources", "/name", "services"), "/shortNames"), R"(["svc"])");
}

BEHAVIOUR("operator", aggregated_discovery_tells_all_groups_at_once) {
  const Answer answer = side.get("/apis", {.accept = kAggregated});
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/kind"), "APIGroupDiscoveryList");
  EXPECT_EQ(answer.at("/apiVersion"), "apidiscovery.k8s.io/v2");
  EXPECT_SAYS(answer.header("Content-Type"), "as=APIGroupDiscoveryList");
  const std::string group = entry(answer.body, "/items", "/metadata/name", "originpull.dev");
  EXPECT_EQ(text_at(group, "/versions/0/version"), "v1alpha1");
  const std::string type = entry(group, "/versions/0/resources", "/resource", "originpullconfigs");
  EXPECT_EQ(text_at(type, "/responseKind/kind"), "OriginPullConfig");
  EXPECT_EQ(text_at(type, "/scope"), "Namespaced");
  EXPECT_EQ(text_at(type, "/singularResource"), "originpullconfig");
  EXPECT_EQ(text_at(type, "/shortNames"), R"(["opc"])");
  EXPECT_EQ(text_at(type, "/subresources/0/subresource"), "status");
  const Answer core = side.get("/api", {.accept = kAggregated});
  ASSERT_VERDICT(core, "200");
  const std::string secrets = entry(text_at(core.body, "/items/0"), "/versions/0/resources", "/resource", "secrets");
  EXPECT_EQ(text_at(secrets, "/responseKind/kind"), "Secret");
}

BEHAVIOUR("operator", the_schemas_are_published_as_openapi_v3_by_version) {
  const Answer index = side.get("/openapi/v3");
  ASSERT_VERDICT(index, "200");
  const std::string url = index.at("/paths/apis~1originpull.dev~1v1alpha1/serverRelativeURL");
  EXPECT_EQ(url.rfind("/openapi/v3/apis/originpull.dev/v1alpha1", 0), 0U) << url;
  const Answer schema = side.get(url);
  ASSERT_VERDICT(schema, "200");
  const std::string type = schema.at("/components/schemas/dev.originpull.v1alpha1.OriginPullConfig");
  EXPECT_EQ(text_at(type, "/x-kubernetes-group-version-kind/0/kind"), "OriginPullConfig");
  EXPECT_FALSE(text_at(type, "/properties/spec/properties/zone/description").empty());
  EXPECT_TRUE(index.has("/paths/api~1v1"));
}

BEHAVIOUR("operator", the_schemas_are_published_as_openapi_v2_too) {
  const Answer answer = side.get("/openapi/v2");
  ASSERT_VERDICT(answer, "200");
  EXPECT_EQ(answer.at("/swagger"), "2.0");
  EXPECT_TRUE(answer.has("/definitions/dev.originpull.v1alpha1.OriginPullConfig/properties/spec"));
}

BEHAVIOUR("operator", the_server_says_that_it_is_well) {
  for (const char* path : {"/readyz", "/livez", "/healthz"}) {
    const Answer answer = side.get(path);
    EXPECT_VERDICT(answer, "200");
    EXPECT_EQ(answer.body, "ok") << path;
  }
}

BEHAVIOUR("operator", a_path_that_leads_nowhere_is_404) {
  EXPECT_EQ(side.get("/nowhere").status, 404);
  EXPECT_EQ(side.get("/apis/originpull.dev/v9/originpullconfigs").status, 404);
  EXPECT_EQ(side.get("/api/v2").status, 404);
}

}  // namespace originpull::behaviour
