// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_answer.hpp"

#include "json/writer.hpp"

namespace originpull::worlds {
namespace {

bool has_details(const KubeRefusal& refusal) {
  return refusal.detailed || !refusal.kind.empty() || !refusal.name.empty() || !refusal.causes.empty() ||
         refusal.retry_after > 0;
}

void write_details(json::Writer& w, const KubeRefusal& refusal) {
  const auto known = [&w](const char* name, const std::string& value) {
    if (!value.empty()) w.field(name, value);
  };
  w.key("details").begin_object();
  known("name", refusal.name);
  known("group", refusal.group);
  known("kind", refusal.kind);
  known("uid", refusal.uid);
  if (!refusal.causes.empty()) {
    w.key("causes").begin_array();
    for (const KubeCause& cause : refusal.causes) {
      w.begin_object();
      known("reason", cause.reason);
      known("message", cause.message);
      known("field", cause.field);
      w.end_object();
    }
    w.end_array();
  }
  if (refusal.retry_after > 0) w.field("retryAfterSeconds", refusal.retry_after);
  w.end_object();
}

}  // namespace

std::string status_text(const KubeRefusal& refusal) {
  json::Writer w;
  w.begin_object().field("kind", "Status").field("apiVersion", "v1").key("metadata").begin_object();
  if (!refusal.continue_token.empty()) w.field("continue", refusal.continue_token);
  w.end_object().field("status", "Failure").field("message", refusal.message);
  if (!refusal.reason.empty()) w.field("reason", refusal.reason);
  if (has_details(refusal)) write_details(w, refusal);
  return w.field("code", refusal.code).end_object().take();
}

net::Headers warning_headers(const std::vector<std::string>& warnings) {
  net::Headers headers;
  for (const std::string& text : warnings) headers.emplace_back("Warning", "299 - " + json::quote(text));
  return headers;
}

net::Served refusal(const KubeRefusal& refused) {
  net::Served answer{.status = refused.code, .body = status_text(refused)};
  answer.headers = warning_headers(refused.warnings);
  if (refused.retry_after > 0) answer.headers.emplace_back("Retry-After", std::to_string(refused.retry_after));
  return answer;
}

KubeRefusal not_found(const KubeType& type, std::string_view name) {
  return {.code = 404,
          .reason = "NotFound",
          .message = type.resource() + " \"" + std::string(name) + "\" not found",
          .group = type.group,
          .kind = type.plural,
          .name = std::string(name)};
}

KubeRefusal no_such_resource() {
  return {.code = 404,
          .reason = "NotFound",
          .message = "the server could not find the requested resource",
          .detailed = true};
}

KubeRefusal no_such_method() {
  return {.code = 405,
          .reason = "MethodNotAllowed",
          .message = "the server does not allow this method on the requested resource",
          .detailed = true};
}

KubeRefusal conflict(std::string_view group, std::string_view kind, std::string_view name, std::string_view why) {
  const std::string qualified = std::string(kind) + (group.empty() ? "" : "." + std::string(group));
  return {.code = 409,
          .reason = "Conflict",
          .message =
              "Operation cannot be fulfilled on " + qualified + " \"" + std::string(name) + "\": " + std::string(why),
          .group = std::string(group),
          .kind = std::string(kind),
          .name = std::string(name)};
}

KubeOutcome<void> check_preconditions(const KubeType& type, const std::string& name, const KubeIdentity& asked,
                                      const KubeIdentity& real) {
  // A namespace is ended by an update, which words it otherwise; both faces of an Event are the core's.
  const bool updates = type.rules == KubeRules::kNamespace;
  const std::string group = type.rules == KubeRules::kEvent ? "" : type.group;
  const auto check = [&](const char* what, const std::string& wanted, const std::string& is,
                         const char* perhaps) -> KubeOutcome<void> {
    if (wanted.empty() || wanted == is) return {};
    const std::string thing = what;
    if (updates)
      return refuse(conflict(
          group, type.plural, name,
          "Precondition failed: " + thing + " in precondition: " + wanted + ", " + thing + " in object meta: " + is));
    return refuse(conflict(group, type.kind, name,
                           "the " + thing + " in the precondition (" + wanted + ") does not match the " + thing +
                               " in record (" + is + "). The object might have been " + perhaps));
  };
  TRY(check("UID", asked.uid, real.uid, "deleted and then recreated"));
  return check("ResourceVersion", asked.version, real.version, "modified");
}

KubeRefusal expired(std::string message) { return {.code = 410, .reason = "Expired", .message = std::move(message)}; }

KubeRefusal too_large_version(std::int64_t asked, std::int64_t current) {
  return {.code = 504,
          .reason = "Timeout",
          .message =
              "Timeout: Too large resource version: " + std::to_string(asked) + ", current: " + std::to_string(current),
          .causes = {{.reason = "ResourceVersionTooLarge", .message = "Too large resource version"}},
          .retry_after = 1};
}

std::string list_text(const KubeListHead& head, const std::vector<std::string>& items) {
  json::Writer w;
  w.begin_object().field("kind", head.kind).field("apiVersion", head.group_version).key("metadata").begin_object();
  w.field("resourceVersion", std::to_string(head.version));
  if (!head.continue_token.empty() || head.of_custom_kind) w.field("continue", head.continue_token);
  if (head.remaining >= 0) w.field("remainingItemCount", head.remaining);
  w.end_object().key("items");
  if (items.empty() && head.kind == "PartialObjectMetadataList") return w.null().end_object().take();  // Go's nil
  w.begin_array();
  for (const std::string& item : items) w.raw(item);
  return w.end_array().end_object().take();
}

std::string frame(std::string_view type, std::string_view object) {
  std::string line = R"({"type":")";
  return line.append(type).append(R"(","object":)").append(object).append("}\n");
}

std::string bookmark_object(const KubeType& type, std::int64_t version, bool initial_end) {
  json::Writer w;
  w.begin_object().field("kind", type.kind).field("apiVersion", type.group_version());
  w.key("metadata").begin_object().field("resourceVersion", std::to_string(version));
  if (initial_end) w.key("annotations").begin_object().field("k8s.io/initial-events-end", "true").end_object();
  return w.end_object().end_object().take();
}

}  // namespace originpull::worlds
