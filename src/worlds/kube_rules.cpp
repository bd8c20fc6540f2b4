// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_rules.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/base64.hpp"
#include "worlds/kube_answer.hpp"
#include "worlds/kube_event.hpp"
#include "worlds/kube_meta.hpp"
#include "worlds/kube_names.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void default_secret(json& secret) {
  if (const auto plain = secret.find("stringData"); plain != secret.end()) {
    for (const auto& [key, value] : plain->items())
      secret["data"][key] = encode_base64(value.get_ref<const std::string&>());
    secret.erase("stringData");
  }
  if (text_at(secret, "type").empty()) secret["type"] = "Opaque";
}

KubeOutcome<void> default_lease(json& lease, const KubeType& type) {
  json& spec = lease["spec"];
  for (const char* key : {"acquireTime", "renewTime"}) TRY(normalise_micro_time(spec, key, type));
  return {};
}

void default_namespace(json& ns) {
  if (const std::string name = text_at(ns["metadata"], "name"); !name.empty())
    ns["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
}

void complete_namespace(json& ns) {
  ns["spec"] = {{"finalizers", {"kubernetes"}}};
  ns["status"] = {{"phase", "Active"}};
}

void default_service(json& service) {
  json& spec = service["spec"];
  const auto fallback = [&spec](const char* key, const json& value) {
    if (!spec.contains(key)) spec[key] = value;
  };
  fallback("type", "ClusterIP");
  fallback("sessionAffinity", "None");
  if (spec["sessionAffinity"] == "ClientIP" && !spec.contains("sessionAffinityConfig"))
    spec["sessionAffinityConfig"] = {{"clientIP", {{"timeoutSeconds", 10800}}}};
  if (spec["type"] != "ExternalName") fallback("internalTrafficPolicy", "Cluster");
  if (!spec.contains("ports")) return;
  for (json& port : spec["ports"]) {
    if (!port.contains("protocol")) port["protocol"] = "TCP";
    const json target = port.value("targetPort", json());
    if (target.is_null() || target == 0 || target == "") port["targetPort"] = port["port"];
  }
}

// What the server gives it, or it has already. The cluster has one family of addresses.
std::vector<KubeCause> complete_service(json& service, const json* before) {
  json& spec = service["spec"];
  const bool headless = spec.value("clusterIP", "") == "None";
  if (before == nullptr && !headless && text_at(service["metadata"], "name").empty())
    return {invalid_value("spec.clusterIPs", R"([""])",
                          R"(failed to allocate IP: IPAddress.networking.k8s.io "10.0.0.1" is invalid: )"
                          "spec.parentRef.name: Required value")};
  const json had = before == nullptr ? json::object() : before->at("spec");
  const auto fallback = [&](const char* key, const json& value) {
    if (!spec.contains(key)) spec[key] = had.value(key, value);
  };
  // Where nobody needs an address or an endpoint, both families are promised.
  const bool both =
      spec.value("clusterIP", had.value("clusterIP", "")) == "None" && spec.value("selector", json::object()).empty();
  if (!spec.contains("ipFamilies")) spec["ipFamilies"] = both ? json::array({"IPv4", "IPv6"}) : json::array({"IPv4"});
  fallback("ipFamilyPolicy", both ? "RequireDualStack" : "SingleStack");
  fallback("clusterIP", "10.0.0.1");
  const bool same_address = had.value("clusterIP", spec["clusterIP"]) == spec["clusterIP"];
  if (same_address) fallback("clusterIPs", json::array({spec["clusterIP"]}));
  if (!spec.contains("clusterIPs")) spec["clusterIPs"] = json::array({spec["clusterIP"]});
  if (!service.contains("status")) service["status"] = {{"loadBalancer", json::object()}};
  std::vector<KubeCause> causes;
  if (both || spec["ipFamilyPolicy"] != "RequireDualStack") return causes;
  const std::string lacks = "not configured on this cluster";
  causes.push_back(invalid_value("spec.ipFamilyPolicy", "\"RequireDualStack\"",
                                 "this cluster is not configured for dual-stack services"));
  for (std::size_t i = 0; i < spec["ipFamilies"].size(); ++i)
    if (spec["ipFamilies"][i] != "IPv4")
      causes.push_back(
          invalid_value("spec.ipFamilies[" + std::to_string(i) + "]", spec["ipFamilies"][i].dump(), lacks));
  return causes;
}

void default_slice(json& slice) {
  if (!slice.contains("ports")) return;
  for (json& port : slice["ports"]) {
    if (!port.contains("name")) port["name"] = "";
    if (!port.contains("protocol")) port["protocol"] = "TCP";
  }
}

void default_binding(json& binding) {
  constexpr const char* kGroup = "rbac.authorization.k8s.io";
  if (binding.contains("roleRef") && text_at(binding["roleRef"], "apiGroup").empty())
    binding["roleRef"]["apiGroup"] = kGroup;
  if (!binding.contains("subjects") || !binding["subjects"].is_array()) return;
  for (json& subject : binding["subjects"])
    if (text_at(subject, "kind") != "ServiceAccount" && text_at(subject, "apiGroup").empty())
      subject["apiGroup"] = kGroup;
}

void check_keys(std::vector<KubeCause>& causes, const json& object, const char* map) {
  const auto found = object.find(map);
  if (found == object.end()) return;
  for (const auto& [key, value] : found->items())
    for (const std::string& fault : wrong_with_config_key(key))
      causes.push_back(invalid_value(std::string(map) + "[" + key + "]", shown(json(key)), fault));
}

std::size_t size_of(const json& object, const char* map) {
  std::size_t size = 0;
  if (const auto found = object.find(map); found != object.end())
    for (const auto& one : *found) size += one.get_ref<const std::string&>().size();
  return size;
}

std::vector<KubeCause> faults_of_secret(const json& secret) {
  std::vector<KubeCause> causes;
  check_keys(causes, secret, "data");
  const auto need = [&](const char* key) {
    if (!secret.contains("data") || !secret["data"].contains(key))
      causes.push_back(required_value(std::string("data[") + key + "]"));
  };
  const std::string type = text_at(secret, "type");
  if (type == "kubernetes.io/tls") {
    need("tls.crt");
    need("tls.key");
  } else if (type == "kubernetes.io/ssh-auth") {
    need("ssh-privatekey");
  } else if (type == "kubernetes.io/dockerconfigjson") {
    need(".dockerconfigjson");
  } else if (type == "kubernetes.io/basic-auth") {
    const bool some =
        secret.contains("data") && (secret["data"].contains("username") || secret["data"].contains("password"));
    if (!some) {
      need("username");
      need("password");
    }
  }
  if (size_of(secret, "data") / 4 * 3 > 1024 * 1024)
    causes.push_back(
        {.reason = "FieldValueTooLong", .message = "Too long: may not be more than 1048576 bytes", .field = "data"});
  return causes;
}

std::vector<KubeCause> faults_of_config_map(const json& map) {
  std::vector<KubeCause> causes;
  check_keys(causes, map, "data");
  if (map.contains("data") && map.contains("binaryData"))
    for (const auto& [key, value] : map["data"].items())
      if (map["binaryData"].contains(key))
        causes.push_back(
            invalid_value("data[" + key + "]", shown(json(key)), "duplicate of key present in binaryData"));
  check_keys(causes, map, "binaryData");
  if (size_of(map, "data") + size_of(map, "binaryData") > 1024 * 1024)
    causes.push_back({.reason = "FieldValueTooLong", .message = "Too long: may not be more than 1048576 bytes"});
  return causes;
}

std::vector<KubeCause> faults_of_lease(const json& lease) {
  std::vector<KubeCause> causes;
  const json& spec = lease["spec"];
  if (const auto one = spec.find("leaseDurationSeconds"); one != spec.end() && one->get<std::int64_t>() <= 0)
    causes.push_back(invalid_value("spec.leaseDurationSeconds", one->dump(), "must be greater than 0"));
  if (const auto one = spec.find("leaseTransitions"); one != spec.end() && one->get<std::int64_t>() < 0)
    causes.push_back(invalid_value("spec.leaseTransitions", one->dump(), "must be greater than or equal to 0"));
  return causes;
}

KubeCause duplicate(std::string field, const std::string& shown) {
  return {.reason = "FieldValueDuplicate", .message = "Duplicate value: " + shown, .field = std::move(field)};
}

// Ports that are named alike, and those that are one by protocol and number.
void check_same_ports(std::vector<KubeCause>& causes, const json& ports) {
  std::set<std::pair<std::string, std::int64_t>> seen;
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const std::string protocol = text_at(ports[i], "protocol");
    const auto number = ports[i].value("port", std::int64_t{0});
    if (seen.emplace(protocol, number).second) continue;
    causes.push_back(duplicate("spec.ports[" + std::to_string(i) + "]",
                               R"({"Name":"","Protocol":)" + shown(json(protocol)) + R"(,"AppProtocol":null,"Port":)" +
                                   std::to_string(number) + R"(,"TargetPort":0,"NodePort":0})"));
  }
}

