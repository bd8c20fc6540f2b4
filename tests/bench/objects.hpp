// SPDX-License-Identifier: Apache-2.0
#pragma once
// The objects of the benchmark as JSON, by number: resource 7 is "zone-00007" for a zone, a token and a Secret of
// its own. Each has its own token so that Cloudflare's budget of requests, which is a token's, never decides. The
// unrelated Secrets are as large as cert-manager writes them: about 8 KB, 1 KB of it metadata. No kind of object
// has fields that the product does not need. Values only, any thread; nothing fails.
#include "support/test_pki.hpp"

#include <string>

namespace originpull::bench {

inline constexpr const char* kNamespace = "edge";
inline constexpr const char* kSecretsPath = "/api/v1/namespaces/edge/secrets";
inline constexpr const char* kResourcesPath = "/apis/originpull.dev/v1alpha1/namespaces/edge/originpullconfigs";

std::string numbered(const std::string& stem, int number);  // "zone-00007"
std::string zone_of(int number);
std::string token_of(int number);

std::string token_secret(int number);
std::string pair_secret(int number, const support::Identity& leaf);
std::string pair_data(const support::Identity& leaf);  // {"data": …}, to patch such a Secret with
std::string resource(int number);
std::string resource_interval(const std::string& interval);  // {"spec": …}, likewise

std::string unrelated_secret(int number);

}  // namespace originpull::bench
