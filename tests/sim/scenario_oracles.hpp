// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ScenarioOracles` watches both simulated worlds write by write and knows what must never happen, whoever crashed and
// whatever was lost. The one idea: both worlds call it on the thread that made the change, before another thread may
// run, so it sees the changes in their true order and knows whose they are by the thread's name ("p1.3/worker": process
// 1, life 3; anything without a slash is a human). It forgives what no operator can know: what a human did at
// Cloudflare, to the resource or to the Lease a moment ago. What is broken is kept in words that begin with the number
// of the oracle in operator-engineering.md 3.5. Thread-safe by a mutex that is never waited for; nothing fails.
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "api/origin_pull_config.hpp"
#include "worlds/cloudflare_state.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::sim {

class ScenarioOracles {
 public:
  static constexpr Duration kLeaseForgiven{15'000};  // the longest permit that may be about

  void cloudflare_changed(const worlds::CloudflareState&, const worlds::Moment&);
  void kubernetes_changed(const worlds::KubeCommit&, Instant now);

  // How long a pass may stand on what it saw.
  void forgive_for(Duration time) { forgiven_ = time; }
  // The processes stand for no Lease: each may always write.
  void no_election() { elected_ = false; }
  std::string leader() const;   // "p0.1": who wrote the Lease that is held; empty: nobody, or a human
  Instant lease_until() const;  // when it is over, as the server reckons
  std::vector<std::string> broken() const;

 private:
  void judge(const worlds::SimZone& before, const worlds::SimZone& after, const worlds::Moment&);
  void judge_certificates(const worlds::SimZone& before, const worlds::SimZone& after, bool forgiven, bool edited);
  void judge_switches(const worlds::SimZone& before, const worlds::SimZone& after, bool forgiven, bool edited);
  void judge_lease(const std::string& process, Instant now, const std::string& what);
  void take_lease(const std::string& text, const std::string& process, Instant now);
  bool claimed(const std::string& fingerprint, bool edited) const;
  bool anybody(bool (*wants)(const api::Spec&)) const;
  void breach(std::string what);

  mutable std::mutex mutex_;
  std::map<std::string, worlds::SimZone> zones_ = {};
  std::map<std::string, api::OriginPullConfig> resources_ = {};  // by uid
  std::set<std::string> once_claimed_ = {};                      // by a ledger that a human has taken away
  bool was_shared_ = false;                                      // what a human changed last had source Cloudflare
  bool elected_ = true;
  Duration forgiven_{60'000};
  std::string lease_process_ = {};  // who wrote the Lease that is held; empty: nobody, or a human
  Instant lease_until_{};
  Instant lease_forgiven_until_{};
  Instant forgiven_until_{};
  Instant edited_until_{};  // a pass may still stand on the resource as it was before a human's edit
  std::vector<std::string> broken_ = {};
};

}  // namespace originpull::sim
