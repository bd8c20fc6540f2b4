// SPDX-License-Identifier: Apache-2.0
#include "kube/path.hpp"

#include "net/transport.hpp"

namespace originpull::kube {
namespace {

Result<std::string> segment(const std::string& text, const std::string& what) {
  if (text.empty() || text == "." || text == ".." || text.find_first_of("/%") != std::string::npos) {
    return fail(ErrorKind::kInvalid, "name " + what,
                "\"" + text.substr(0, 64) + "\" cannot be a name in the Kubernetes API: correct it");
  }
  return net::percent_encode(text);
}

}  // namespace

Result<std::string> collection_path(const ResourceType& type, const std::string& ns) {
  std::string path = type.group.empty() ? "/api/" + type.version : "/apis/" + type.group + "/" + type.version;
  if (!ns.empty()) {
    if (!type.namespaced) {
      return fail(ErrorKind::kInvalid, "name a collection of " + type.plural, "they are not in namespaces");
    }
    path += "/namespaces/" + TRY(segment(ns, "a namespace"));
  }
  return path + "/" + type.plural;
}

Result<std::string> object_path(const ResourceType& type, const ObjectKey& key, std::string_view subresource) {
  if (type.namespaced && key.ns.empty()) {
    return fail(ErrorKind::kInvalid, "name a " + type.kind, "its namespace is missing");
  }
  std::string path = TRY(collection_path(type, key.ns)) + "/" + TRY(segment(key.name, "a " + type.kind));
  if (!subresource.empty()) path.append("/").append(subresource);
  return path;
}

std::string query(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    text += (text.empty() ? "?" : "&") + name + "=" + net::percent_encode(value);
  }
  return text;
}

}  // namespace originpull::kube
