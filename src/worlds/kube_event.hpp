// SPDX-License-Identifier: Apache-2.0
#pragma once
// Events have two faces: v1 and events.k8s.io/v1 show the same objects with differently named fields. They are kept as
// events.k8s.io/v1 has them; `core_event` and `event_of_core` translate. An Event with an eventTime is a new one and
// obeys the strict rules (required fields, limits in bytes, nothing but `series` may change); one without is of the old
// kind, which only v1 still takes. Pure, any thread; faults as in kube_rules.hpp.
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "worlds/kube_refusal.hpp"
#include "worlds/kube_types.hpp"

namespace originpull::worlds {

struct ManagedWrite;

nlohmann::json core_event(const nlohmann::json& event);
std::string core_event_text(const nlohmann::json& event);
nlohmann::json event_of_core(const nlohmann::json& core);

// The times that are shown even if nobody set them.
void complete_event(nlohmann::json& event);
KubeOutcome<void> normalise_event(nlohmann::json& event, const KubeType&);
std::vector<KubeCause> faults_of_event(const nlohmann::json& event, const KubeType&);
// Whether a fault is of the rules that only events.k8s.io/v1 has.
bool is_new_rule_of_event(const KubeCause&);
std::vector<KubeCause> faults_of_event_change(const nlohmann::json& before, const nlohmann::json& after);

// Notes who manages what (kube_managers.hpp) by the names that the core has for its fields; `live`: null if it is new.
void track_core_event(nlohmann::json& event, const nlohmann::json* live, const ManagedWrite&);

// A time with exactly six digits after the point; null goes. Also of Leases.
KubeOutcome<void> normalise_micro_time(nlohmann::json& object, const char* key, const KubeType&);

}  // namespace originpull::worlds
