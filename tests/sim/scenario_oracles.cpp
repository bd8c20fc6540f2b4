// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario_oracles.hpp"

#include <algorithm>

#include "env/env.hpp"
#include "kube/lease_record.hpp"
#include "plan/step.hpp"
#include "sim/scenario_config.hpp"

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
    forgiven_until_ = moment.instant + forgiven_;
    return;
  }
  judge_lease(process, moment.instant, uploaded ? "uploaded" : deleted ? "deleted" : "switched");
  const bool forgiven = moment.instant < forgiven_until_, edited = moment.instant < edited_until_;
  judge_certificates(before, after, forgiven, edited);
  judge_switches(before, after, forgiven, edited);
}

void ScenarioOracles::judge_certificates(const SimZone& before, const SimZone& after, bool forgiven, bool edited) {
  const std::string edge = presented(before);
  for (const SimCertificate& one : after.certificates) {
    const SimCertificate* was = find(before, one.id);
    const std::string name = plan::brief(one.fingerprint);
    if (was == nullptr && !claimed(one.fingerprint, edited))
      breach("O8: certificate " + name + " was uploaded without a claim");
    if (was != nullptr && going(one) && !going(*was)) {
      if (one.foreign && !claimed(one.fingerprint, edited))
        breach("O8: the foreign certificate " + name + " was deleted");
      if (!claimed(one.fingerprint, edited)) breach("O8: certificate " + name + " was deleted without a claim");
      if (edge == one.fingerprint && !forgiven)
        breach("O8: certificate " + name + " was deleted while the edge presents it");
    }
    const auto twins = std::ranges::count_if(after.certificates, [&](const SimCertificate& other) {
      return other.fingerprint == one.fingerprint && !going(other);
    });
    if (was == nullptr && twins > 1) breach("O10: two live certificates of the leaf " + name);
  }
}

void ScenarioOracles::judge_switches(const SimZone& before, const SimZone& after, bool forgiven, bool edited) {
  const bool any_active =
      std::ranges::any_of(after.certificates, [](const SimCertificate& one) { return one.status == "active"; });
  const bool shared = (edited && was_shared_) ||
                      anybody([](const api::Spec& s) { return s.certificate.source == api::Source::kCloudflare; });
  const bool auth_was = before.tls_client_auth.value == "on", auth_is = after.tls_client_auth.value == "on";
  if (after.zone_level && !before.zone_level && !any_active && !forgiven && !shared)
    breach("O8: the zone switch was put on without an active certificate");
  if (auth_is && !auth_was && !after.zone_level && !forgiven)
    breach("O8: the global setting was put on before the zone switch");
  if (auth_was && before.zone_level && !after.zone_level && auth_is && !forgiven)
    if (anybody([](const api::Spec& s) { return s.global_setting != api::GlobalSetting::kUnmanaged; }))
      breach("O8: the zone switch was put off before the global setting");
  if (edited) return;
  const auto on = [](const api::Spec& s) { return s.enabled; };
  const auto off = [](const api::Spec& s) { return !s.enabled; };
  if (after.zone_level && !before.zone_level && !anybody(on))
    breach("O8: a switch was put on that no resource wants on");
  if (before.zone_level && !after.zone_level && !anybody(off))
    breach("O8: a switch was put off although the resource wants it on");
  if (auth_was != auth_is &&
      !anybody([](const api::Spec& s) { return s.global_setting != api::GlobalSetting::kUnmanaged; }))
    breach("O8: the global setting was changed although nobody manages it");
  if (auth_is && !auth_was &&
      !anybody([](const api::Spec& s) { return s.enabled && s.global_setting == api::GlobalSetting::kEnabled; }))
    breach("O8: a switch was put on that no resource wants on");
  if (auth_was && !auth_is &&
      !anybody([](const api::Spec& s) { return !s.enabled || s.global_setting == api::GlobalSetting::kDisabled; }))
    breach("O8: a switch was put off although the resource wants it on");
}

bool ScenarioOracles::anybody(bool (*wants)(const api::Spec&)) const {
  return std::ranges::any_of(resources_, [&](const auto& entry) { return wants(entry.second.spec); });
}

bool ScenarioOracles::claimed(const std::string& fingerprint, bool edited) const {
  if (edited && once_claimed_.contains(fingerprint)) return true;
  return std::ranges::any_of(
      resources_, [&](const auto& entry) { return entry.second.status.ledger.find(fingerprint) != nullptr; });
}

void ScenarioOracles::breach(std::string what) {
  if (broken_.size() < 20) broken_.push_back(std::move(what));
}

void ScenarioOracles::judge_lease(const std::string& process, Instant now, const std::string& what) {
  if (!elected_ || now < lease_forgiven_until_) return;
  if (lease_process_ != process) {
    breach("O11: " + process + " " + what + " while the Lease is held by " +
           (lease_process_.empty() ? "nobody" : lease_process_));
  } else if (now >= lease_until_) {
    breach("O11: " + process + " " + what + " after its Lease had run out");
  }
}

void ScenarioOracles::kubernetes_changed(const worlds::KubeCommit& commit, Instant now) {
  const std::lock_guard lock(mutex_);
  const std::string process = acting_process();
  if (commit.plural == "leases") return take_lease(commit.text, process, now);
  if (commit.plural != api::kPlural) return;
  if (!process.empty()) judge_lease(process, now, "wrote the status");
  const DecodedConfig decoded = decoded_config(commit.text);
  const auto& config = *decoded;
  if (!config) return breach("O13: a resource was written that cannot be read: " + describe(config.error()));
  const std::string uid = config->metadata.uid;
  if (process.empty()) {
    edited_until_ = now + forgiven_;
    // A pass may still be on its way with the ledger as it was.
    if (const auto known = resources_.find(uid); known != resources_.end()) {
      for (const auto& record : known->second.status.ledger.certificates) once_claimed_.insert(record.fingerprint);
      was_shared_ = known->second.spec.certificate.source == api::Source::kCloudflare;
    }
  }
  if (commit.type == "DELETED") {
    resources_.erase(uid);
  } else {
    resources_[uid] = *config;
  }
}

void ScenarioOracles::take_lease(const std::string& text, const std::string& process, Instant now) {
  const auto record = kube::decode_lease(text);
  if (!record) return breach("O11: a Lease was written that cannot be read: " + describe(record.error()));
  // A human who takes it by force cannot recall what was permitted before.
  if (process.empty()) lease_forgiven_until_ = now + kLeaseForgiven;
  if (!process.empty() && !lease_process_.empty() && process != lease_process_ && now < lease_until_)
    breach("O11: " + process + " took the Lease from " + lease_process_ + " before it had run out");
  lease_process_ = record->holder.empty() ? std::string() : process;
  lease_until_ = now + record->duration;
}

std::string ScenarioOracles::leader() const {
  const std::lock_guard lock(mutex_);
  return lease_process_;
}

Instant ScenarioOracles::lease_until() const {
  const std::lock_guard lock(mutex_);
  return lease_until_;
}

std::vector<std::string> ScenarioOracles::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace originpull::sim
