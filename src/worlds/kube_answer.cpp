// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_answer.hpp"

#include <nlohmann/json.hpp>

#include "json/writer.hpp"

namespace originpull::worlds {

std::string status_text(int code, std::string_view reason, std::string_view message) {
  json::Writer w;
  w.begin_object().field("kind", "Status").field("apiVersion", "v1").key("metadata").begin_object().end_object();
  w.field("status", "Failure").field("message", message).field("reason", reason).field("code", code);
  return w.end_object().take();
}

net::Served refusal(int code, std::string_view reason, std::string_view message) {
  return {.status = code, .body = status_text(code, reason, message)};
}

net::Served expired() { return refusal(410, "Expired", "too old resource version: the history was compacted"); }

std::string metadata_view(const std::string& object) {
  return nlohmann::json{{"kind", "PartialObjectMetadata"},
                        {"apiVersion", "meta.k8s.io/v1"},
                        {"metadata", nlohmann::json::parse(object)["metadata"]}}
      .dump();
}

std::string list_text(const KubeKind& kind, std::int64_t version, const std::string& continue_token,
                      const std::vector<std::string>& items, bool metadata_only) {
  json::Writer w;
  w.begin_object();
  w.field("kind", metadata_only ? std::string("PartialObjectMetadataList") : kind.kind + "List");
  w.field("apiVersion", metadata_only ? std::string("meta.k8s.io/v1") : kind.group_version);
  w.key("metadata").begin_object().field("resourceVersion", std::to_string(version));
  if (!continue_token.empty()) w.field("continue", continue_token);
  w.end_object().key("items").begin_array();
  for (const std::string& item : items) w.raw(metadata_only ? metadata_view(item) : item);
  return w.end_array().end_object().take();
}

std::string frame(std::string_view type, std::string_view object) {
  json::Writer w;
  return w.begin_object().field("type", type).key("object").raw(object).end_object().take() + "\n";
}

std::string bookmark(const KubeKind& kind, std::int64_t version) {
  json::Writer w;
  w.begin_object().field("kind", kind.kind).field("apiVersion", kind.group_version);
  w.key("metadata").begin_object().field("resourceVersion", std::to_string(version)).key("creationTimestamp").null();
  return frame("BOOKMARK", w.end_object().end_object().take());
}

}  // namespace originpull::worlds
