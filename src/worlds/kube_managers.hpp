// SPDX-License-Identifier: Apache-2.0
#pragma once
// `metadata.managedFields`: who manages which fields of an object, read and written, and kept up by each write that is
// no apply. Such a write takes over the fields that it changes and leaves all others with their managers; the entry of
// the writer gets a new time only if it took something; beyond ten managers of updates the oldest become one,
// `ancient-changes`. Server-side apply is in worlds/kube_apply.hpp. Pure, any thread; nothing fails: what a client
// wrote there that is no managedFields counts as nothing.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "worlds/kube_fields.hpp"
#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

struct KubeManager {
  std::string manager = {};
  bool applies = false;  // operation Apply; else Update
  std::string api_version = {};
  std::string subresource = {};
  std::string time = {};  // RFC 3339 in UTC, to the second; empty: none
  FieldSet fields = {};

  // An applier is the same in every version.
  bool is(const KubeManager& other) const;
};

// The write, as far as it matters to managedFields.
struct ManagedWrite {
  std::string manager = {};
  std::string api_version = {};  // of the request: "v1"
  std::string kind = {};
  std::string subresource = {};
  std::string now = {};                  // RFC 3339 in UTC, to the second
  std::vector<std::string> resets = {};  // top-level fields that this write cannot change: {"status"}
};

// The parameter fieldManager, or else the User-Agent up to its first slash.
std::string manager_name(std::string_view field_manager, std::string_view user_agent);

std::vector<KubeManager> read_managers(const nlohmann::json& object);
// Without managers the object has no managedFields.
void write_managers(nlohmann::json& object, std::vector<KubeManager> managers);
// What nobody manages: a name, a uid.
FieldSet without_identity(const FieldSet&);

// Of a create, an update or a patch that is no apply: `object` is what the request makes of `live`, which is null for a
// create. Call it before the server sets its own fields (uid, clusterIP) and before what the write may not change is
// put back.
void track_update(nlohmann::json& object, const nlohmann::json* live, const KubeSchema&, const ManagedWrite&);

// A write that changes nothing but times in managedFields changes nothing.
void keep_times_of_no_change(nlohmann::json& object, const nlohmann::json& live);

}  // namespace originpull::worlds
