// SPDX-License-Identifier: Apache-2.0
#pragma once
// `PromiseOracles` holds the operators to single promises of the product, at each commit and call: no upload while
// another of ours is being deployed (R3), none over a foreign certificate without leave (R8), no deletion that was not
// announced (O8), nothing of our own called adopted (O10), no two resources at one zone (O8), no text that changes by
// itself (O2), and no look at Cloudflare while every resource is suspended (O8). The one idea: what people see of both
// worlds is kept side by side, and each promise is one question about it. Called by both worlds and by the network on
// the thread that acts, which is how it knows whose act it is. Thread-safe by a mutex that is never waited for; what is
// broken is kept in words.
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "api/origin_pull_config.hpp"
#include "worlds/cloudflare_state.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::sim {

class PromiseOracles {
 public:
  void kubernetes_changed(const worlds::KubeCommit&, Instant now);
  void cloudflare_changed(const worlds::CloudflareState&, const worlds::Moment&);
  void cloudflare_called(const std::string& what, Instant now);  // by an operator

  // How long a pass may stand on what it saw.
  void forgive_for(Duration time) { forgiven_ = time; }
  std::vector<std::string> broken() const;

 private:
  struct Known {
    api::OriginPullConfig config = {};
    std::set<std::string> uploads = {};  // ids of the live certificates that were uploaded in its name
    int only_texts = 0;                  // status writes in a row that changed nothing but text, while all stood still
  };
  void judge_status(const std::string& uid, Known& before, const api::OriginPullConfig& after);
  void judge_zone(const worlds::SimZone& before, const worlds::SimZone& after, Instant now);
  void judge_upload(const worlds::SimZone& before, const worlds::SimCertificate&, Instant now);
  void judge_takeover(const worlds::SimZone& before, const std::string& what, Instant now);
  void judge_deletion(const worlds::SimCertificate&, Instant now);
  void note_lives(const worlds::SimCertificate&, bool ours, bool uploaded);
  bool is_claimed(const std::string& fingerprint) const;
  bool may_take_over(Instant now) const;
  void something_happened();
  void breach(std::string what);

  mutable std::mutex mutex_;
  std::map<std::string, Known> resources_ = {};  // by uid
  std::map<std::string, worlds::SimZone> zones_ = {};
  std::map<std::string, Instant> there_since_ = {};    // by certificate id
  std::map<std::string, Instant> claimed_until_ = {};  // by fingerprint: a pass may stand on a ledger that people took
  bool ever_switched_on_ = false;                      // by an operator
  bool braked_ = false;                                // every resource is suspended
  Instant braked_since_{};
  Instant edited_until_{};  // a human was at a resource
  Instant leave_until_{};   // to take over, which a human has taken back
  Duration forgiven_{60'000};
  std::vector<std::string> broken_ = {};
};

}  // namespace originpull::sim
