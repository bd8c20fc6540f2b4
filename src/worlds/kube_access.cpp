// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_access.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "worlds/kube_answer.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kNameSelector = "metadata.name=";
// What the roles that a server makes for itself give everybody who is known, and everybody.
constexpr std::array kForKnown = {"/api",     "/api/*",     "/apis",   "/apis/*",  "/healthz", "/livez",
                                  "/openapi", "/openapi/*", "/readyz", "/version", "/version/"};
constexpr std::array kForAll = {"/healthz", "/livez", "/readyz", "/version", "/version/"};

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const json& list_at(const json& object, const char* key) {
  static const json kNone = json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : kNone;
}

bool has(const json& texts, const std::string& text) { return std::ranges::find(texts, json(text)) != texts.end(); }
bool in_group(const KubeUser& user, const std::string& group) {
  return std::ranges::find(user.groups, group) != user.groups.end();
}

bool fits_path(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with('*')) return pattern == path;
  return path.starts_with(pattern.substr(0, pattern.size() - 1));
}

bool allows_path(const json& rule, const KubeDeed& deed) {
  return std::ranges::any_of(list_at(rule, "nonResourceURLs"), [&](const json& pattern) {
    return pattern.is_string() && fits_path(pattern.get_ref<const std::string&>(), deed.path);
  });
}

bool allows_resource(const json& rule, const KubeDeed& deed) {
  const json& groups = list_at(rule, "apiGroups");
  const json& resources = list_at(rule, "resources");
  const json& names = list_at(rule, "resourceNames");
  const auto slash = deed.resource.find('/');
  const bool resource = has(resources, "*") || has(resources, deed.resource) ||
                        (slash != std::string::npos && has(resources, "*" + deed.resource.substr(slash)));
  return resource && (has(groups, "*") || has(groups, deed.group)) && (names.empty() || has(names, deed.name));
}

bool allows(const json& rule, const KubeDeed& deed) {
  const json& verbs = list_at(rule, "verbs");
  if (!has(verbs, "*") && !has(verbs, deed.verb)) return false;
  return deed.path.empty() ? allows_resource(rule, deed) : allows_path(rule, deed);
}

// `ns`: that of the binding.
bool is_bound(const json& binding, const KubeUser& user, const std::string& ns) {
  return std::ranges::any_of(list_at(binding, "subjects"), [&](const json& subject) {
    const std::string kind = text_at(subject, "kind");
    const std::string name = text_at(subject, "name");
    if (kind == "User") return name == user.name;
    if (kind == "Group") return in_group(user, name);
    const std::string home = text_at(subject, "namespace").empty() ? ns : text_at(subject, "namespace");
    return kind == "ServiceAccount" && user.name == service_account(home, name).name;
  });
}

// The rules of the role that a binding gives; null where there is none.
const json* rules_of(const KubeState& state, const json& binding, const std::string& ns) {
  const json& role = binding.at("roleRef");
  const bool cluster = text_at(role, "kind") == "ClusterRole";
  const std::string plural = cluster ? "clusterroles" : "roles";
  const auto type = state.catalogue->find("rbac.authorization.k8s.io", "v1", plural);
  const auto found = state.store.find({type->storage, cluster ? "" : ns, text_at(role, "name")});
  return found ? &list_at(*found->value, "rules") : nullptr;
}

template <class Visit>
void each_rule(const KubeState& state, const KubeUser& user, const std::string& ns, Visit&& visit) {
  const auto through = [&](const char* plural, const std::string& where) {
    const auto type = state.catalogue->find("rbac.authorization.k8s.io", "v1", plural);
    for (const auto& [key, binding] : state.store.list(type->storage, where, state.store.version)) {
      if (!is_bound(*binding->value, user, key.ns)) continue;
      const json* rules = rules_of(state, *binding->value, key.ns);
      if (rules != nullptr) std::ranges::for_each(*rules, visit);
    }
  };
  through("clusterrolebindings", "");
  if (!ns.empty()) through("rolebindings", ns);
}

}  // namespace

KubeUser service_account(const std::string& ns, const std::string& name) {
  return {.name = "system:serviceaccount:" + ns + ":" + name,
          .groups = {"system:serviceaccounts", "system:serviceaccounts:" + ns, "system:authenticated"}};
}

