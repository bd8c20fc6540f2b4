// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_protobuf.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/base64.hpp"
#include "base/rfc3339.hpp"
#include "json/json.hpp"
#include "json/writer.hpp"

namespace originpull::worlds {
namespace {

// A message each: number:name:form …. The forms: s text, y bytes, i whole number, b boolean, T a time, M one with
// microseconds, X a number or a text, J bytes that are JSON, {s} {y} a map, [form] one of several, Name a message.
// ? after a form: a pointer, so that a zero is one.
constexpr std::string_view kMessages = R"(
ObjectMeta = 1:name:s 2:generateName:s 3:namespace:s 4:selfLink:s 5:uid:s 6:resourceVersion:s 7:generation:i
  8:creationTimestamp:T 9:deletionTimestamp:T 10:deletionGracePeriodSeconds:i? 11:labels:{s} 12:annotations:{s}
  13:ownerReferences:[OwnerReference] 14:finalizers:[s] 17:managedFields:[ManagedFieldsEntry]
OwnerReference = 1:kind:s 3:name:s 4:uid:s 5:apiVersion:s 6:controller:b? 7:blockOwnerDeletion:b?
ManagedFieldsEntry = 1:manager:s 2:operation:s 3:apiVersion:s 4:time:T 6:fieldsType:s 7:fieldsV1:J 8:subresource:s
LabelSelector = 1:matchLabels:{s} 2:matchExpressions:[LabelSelectorRequirement]
LabelSelectorRequirement = 1:key:s 2:operator:s 3:values:[s]
Condition = 1:type:s 2:status:s 3:observedGeneration:i 4:lastTransitionTime:T 5:reason:s 6:message:s
meta.k8s.io/v1/DeleteOptions = 1:gracePeriodSeconds:i? 2:preconditions:Preconditions 3:orphanDependents:b?
  4:propagationPolicy:s? 5:dryRun:[s]
Preconditions = 1:uid:s? 2:resourceVersion:s?
v1/Secret = 1:metadata:ObjectMeta 2:data:{y} 3:type:s 4:stringData:{s} 5:immutable:b?
v1/ConfigMap = 1:metadata:ObjectMeta 2:data:{s} 3:binaryData:{y} 4:immutable:b?
v1/Namespace = 1:metadata:ObjectMeta 2:spec:NamespaceSpec 3:status:NamespaceStatus
NamespaceSpec = 1:finalizers:[s]
NamespaceStatus = 1:phase:s 2:conditions:[NamespaceCondition]
NamespaceCondition = 1:type:s 2:status:s 4:lastTransitionTime:T 5:reason:s 6:message:s
v1/ServiceAccount = 1:metadata:ObjectMeta 2:secrets:[ObjectReference] 3:imagePullSecrets:[LocalObjectReference]
  4:automountServiceAccountToken:b?
LocalObjectReference = 1:name:s
ObjectReference = 1:kind:s 2:namespace:s 3:name:s 4:uid:s 5:apiVersion:s 6:resourceVersion:s 7:fieldPath:s
v1/Service = 1:metadata:ObjectMeta 2:spec:ServiceSpec 3:status:ServiceStatus
ServiceSpec = 1:ports:[ServicePort] 2:selector:{s} 3:clusterIP:s 4:type:s 5:externalIPs:[s] 7:sessionAffinity:s
  8:loadBalancerIP:s 9:loadBalancerSourceRanges:[s] 10:externalName:s 11:externalTrafficPolicy:s
  12:healthCheckNodePort:i 13:publishNotReadyAddresses:b 14:sessionAffinityConfig:SessionAffinityConfig
  17:ipFamilyPolicy:s? 18:clusterIPs:[s] 19:ipFamilies:[s] 20:allocateLoadBalancerNodePorts:b? 21:loadBalancerClass:s?
  22:internalTrafficPolicy:s? 23:trafficDistribution:s?
ServicePort = 1:name:s 2:protocol:s 3:port:i 4:targetPort:X 5:nodePort:i 6:appProtocol:s?
SessionAffinityConfig = 1:clientIP:ClientIPConfig
ClientIPConfig = 1:timeoutSeconds:i?
ServiceStatus = 1:loadBalancer:LoadBalancerStatus 2:conditions:[Condition]
LoadBalancerStatus = 1:ingress:[LoadBalancerIngress]
LoadBalancerIngress = 1:ip:s 2:hostname:s 3:ipMode:s?
v1/Event = 1:metadata:ObjectMeta 2:involvedObject:ObjectReference 3:reason:s 4:message:s 5:source:EventSource
  6:firstTimestamp:T 7:lastTimestamp:T 8:count:i 9:type:s 10:eventTime:M 11:series:EventSeries 12:action:s
  13:related:ObjectReference 14:reportingComponent:s 15:reportingInstance:s
EventSource = 1:component:s 2:host:s
EventSeries = 1:count:i 2:lastObservedTime:M
events.k8s.io/v1/Event = 1:metadata:ObjectMeta 2:eventTime:M 3:series:EventSeries 4:reportingController:s
  5:reportingInstance:s 6:action:s 7:reason:s 8:regarding:ObjectReference 9:related:ObjectReference 10:note:s 11:type:s
  12:deprecatedSource:EventSource 13:deprecatedFirstTimestamp:T 14:deprecatedLastTimestamp:T 15:deprecatedCount:i
coordination.k8s.io/v1/Lease = 1:metadata:ObjectMeta 2:spec:LeaseSpec
LeaseSpec = 1:holderIdentity:s? 2:leaseDurationSeconds:i? 3:acquireTime:M 4:renewTime:M 5:leaseTransitions:i?
  6:strategy:s? 7:preferredHolder:s?
discovery.k8s.io/v1/EndpointSlice = 1:metadata:ObjectMeta 2:endpoints:[Endpoint] 3:ports:[EndpointPort] 4:addressType:s
Endpoint = 1:addresses:[s] 2:conditions:EndpointConditions 3:hostname:s? 4:targetRef:ObjectReference
  5:deprecatedTopology:{s} 6:nodeName:s? 7:zone:s? 8:hints:EndpointHints
EndpointConditions = 1:ready:b? 2:serving:b? 3:terminating:b?
EndpointHints = 1:forZones:[LocalObjectReference] 2:forNodes:[LocalObjectReference]
EndpointPort = 1:name:s? 2:protocol:s? 3:port:i? 4:appProtocol:s?
rbac.authorization.k8s.io/v1/Role = 1:metadata:ObjectMeta 2:rules:[PolicyRule]
rbac.authorization.k8s.io/v1/ClusterRole = 1:metadata:ObjectMeta 2:rules:[PolicyRule] 3:aggregationRule:AggregationRule
PolicyRule = 1:verbs:[s] 2:apiGroups:[s] 3:resources:[s] 4:resourceNames:[s] 5:nonResourceURLs:[s]
AggregationRule = 1:clusterRoleSelectors:[LabelSelector]
rbac.authorization.k8s.io/v1/RoleBinding = 1:metadata:ObjectMeta 2:subjects:[Subject] 3:roleRef:RoleRef
rbac.authorization.k8s.io/v1/ClusterRoleBinding = 1:metadata:ObjectMeta 2:subjects:[Subject] 3:roleRef:RoleRef
RoleRef = 1:apiGroup:s 2:kind:s 3:name:s
Subject = 1:kind:s 2:apiGroup:s 3:name:s 4:namespace:s
authorization.k8s.io/v1/SelfSubjectAccessReview = 1:metadata:ObjectMeta 2:spec:SelfSubjectAccessReviewSpec
SelfSubjectAccessReviewSpec = 1:resourceAttributes:ResourceAttributes 2:nonResourceAttributes:NonResourceAttributes
authorization.k8s.io/v1/SelfSubjectRulesReview = 1:metadata:ObjectMeta 2:spec:SelfSubjectRulesReviewSpec
SelfSubjectRulesReviewSpec = 1:namespace:s
ResourceAttributes = 1:namespace:s 2:verb:s 3:group:s 4:version:s 5:resource:s 6:subresource:s 7:name:s
NonResourceAttributes = 1:path:s 2:verb:s
)";

struct Form {
  std::string word = {};  // "s", or the name of a message
  enum class Shape { kOne, kMap, kList } shape = Shape::kOne;
  bool pointer = false;
};
struct Field {
  std::string name;
  Form form;
};
using Message = std::map<std::uint64_t, Field>;
using Messages = std::map<std::string, Message, std::less<>>;

Form form_of(std::string_view text) {
  Form form;
  form.pointer = text.ends_with('?');
  if (form.pointer) text.remove_suffix(1);
  if (text.starts_with('{') || text.starts_with('[')) {
    form.shape = text[0] == '{' ? Form::Shape::kMap : Form::Shape::kList;
    text = text.substr(1, text.size() - 2);
  }
  form.word = text;
  return form;
}

Messages read_messages() {
  Messages messages;
  Message* message = nullptr;
  std::string_view rest = kMessages;
  std::string_view before;
  while (true) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \n"), rest.size()));
    if (rest.empty()) return messages;
    const std::string_view word = rest.substr(0, rest.find_first_of(" \n"));
    rest.remove_prefix(word.size());
    if (word == "=") {
      message = &messages[std::string(before)];
    } else if (const auto colon = word.find(':'); colon != std::string_view::npos) {
      const auto second = word.find(':', colon + 1);
      (*message)[std::stoull(std::string(word.substr(0, colon)))] = {
          .name = std::string(word.substr(colon + 1, second - colon - 1)), .form = form_of(word.substr(second + 1))};
    } else {
      before = word;
    }
  }
}

