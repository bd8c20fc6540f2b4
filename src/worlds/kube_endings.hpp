// SPDX-License-Identifier: Apache-2.0
#pragma once
// What happens after a write without being asked for, which in a real cluster controllers do: a definition's types are
// served and its status says so, a definition or namespace that is deleted takes its content along and goes when
// nothing is left, and so do the objects whose owners have all gone. Done at once, under the same lock, as further
// versions. Pure but for the state; nothing fails.
// The one idea: nothing in this world happens later by itself, so a test need not wait for it. Of a real garbage
// collector it is not that it looks for owners that never were, or lets an owner wait for its children.
#include <string>

#include "worlds/kube_state.hpp"

namespace originpull::worlds {

// The children of an owner that goes without them forget it.
void orphan(KubeState& state, const KubeMoment& moment, const std::string& owner_uid);

// `since`: the version before the write.
void settle(KubeState& state, const KubeLaws& laws, const KubeMoment& moment, std::int64_t since);

}  // namespace originpull::worlds