KubeDeed deed_of(const KubeRequest& request) {
  if (!request.is_resource) {
    std::string verb = request.http.method;
    std::ranges::transform(verb, verb.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return {.verb = verb, .path = request.path()};
  }
  KubeDeed deed{.verb = request.verb,
                .group = request.group,
                .resource = request.plural + (request.subresource.empty() ? "" : "/" + request.subresource),
                .ns = request.plural == "namespaces" && request.group.empty() ? request.name : request.ns,
                .name = request.name};
  const std::string selector = request.asked("fieldSelector");
  const bool many = deed.verb == "list" || deed.verb == "watch";
  if (many && deed.name.empty() && selector.starts_with(kNameSelector) && selector.find(',') == std::string::npos)
    deed.name = selector.substr(kNameSelector.size());
  return deed;
}

KubeOutcome<KubeUser> who_asks(const KubeState& state, const net::ServedRequest& http) {
  const std::string_view header = http.header("Authorization");
  if (header.empty()) return KubeUser{.name = "system:anonymous", .groups = {"system:unauthenticated"}};
  const auto known =
      header.starts_with(kBearer) ? state.users.find(std::string(header.substr(kBearer.size()))) : state.users.end();
  if (known == state.users.end()) return refuse(401, "Unauthorized", "Unauthorized");
  return known->second;
}

bool may(const KubeState& state, const KubeUser& user, const KubeDeed& deed) {
  if (in_group(user, "system:masters")) return true;
  const auto open = [&](const auto& paths) {
    return std::ranges::any_of(paths, [&](const char* pattern) { return fits_path(pattern, deed.path); });
  };
  if (!deed.path.empty() && deed.verb == "get") {
    if (open(kForAll) || (in_group(user, "system:authenticated") && open(kForKnown))) return true;
  }
  bool allowed = false;
  each_rule(state, user, deed.ns, [&](const json& rule) { allowed = allowed || allows(rule, deed); });
  return allowed;
}

KubeRefusal forbidden_deed(const KubeUser& user, const KubeDeed& deed) {
  if (!deed.path.empty()) {
    return {.code = 403,
            .reason = "Forbidden",
            .message = "forbidden: User \"" + user.name + "\" cannot " + deed.verb + " path \"" + deed.path + "\"",
            .detailed = true};
  }
  const std::string plural = deed.resource.substr(0, deed.resource.find('/'));
  const std::string what =
      plural + (deed.group.empty() ? "" : "." + deed.group) + (deed.name.empty() ? "" : " \"" + deed.name + "\"");
  return {.code = 403,
          .reason = "Forbidden",
          .message = what + " is forbidden: User \"" + user.name + "\" cannot " + deed.verb + " resource \"" +
                     deed.resource + "\" in API group \"" + deed.group + "\" " +
                     (deed.ns.empty() ? "at the cluster scope" : "in the namespace \"" + deed.ns + "\""),
          .group = deed.group,
          .kind = plural,
          .name = deed.name};
}

KubeOutcome<void> admit_deed(const KubeState& state, const KubeRequest& request) {
  const KubeUser user = TRY(who_asks(state, request.http));
  if (is_review(request) && in_group(user, "system:authenticated")) return {};  // everybody may ask about himself
  const KubeDeed deed = deed_of(request);
  if (!may(state, user, deed)) return refuse(forbidden_deed(user, deed));
  return {};
}

bool is_review(const KubeRequest& request) {
  return request.group == "authorization.k8s.io" && request.version == "v1" && request.http.method == "POST" &&
         (request.plural == "selfsubjectaccessreviews" || request.plural == "selfsubjectrulesreviews");
}

KubeOutcome<std::string> review(const KubeState& state, const KubeRequest& request, const KubeLaws& laws) {
  const json asked = json::parse(request.http.body, nullptr, false);
  if (!asked.is_object()) return refuse(400, "BadRequest", "the review is no JSON object");
  const json spec = asked.value("spec", json::object());
  const KubeUser user = laws.access ? TRY(who_asks(state, request.http)) : KubeUser{.groups = {"system:masters"}};
  json answer = {{"kind", "SelfSubjectAccessReview"},
                 {"apiVersion", "authorization.k8s.io/v1"},
                 {"metadata", json::object()},
                 {"spec", spec}};
  if (request.plural == "selfsubjectrulesreviews") {
    answer["kind"] = "SelfSubjectRulesReview";
    json rules = json::array();
    if (in_group(user, "system:masters"))
      rules.push_back({{"verbs", {"*"}}, {"apiGroups", {"*"}}, {"resources", {"*"}}});
    each_rule(state, user, text_at(spec, "namespace"), [&](const json& rule) { rules.push_back(rule); });
    answer["status"] = {{"incomplete", false}, {"nonResourceRules", json::array()}, {"resourceRules", rules}};
    return answer.dump();
  }
  const json resource = spec.value("resourceAttributes", json::object());
  const json path = spec.value("nonResourceAttributes", json::object());
  const std::string sub = text_at(resource, "subresource");
  const KubeDeed deed{.verb = text_at(path.empty() ? resource : path, "verb"),
                      .group = text_at(resource, "group"),
                      .resource = text_at(resource, "resource") + (sub.empty() ? "" : "/" + sub),
                      .ns = text_at(resource, "namespace"),
                      .name = text_at(resource, "name"),
                      .path = text_at(path, "path")};
  answer["status"] = {{"allowed", may(state, user, deed)}};
  return answer.dump();
}

}  // namespace originpull::worlds
