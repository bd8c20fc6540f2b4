// SPDX-License-Identifier: Apache-2.0
#pragma once
// The fields of the built-in kinds that the simulated Kubernetes API serves, with their types and how lists merge,
// as the OpenAPI document of a real server of version 1.36 tells it. What every object has in its metadata, custom
// resources too, is one of the types. The table is read once, at the first call, and then the same for everybody.
// Any thread; nothing fails.
#include <string_view>

#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

// Null: a kind that is not built in. `group_version` is "v1" or "coordination.k8s.io/v1".
const KubeSchema* builtin_schema(std::string_view group_version, std::string_view kind);
const KubeSchema& object_meta_schema();

}  // namespace originpull::worlds