std::vector<KubeCause> faults_of_service(const json& service) {
  std::vector<KubeCause> causes;
  const json& spec = service["spec"];
  const bool headless = text_at(spec, "clusterIP") == "None" || text_at(spec, "type") == "ExternalName";
  const bool ports = spec.contains("ports") && spec["ports"].is_array() && !spec["ports"].empty();
  if (!ports && !headless) causes.push_back(required_value("spec.ports"));
  if (!ports) return causes;
  std::set<std::string> names;
  for (std::size_t i = 0; i < spec["ports"].size(); ++i) {
    const std::string name = text_at(spec["ports"][i], "name");
    const std::string at = "spec.ports[" + std::to_string(i) + "].name";
    if (spec["ports"].size() > 1 && name.empty()) causes.push_back(required_value(at));
    if (!name.empty() && !names.insert(name).second) causes.push_back(duplicate(at, shown(json(name))));
    for (const char* key : {"port", "targetPort"}) {
      const json number = spec["ports"][i].value(key, json(0));
      if (number.is_number_integer() && (number.get<std::int64_t>() < 1 || number.get<std::int64_t>() > 65535))
        causes.push_back(invalid_value("spec.ports[" + std::to_string(i) + "]." + key, number.dump(),
                                       "must be between 1 and 65535, inclusive"));
    }
  }
  check_same_ports(causes, spec["ports"]);
  return causes;
}

