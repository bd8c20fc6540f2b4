// SPDX-License-Identifier: Apache-2.0
#pragma once
// A smallest valid OriginPullConfig as JSON with one place of it changed, for the tests of decoding: each test shows
// only the place that it is about. The one idea is RFC 7386: a merge patch says what differs, and null takes a field
// away. The object must stay decodable with an empty patch, or every fault below would be hidden by another. Uses
// nlohmann; a malformed patch throws, which fails the test that wrote it.
#include <nlohmann/json.hpp>
#include <string>

#include "api/codec.hpp"

namespace originpull::api {

// The smallest object with `patch` merged into it (RFC 7386: null removes).
inline std::string object_with(const char* patch) {
  auto object = nlohmann::json::parse(
      R"({"metadata": {"name": "site", "namespace": "web"},
          "spec": {"zone": {"name": "example.com"}, "apiTokenSecretRef": {"name": "token"},
                   "certificate": {"secretRef": {"name": "edge"}}}})");
  object.merge_patch(nlohmann::json::parse(patch));
  return object.dump();
}

inline Result<OriginPullConfig> decode_with(const char* patch) { return decode_config(object_with(patch)); }

// The fault of the object with `patch`; empty if there is none.
inline std::string fault_with(const char* patch) {
  const auto config = decode_with(patch);
  return config ? "" : config.error().message;
}

}  // namespace originpull::api
