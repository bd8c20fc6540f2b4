// SPDX-License-Identifier: Apache-2.0
#pragma once
// What people are told by Events: an action that was carried out, and a change of the resource's condition. An Event is
// made only of what changed, so a resource at rest makes none. Pure; `record` is the caller's. Cannot fail.
// It stands beside the reconciler, which hands what it returns to the recorder; how often people are told the same is
// the recorder's business. The one idea: whatever changes by itself, or did not change, is no news.
#include <optional>
#include <vector>

#include "kube/event.hpp"
#include "plan/observed.hpp"
#include "plan/step.hpp"

namespace originpull::reconcile {

// For an action that succeeded; `before` is what was seen before it. Empty: nothing that people need to hear.
std::optional<kube::Event> event_of(const plan::Action& action, const plan::Observed& before);
// For a status that was written in place of another.
std::vector<kube::Event> events_of(const api::OriginPullConfig& resource, const api::Status& before,
                                   const api::Status& after);

}  // namespace originpull::reconcile
