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

namespace originpull::worlds {

struct CloudflareModes {
  Duration deploy_delay{3'000};        // from an upload to `deploys_as`
  Duration initializing{0};            // the part of it that reads "initializing"
  Duration delete_delay{2'000};        // from a deletion to `deletes_as`
  Duration list_lag{0};                // until an upload shows in lists; a GET by id sees it at once
  Duration mutation_time{0};           // a zone that was changed answers further changes with 409 for so long
  Duration resurrection{0};            // with reuse_ids: how long a re-used id reads "pending_deletion" first
  std::string deploys_as = "active";   // "deployment_timed_out", any other text; empty: never
  std::string deletes_as = "deleted";  // likewise
  bool reuse_ids = false;              // the same leaf, uploaded again after its deletion, gets its old id
  bool list_tombstones = false;        // lists show what is being or has been deleted
  bool empty_list_is_null = true;      // `result: null` instead of []
  bool tombstones = true;              // what is deleted can still be read by id; else 404
  bool accept_expired = true;          // expired certificates can be uploaded
  bool accept_chain = true;            // a leaf with intermediates is taken as the leaf alone; else 1412
  int mismatch_code = 1400;            // of a key that does not belong to the certificate; the real code is not known
  int denied_status = 403;             // of a refused token; 400 has been observed too
  int max_auth_failures = 0;           // refused tokens within a minute before the lock-out (9109); 0: never
  int requests = 1'200;                // per `window` and token; 0: no limit
  Duration window{300'000};
  Duration throttle{300'000};  // how long the token is blocked when they are used up
};

// {"deployDelayMs": 3000, "reuseIds": true, …}: sets what is named, all or nothing.
Result<CloudflareModes> changed_modes(const CloudflareModes&, json::Decoder&);
void write_modes(json::Writer&, const CloudflareModes&);

}  // namespace originpull::worlds
