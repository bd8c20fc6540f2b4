// SPDX-License-Identifier: Apache-2.0
#pragma once
// The next ledger for each announcement that the checks make, and the upkeep that a report does. Each function
// takes the ledger of the resource as it was read and returns a whole new one; nothing else in the house edits
// a ledger. Every edit also pins the zone and writes down the original switches if that is still to be done.
// Pure.
#include "plan/observed.hpp"

namespace originpull::plan {

// R2: the desired leaf is ours and is about to be uploaded; the others are superseded.
api::Ledger with_upload(const Observed&);
// R8: the desired leaf was found at Cloudflare.
api::Ledger with_adoption(const Observed&, const Certificate& found);
// R7, R3: this certificate of ours is about to be deleted.
api::Ledger with_deletion(const Observed&, const Certificate& doomed);
// What was seen of each record, records of what is gone dropped, anchors of what is left. Unchanged if nothing was
// seen. The announcement of a `refused` upload is withdrawn.
api::Ledger with_upkeep(const Observed&, const api::Fingerprint& refused = {});
// The leaf whose upload `after` announces and `before` did not; empty: none.
api::Fingerprint first_claim(const api::Ledger& before, const api::Ledger& after);

}  // namespace originpull::plan
