// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_types.hpp"

#include <algorithm>

namespace originpull::worlds {
namespace {

std::vector<KubeType> core_types() {
  return {
      {.version = "v1",
       .plural = "configmaps",
       .kind = "ConfigMap",
       .short_names = {"cm"},
       .rules = KubeRules::kConfigMap},
      {.version = "v1",
       .plural = "events",
       .kind = "Event",
       .short_names = {"ev"},
       .rules = KubeRules::kEvent,
       .creates_on_update = true,
       .storage = "events"},
      {.version = "v1",
       .plural = "namespaces",
       .kind = "Namespace",
       .short_names = {"ns"},
       .rules = KubeRules::kNamespace,
       .namespaced = false,
       .status_subresource = true,
       .deletes_collections = false},
      {.version = "v1", .plural = "secrets", .kind = "Secret", .rules = KubeRules::kSecret},
      {.version = "v1",
       .plural = "serviceaccounts",
       .kind = "ServiceAccount",
       .short_names = {"sa"},
       .rules = KubeRules::kServiceAccount,
       .shows_deleted = true},
      {.version = "v1",
       .plural = "services",
       .kind = "Service",
       .short_names = {"svc"},
       .categories = {"all"},
       .rules = KubeRules::kService,
       .status_subresource = true,
       .creates_on_update = true,
       .shows_deleted = true},
  };
}

KubeType rbac(const char* plural, const char* kind, bool namespaced, KubeRules rules) {
  return {.group = "rbac.authorization.k8s.io",
          .version = "v1",
          .plural = plural,
          .kind = kind,
          .rules = rules,
          .namespaced = namespaced,
          .creates_on_update = true};
}

std::vector<KubeType> group_types() {
  return {
      {.group = "events.k8s.io",
       .version = "v1",
       .plural = "events",
       .kind = "Event",
       .short_names = {"ev"},
       .rules = KubeRules::kEvent,
       .creates_on_update = true,
       .storage = "events"},
      rbac("clusterrolebindings", "ClusterRoleBinding", false, KubeRules::kRoleBinding),
      rbac("clusterroles", "ClusterRole", false, KubeRules::kRole),
      rbac("rolebindings", "RoleBinding", true, KubeRules::kRoleBinding),
      rbac("roles", "Role", true, KubeRules::kRole),
      {.group = "apiextensions.k8s.io",
       .version = "v1",
       .plural = "customresourcedefinitions",
       .kind = "CustomResourceDefinition",
       .short_names = {"crd", "crds"},
       .categories = {"api-extensions"},
       .rules = KubeRules::kDefinition,
       .namespaced = false,
       .generations = true,
       .status_subresource = true,
       .update_needs_version = true},
      {.group = "coordination.k8s.io",
       .version = "v1",
       .plural = "leases",
       .kind = "Lease",
       .rules = KubeRules::kLease,
       .creates_on_update = true,
       .update_needs_version = true},
      {.group = "discovery.k8s.io",
       .version = "v1",
       .plural = "endpointslices",
       .kind = "EndpointSlice",
       .rules = KubeRules::kEndpointSlice,
       .generations = true},
  };
}

// The names that follow from the kind, as they do for all that is built in.
KubeType named(KubeType type) {
  type.list_kind = type.kind + "List";
  type.singular = type.kind;
  std::ranges::transform(type.singular, type.singular.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return type;
}

std::string index_of(const std::string& group, const std::string& version, const std::string& plural) {
  return group + "/" + version + "/" + plural;
}

}  // namespace

std::shared_ptr<const KubeCatalogue> KubeCatalogue::built_in() {
  static const std::shared_ptr<const KubeCatalogue> only = [] {
    auto made = std::make_shared<KubeCatalogue>();
    for (KubeType& type : core_types()) made->add(named(std::move(type)));
    for (KubeType& type : group_types()) made->add(named(std::move(type)));
    return made;
  }();
  return only;
}

void KubeCatalogue::add(KubeType type) {
  if (type.storage.empty()) type.storage = type.resource();
  auto shared = std::make_shared<const KubeType>(std::move(type));
  index_[index_of(shared->group, shared->version, shared->plural)] = shared;
  types_.push_back(std::move(shared));
}

std::shared_ptr<const KubeCatalogue> KubeCatalogue::with(const std::string& group, const std::string& plural,
                                                         const std::vector<KubeType>& types) const {
  auto changed = std::make_shared<KubeCatalogue>();
  const auto keep = [&](const KubeTypePtr& type) {
    changed->index_[index_of(type->group, type->version, type->plural)] = type;
    changed->types_.push_back(type);
  };
  for (const KubeTypePtr& type : types_)
    if (type->group != group || type->plural != plural) keep(type);
  for (const KubeType& type : types) changed->add(type);
  return changed;
}

KubeTypePtr KubeCatalogue::find(const std::string& group, const std::string& version, const std::string& plural) const {
  const auto found = index_.find(index_of(group, version, plural));
  return found == index_.end() ? nullptr : found->second;
}

bool KubeCatalogue::has(const std::string& group, const std::string& version) const {
  return std::ranges::any_of(types_,
                             [&](const KubeTypePtr& one) { return one->group == group && one->version == version; });
}

bool KubeCatalogue::has_built_in(const std::string& group, const std::string& version) const {
  return std::ranges::any_of(
      types_, [&](const KubeTypePtr& one) { return one->group == group && one->version == version && !one->custom(); });
}

}  // namespace originpull::worlds
