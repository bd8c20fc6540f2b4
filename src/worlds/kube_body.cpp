// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_body.hpp"

#include <nlohmann/json.hpp>

#include "json/json.hpp"
#include "worlds/kube_builtin.hpp"
#include "worlds/kube_meta.hpp"
#include "worlds/kube_protobuf.hpp"
#include "worlds/kube_request.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string beginning(std::string_view body) {
  if (body.empty()) return "<empty>";
  std::string shown(body.substr(0, 30));
  if (!body.starts_with('{')) {  // it may be no text
    shown.clear();
    for (const char c : body.substr(0, 30)) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      shown += kDigits[static_cast<unsigned char>(c) >> 4U];
      shown += kDigits[static_cast<unsigned char>(c) & 0xfU];
    }
  }
  return shown + (body.size() > 30 ? " ..." : "");
}

tl::unexpected<KubeRefusal> unrecognized(const KubeType& type, const std::string& why, std::string_view body) {
  return refuse(
      400, "BadRequest",
      "the object provided is unrecognized (must be of type " + type.kind + "): " + why + " (" + beginning(body) + ")");
}

bool begins_as_json(std::string_view body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '{';
}

}  // namespace

KubeOutcome<json> parsed_body(std::string_view body) {
  auto document = originpull::json::parse(body, {.depth = 128}, ErrorKind::kInvalid);
  if (!document) {
    const bool early = document.error().message.find("ends too early") != std::string::npos || body.empty();
    return refuse(400, "BadRequest", early ? "unexpected end of JSON input" : document.error().message);
  }
  return document->value();
}

KubeOutcome<void> check_kind(const json& object, const KubeType& type, std::string_view body, bool lenient) {
  const std::string kind = text_at(object, "kind");
  const std::string version = text_at(object, "apiVersion");
  const std::string lacks = !type.custom()    ? ""
                            : kind.empty()    ? "Object 'Kind' is missing in '" + std::string(body) + "'"
                            : version.empty() ? "Object 'apiVersion' is missing in '" + std::string(body) + "'"
                                              : "";
  if (!lacks.empty()) {
    if (lenient) return cannot_be_handled(type, lacks);
    return unrecognized(type, lacks, body);
  }
  if (!kind.empty() && kind != type.kind && !type.custom() && builtin_schema(version, kind) == nullptr) {
    return refuse(400, "BadRequest",
                  kind + " in version \"" + type.version + "\" cannot be handled as a " + type.kind + ": no kind \"" +
                      kind + "\" is registered for version \"" + version +
                      "\" in scheme \"pkg/runtime/scheme.go:111\"");
  }
  if (!kind.empty() && kind != type.kind && !type.custom()) {
    return refuse(400, "BadRequest",
                  kind + " in version \"" + type.version + "\" cannot be handled as a " + type.kind + ": converting (" +
                      type.version + "." + kind + ") to (" +
                      (type.group.empty() ? "core" : type.group.substr(0, type.group.find('.'))) + "." + type.kind +
                      "): unknown conversion");
  }
  if (!version.empty() && version != type.group_version())
    return refuse(400, "BadRequest",
                  "the API version in the data (" + version + ") does not match the expected API version (" +
                      type.group_version() + ")");
  return {};
}

KubeOutcome<std::optional<net::ServedRequest>> with_json_body(const net::ServedRequest& request, bool built_in,
                                                              const KubeYaml& yaml) {
  if (request.body.empty()) return std::nullopt;
  const std::string type = media_type(request.header("Content-Type"));
  const bool applies = type == "application/apply-patch+yaml";
  const bool is_yaml = yaml && (type == "application/yaml" || (applies && !begins_as_json(request.body)));
  if (!is_yaml && (!built_in || type != kProtobuf)) return std::nullopt;
  net::ServedRequest plain = request;
  if (is_yaml) {
    auto text = yaml(request.body);
    if (!text && applies)
      return refuse(400, "BadRequest", "error decoding YAML: error converting YAML to JSON: " + text.error().message);
    if (!text) return refuse(400, "BadRequest", "the object provided is unrecognized: " + text.error().message);
    plain.body = std::move(*text);
  } else {
    auto text = json_of_protobuf(request.body);
    if (!text && text.error().code == 415) return std::nullopt;  // there may be no such resource at all, which is 404
    plain.body = TRY(std::move(text));
  }
  if (applies) return plain;
  plain.headers.insert(plain.headers.begin(), {"Content-Type", "application/json"});  // the first one counts
  return plain;
}

KubeOutcome<json> read_object(std::string_view body, const KubeType& type, bool lenient) {
  auto object = parsed_body(body);
  if (!object)
    return unrecognized(type, "couldn't get version/kind; json parse error: " + object.error().message, body);
  if (object->is_null()) *object = json::object();
  if (!object->is_object())
    return unrecognized(type,
                        "couldn't get version/kind; json parse error: json: cannot unmarshal " + json_type(*object) +
                            " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; "
                            "Kind string \"json:\\\"kind,omitempty\\\"\" }",
                        body);
  TRY(check_kind(*object, type, body, lenient));
  return object;
}

KubeOutcome<json> read_delete_options(std::string_view body) {
  if (body.empty()) return json::object();
  auto read = parsed_body(body);
  if (!read) return refuse(400, "BadRequest", "couldn't get version/kind; json parse error: " + read.error().message);
  json options = std::move(*read);
  if (!options.is_object()) return refuse(400, "BadRequest", "the options of a deletion must be an object");
  const std::string policy = text_at(options, "propagationPolicy");
  if (!policy.empty() && policy != "Foreground" && policy != "Background" && policy != "Orphan")
    return refuse(invalid("meta.k8s.io", "DeleteOptions", "",
                          {{.reason = "FieldValueNotSupported",
                            .message = "Unsupported value: \"" + policy +
                                       R"(": supported values: "Foreground", "Background", "Orphan", "nil")",
                            .field = "propagationPolicy"}}));
  return options;
}

}  // namespace originpull::worlds
