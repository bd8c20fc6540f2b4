// SPDX-License-Identifier: Apache-2.0
#pragma once
// The planner is the decision of the operator: `next` maps what has been seen to the next step, by an ordered list of
// small checks of which the first that has something to say decides (planner.cpp lists them in their order). It keeps
// the promise of product.md section 4 from any starting state, because a crash between two steps is just another one.
// Pure: no clock, no I/O, no exceptions, nothing remembered. Total: every Observed has a step.
#include "plan/observed.hpp"
#include "plan/step.hpp"

namespace originpull::plan {

Step next(const Observed&);

// What an error asks for: the verdict by the error's kind (architecture.md section 5), the reason and the sentence.
Rest rest_for(const Observed&, const Error&);

// The model of an action's success, as Observe mode and `status.plan` walk it: an upload is active at once, a deletion
// done.
Observed apply(Observed, const Action&);

// The status after this pass: the ledger's facts brought up to date, the settings seen, the conditions. Equal to the
// old status when there is no news. `plan` is for Observe mode only.
api::Status report(const Observed&, const Rest&, std::vector<std::string> plan = {});

// An unseen upload counts as live for this long: Cloudflare's list lags uploads by tens of seconds (cloudflare-api.md
// 2.7), and a request that we gave up on ends within its deadline of 5 s.
inline constexpr Seconds kUnseenUploadLives{120};
// A POST goes out only while its announcement is younger than this, else it is announced anew, so that the time above
// counts from the last POST that can have been sent.
inline constexpr Seconds kAnnouncementHolds{60};

}  // namespace originpull::plan
