// SPDX-License-Identifier: Apache-2.0
#pragma once
// What happens after a write without being asked for, which in a real cluster controllers do: a definition's types are
// served and its status says so, a definition or namespace that is deleted takes its content along and goes when
// nothing is left, and so do the objects whose owners have all gone. Done at once, under the same lock, as further
// versions. Pure but for the state; nothing fails.
// The one idea: nothing in this world happens later by itself, so a test need not wait for it. Unlike a real garbage
// collector this one does not look for owners that never were.
#include "worlds/kube_state.hpp"

namespace originpull::worlds {

// The finalizers of an owner that goes when its children have forgotten it, or when they are gone.
inline constexpr const char* kOrphans = "orphan";
inline constexpr const char* kForeground = "foregroundDeletion";

// `since`: the version before the write.
void settle(KubeState& state, const KubeLaws& laws, const KubeMoment& moment, std::int64_t since);

}  // namespace originpull::worlds
