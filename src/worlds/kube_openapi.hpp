// SPDX-License-Identifier: Apache-2.0
#pragma once
// The schemas of the simulated Kubernetes API as OpenAPI documents: version 3 by group and version, version 2 as a
// whole. kubectl reads them for `explain`, for `apply`, and to learn that the server itself checks unknown fields. A
// custom kind is shown as its definition has it; a built-in one as far as this world knows it, with types and without
// descriptions. Pure, any thread; nothing fails: what is not there is nothing.
#include <optional>

#include "worlds/kube_request.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

// Of a path below /openapi/.
std::optional<net::Served> openapi_document(const KubeCatalogue&, const KubeRequest&);

}  // namespace originpull::worlds
