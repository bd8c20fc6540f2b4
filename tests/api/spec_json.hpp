// SPDX-License-Identifier: Apache-2.0
#pragma once
// A smallest valid OriginPullConfig as JSON with one place of it changed, for the tests of decoding: each test shows only
// the place that it is about. Uses nlohmann's JSON Pointer and merge patch. An impossible patch throws, which fails the test.
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