std::vector<KubeCause> faults_of_service_status(const json& service) {
  const bool balanced = text_at(service["spec"], "type") == "LoadBalancer";
  const json& status = service["status"];
  if (balanced || !status.contains("loadBalancer") || !status["loadBalancer"].contains("ingress")) return {};
  return {forbidden("status.loadBalancer.ingress", "may only be used when `spec.type` is 'LoadBalancer'")};
}

std::vector<KubeCause> faults_of_slice(const json& slice) {
  std::vector<KubeCause> causes;
  if (text_at(slice, "addressType").empty()) causes.push_back(required_value("addressType"));
  for (std::size_t i = 0; i < slice["endpoints"].size(); ++i) {
    const json& one = slice["endpoints"][i];
    if (!one.contains("addresses") || one["addresses"].empty())
      causes.push_back(
          required_value("endpoints[" + std::to_string(i) + "].addresses", "must contain at least 1 address"));
  }
  return causes;
}

std::vector<KubeCause> faults_of_role(const json& role, const KubeType& type) {
  std::vector<KubeCause> causes;
  if (!role.contains("rules") || !role["rules"].is_array()) return causes;
  for (std::size_t i = 0; i < role["rules"].size(); ++i) {
    const json& rule = role["rules"][i];
    const std::string at = "rules[" + std::to_string(i) + "].";
    const auto some = [&rule](const char* key) { return rule.contains(key) && !rule[key].empty(); };
    if (!some("verbs")) causes.push_back(required_value(at + "verbs", "verbs must contain at least one value"));
    if (some("nonResourceURLs") && !type.namespaced) continue;
    if (!some("apiGroups"))
      causes.push_back(required_value(at + "apiGroups", "resource rules must supply at least one api group"));
    if (!some("resources"))
      causes.push_back(required_value(at + "resources", "resource rules must supply at least one resource"));
  }
  return causes;
}

