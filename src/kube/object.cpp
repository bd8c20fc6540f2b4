// SPDX-License-Identifier: Apache-2.0
#include "kube/object.hpp"

#include "base/rfc3339.hpp"
#include "json/decoder.hpp"
#include "kube/json_scan.hpp"

namespace originpull::kube {
namespace {

constexpr std::string_view kReading = "read an object's metadata";

std::optional<Wall> time_of(json::Decoder& decoder, std::string_view key) {
  const auto text = decoder.want<std::optional<std::string>>(key);
  if (!text) return {};
  const auto time = parse_rfc3339(*text);
  if (time) return *time;
  decoder.reject(key, "expected a time in the form of RFC 3339");
  return {};
}

ObjectMeta meta_of(json::Decoder& decoder) {
  ObjectMeta meta;
  meta.key.name = decoder.need<std::string>("name");
  meta.key.ns = decoder.want<std::string>("namespace");
  meta.uid = decoder.need<std::string>("uid");
  meta.resource_version = decoder.need<std::string>("resourceVersion");
  meta.generation = decoder.want<std::int64_t>("generation");
  meta.creation_timestamp = time_of(decoder, "creationTimestamp");
  meta.deletion_timestamp = time_of(decoder, "deletionTimestamp");
  meta.annotations = decoder.want<std::map<std::string, std::string>>("annotations");
  meta.labels = decoder.want<std::map<std::string, std::string>>("labels");
  meta.finalizers = decoder.want<std::vector<std::string>>("finalizers");
  return meta;
}

}  // namespace

std::string to_string(const ObjectKey& key) { return key.ns.empty() ? key.name : key.ns + "/" + key.name; }

Result<ObjectMeta> decode_meta(std::string_view object_json) {
  const auto metadata = member(object_json, "metadata");
  if (!metadata) return fail(ErrorKind::kInternal, std::string(kReading), "it has no metadata");
  return json::decode(*metadata, meta_of);
}

}  // namespace originpull::kube
