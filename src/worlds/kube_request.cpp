// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_request.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "json/writer.hpp"
#include "worlds/kube_managers.hpp"

namespace originpull::worlds {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto cut = text.find(separator);
    parts.push_back(trimmed(text.substr(0, cut)));
    if (cut == std::string_view::npos) return parts;
    text.remove_prefix(cut + 1);
  }
}

std::string verb_of(const KubeRequest& request) {
  const std::string& method = request.http.method;
  const bool one = !request.name.empty();
  if (method == "GET" || method == "HEAD") {
    if (one) return "get";
    return request.flag("watch") ? "watch" : "list";
  }
  if (method == "POST") return "create";
  if (method == "PUT") return "update";
  if (method == "PATCH") return "patch";
  if (method == "DELETE") return one ? "delete" : "deletecollection";
  return {};
}

// What a clause of Accept asks for; nothing: not what this server can give.
std::optional<KubeForm> form_of(std::string_view clause) {
  const auto parts = split(clause, ';');
  if (parts[0] != "application/json" && parts[0] != "*/*" && parts[0] != "application/*") return std::nullopt;
  std::string_view as;
  std::string_view group;
  std::string_view version;
  for (const std::string_view part : parts) {
    if (part.starts_with("as=")) as = part.substr(3);
    if (part.starts_with("g=")) group = part.substr(2);
    if (part.starts_with("v=")) version = part.substr(2);
  }
  if (as.empty()) return KubeForm{};
  if (group != "meta.k8s.io" || version != "v1") return std::nullopt;
  if (as == "Table") return KubeForm{KubeForm::Kind::kTable};
  if (as == "PartialObjectMetadata" || as == "PartialObjectMetadataList") return KubeForm{KubeForm::Kind::kMetadata};
  return std::nullopt;
}

KubeRefusal bad_option(std::string_view kind, std::string field, std::string_view shown, std::string_view supported) {
  return invalid(
      "meta.k8s.io", kind, "",
      {{.reason = "FieldValueNotSupported",
        .message = "Unsupported value: " + std::string(shown) + ": supported values: " + std::string(supported),
        .field = std::move(field)}});
}

}  // namespace

std::string KubeRequest::asked(const char* parameter) const {
  const auto found = target.query.find(parameter);
  return found == target.query.end() ? std::string() : found->second;
}

bool KubeRequest::flag(const char* parameter) const {
  const auto found = target.query.find(parameter);
  return found != target.query.end() && found->second != "false" && found->second != "0";
}

std::string KubeRequest::path() const {
  std::string text;
  for (const std::string& segment : target.segments) text += "/" + segment;
  return text.empty() ? "/" : text;
}

KubeRequest read_request(const net::ServedRequest& http) {
  KubeRequest request{.http = http, .target = parse_target(http.target)};
  const auto& path = request.target.segments;
  std::size_t at = 0;
  if (path.size() > 2 && path[0] == "api") {
    request.version = path[1];
    at = 2;
  } else if (path.size() > 3 && path[0] == "apis") {
    request.group = path[1];
    request.version = path[2];
    at = 3;
  } else {
    return request;
  }
  request.is_resource = true;
  if (path[at] == "namespaces" && at + 1 < path.size()) {
    request.ns = path[at + 1];
    // What follows is a resource of the namespace, but for the two parts that a Namespace itself has.
    const bool inside = at + 2 < path.size() && path[at + 2] != "status" && path[at + 2] != "finalize";
    if (inside) at += 2;
  }
  request.plural = path[at++];
  if (at < path.size()) request.name = path[at++];
  if (at < path.size()) request.subresource = path[at++];
  for (; at < path.size(); ++at) request.subresource += "/" + path[at];
  request.verb = verb_of(request);
  return request;
}

std::string media_type(std::string_view header) { return std::string(trimmed(header.substr(0, header.find(';')))); }

KubeOutcome<KubeForm> negotiate(std::string_view accept) {
  if (trimmed(accept).empty()) return KubeForm{};
  bool known = false;
  for (const std::string_view clause : split(accept, ',')) {
    if (const auto form = form_of(clause)) return *form;
    const std::string type = media_type(clause);
    known = known || type == "application/json";
  }
  const std::string ours = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
  if (known) return refuse(406, "NotAcceptable", "only the following media types are accepted: " + ours);
  return refuse({.code = 406,
                 .reason = "NotAcceptable",
                 .message = "406: Not Acceptable\n\nAvailable representations: " + ours +
                            ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
                 .detailed = true});
}

KubeOutcome<KubeWriteOptions> read_write_options(const KubeRequest& request, std::string_view kind) {
  using Unknown = KubeWriteOptions::Unknown;
  KubeWriteOptions options;
  const std::string dry = request.asked("dryRun");
  if (!dry.empty() && dry != "All") return refuse(bad_option(kind, "dryRun", "[" + json::quote(dry) + "]", "\"All\""));
  options.dry_run = !dry.empty();
  const std::string unknown = request.asked("fieldValidation");
  if (unknown == "Ignore") {
    options.unknown_fields = Unknown::kIgnore;
  } else if (unknown == "Strict") {
    options.unknown_fields = Unknown::kStrict;
  } else if (!unknown.empty() && unknown != "Warn") {
    return refuse(bad_option(kind, "fieldValidation", json::quote(unknown), R"("", "Ignore", "Strict", "Warn")"));
  }
  const std::string manager = request.asked("fieldManager");
  if (manager.size() > 128)
    return refuse(invalid("meta.k8s.io", kind, "",
                          {{.reason = "FieldValueTooLong",
                            .message = "Too long: may not be more than 128 bytes",
                            .field = "fieldManager"}}));
  options.manager = manager_name(manager, request.http.header("User-Agent"));
  options.force = request.flag("force");
  return options;
}

}  // namespace originpull::worlds