std::vector<KubeCause> faults_of_binding(const json& binding) {
  std::vector<KubeCause> causes;
  const json reference = binding.value("roleRef", json::object());
  const std::string kind = text_at(reference, "kind");
  if (kind != "Role" && kind != "ClusterRole")
    causes.push_back(
        {.reason = "FieldValueNotSupported",
         .message = "Unsupported value: " + shown(json(kind)) + R"(: supported values: "Role", "ClusterRole")",
         .field = "roleRef.kind"});
  if (text_at(reference, "name").empty()) causes.push_back(required_value("roleRef.name"));
  return causes;
}

}  // namespace

KubeOutcome<void> set_defaults(json& object, const KubeType& type) {
  switch (type.rules) {
    case KubeRules::kSecret: default_secret(object); break;
    case KubeRules::kLease: return default_lease(object, type);
    case KubeRules::kEvent: return normalise_event(object, type);
    case KubeRules::kNamespace: default_namespace(object); break;
    case KubeRules::kService: default_service(object); break;
    case KubeRules::kEndpointSlice: default_slice(object); break;
    case KubeRules::kRole:
      if (!object.contains("rules")) object["rules"] = nullptr;
      break;
    case KubeRules::kRoleBinding: default_binding(object); break;
    default: break;
  }
  return {};
}

std::vector<KubeCause> complete(json& object, const json* before, const KubeType& type) {
  if (type.rules == KubeRules::kNamespace && before == nullptr) complete_namespace(object);
  if (type.rules == KubeRules::kEndpointSlice)
    for (const char* list : {"endpoints", "ports"})
      if (object.value(list, json::array()).empty()) object[list] = nullptr;
  if (type.rules == KubeRules::kEvent) complete_event(object);
  if (type.rules == KubeRules::kService) return complete_service(object, before);
  return {};
}

std::vector<KubeCause> faults_of_status(const json& object, const KubeType& type) {
  return type.rules == KubeRules::kService ? faults_of_service_status(object) : std::vector<KubeCause>();
}

std::vector<KubeCause> faults_of(const json& object, const KubeType& type) {
  switch (type.rules) {
    case KubeRules::kSecret: return faults_of_secret(object);
    case KubeRules::kConfigMap: return faults_of_config_map(object);
    case KubeRules::kLease: return faults_of_lease(object);
    case KubeRules::kEvent: return faults_of_event(object, type);
    case KubeRules::kService: return faults_of_service(object);
    case KubeRules::kEndpointSlice: return faults_of_slice(object);
    case KubeRules::kRole: return faults_of_role(object, type);
    case KubeRules::kRoleBinding: return faults_of_binding(object);
    default: return {};
  }
}

std::vector<KubeCause> faults_of_change(const json& before, const json& after, const KubeType& type) {
  std::vector<KubeCause> causes;
  const auto differs = [&](const char* key) { return before.value(key, json()) != after.value(key, json()); };
  switch (type.rules) {
    case KubeRules::kSecret:
      if (differs("type")) causes.push_back(invalid_value("type", shown(after["type"]), "field is immutable"));
      [[fallthrough]];
    case KubeRules::kConfigMap:
      if (before.value("immutable", false)) {
        for (const char* key : {"immutable", "data", "binaryData"})
          if (differs(key)) causes.push_back(forbidden(key, "field is immutable when `immutable` is set"));
      }
      break;
    case KubeRules::kEvent:  // who writes by the core may change all
      return type.group.empty() ? causes : faults_of_event_change(before, after);
    case KubeRules::kService:
      if (before["spec"]["clusterIPs"][0] != after["spec"]["clusterIPs"][0])
        causes.push_back(
            invalid_value("spec.clusterIPs[0]", shown(after["spec"]["clusterIPs"]), "may not change once set"));
      break;
    case KubeRules::kRoleBinding:
      if (differs("roleRef"))
        causes.push_back(invalid_value("roleRef", shown(after.value("roleRef", json())), "cannot change roleRef"));
      break;
    case KubeRules::kEndpointSlice:
      if (differs("addressType"))
        causes.push_back(invalid_value("addressType", shown(after.value("addressType", json())), "field is immutable"));
      break;
    default: break;
  }
  return causes;
}

}  // namespace originpull::worlds
