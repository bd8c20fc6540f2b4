// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a list or a watch asks for: pages, versions, selectors, bookmarks. Read strictly, by the rules that a real API
// server applies before it looks at any object. The continue token is the server's own form: the version of the first
// page and where the next begins. Pure, any thread. Refusals: 400, 422; 500 where the real one has that.
// The one place that knows which parameters go together.
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "worlds/kube_request.hpp"
#include "worlds/kube_selector.hpp"

namespace originpull::worlds {

struct KubePlace {           // in the middle of a list
  std::int64_t version = 0;  // of the first page; -1: whatever there is now
  std::string after = {};    // "namespace/name", or "name" where the list has one namespace or none
};

struct KubeListOptions {
  enum class Match { kUnset, kExact, kNotOlder };
  std::int64_t limit = 0;
  std::optional<KubePlace> place = {};
  std::string version = {};  // as given
  std::int64_t at_version = 0;
  Match match = Match::kUnset;
  KubeSelector selector = {};
  // Of a watch.
  std::optional<Seconds> timeout = {};
  bool bookmarks = false;
  bool initial_events = false;     // they are asked for, and their end is marked
  bool no_initial_events = false;  // they are declined
};

KubeOutcome<KubeListOptions> read_list_options(const KubeRequest&, const KubeType&);
std::string continue_token(const KubePlace&);

}  // namespace originpull::worlds
