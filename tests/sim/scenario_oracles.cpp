// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario_oracles.hpp"

#include <algorithm>

#include "api/codec.hpp"
#include "env/env.hpp"
#include "kube/lease_record.hpp"
#include "plan/step.hpp"

namespace originpull::sim {
namespace {

using worlds::SimCertificate;
using worlds::SimZone;

// "p1.3" on a thread of that life, empty for a human.
std::string acting_process() {
  const std::string& name = env::thread_name();
  const auto slash = name.find('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

bool going(const SimCertificate& certificate) {
  return certificate.status == "pending_deletion" || certificate.status == "deleted";
}

const SimCertificate* find(const SimZone& zone, const std::string& id) {
  for (const SimCertificate& one : zone.certificates)
    if (one.id == id) return &one;
  return nullptr;
}

}  // namespace

void ScenarioOracles::cloudflare_changed(const worlds::CloudflareState& state, const worlds::Moment& moment) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, after] : state.zones) {
    const auto before = zones_.find(id);
    if (before != zones_.end()) {
      settle(before->second, moment);  // what time alone has done
      judge(before->second, after, moment);
    }
    zones_[id] = after;
  }
}

void ScenarioOracles::judge(const SimZone& before, const SimZone& after, const worlds::Moment& moment) {
  const bool uploaded = after.certificates.size() != before.certificates.size();
  const bool deleted = std::ranges::any_of(after.certificates, [&](const SimCertificate& one) {
    const SimCertificate* was = find(before, one.id);
    return was != nullptr && going(one) && !going(*was);
  });
  const bool switched =
      after.zone_level != before.zone_level || after.tls_client_auth.value != before.tls_client_auth.value;
  if (!uploaded && !deleted && !switched) return;
  const std::string process = acting_process();
  if (process.empty()) {
    forgiven_until_ = moment.instant + kForgiven;
    return;
  }
  judge_lease(process, moment.instant, uploaded ? "uploaded" : deleted ? "deleted" : "switched");
  const bool forgiven = moment.instant < forgiven_until_;
  judge_certificates(before, after, forgiven);
  judge_switches(before, after, forgiven, moment.instant < edited_until_);
}

void ScenarioOracles::judge_certificates(const SimZone& before, const SimZone& after, bool forgiven) {
  const std::string edge = presented(before);
  for (const SimCertificate& one : after.certificates) {
    const SimCertificate* was = find(before, one.id);
    const std::string name = plan::brief(one.fingerprint);
    if (was == nullptr && !claimed(one.fingerprint)) breach("certificate " + name + " was uploaded without a claim");
    if (was != nullptr && going(one) && !going(*was)) {
      if (one.foreign) breach("the foreign certificate " + name + " was deleted");
      if (!claimed(one.fingerprint)) breach("certificate " + name + " was deleted without a claim");
      if (edge == one.fingerprint && !forgiven)
        breach("certificate " + name + " was deleted while the edge presents it");
    }
    const auto twins = std::ranges::count_if(after.certificates, [&](const SimCertificate& other) {
      return other.fingerprint == one.fingerprint && !going(other);
    });
    if (was == nullptr && twins > 1) breach("two live certificates of the leaf " + name);
  }
}

void ScenarioOracles::judge_switches(const SimZone& before, const SimZone& after, bool forgiven, bool edited) {
  const bool wanted = resource_ && resource_->spec.enabled;
  const bool any_active =
      std::ranges::any_of(after.certificates, [](const SimCertificate& one) { return one.status == "active"; });
  if (after.zone_level && !before.zone_level && !any_active && !forgiven)
    breach("the zone switch was put on without an active certificate");
  const bool auth_on = after.tls_client_auth.value == "on";
  if (auth_on && before.tls_client_auth.value != "on" && !after.zone_level && !forgiven)
    breach("the global setting was put on before the zone switch");
  const bool off = (before.zone_level && !after.zone_level) || (before.tls_client_auth.value == "on" && !auth_on);
  if (off && wanted && !edited) breach("a switch was put off although the resource wants it on");
}

bool ScenarioOracles::claimed(const std::string& fingerprint) const {
  return resource_ && resource_->status.ledger.find(fingerprint) != nullptr;
}

void ScenarioOracles::judge_lease(const std::string& process, Instant now, const std::string& what) {
  if (now < lease_forgiven_until_) return;
  if (lease_process_ != process) {
    breach(process + " " + what + " while the Lease is held by " +
           (lease_process_.empty() ? "nobody" : lease_process_));
  } else if (now >= lease_until_) {
    breach(process + " " + what + " after its Lease had run out");
  }
}

void ScenarioOracles::kubernetes_changed(const worlds::KubeCommit& commit, Instant now) {
  const std::lock_guard lock(mutex_);
  const std::string process = acting_process();
  if (commit.plural == "leases") return take_lease(commit.text, process, now);
  if (commit.plural != api::kPlural) return;
  if (!process.empty()) judge_lease(process, now, "wrote the status");
  if (process.empty()) edited_until_ = now + kForgiven;
  resource_.reset();
  if (commit.type == "DELETED") return;
  auto config = api::decode_config(commit.text);
  if (!config) return breach("a resource was written that cannot be read: " + describe(config.error()));
  resource_ = std::move(*config);
}

void ScenarioOracles::take_lease(const std::string& text, const std::string& process, Instant now) {
  const auto record = kube::decode_lease(text);
  if (!record) return breach("a Lease was written that cannot be read: " + describe(record.error()));
  // A human who takes it by force cannot recall what was permitted before.
  if (process.empty()) lease_forgiven_until_ = now + kLeaseForgiven;
  if (!process.empty() && !lease_process_.empty() && process != lease_process_ && now < lease_until_)
    breach(process + " took the Lease from " + lease_process_ + " before it had run out");
  lease_process_ = record->holder.empty() ? std::string() : process;
  lease_until_ = now + record->duration;
}

std::vector<std::string> ScenarioOracles::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace originpull::sim
