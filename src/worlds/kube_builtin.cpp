// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_builtin.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace originpull::worlds {
namespace {

using Type = KubeSchema::Type;
using List = KubeSchema::List;

// A type each: name = field:form …. The forms: s string, y bytes, i integer, n number, b boolean, io integer or string,
// ? anything, {form} a map, [form] a list that is replaced whole, [form|a,b] one whose objects are known by these keys,
// [form|=] a set, Name another type. + after a type: it is there even if empty; after a plain form: even if
// zero. * after a plain form: its zero is kept. ! after a map or type: an apply
// replaces it whole. @key after a list: a strategic patch merges it by that key, @ alone as a set. =text: the default.
constexpr std::string_view kTypes = R"(
Secret = apiVersion:s data:{y} immutable:b* kind:s metadata:ObjectMeta stringData:{s} type:s
ObjectMeta = annotations:{s} creationTimestamp:s deletionGracePeriodSeconds:i deletionTimestamp:s
  finalizers:[s|=]@ generateName:s generation:i labels:{s} managedFields:[ManagedFieldsEntry] name:s namespace:s
  ownerReferences:[OwnerReference!|uid]@uid resourceVersion:s selfLink:s uid:s
ManagedFieldsEntry = apiVersion:s fieldsType:s fieldsV1:? manager:s operation:s subresource:s time:s
OwnerReference = apiVersion:s+ blockOwnerDeletion:b* controller:b* kind:s+ name:s+ uid:s+
ConfigMap = apiVersion:s binaryData:{y} data:{s} immutable:b* kind:s metadata:ObjectMeta
Service = apiVersion:s kind:s metadata:ObjectMeta spec:ServiceSpec+ status:ServiceStatus+
ServiceSpec = allocateLoadBalancerNodePorts:b* clusterIP:s clusterIPs:[s] externalIPs:[s] externalName:s
  externalTrafficPolicy:s healthCheckNodePort:i internalTrafficPolicy:s* ipFamilies:[s] ipFamilyPolicy:s*
  loadBalancerClass:s* loadBalancerIP:s loadBalancerSourceRanges:[s] ports:[ServicePort|port,protocol]@port
  publishNotReadyAddresses:b selector:{s}! sessionAffinity:s sessionAffinityConfig:SessionAffinityConfig
  trafficDistribution:s* type:s
ServicePort = appProtocol:s* name:s nodePort:i port:i+ protocol:s=TCP targetPort:io
SessionAffinityConfig = clientIP:ClientIPConfig
ClientIPConfig = timeoutSeconds:i*
ServiceStatus = conditions:[Condition|type]@type loadBalancer:LoadBalancerStatus+
Condition = lastTransitionTime:s message:s+ observedGeneration:i reason:s+ status:s+ type:s+
LoadBalancerStatus = ingress:[LoadBalancerIngress]
LoadBalancerIngress = hostname:s ip:s ipMode:s* ports:[PortStatus]
PortStatus = error:s* port:i+ protocol:s+
Namespace = apiVersion:s kind:s metadata:ObjectMeta spec:NamespaceSpec+ status:NamespaceStatus+
NamespaceSpec = finalizers:[s]
NamespaceStatus = conditions:[NamespaceCondition|type]@type phase:s
NamespaceCondition = lastTransitionTime:s message:s reason:s status:s type:s
ServiceAccount = apiVersion:s automountServiceAccountToken:b* imagePullSecrets:[LocalObjectReference!] kind:s
  metadata:ObjectMeta secrets:[ObjectReference!|name]@name
LocalObjectReference = name:s
ObjectReference = apiVersion:s fieldPath:s kind:s name:s namespace:s resourceVersion:s uid:s
Event = action:s apiVersion:s count:i eventTime:s firstTimestamp:s involvedObject:ObjectReference! kind:s
  lastTimestamp:s message:s metadata:ObjectMeta reason:s related:ObjectReference! reportingComponent:s
  reportingInstance:s series:EventSeries source:EventSource+ type:s
EventSeries = count:i lastObservedTime:s
EventSource = component:s host:s
Endpoints = apiVersion:s kind:s metadata:ObjectMeta subsets:[EndpointSubset]
EndpointSubset = addresses:[EndpointAddress!] notReadyAddresses:[EndpointAddress!] ports:[EndpointPort!]
EndpointAddress = hostname:s ip:s nodeName:s targetRef:ObjectReference!
EndpointPort = appProtocol:s* name:s* port:i* protocol:s*
EndpointSlice = addressType:s+ apiVersion:s endpoints:[Endpoint]+ kind:s metadata:ObjectMeta ports:[EndpointPort!]+
Endpoint = addresses:[s|=]+ conditions:EndpointConditions+ deprecatedTopology:{s} hints:EndpointHints hostname:s*
  nodeName:s* targetRef:ObjectReference! zone:s*
EndpointConditions = ready:b* serving:b* terminating:b*
EndpointHints = forNodes:[ForNode] forZones:[ForZone]
ForNode = name:s+
ForZone = name:s+
Lease = apiVersion:s kind:s metadata:ObjectMeta spec:LeaseSpec+
LeaseSpec = acquireTime:s* holderIdentity:s* leaseDurationSeconds:i* leaseTransitions:i* preferredHolder:s*
  renewTime:s* strategy:s*
events.Event = action:s apiVersion:s deprecatedCount:i deprecatedFirstTimestamp:s deprecatedLastTimestamp:s
  deprecatedSource:EventSource+ eventTime:s kind:s metadata:ObjectMeta note:s reason:s regarding:ObjectReference!
  related:ObjectReference! reportingController:s reportingInstance:s series:events.EventSeries type:s
events.EventSeries = count:i lastObservedTime:s
Role = apiVersion:s kind:s metadata:ObjectMeta rules:[PolicyRule]
PolicyRule = apiGroups:[s] nonResourceURLs:[s] resourceNames:[s] resources:[s] verbs:[s]
ClusterRole = aggregationRule:AggregationRule apiVersion:s kind:s metadata:ObjectMeta rules:[PolicyRule]
AggregationRule = clusterRoleSelectors:[LabelSelector!]
LabelSelector = matchExpressions:[LabelSelectorRequirement] matchLabels:{s}
LabelSelectorRequirement = key:s operator:s values:[s]
RoleBinding = apiVersion:s kind:s metadata:ObjectMeta roleRef:RoleRef! subjects:[Subject!]
RoleRef = apiGroup:s+ kind:s+ name:s+
Subject = apiGroup:s kind:s+ name:s+ namespace:s
ClusterRoleBinding = apiVersion:s kind:s metadata:ObjectMeta roleRef:RoleRef! subjects:[Subject!]
)";