const Messages& messages() {
  static const Messages all = read_messages();
  return all;
}

enum class Wire { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

// One field as it stands in the bytes.
struct Piece {
  std::uint64_t number = 0;
  Wire wire = Wire::kVarint;
  std::uint64_t value = 0;      // of a varint
  std::string_view bytes = {};  // of kBytes
};

// Takes pieces from the front of some bytes. Whatever does not fit is a failure, and nothing is read behind the end.
class Pieces {
 public:
  explicit Pieces(std::string_view bytes) : rest_(bytes) {}

  bool failed() const { return failed_; }
  std::optional<Piece> next() {
    if (failed_ || rest_.empty()) return std::nullopt;
    const std::uint64_t tag = varint();
    Piece piece{.number = tag >> 3U, .wire = static_cast<Wire>(tag & 7U)};
    if (piece.number == 0) failed_ = true;
    switch (piece.wire) {
      case Wire::kVarint: piece.value = varint(); break;
      case Wire::kFixed64: skip(8); break;
      case Wire::kFixed32: skip(4); break;
      case Wire::kBytes: {
        const std::uint64_t size = varint();
        if (size > rest_.size()) failed_ = true;
        if (failed_) break;
        piece.bytes = rest_.substr(0, static_cast<std::size_t>(size));
        rest_.remove_prefix(piece.bytes.size());
        break;
      }
      default: failed_ = true;  // groups, which Kubernetes has none of
    }
    return failed_ ? std::nullopt : std::optional(piece);
  }

