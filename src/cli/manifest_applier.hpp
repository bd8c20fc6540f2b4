// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ManifestApplier` makes a Kubernetes API hold what manifests say: an object is created, or changed to what its file
// says now and no further, so that a status, a finalizer and what kubectl annotated stay. The one idea is that it
// knows what a file said before, and sends the difference as one merge patch, which conflicts with nobody. It talks to
// the API by requests alone, through discovery, so any kind that is served can be applied. Owned by one thread; calls
// run on it. Errors are the API's own words with the place of the manifest: kInvalid (repair the file), kUnavailable
// (an answer that is none), kNotFound (a kind that is not served).
#include <map>
#include <string>

#include "cli/manifest.hpp"
#include "net/server.hpp"

namespace originpull::cli {

class ManifestApplier {
 public:
  enum class Done { kCreated, kChanged, kUnchanged, kDeleted };

  explicit ManifestApplier(net::Handler api) : api_(std::move(api)) {}

  // `before`: what the same object was said to be; null: nothing yet.
  Result<Done> apply(const Manifest&, const Manifest* before);
  Result<Done> remove(const Manifest&);

 private:
  struct Kind {
    std::string path;  // "/apis/originpull.dev/v1alpha1"
    std::string plural;
    bool namespaced = true;
  };
  Result<Kind> kind_of(const Manifest&);
  Result<std::string> path_of(const Manifest&, bool of_the_object);
  Result<void> provide_namespace(const std::string& name);
  Result<Done> create(const Manifest&, const Manifest* before);
  Result<Done> patch(const Manifest&, const Manifest& before);
  net::Served ask(const std::string& method, const std::string& target, std::string body = {});

  net::Handler api_;
  std::map<std::string, Kind> kinds_;  // by apiVersion and kind
};

std::string_view to_string(ManifestApplier::Done);

}  // namespace originpull::cli
