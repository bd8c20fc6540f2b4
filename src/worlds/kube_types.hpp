// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the simulated Kubernetes API knows of its kinds. A `KubeType` is one resource in one version: its names, its
// scope, and the few switches in which kinds differ. A `KubeCatalogue` is all of them at one moment, immutable and
// shared: the built-in ones, and those of CustomResourceDefinitions, with which a new catalogue is made when one comes,
// changes or goes. Worlds that begin alike share one, so a CRD is read once in a process. Plain values, any thread;
// what is not there is null.
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "worlds/kube_refusal.hpp"

namespace originpull::worlds {

struct KubeSchema;

// What a built-in kind demands beyond its metadata (kube_rules.hpp); kCustom: what its schema demands.
enum class KubeRules {
  kNone,
  kSecret,
  kConfigMap,
  kNamespace,
  kService,
  kServiceAccount,
  kEvent,
  kLease,
  kEndpointSlice,
  kRole,
  kRoleBinding,
  kDefinition,
  kCustom
};

struct KubeColumn {
  std::string name;
  std::string type;
  std::string format = {};
  std::string description = {};
  std::string json_path = {};
  int priority = 0;
};

struct KubeType {
  std::string group = {};  // empty: the core
  std::string version;
  std::string plural;
  std::string singular = {};  // it and list_kind follow from the kind where that is built in
  std::string kind;
  std::string list_kind = {};
  std::vector<std::string> short_names = {};
  std::vector<std::string> categories = {};
  KubeRules rules = KubeRules::kNone;
  bool namespaced = true;
  bool generations = false;           // metadata.generation counts changes outside metadata and status
  bool status_subresource = false;    // and nothing else writes the status
  bool creates_on_update = false;     // a PUT of what is not there makes it
  bool update_needs_version = false;  // a PUT without resourceVersion is refused
  bool deletes_collections = true;
  bool shows_deleted = false;  // a DELETE answers with the object that it was, not with a Status
  std::string storage = {};    // kinds that are views of the same objects share it; set by the catalogue where empty
  // Of a custom kind.
  std::vector<KubeColumn> columns = {};
  std::vector<std::string> selectable_fields = {};  // JSON paths
  std::shared_ptr<const KubeSchema> schema = {};
  std::shared_ptr<const nlohmann::json> openapi = {};  // the schema as the CRD has it
  // Its rules in CEL (CelRules of kube_validate.hpp), where this program knows them.
  std::function<std::vector<KubeCause>(const nlohmann::json& object, const nlohmann::json* old)> cel = {};

  bool custom() const { return rules == KubeRules::kCustom; }
  std::string group_version() const { return group.empty() ? version : group + "/" + version; }
  // As messages name it: "secrets", "leases.coordination.k8s.io".
  std::string resource() const { return group.empty() ? plural : plural + "." + group; }
};
using KubeTypePtr = std::shared_ptr<const KubeType>;

class KubeCatalogue {
 public:
  static std::shared_ptr<const KubeCatalogue> built_in();  // always the same one
  // This one, in which the types of `group` and `plural` are these; none: they are gone.
  std::shared_ptr<const KubeCatalogue> with(const std::string& group, const std::string& plural,
                                            const std::vector<KubeType>& types) const;

  KubeTypePtr find(const std::string& group, const std::string& version, const std::string& plural) const;
  const std::vector<KubeTypePtr>& types() const { return types_; }
  bool has_built_in(const std::string& group, const std::string& version) const;  // some type of it is built in
  bool has(const std::string& group, const std::string& version) const;

 private:
  void add(KubeType type);
  std::vector<KubeTypePtr> types_;
  std::map<std::string, KubeTypePtr, std::less<>> index_;  // by "group/version/plural"
};

}  // namespace originpull::worlds
