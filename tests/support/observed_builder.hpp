// SPDX-License-Identifier: Apache-2.0
#pragma once
// `observed()` builds what the planner sees, for tests: it begins with a zone on which everything was looked at and
// nothing is done yet (a good pair of leaf 0, no certificate, both switches off, mode strict), and each call of the
// chain changes one thing. Leaves are numbers, certificates are "cert-1", "cert-2"… in the order of their upload, each
// a minute after the one before; times are ages at `kNow`. Plain values; nothing can fail.
#include <functional>
#include <string>

#include "plan/observed.hpp"

namespace originpull::support {

inline constexpr Wall kNow{std::chrono::hours(24 * 365 * 50)};
inline constexpr Seconds kLongAgo{100000};

api::Fingerprint leaf(int number);       // 64 hex digits
std::string certificate_id(int number);  // of the n-th certificate of a chain, from 1

class ObservedBuilder {
 public:
  ObservedBuilder();

  ObservedBuilder& spec(const std::function<void(api::Spec&)>& edit);
  ObservedBuilder& status(const std::function<void(api::Status&)>& edit);
  ObservedBuilder& edit(const std::function<void(plan::Observed&)>& edit);

  ObservedBuilder& with_leaf(int number);
  ObservedBuilder& bad_pair(api::Reason problem, std::string detail = "Secret tls: it is bad. Mend it.");
  ObservedBuilder& shared();    // source Cloudflare
  ObservedBuilder& disabled();  // spec.enabled is false
  ObservedBuilder& switches(bool zone_level, bool global);
  ObservedBuilder& reported_on();  // the zone-level switch stood on when we last reported
  ObservedBuilder& mode(std::string word);

  ObservedBuilder& certificate(int number, plan::Deployment deployment = plan::Deployment::kActive);
  // The ledger, opened (zone pinned, original written), with a record more.
  ObservedBuilder& record(int number, api::Intent intent = api::Intent::kKeep, Seconds intent_age = kLongAgo);
  ObservedBuilder& active_for(Seconds age);  // the last record
  ObservedBuilder& opened();
  ObservedBuilder& not_ready_for(Seconds age, api::Reason reason = api::Reason::kProgressing);
  // The state after a first enablement: leaf 0 active, recorded, soaked, both switches on, reported.
  ObservedBuilder& enabled_with_leaf_0();

  plan::Observed build() const { return observed_; }
  operator plan::Observed() const { return observed_; }

 private:
  plan::Observed observed_;
  int uploads_ = 0;
};

ObservedBuilder observed();

}  // namespace originpull::support
