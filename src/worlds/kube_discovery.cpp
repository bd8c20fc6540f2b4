// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_discovery.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "json/writer.hpp"
#include "worlds/kube_openapi.hpp"

namespace originpull::worlds {
namespace {

using Types = std::vector<KubeTypePtr>;
constexpr const char* kAggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

// Reviews are asked, and never kept: no type of the catalogue.
constexpr const char* kReviews = "authorization.k8s.io";

net::Served json_answer(std::string body) { return {.body = std::move(body)}; }

std::vector<std::string> verbs_of(const KubeType& type) {
  std::vector<std::string> verbs{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"};
  if (!type.deletes_collections) std::erase(verbs, "deletecollection");
  return verbs;
}

const std::vector<std::string>& status_verbs() {
  static const std::vector<std::string> verbs{"get", "patch", "update"};
  return verbs;
}

Types of(const KubeCatalogue& catalogue, const std::string& group, const std::string& version) {
  Types found;
  for (const KubeTypePtr& type : catalogue.types())
    if (type->group == group && type->version == version) found.push_back(type);
  return found;
}

// Groups with their versions, in the catalogue's order; without the core.
std::vector<std::pair<std::string, std::vector<std::string>>> groups_of(const KubeCatalogue& catalogue) {
  std::vector<std::pair<std::string, std::vector<std::string>>> groups;
  for (const KubeTypePtr& type : catalogue.types()) {
    if (type->group.empty()) continue;
    auto group = std::ranges::find_if(groups, [&](const auto& one) { return one.first == type->group; });
    if (group == groups.end()) group = groups.insert(groups.end(), {type->group, {}});
    if (std::ranges::find(group->second, type->version) == group->second.end()) group->second.push_back(type->version);
  }
  groups.push_back({kReviews, {"v1"}});
  return groups;
}

std::string version_text() {
  json::Writer w;
  w.begin_object().field("major", "1").field("minor", "36").field("gitVersion", "v1.36.3");
  w.field("gitCommit", "simulated").field("gitTreeState", "clean").field("buildDate", "2026-01-01T00:00:00Z");
  w.field("goVersion", "none").field("compiler", "none").field("platform", "linux/amd64");
  return w.end_object().take();
}

std::string core_versions() {
  const std::vector<std::string> versions{"v1"};
  json::Writer w;
  w.begin_object().field("kind", "APIVersions").field("versions", std::span<const std::string>(versions));
  w.key("serverAddressByClientCIDRs").begin_array().end_array();
  return w.end_object().take();
}

void write_version(json::Writer& w, const std::string& group, const std::string& version) {
  w.begin_object().field("groupVersion", group + "/" + version).field("version", version).end_object();
}

void write_group(json::Writer& w, const std::string& name, const std::vector<std::string>& versions, bool alone) {
  w.begin_object();
  if (alone) w.field("kind", "APIGroup").field("apiVersion", "v1");
  w.field("name", name).key("versions").begin_array();
  for (const std::string& version : versions) write_version(w, name, version);
  w.end_array().key("preferredVersion");
  write_version(w, name, versions.front());
  w.end_object();
}

std::string group_list(const KubeCatalogue& catalogue) {
  json::Writer w;
  w.begin_object().field("kind", "APIGroupList").field("apiVersion", "v1").key("groups").begin_array();
  for (const auto& [name, versions] : groups_of(catalogue)) write_group(w, name, versions, false);
  return w.end_array().end_object().take();
}

void write_names(json::Writer& w, const KubeType& type) {
  if (!type.short_names.empty()) w.field("shortNames", std::span<const std::string>(type.short_names));
  if (!type.categories.empty()) w.field("categories", std::span<const std::string>(type.categories));
}

std::string resource_list(const std::string& group_version, const Types& types) {
  json::Writer w;
  w.begin_object().field("kind", "APIResourceList").field("apiVersion", "v1").field("groupVersion", group_version);
  w.key("resources").begin_array();
  for (const KubeTypePtr& type : types) {
    w.begin_object().field("name", type->plural).field("singularName", type->singular);
    w.field("namespaced", type->namespaced).field("kind", type->kind);
    w.field("verbs", std::span<const std::string>(verbs_of(*type)));
    write_names(w, *type);
    w.field("storageVersionHash", "simulated").end_object();
    if (!type->status_subresource) continue;
    w.begin_object().field("name", type->plural + "/status").field("singularName", "");
    w.field("namespaced", type->namespaced).field("kind", type->kind);
    w.field("verbs", std::span<const std::string>(status_verbs())).end_object();
  }
  if (group_version == std::string(kReviews) + "/v1") {
    w.begin_object().field("name", "selfsubjectaccessreviews").field("singularName", "selfsubjectaccessreview");
    w.field("namespaced", false).field("kind", "SelfSubjectAccessReview").key("verbs").begin_array().string("create");
    w.end_array().end_object();
  }
  return w.end_array().end_object().take();
}

void write_kind(json::Writer& w, const char* key, const KubeType& type) {
  w.key(key).begin_object().field("group", type.group).field("version", type.version).field("kind", type.kind);
  w.end_object();
}

void write_aggregated_type(json::Writer& w, const KubeType& type) {
  w.begin_object().field("resource", type.plural);
  write_kind(w, "responseKind", type);
  w.field("scope", type.namespaced ? "Namespaced" : "Cluster").field("singularResource", type.singular);
  w.field("verbs", std::span<const std::string>(verbs_of(type)));
  write_names(w, type);
  if (type.status_subresource) {
    w.key("subresources").begin_array().begin_object().field("subresource", "status");
    write_kind(w, "responseKind", type);
    w.field("verbs", std::span<const std::string>(status_verbs())).end_object().end_array();
  }
  w.end_object();
}

void write_aggregated_group(json::Writer& w, const KubeCatalogue& catalogue, const std::string& group,
                            const std::vector<std::string>& versions) {
  w.begin_object().key("metadata").begin_object();
  if (!group.empty()) w.field("name", group);
  w.key("creationTimestamp").null().end_object().key("versions").begin_array();
  for (const std::string& version : versions) {
    w.begin_object().field("version", version).key("resources").begin_array();
    for (const KubeTypePtr& type : of(catalogue, group, version)) write_aggregated_type(w, *type);
    if (group == kReviews) {
      write_aggregated_type(w, {.group = group,
                                .version = version,
                                .plural = "selfsubjectaccessreviews",
                                .singular = "selfsubjectaccessreview",
                                .kind = "SelfSubjectAccessReview",
                                .list_kind = {},
                                .namespaced = false});
    }
    w.end_array().field("freshness", "Current").end_object();
  }
  w.end_array().end_object();
}

net::Served aggregated(const KubeCatalogue& catalogue, bool core) {
  json::Writer w;
  w.begin_object().field("kind", "APIGroupDiscoveryList").field("apiVersion", "apidiscovery.k8s.io/v2");
  w.key("metadata").begin_object().end_object().key("items").begin_array();
  if (core) {
    write_aggregated_group(w, catalogue, "", {"v1"});
  } else {
    for (const auto& [group, versions] : groups_of(catalogue)) write_aggregated_group(w, catalogue, group, versions);
  }
  return {.body = w.end_array().end_object().take(), .content_type = kAggregated};
}

std::optional<net::Served> groups(const KubeCatalogue& catalogue, const std::vector<std::string>& path) {
  if (path.size() == 2 && path[0] == "api" && path[1] == "v1")
    return json_answer(resource_list("v1", of(catalogue, "", "v1")));
  if (path.size() < 2 || path[0] != "apis") return std::nullopt;
  for (const auto& [name, versions] : groups_of(catalogue)) {
    if (name != path[1]) continue;
    if (path.size() == 2) {
      json::Writer w;
      write_group(w, name, versions, true);
      return json_answer(w.take());
    }
    if (path.size() == 3 && std::ranges::find(versions, path[2]) != versions.end())
      return json_answer(resource_list(name + "/" + path[2], of(catalogue, name, path[2])));
  }
  return std::nullopt;
}

}  // namespace

std::optional<net::Served> discover(const KubeCatalogue& catalogue, const KubeRequest& request) {
  if (request.http.method != "GET" && request.http.method != "HEAD") return std::nullopt;
  const std::string path = request.path();
  if (path == "/version") return json_answer(version_text());
  if (path == "/healthz" || path == "/livez" || path == "/readyz")
    return net::Served{.body = "ok", .content_type = "text/plain; charset=utf-8"};
  if (path == "/api" || path == "/apis") {
    const bool wants_all = request.http.header("Accept").find("g=apidiscovery.k8s.io;v=v2;") != std::string_view::npos;
    if (wants_all) return aggregated(catalogue, path == "/api");
    return json_answer(path == "/api" ? core_versions() : group_list(catalogue));
  }
  if (path.starts_with("/openapi/")) return openapi_document(catalogue, request);
  return groups(catalogue, request.target.segments);
}

}  // namespace originpull::worlds
