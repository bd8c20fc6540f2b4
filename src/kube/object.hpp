// SPDX-License-Identifier: Apache-2.0
#pragma once
// What every Kubernetes object has, whatever its kind: a key, metadata, and a place in the API. The room knows no kind;
// a kind is data (`ResourceType`) that its user defines. Objects travel as JSON text; `decode_meta` reads the metadata
// only, so that a watch over many big objects parses little. Plain values without threads. `decode_meta` fails with
// kInternal when the text is not an object with usable metadata.
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace originpull::kube {

// A name in a namespace; `ns` is empty for a cluster-scoped object.
struct ObjectKey {
  std::string ns;
  std::string name;
  auto operator<=>(const ObjectKey&) const = default;
};
std::string to_string(const ObjectKey&);  // "ns/name", or "name"

struct ResourceType {
  std::string group;    // empty: the core group
  std::string version;  // "v1"
  std::string plural;   // "secrets", as in the URL
  std::string kind;     // "Secret", for messages and bodies
  bool namespaced = true;
  std::string api_version() const { return group.empty() ? version : group + "/" + version; }
};

struct ObjectMeta {
  ObjectKey key;
  std::string uid;
  std::string resource_version;  // opaque
  std::int64_t generation = 0;
  std::optional<Wall> creation_timestamp = {};
  std::optional<Wall> deletion_timestamp = {};
  std::map<std::string, std::string> annotations = {};
  std::map<std::string, std::string> labels = {};
  std::vector<std::string> finalizers = {};
};

Result<ObjectMeta> decode_meta(std::string_view object_json);

}  // namespace originpull::kube
