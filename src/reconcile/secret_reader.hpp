// SPDX-License-Identifier: Apache-2.0
#pragma once
// `SecretReader` reads one Secret live, for the few moments in which its contents are needed: the token of a pass, a
// pair that changed, a key that is uploaded. Nothing of a payload is kept here; what it read over is wiped, and the
// values are SecretStrings. A Secret that is missing, of another type than it must be, too large, or outside
// `--secret-selector` is a `Reason`, not an error; errors are kube's (kDenied: the Role lacks `get` on it).
// Thread-safe; blocks.
#include <map>
#include <string>

#include "api/reason.hpp"
#include "base/result.hpp"
#include "base/secret_string.hpp"
#include "kube/client.hpp"
#include "reconcile/label_selector.hpp"

namespace originpull::reconcile {

struct Secret {
  api::Reason problem = api::Reason::kValid;
  std::string detail = {};  // the sentence for people, if there is a problem
  bool absent = false;      // the API server knows none of that name
  std::string uid = {};
  std::string resource_version = {};
  std::string type = {};
  std::map<std::string, SecretString> values = {};  // decoded; only the keys that were asked for
};

class SecretReader {
 public:
  SecretReader(kube::Client client, LabelSelector selector)
      : client_(std::move(client)), selector_(std::move(selector)) {}

  // `keys`: which entries of `data` to decode; the rest is not even copied.
  Result<Secret> read(const kube::ObjectKey& key, const std::vector<std::string>& keys, const std::stop_token&) const;

 private:
  kube::Client client_;
  LabelSelector selector_;
};

// Cloudflare's and every webhook's idea of a pair is far below this; 1 MiB is also what Kubernetes allows for a whole
// Secret.
inline constexpr std::size_t kLargestSecretValue = std::size_t{256} << 10;

}  // namespace originpull::reconcile