 private:
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) return value;
    }
    failed_ = true;
    return 0;
  }
  void skip(std::size_t bytes) {
    if (bytes > rest_.size()) {
      failed_ = true;
    } else {
      rest_.remove_prefix(bytes);
    }
  }

  std::string_view rest_;
  bool failed_ = false;
};

// The pieces of a field with the same number, in their order.
using Grouped = std::map<std::uint64_t, std::vector<Piece>>;

std::optional<Grouped> grouped(std::string_view bytes) {
  Grouped all;
  Pieces pieces(bytes);
  while (const auto piece = pieces.next()) all[piece->number].push_back(*piece);
  if (pieces.failed()) return std::nullopt;
  return all;
}

class Reader {
 public:
  // The message as JSON; nothing: it is none.
  std::optional<std::string> read(std::string_view bytes, const std::string& api_version, const std::string& kind,
                                  const Message& message) {
    writer_.begin_object().field("apiVersion", api_version).field("kind", kind);
    fields(bytes, message, 0);
    writer_.end_object();
    std::string text = writer_.take();
    return failed_ ? std::nullopt : std::optional(std::move(text));
  }

 private:
  void fields(std::string_view bytes, const Message& message, int depth);
  void field(const std::vector<Piece>& pieces, const Field& field, int depth);
  void map(const std::vector<Piece>& pieces, const Form& form);
  void one(const Piece& piece, const std::string& word, int depth);
  void time(std::string_view bytes, bool micro);
  void number_or_text(std::string_view bytes);
  std::uint64_t number(std::string_view bytes, std::uint64_t field_number);
  std::string text_in(std::string_view bytes, std::uint64_t field_number);
  bool is_nothing(const Piece& piece, const Form& form);

