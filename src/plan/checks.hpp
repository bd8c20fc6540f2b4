// SPDX-License-Identifier: Apache-2.0
#pragma once
// The checks of the planner. Each looks at one question, is named as the fact that it finds, and answers with a
// step when the fact holds, or nothing: then the next one is asked. Their order is in planner.cpp and is part
// of their meaning: a check may rely on all before it having had nothing to say. Pure; small; none reads a
// clock.
#include <optional>

#include "plan/observed.hpp"
#include "plan/step.hpp"

namespace originpull::plan {

using Check = std::optional<Step> (*)(const Observed&);

// checks_resource.cpp: what needs nothing from Cloudflare
std::optional<Step> resource_is_suspended(const Observed&);
std::optional<Step> resource_is_being_deleted(const Observed&);
std::optional<Step> something_is_not_yet_supported(const Observed&);
std::optional<Step> another_resource_has_the_zone(const Observed&);
std::optional<Step> token_is_unusable(const Observed&);
std::optional<Step> pair_is_unusable(const Observed&);
std::optional<Step> pair_is_unusable_while_off(const Observed&);

// checks_zone.cpp: the zone and its settings
std::optional<Step> zone_is_unknown(const Observed&);
std::optional<Step> something_is_unseen(const Observed&);
std::optional<Step> switch_must_go_off(const Observed&);
std::optional<Step> encryption_mode_is_too_low(const Observed&);
std::optional<Step> switch_has_drifted_off(const Observed&);
std::optional<Step> switch_must_go_on(const Observed&);

// checks_certificates.cpp: the rotation
std::optional<Step> awaited_certificate_is_pending(const Observed&);
std::optional<Step> foreign_certificate_is_in_the_way(const Observed&);
std::optional<Step> shared_certificate_would_be_hidden(const Observed&);
std::optional<Step> leaf_is_there_already(const Observed&);
std::optional<Step> desired_is_missing(const Observed&);
std::optional<Step> desired_is_not_deployed(const Observed&);
std::optional<Step> desired_is_not_the_newest(const Observed&);
std::optional<Step> certificate_is_superseded(const Observed&);

// settled.cpp: what is said once nothing is left to do: all is as asked, or a person must help with a setting of the
// zone.
Rest settled(const Observed&);
// planner.cpp: whether all that is left to do is to delete what was superseded. A failure of that never changes Ready.
bool only_cleaning_up(const Observed&);

// How the global setting should be; empty: left alone.
std::optional<bool> wanted_global(const api::Spec&);
// Whether the encryption mode matters for what the spec asks.
bool wants_encryption_mode(const api::Spec&);

// The ledger with the zone pinned and the original switches written, as every first write needs it.
api::Ledger opened_ledger(const Observed&);
bool ledger_is_open(const Observed&);
// When to look again at something that began at `since`: clamp(age / 4, 2 s, 30 s) from now (architecture.md section
// 1).
Wall poll_again(Wall now, std::optional<Wall> since);
// The pause between tries that only time can help: a quarter of how long it has lasted, within the bounds.
Seconds growing_pause(Wall now, std::optional<Wall> since, Seconds least, Seconds most);
// The same, for as long as the resource has not been Ready.
Seconds patience(const Observed&, Seconds least, Seconds most);
// Whether the zone's encryption mode allows switching on. The mode must be seen unless the spec ignores it.
bool mode_is_high_enough(const Observed&);

}  // namespace originpull::plan
