// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CommitOracles` judges each write of an operator beyond what ScenarioOracles does: that a status tells the truth and
// changes by the rules (O13), that nothing of an old resource reaches a new one (O12), that an upload has its own
// announcement (O10), that a soak is kept (O8), that nothing is written without news (O2), that finalizers are left
// alone (O14) and no object bears a secret (O15). It also counts what was done at Cloudflare, for O4. Called by both
// worlds on the thread that wrote, which is how it knows whose write it is. Thread-safe by a mutex that is never waited
// for; what is broken is kept in words.
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "api/origin_pull_config.hpp"
#include "sim/runner/secret_watcher.hpp"
#include "worlds/cloudflare_state.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::sim {

using Tally = std::map<std::string, int>;  // "upload 3f2a…": 1

class CommitOracles {
 public:
  explicit CommitOracles(const SecretWatcher& secrets) : secrets_(secrets) {}

  void kubernetes_changed(const worlds::KubeCommit&, Instant now);
  void cloudflare_changed(const worlds::CloudflareState&, const worlds::Moment&);

  // How long a pass may stand on what it saw.
  void forgive_for(Duration time) { forgiven_ = time; }
  // A wall clock has jumped: times that operators write may go back, and soaks may be shorter by what it went forward.
  void clocks_jump(Duration by) {
    clocks_jump_ = true;
    if (by > Duration(0)) clocks_forward_ = clocks_forward_.load() + by;
  }

  Tally tally() const;
  std::vector<std::string> broken() const;

 private:
  struct Known {
    api::OriginPullConfig config;
    std::set<std::string> ids = {};  // of certificates that were uploaded in its name
  };
  void judge_status(Known& before, const api::OriginPullConfig& after, Instant now);
  void judge_conditions(const api::OriginPullConfig& before, const api::OriginPullConfig& after);
  void judge_ready(const api::OriginPullConfig& before, const api::OriginPullConfig& after, Instant now);
  void judge_claims(Known& before, const api::OriginPullConfig& after);
  void judge_zone(const worlds::SimZone& before, const worlds::SimZone& after, const worlds::Moment&);
  void judge_right(Instant now);
  void judge_count(const worlds::SimZone&);
  void judge_upload(const worlds::SimCertificate&);
  void judge_deletion(const worlds::SimZone& before, const worlds::SimCertificate&, Instant now);
  void look_at(const worlds::SimZone&, Instant now);
  void breach(std::string what);

  const SecretWatcher& secrets_;
  mutable std::mutex mutex_;
  std::map<std::string, Known> resources_ = {};  // by uid
  std::set<std::string> uids_ = {};              // that have ever been
  std::map<std::string, worlds::SimZone> zones_ = {};
  std::map<std::string, Instant> active_since_ = {};    // by certificate id
  std::map<std::string, Instant> presented_last_ = {};  // by fingerprint: when the edge was last seen to present it
  Instant off_last_{};                                  // when both switches were last seen off
  std::set<std::string> announced_ = {};                // uploads that were done: leaf and time of announcement
  Instant forgiven_until_{};                            // a human was at Cloudflare
  Instant edited_until_{};                              // a human was at the resource
  Duration forgiven_{60'000};
  Seconds shortest_soak_{1'000'000};
  std::atomic<bool> clocks_jump_ = false;
  std::atomic<Duration> clocks_forward_ = Duration(0);
  Tally tally_ = {};
  std::vector<std::string> broken_ = {};
};

// The end of a run without versions, ids and times.
std::string normal_form(const std::string& config, const worlds::SimZone& zone);

}  // namespace originpull::sim
