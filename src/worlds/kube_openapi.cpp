// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_openapi.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "worlds/kube_builtin.hpp"

namespace originpull::worlds {

using nlohmann::json;

namespace {

constexpr int kDeepest = 16;  // a type that holds itself is shown so far
constexpr const char* kMeta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

// "dev.originpull.v1alpha1.OriginPullConfig", "io.k8s.api.core.v1.Secret"
std::string name_of(const KubeType& type) {
  if (!type.custom()) {
    const std::string group = type.group.empty() ? "core" : type.group.substr(0, type.group.find('.'));
    return "io.k8s.api." + group + "." + type.version + "." + type.kind;
  }
  std::string reversed;
  for (std::size_t end = type.group.size(); end != std::string::npos;) {
    const std::size_t dot = end == 0 ? std::string::npos : type.group.rfind('.', end - 1);
    const std::size_t begin = dot == std::string::npos ? 0 : dot + 1;
    reversed += type.group.substr(begin, end - begin) + ".";
    end = dot;
  }
  return reversed + type.version + "." + type.kind;
}

const char* word_of(KubeSchema::Type type) {
  switch (type) {
    case KubeSchema::Type::kObject: return "object";
    case KubeSchema::Type::kArray: return "array";
    case KubeSchema::Type::kString: return "string";
    case KubeSchema::Type::kInteger: return "integer";
    case KubeSchema::Type::kNumber: return "number";
    case KubeSchema::Type::kBoolean: return "boolean";
    case KubeSchema::Type::kAny:
    case KubeSchema::Type::kIntOrString: break;
  }
  return nullptr;
}

json shown(const KubeSchema& node, int depth) {
  const KubeSchema& schema = node.self();
  json out = json::object();
  if (const char* word = word_of(schema.type)) out["type"] = word;
  if (schema.type == KubeSchema::Type::kIntOrString) out["x-kubernetes-int-or-string"] = true;
  if (depth > kDeepest) return out;
  for (const auto& [name, member] : schema.properties) out["properties"][name] = shown(member, depth + 1);
  if (schema.values) out["additionalProperties"] = shown(*schema.values, depth + 1);
  if (schema.items) out["items"] = shown(*schema.items, depth + 1);
  if (node.patch_merges || schema.patch_merges) out["x-kubernetes-patch-strategy"] = "merge";
  const std::string& key = node.patch_key.empty() ? schema.patch_key : node.patch_key;
  if (!key.empty()) out["x-kubernetes-patch-merge-key"] = key;
  if (schema.list == KubeSchema::List::kMap) {
    out["x-kubernetes-list-type"] = "map";
    out["x-kubernetes-list-map-keys"] = schema.list_keys;
  }
  if (schema.list == KubeSchema::List::kSet) out["x-kubernetes-list-type"] = "set";
  return out;
}

json kind_of(const KubeType& type) { return {{"group", type.group}, {"version", type.version}, {"kind", type.kind}}; }

json schema_of(const KubeType& type, const std::string& references) {
  json schema = json::object();
  if (type.custom() && type.openapi) {
    schema = *type.openapi;
  } else if (const KubeSchema* known = builtin_schema(type.group_version(), type.kind)) {
    schema = shown(*known, 0);
  }
  schema["type"] = "object";
  json& properties = schema["properties"];
  properties["apiVersion"] = {{"type", "string"}, {"description", "The group and version of this object's schema."}};
  properties["kind"] = {{"type", "string"}, {"description", "The kind of this object."}};
  properties["metadata"] = {{"description", "Name, namespace, labels, annotations and what the server keeps."},
                            {"$ref", references + kMeta}};
  schema["x-kubernetes-group-version-kind"] = json::array({kind_of(type)});
  return schema;
}

// A query parameter: of version 3 with a schema, of version 2 with a type of its own.
json parameter(const char* name, const char* type, bool v3) {
  json made = {{"name", name}, {"in", "query"}};
  if (v3) {
    made["schema"] = {{"type", type}};
  } else {
    made["type"] = type;
  }
  return made;
}

json operation(const KubeType& type, const char* action, bool v3) {
  json made = {{"x-kubernetes-action", action}, {"x-kubernetes-group-version-kind", kind_of(type)}};
  made["parameters"] = json::array();
  if (std::string_view(action) != "get" && std::string_view(action) != "list")
    for (const char* name : {"dryRun", "fieldManager", "fieldValidation"})
      made["parameters"].push_back(parameter(name, "string", v3));
  if (std::string_view(action) == "patch") made["parameters"].push_back(parameter("force", "boolean", v3));
  made["responses"]["200"] = {{"description", "OK"}};
  return made;
}

void add_paths(json& paths, const KubeType& type, bool v3) {
  std::string base = type.group.empty() ? "/api/" + type.version : "/apis/" + type.group_version();
  if (type.namespaced) base += "/namespaces/{namespace}";
  base += "/" + type.plural;
  paths[base] = {{"get", operation(type, "list", v3)}, {"post", operation(type, "post", v3)}};
  paths[base + "/{name}"] = {{"get", operation(type, "get", v3)},
                             {"put", operation(type, "put", v3)},
                             {"patch", operation(type, "patch", v3)},
                             {"delete", operation(type, "delete", v3)}};
}

json info() { return {{"title", "Kubernetes (simulated)"}, {"version", "v1.36.3"}}; }

std::string path_of(const KubeType& type) {
  return type.group.empty() ? "api/" + type.version : "apis/" + type.group_version();
}

net::Served index(const KubeCatalogue& catalogue) {
  json paths = json::object();
  for (const KubeTypePtr& type : catalogue.types()) {
    const std::string path = path_of(*type);
    // A client keeps what it has read for as long as the hash stays.
    const std::string seen = std::to_string(std::hash<std::string>()(type->openapi ? type->openapi->dump() : path));
    paths[path] = {{"serverRelativeURL", "/openapi/v3/" + path + "?hash=" + seen}};
  }
  return {.body = json{{"paths", paths}}.dump()};
}

std::optional<net::Served> version_3(const KubeCatalogue& catalogue, const std::string& path) {
  constexpr const char* kReferences = "#/components/schemas/";
  json document = {{"openapi", "3.0.0"}, {"info", info()}};
  for (const KubeTypePtr& type : catalogue.types()) {
    if (path_of(*type) != path) continue;
    document["components"]["schemas"][name_of(*type)] = schema_of(*type, kReferences);
    add_paths(document["paths"], *type, true);
  }
  if (!document.contains("paths")) return std::nullopt;
  document["components"]["schemas"][kMeta] = shown(object_meta_schema(), 0);
  return net::Served{.body = document.dump()};
}

net::Served version_2(const KubeCatalogue& catalogue) {
  json document = {{"swagger", "2.0"}, {"info", info()}, {"paths", json::object()}};
  for (const KubeTypePtr& type : catalogue.types()) {
    document["definitions"][name_of(*type)] = schema_of(*type, "#/definitions/");
    add_paths(document["paths"], *type, false);
  }
  document["definitions"][kMeta] = shown(object_meta_schema(), 0);
  return {.body = document.dump()};
}

bool takes_json(std::string_view accept) {
  return accept.empty() || accept.find("json") != std::string_view::npos ||
         accept.find("*/*") != std::string_view::npos;
}

}  // namespace

std::optional<net::Served> openapi_document(const KubeCatalogue& catalogue, const KubeRequest& request) {
  const std::string path = request.path();
  constexpr std::string_view kVersion3 = "/openapi/v3/";
  if (!takes_json(request.http.header("Accept"))) {
    return net::Served{.status = 406, .body = "only JSON is served here\n", .content_type = "text/plain"};
  }
  if (path == "/openapi/v2") return version_2(catalogue);
  if (path == "/openapi/v3") return index(catalogue);
  if (path.starts_with(kVersion3)) return version_3(catalogue, path.substr(kVersion3.size()));
  return std::nullopt;
}

}  // namespace originpull::worlds
