// SPDX-License-Identifier: Apache-2.0
#pragma once
// The texts in which the simulated Kubernetes API answers: Status objects, lists, watch frames, and the view of an
// object that holds its metadata alone. They follow what a real API server sends. Pure; any thread; nothing fails: the
// texts are the world's own.
// Every part of the world that answers stands on it; a text is made once and not changed.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.hpp"
#include "worlds/kube_refusal.hpp"
#include "worlds/kube_store.hpp"

namespace originpull::worlds {

// A failure: {"kind": "Status", "status": "Failure", …}.
std::string status_text(const KubeRefusal&);
net::Served refusal(const KubeRefusal&);
net::Headers warning_headers(const std::vector<std::string>& warnings);
KubeRefusal not_found(const KubeType&, std::string_view name);
KubeRefusal no_such_resource();  // a path that is nothing here
KubeRefusal no_such_method();
// "Operation cannot be fulfilled on secrets "a": …"
KubeRefusal conflict(std::string_view group, std::string_view kind, std::string_view name, std::string_view why);
// What a deletion may ask for, and what is.
struct KubeIdentity {
  std::string uid = {};
  std::string version = {};
};
KubeOutcome<void> check_preconditions(const KubeType&, const std::string& name, const KubeIdentity& asked,
                                      const KubeIdentity& real);
KubeRefusal expired(std::string message);
KubeRefusal too_large_version(std::int64_t asked, std::int64_t current);

// The frame of a list; `remaining` < 0: it is not said.
struct KubeListHead {
  std::string kind;
  std::string group_version;
  std::int64_t version = 0;
  std::string continue_token = {};
  std::int64_t remaining = -1;
  bool of_custom_kind = false;  // then it says even an empty token
};
std::string list_text(const KubeListHead&, const std::vector<std::string>& items);
// A line of a watch.
std::string frame(std::string_view type, std::string_view object);
std::string bookmark_object(const KubeType&, std::int64_t version, bool initial_end);

}  // namespace originpull::worlds
