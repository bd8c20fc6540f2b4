// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads of the simulated Kubernetes API: one object, or a page of a list as of one moment. They look at the state under
// the world's lock and take away shared objects; text is made afterwards. Pure but for that. Refusals: 404, 410 for a
// moment that is compacted away, 504 for a version that does not come.
// The one idea: a page is a question to a past moment, so no list is ever kept for a client.
#include <optional>

#include "worlds/kube_list_options.hpp"
#include "worlds/kube_show.hpp"
#include "worlds/kube_state.hpp"

namespace originpull::worlds {

struct KubeListRequest {
  KubeTypePtr type;
  std::string ns = {};  // empty: all
  KubeListOptions options;
  unsigned front_end = 0;
};

// The moment that the list shall show; nothing: the front-end does not know it yet.
std::optional<std::int64_t> moment_of(const KubeState&, const KubeListRequest&, Instant now);
KubeOutcome<KubePage> read_page(const KubeState&, const KubeListRequest&, std::int64_t as_of);

}  // namespace originpull::worlds