  static constexpr int kMaxDepth = 16;
  json::Writer writer_;
  bool failed_ = false;
};

bool is_message(const std::string& word) { return word.size() > 1; }
bool is_varint(const std::string& word) { return word == "i" || word == "b"; }

void Reader::fields(std::string_view bytes, const Message& message, int depth) {
  const auto all = grouped(bytes);
  if (!all || depth > kMaxDepth) {
    failed_ = true;
    return;
  }
  for (const auto& [at, pieces] : *all)
    if (const auto known = message.find(at); known != message.end()) field(pieces, known->second, depth);
}

// What stands for a value that nobody gave.
bool Reader::is_nothing(const Piece& piece, const Form& form) {
  if (form.pointer) return false;
  if (is_varint(form.word)) return piece.value == 0;
  return piece.bytes.empty();
}

void Reader::field(const std::vector<Piece>& pieces, const Field& field, int depth) {
  const Form& form = field.form;
  const bool varint = form.shape == Form::Shape::kOne && is_varint(form.word);
  for (const Piece& piece : pieces)
    if (piece.wire != (varint ? Wire::kVarint : Wire::kBytes)) failed_ = true;
  if (failed_) return;
  if (form.shape == Form::Shape::kMap) {
    writer_.key(field.name);
    map(pieces, form);
  } else if (form.shape == Form::Shape::kList) {
    writer_.key(field.name).begin_array();
    for (const Piece& piece : pieces) one(piece, form.word, depth);
    writer_.end_array();
  } else if (const Piece& last = pieces.back(); !is_nothing(last, form)) {
    writer_.key(field.name);
    one(last, form.word, depth);
  }
}

void Reader::map(const std::vector<Piece>& pieces, const Form& form) {
  std::map<std::string, std::string> entries;
  for (const Piece& piece : pieces) entries[text_in(piece.bytes, 1)] = text_in(piece.bytes, 2);
  writer_.begin_object();
  for (const auto& [key, value] : entries) writer_.field(key, form.word == "y" ? encode_base64(value) : value);
  writer_.end_object();
}

void Reader::one(const Piece& piece, const std::string& word, int depth) {
  if (word == "s") {
    writer_.string(piece.bytes);
  } else if (word == "y") {
    writer_.string(encode_base64(piece.bytes));
  } else if (word == "i") {
    writer_.integer(static_cast<std::int64_t>(piece.value));
  } else if (word == "b") {
    writer_.boolean(piece.value != 0);
  } else if (word == "T" || word == "M") {
    time(piece.bytes, word == "M");
  } else if (word == "X") {
    number_or_text(piece.bytes);
  } else if (word == "J") {
    const std::string text = text_in(piece.bytes, 1);
    if (!json::parse(text)) failed_ = true;
    writer_.raw(failed_ ? "null" : text);
  } else {
    writer_.begin_object();
    if (is_message(word)) fields(piece.bytes, messages().find(word)->second, depth + 1);
    writer_.end_object();
  }
}

