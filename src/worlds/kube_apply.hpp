// SPDX-License-Identifier: Apache-2.0
#pragma once
// Server-side apply: a manager sends all that it wants to be so, and the object becomes that and what others manage.
// What it sent before and no longer sends is removed, unless another manages it too; what another manages and this one
// wants otherwise is a conflict (409, naming whom and what) unless forced. How lists merge the schema says. The object
// that comes out has its managedFields kept up; defaults, validation and what a write may not change are the world's
// business, as is creating where there is no object. Not here: kubectl's own take-over of objects that carry its
// last-applied annotation, which kubectl does from its side. Pure, any thread. Refused in the real server's words: a
// body that is no apply configuration (400), one that does not fit the schema (500), a conflict (409).
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "worlds/kube_managers.hpp"
#include "worlds/kube_refusal.hpp"
#include "worlds/kube_schema.hpp"

namespace originpull::worlds {

// `live` is null where there is no object yet.
KubeOutcome<nlohmann::json> applied(const nlohmann::json* live, const nlohmann::json& config, const KubeSchema&,
                                    const ManagedWrite&, bool force);

// The parameters of a patch: an apply needs a fieldManager, which has at most 128 characters, and only an apply may be
// forced.
KubeOutcome<void> check_patch_options(std::string_view field_manager, bool applies, bool has_force);

}  // namespace originpull::worlds