using Types = std::map<std::string, std::shared_ptr<KubeSchema>, std::less<>>;

// One form, from the front of `text`, which is shortened by it.
KubeSchema form_of(std::string_view& text, const Types& types);

KubeSchema list_of(std::string_view& text, const Types& types) {
  KubeSchema list{.type = Type::kArray};
  text.remove_prefix(1);
  list.items = std::make_unique<KubeSchema>(form_of(text, types));
  if (text.starts_with("|=")) {
    list.list = List::kSet;
    text.remove_prefix(2);
  }
  while (text.starts_with('|') || text.starts_with(',')) {
    list.list = List::kMap;
    const std::size_t end = text.find_first_of(",]", 1);
    list.list_keys.emplace_back(text.substr(1, end - 1));
    text.remove_prefix(end);
  }
  text.remove_prefix(1);
  if (text.starts_with('@')) {
    list.patch_merges = true;
    list.patch_key = text.substr(1);
    text = {};
  }
  return list;
}

KubeSchema plain_of(std::string_view word, const Types& types) {
  if (word == "s") return {.type = Type::kString};
  if (word == "y") return {.type = Type::kString, .bytes = true};
  if (word == "i") return {.type = Type::kInteger};
  if (word == "n") return {.type = Type::kNumber};
  if (word == "b") return {.type = Type::kBoolean};
  if (word == "io") return {.type = Type::kIntOrString};
  const auto found = types.find(word);
  if (found == types.end()) return {.type = Type::kAny, .keeps_unknown = true};
  return {.type = Type::kObject, .name = std::string(word), .shared = found->second};
}

KubeSchema form_of(std::string_view& text, const Types& types) {
  KubeSchema form;
  if (text.starts_with('[')) {
    form = list_of(text, types);
  } else if (text.starts_with('{')) {
    text.remove_prefix(1);
    form.type = Type::kObject;
    form.values = std::make_unique<KubeSchema>(form_of(text, types));
    text.remove_prefix(1);
  } else {
    const std::size_t end = std::min(text.find_first_of("]}|!=@+*"), text.size());
    form = plain_of(text.substr(0, end), types);
    text.remove_prefix(end);
  }
  if (text.starts_with('+')) {
    (form.shared ? form.always : form.shown) = true;
    text.remove_prefix(1);
  }
  if (text.starts_with('*')) {
    form.pointer = true;
    text.remove_prefix(1);
  }
  if (text.starts_with('!')) {
    form.atomic_map = true;
    text.remove_prefix(1);
  }
  return form;
}

void add_field(KubeSchema& type, std::string_view word, const Types& types) {
  const std::size_t colon = word.find(':');
  const std::string name(word.substr(0, colon));
  word.remove_prefix(colon + 1);
  KubeSchema form = form_of(word, types);
  if (word.starts_with('=')) form.fallback = std::make_shared<const nlohmann::json>(std::string(word.substr(1)));
  type.properties.emplace(name, std::move(form));
}

Types read_types() {
  Types types;
  for (const bool names_only : {true, false}) {
    std::shared_ptr<KubeSchema> type;
    std::string_view rest = kTypes;
    std::string_view before;
    while (true) {
      rest.remove_prefix(std::min(rest.find_first_not_of(" \n"), rest.size()));
      if (rest.empty()) break;
      const std::string_view word = rest.substr(0, rest.find_first_of(" \n"));
      rest.remove_prefix(word.size());
      if (word == "=") {
        auto& slot = types[std::string(before)];
        if (names_only)
          slot = std::make_shared<KubeSchema>(KubeSchema{.type = Type::kObject, .name = std::string(before)});
        type = slot;
      } else if (word.find(':') != std::string_view::npos) {
        if (!names_only) add_field(*type, word, types);
      } else {
        before = word;
      }
    }
  }
  return types;
}

const Types& types() {
  static const Types all = read_types();
  return all;
}

}  // namespace

const KubeSchema* builtin_schema(std::string_view group_version, std::string_view kind) {
  const bool newer_event = group_version == "events.k8s.io/v1" && kind == "Event";
  const auto found = types().find(newer_event ? std::string_view("events.Event") : kind);
  const bool known = found != types().end() && found->second->properties.contains("apiVersion") &&
                     found->second->properties.contains("metadata");
  return known ? found->second.get() : nullptr;
}

const KubeSchema& object_meta_schema() { return *types().find("ObjectMeta")->second; }

}  // namespace originpull::worlds
