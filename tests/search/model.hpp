// SPDX-License-Identifier: Apache-2.0
#pragma once
// The model that the planner is searched over: Cloudflare's certificates of one zone with its asynchronous deployment,
// lagging list and "newest deployment wins", the Secret, the ledger as Kubernetes keeps it, and one request that may
// still be on its way. Time has two ages, fresh and old: a tick makes everything old, and by then whatever is late has
// arrived, which is what the bounds of the design promise (a request ends within 5 s, a list lags tens of seconds, a
// settled upload 120 s). `World` is a plain value that can be compared, so states can be searched; everything here is
// pure.
#include <optional>
#include <string>
#include <vector>

#include "plan/observed.hpp"
#include "plan/step.hpp"

namespace originpull::search {

inline constexpr int kLeaves = 3;   // of the Secret: 0, 1, 2
inline constexpr int kForeign = 9;  // the leaf of a certificate that somebody else uploaded

struct Cert {
  int leaf = 0;
  plan::Deployment state = plan::Deployment::kPending;
  int order = 0;            // of upload
  int deployed = 0;         // of deployment; 0: never
  bool listed = false;      // the list shows it
  bool active_old = false;  // active since before the last tick
  bool uploaded_old = false;
  auto operator<=>(const Cert&) const = default;
};

struct Record {
  int leaf = 0;
  int order = 0;  // stands for the id; 0: unknown
  api::Intent intent = api::Intent::kUpload;
  bool intent_old = false;
  int active = 0;  // 0: not recorded, 1: fresh, 2: old
  auto operator<=>(const Record&) const = default;
};

// A request whose sender has given up or died, and which may still be executed before the next tick.
struct InFlight {
  bool upload = true;
  int leaf = 0;
  int order = 0;  // of the certificate to delete
  auto operator<=>(const InFlight&) const = default;
};

struct World {
  int secret = 0;
  bool enabled = true;
  bool takeover = false;
  std::vector<Cert> certs;
  std::vector<Record> records;
  std::optional<InFlight> in_flight;
  bool pinned = false;
  bool zone_level = false;
  bool global = false;
  bool was_on = false;  // status.settings as last reported
  int next_order = 1;
  int next_deployment = 1;
  int flips_left = 0;
  bool only_forward = false;  // each change of the Secret brings a leaf that was never there
  int deletions_left = 0;
  int late_left = 0;               // requests that may still be delayed
  int timeouts_left = 0;           // deployments and deletions that Cloudflare may still give up
  int wipes_left = 0;              // of the status, by a backup tool
  int switches_left = 0;           // changes of spec.enabled
  int refusals_left = 0;           // uploads that Cloudflare may still refuse
  bool believes_refusals = false;  // planted: each refusal is taken for one of the first upload
  auto operator<=>(const World&) const = default;
};

// What a pass that looks at everything sees, at a fixed present.
plan::Observed observe(const World&);
// The world after the action was executed; `broken` names a promise of product.md section 4 that it broke, else it is
// empty.
World execute(const World&, const plan::Action&, std::string& broken);
// The world after a report: what status keeps besides the ledger.
World reported(const World&, const plan::Rest&);
// Everything that can happen without us: deployment, deletion, either given up, the list catching up, a late request, a
// Secret that changes, a spec that is edited, a human who deletes, a status that is wiped, and time.
std::vector<World> moves(const World&);
// What can happen between two steps of one pass, milliseconds apart: neither time, nor a human who deletes the very
// certificate that is being decided on, against which no order of steps could help.
std::vector<World> quick_moves(const World&);
// Only what time and Cloudflare do by themselves.
std::vector<World> fair_moves(const World&);
// The leaf that the edge presents, or -1.
int presented(const World&);
std::size_t hash_of(const World&);
// Renumbers orders so that equal situations compare equal.
World normalised(World);
std::string to_text(const World&);
api::Fingerprint fingerprint(int leaf);
int leaf_of(const api::Fingerprint&);

}  // namespace originpull::search
