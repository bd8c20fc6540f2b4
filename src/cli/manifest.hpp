// SPDX-License-Identifier: Apache-2.0
#pragma once
// A `Manifest` is one object that a file brings, as the Kubernetes API would take it: lists are taken apart, a
// Secret's stringData has become data, and a status is left out, because a file says what should be and not what is.
// The place that it came from goes along, so that every complaint can say file and line. Plain values, owned by
// whoever holds them; pure; any thread. kInvalid: what is missing, and where.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace originpull::cli {

struct Manifest {
  std::string api_version = {};
  std::string kind = {};
  std::string ns = {};  // as it is written; empty: none
  std::string name = {};
  std::string json = {};
  std::string place = {};  // "manifests/edge.yaml:12"

  std::string title() const;  // "OriginPullConfig edge/example-com"
  bool same_object(const Manifest& other) const;
};

// Namespaces come first, types next, then the rest in the order of their files.
int rank_of(const Manifest&);

Result<std::vector<Manifest>> read_manifests(std::string_view text, const std::string& file);

// A JSON merge patch (RFC 7386) that makes of `before` what `after` says: fields that `after` has lost become null.
std::string merge_patch_between(const Manifest& before, const Manifest& after);

}  // namespace originpull::cli
