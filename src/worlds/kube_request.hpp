// SPDX-License-Identifier: Apache-2.0
#pragma once
// One HTTP request as the simulated Kubernetes API understands it: which verb on which resource, by the rules of
// paths, and in which form the answer is wanted, by the rules of Accept. Nothing here knows what exists. Pure; refers
// to the HTTP request that it was made of. `negotiate` and `read_write_options` fail with a refusal (406, 422).
// The one idea: everything that can be judged without objects is judged before the lock.
#include <optional>
#include <string>
#include <string_view>

#include "net/server.hpp"
#include "worlds/kube_refusal.hpp"
#include "worlds/target.hpp"

namespace originpull::worlds {

struct KubeRequest {
  const net::ServedRequest& http;
  Target target;
  bool is_resource = false;  // a path below /api/v1 or /apis/GROUP/VERSION that names a resource
  std::string verb = {};     // "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", ""
  std::string group = {};
  std::string version = {};
  std::string ns = {};
  std::string plural = {};
  std::string name = {};
  std::string subresource = {};

  std::string asked(const char* parameter) const;  // of the query; empty: not given
  bool flag(const char* parameter) const;          // as the server reads a boolean: "false" and "0" alone are false
  std::string path() const;                        // decoded, without the query
};

KubeRequest read_request(const net::ServedRequest&);

// In which form objects are shown.
struct KubeForm {
  enum class Kind { kObject, kTable, kMetadata } kind = Kind::kObject;
};
KubeOutcome<KubeForm> negotiate(std::string_view accept);

struct KubeWriteOptions {
  enum class Unknown { kIgnore, kWarn, kStrict };
  bool dry_run = false;
  Unknown unknown_fields = Unknown::kWarn;
  std::string manager = {};  // of managedFields
  bool force = false;
};
// `kind`: of the options, as messages name it: "CreateOptions".
KubeOutcome<KubeWriteOptions> read_write_options(const KubeRequest&, std::string_view kind);

// "application/json; charset=utf-8" -> "application/json"
std::string media_type(std::string_view header);

}  // namespace originpull::worlds
