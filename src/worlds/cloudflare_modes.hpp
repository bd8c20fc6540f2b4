// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the simulated Cloudflare behaves where the real one is slow, undocumented or changeable. The defaults are what
// has been observed; each mode can be changed while it runs, by the names below, so one table serves the control
// endpoint, its documentation and the tests. Plain values; the world owns one under its lock. Unknown names and wrong
// types are kInvalid.
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "json/decoder.hpp"
#include "json/writer.hpp"
#include "worlds/cloudflare_behaviours.hpp"

namespace originpull::worlds {

struct CloudflareModes {
  Duration deploy_delay{3'000};          // from an upload to `deploys_as`
  Duration initializing{0};              // the part of it that reads "initializing"
  Duration delete_delay{2'000};          // from a deletion to `deletes_as`
  Duration association_delay{3'000};     // from PUT hostnames to the edge
  Duration void_delay{2'000};            // from the end of an association to its disappearance
  Duration list_lag{0};                  // until an upload shows in lists; a GET by id sees it at once
  Duration mutation_time{0};             // a zone that was changed answers further changes with 409 for so long
  Duration resurrection{0};              // with reuse_ids: how long a re-used id reads "pending_deletion" first
  std::string deploys_as = "active";     // "deployment_timed_out", any other text; empty: never
  std::string deletes_as = "deleted";    // likewise
  bool reuse_ids = false;                // the same leaf, uploaded again after its deletion, gets its old id
  bool list_tombstones = false;          // lists show what is being or has been deleted
  bool empty_list_is_null = true;        // `result: null` instead of []
  bool tombstones = true;                // what is deleted can still be read by id; else 404
  bool serial_number = true;             // at zone level, where it is observed and not documented
  bool accept_expired = true;            // expired certificates can be uploaded
  std::string chain = "leaf";            // of a leaf with intermediates: "leaf" or "all" is kept; "refuse": 1412
  std::string ca_wording = "only-leaf";  // of 1412: "only-leaf" or "missing-leaf"
  int mismatch_code = 1400;              // of a key that does not belong to the certificate; the real code is not known
  int quota_code = 1400;                 // of one hostname certificate or association too many; not known either
  int denied_status = 403;               // of a refused token; 400 has been observed too
  int denied_code = 10000;               // or 9109
  int read_only_code = 10001;            // of a write with a token that may only read; or 10000
  bool scoped_tokens_need_name = true;   // a token for some zones cannot list without a name
  int max_auth_failures = 0;             // refused tokens within a minute before the lock-out (9109); 0: never
  Duration fresh_token{0};               // for so long every second call of a new token is refused, 10001
  int requests = 1'200;                  // per `window` and owner of tokens; 0: no limit
  Duration window{300'000};
  Duration throttle{300'000};        // how long the owner is blocked when they are used up
  std::string throttled_as = "429";  // or "200" (971 inside a 200), "empty", "null" (429 without an envelope)
  bool extra_fields = false;         // every object has a field that nobody knows
  bool vague_error_first = false;    // before the specific entry of `errors` stands a general one
  Duration edge_spread{0};           // a change reaches each node of the edge within so long, seeded
  int edge_seed = 1;
  BehaviourSet without = {};  // behaviours that are turned off (cloudflare_behaviours.hpp)

  bool keeps(Behaviour behaviour) const { return !without.contains(behaviour); }
};

// {"deployDelayMs": 3000, "reuseIds": true, "without": [17], …}: sets what is named, all or nothing.
Result<CloudflareModes> changed_modes(const CloudflareModes&, json::Decoder&);
void write_modes(json::Writer&, const CloudflareModes&);

}  // namespace originpull::worlds
