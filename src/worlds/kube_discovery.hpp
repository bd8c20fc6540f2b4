// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the simulated Kubernetes API tells a client that knows nothing yet: its version, that it is well, its groups and
// their resources, in the old form and in the aggregated one. The one idea is that all of it is read off the catalogue,
// so a definition that comes or goes is discovered at the next question. Schemas are kube_openapi.hpp's. Pure, any
// thread; nothing fails.
#include <optional>

#include "worlds/kube_request.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

// Nothing: the path is none of these.
std::optional<net::Served> discover(const KubeCatalogue&, const KubeRequest&);

}  // namespace originpull::worlds