std::uint64_t Reader::number(std::string_view bytes, std::uint64_t field_number) {
  Pieces pieces(bytes);
  std::uint64_t value = 0;
  while (const auto piece = pieces.next())
    if (piece->number == field_number && piece->wire == Wire::kVarint) value = piece->value;
  failed_ = failed_ || pieces.failed();
  return value;
}

std::string Reader::text_in(std::string_view bytes, std::uint64_t field_number) {
  Pieces pieces(bytes);
  std::string_view value;
  while (const auto piece = pieces.next())
    if (piece->number == field_number && piece->wire == Wire::kBytes) value = piece->bytes;
  failed_ = failed_ || pieces.failed();
  return std::string(value);
}

void Reader::time(std::string_view bytes, bool micro) {
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  const auto seconds = static_cast<std::int64_t>(number(bytes, 1));
  const auto nanos = static_cast<std::int64_t>(number(bytes, 2));
  if (seconds < 0 || seconds >= kYear10000 || nanos < 0 || nanos >= 1'000'000'000) {
    failed_ = true;
    writer_.null();
    return;
  }
  std::string text = format_rfc3339(Wall(std::chrono::seconds(seconds)));
  if (micro) {
    char fraction[16];
    std::snprintf(fraction, sizeof fraction, ".%06lldZ", static_cast<long long>(nanos / 1'000));
    text.replace(19, std::string::npos, fraction);
  }
  writer_.string(text);
}

void Reader::number_or_text(std::string_view bytes) {
  if (number(bytes, 1) == 0) {
    writer_.integer(static_cast<std::int32_t>(number(bytes, 2)));
  } else {
    writer_.string(text_in(bytes, 3));
  }
}

struct Envelope {
  std::string api_version = {};
  std::string kind = {};
  std::string_view raw = {};
};

std::optional<Envelope> opened(std::string_view body) {
  constexpr std::string_view kMagic("k8s\0", 4);
  if (!body.starts_with(kMagic)) return std::nullopt;
  Envelope envelope;
  Pieces pieces(body.substr(kMagic.size()));
  while (const auto piece = pieces.next()) {
    if (piece->number == 2 && piece->wire == Wire::kBytes) envelope.raw = piece->bytes;
    if (piece->number != 1 || piece->wire != Wire::kBytes) continue;
    Pieces names(piece->bytes);
    while (const auto name = names.next()) {
      if (name->number == 1) envelope.api_version = name->bytes;
      if (name->number == 2) envelope.kind = name->bytes;
    }
    if (names.failed()) return std::nullopt;
  }
  return pieces.failed() ? std::nullopt : std::optional(envelope);
}

}  // namespace

KubeOutcome<std::string> json_of_protobuf(std::string_view body) {
  const auto envelope = opened(body);
  if (!envelope)
    return refuse(400, "BadRequest",
                  "the object provided is unrecognized: provided data does not appear to be a protobuf message");
  // The options of a deletion are the same in every group.
  const std::string type =
      envelope->kind == "DeleteOptions" ? "meta.k8s.io/v1/DeleteOptions" : envelope->api_version + "/" + envelope->kind;
  const auto known = messages().find(type);
  if (known == messages().end())
    return refuse(415, "UnsupportedMediaType",
                  "the body of the request was in an unknown format - accepted media types include: application/json, "
                  "application/yaml");
  auto text = Reader().read(envelope->raw, envelope->api_version, envelope->kind, known->second);
  if (!text)
    return refuse(400, "BadRequest",
                  "the object provided is unrecognized: it is no " + envelope->kind + " in protobuf form");
  return std::move(*text);
}

}  // namespace originpull::worlds
