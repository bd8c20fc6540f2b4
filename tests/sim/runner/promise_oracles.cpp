// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/promise_oracles.hpp"

#include <algorithm>

#include "env/env.hpp"
#include "plan/step.hpp"
#include "sim/scenario_config.hpp"

namespace originpull::sim {
namespace {

using worlds::SimCertificate;
using worlds::SimZone;

constexpr int kTextsInARow = 2;  // each failure may have its own words

bool by_a_process() { return env::thread_name().find('/') != std::string::npos; }

bool going(const SimCertificate& one) { return one.status == "pending_deletion" || one.status == "deleted"; }

bool being_deployed(const SimCertificate& one) {
  return one.status == "pending_deployment" || one.status == "initializing";
}

const SimCertificate* find(const SimZone& zone, const std::string& id) {
  const auto found = std::ranges::find(zone.certificates, id, &SimCertificate::id);
  return found == zone.certificates.end() ? nullptr : &*found;
}

bool look_alike(const SimZone& a, const SimZone& b) {
  const auto same = [](const SimCertificate& x, const SimCertificate& y) {
    return x.id == y.id && x.status == y.status && x.uploaded_on == y.uploaded_on;
  };
  return a.zone_level == b.zone_level && a.tls_client_auth.value == b.tls_client_auth.value &&
         a.ssl.value == b.ssl.value && std::ranges::equal(a.certificates, b.certificates, same);
}

api::Status without_texts(api::Status status) {
  for (api::Condition& one : status.conditions) one.message.clear();
  return status;
}

}  // namespace

void PromiseOracles::kubernetes_changed(const worlds::KubeCommit& commit, Instant now) {
  if (commit.plural == "leases" || commit.plural == "events") return;
  const std::lock_guard lock(mutex_);
  const bool ours = by_a_process();
  if (!ours) something_happened();
  if (commit.plural != api::kPlural) return;
  const DecodedConfig decoded = decoded_config(commit.text);
  const auto& config = *decoded;
  if (!config) return;  // ScenarioOracles says so
  const std::string uid = config->metadata.uid;
  if (!ours) edited_until_ = now + forgiven_;
  if (const auto known = resources_.find(uid); !ours && known != resources_.end()) {
    const api::OriginPullConfig& was = known->second.config;
    if (was.spec.takeover == api::Takeover::kAllow) leave_until_ = now + forgiven_;
    for (const auto& record : was.status.ledger.certificates) claimed_until_[record.fingerprint] = now + forgiven_;
  }
  if (commit.type == "DELETED") {
    resources_.erase(uid);
  } else {
    Known& known = resources_[uid];
    if (ours) judge_status(uid, known, *config);
    // What a wiped status said nobody need remember.
    if (!ours && config->status.ledger.certificates.empty()) known.uploads.clear();
    known.config = *config;
  }
  const bool braked = !resources_.empty() && std::ranges::all_of(resources_, [](const auto& entry) {
    return entry.second.config.spec.mode == api::Mode::kSuspend;
  });
  if (braked && !braked_) braked_since_ = now;
  braked_ = braked;
}

void PromiseOracles::judge_status(const std::string& uid, Known& before, const api::OriginPullConfig& after) {
  const api::Status& was = before.config.status;
  const bool only_texts = was != after.status && without_texts(was) == without_texts(after.status);
  before.only_texts = only_texts ? before.only_texts + 1 : 0;
  if (before.only_texts > kTextsInARow)
    breach("O2: the text of a status changes by itself: " + after.status.conditions.front().message);
  for (const api::CertificateRecord& record : after.status.ledger.certificates)
    if (record.adopted && before.uploads.contains(record.id))
      breach("O10: certificate " + plan::brief(record.fingerprint) +
             " is called adopted, and was uploaded for this resource");
  if (!after.status.ledger.zone || was.ledger.zone) return;
  for (const auto& [other, known] : resources_)
    if (other != uid && !known.config.metadata.deleting && known.config.status.ledger.zone == after.status.ledger.zone)
      breach("O8: two resources have taken the zone, " + known.config.metadata.name + " and then " +
             after.metadata.name);
}

void PromiseOracles::cloudflare_changed(const worlds::CloudflareState& state, const worlds::Moment& moment) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, after] : state.zones) {
    const auto before = zones_.find(id);
    if (before == zones_.end() || !look_alike(before->second, after)) something_happened();
    if (before != zones_.end()) {
      settle(before->second, moment);  // what time alone has done
      judge_zone(before->second, after, moment.instant);
    } else {
      judge_zone({}, after, moment.instant);
    }
    zones_[id] = after;
  }
}

void PromiseOracles::judge_zone(const SimZone& before, const SimZone& after, Instant now) {
  const bool ours = by_a_process();
  if (ours && after.zone_level && !before.zone_level) {
    judge_takeover(before, "the zone switch was put on", now);
    ever_switched_on_ = true;
  }
  for (const SimCertificate& one : after.certificates) {
    const SimCertificate* was = find(before, one.id);
    const bool uploaded = !going(one) && (was == nullptr || going(*was));
    const bool deleted = going(one) && was != nullptr && !going(*was);
    if (!uploaded && !deleted) continue;
    if (uploaded) there_since_[one.id] = now;
    note_lives(one, ours, uploaded);
    if (ours && uploaded) judge_upload(before, one, now);
    if (ours && deleted) judge_deletion(one, now);
  }
}

// An id can come back, and then it is somebody else's, perhaps.
void PromiseOracles::note_lives(const SimCertificate& one, bool ours, bool uploaded) {
  for (auto& [uid, known] : resources_) {
    known.uploads.erase(one.id);
    if (ours && uploaded && known.config.status.ledger.find(one.fingerprint)) known.uploads.insert(one.id);
  }
}

void PromiseOracles::judge_upload(const SimZone& before, const SimCertificate& one, Instant now) {
  const std::string name = plan::brief(one.fingerprint);
  for (const SimCertificate& other : before.certificates) {
    if (other.fingerprint == one.fingerprint || going(other)) continue;
    if (!other.foreign && being_deployed(other) && is_claimed(other.fingerprint))
      breach("O8: certificate " + name + " was uploaded while " + plan::brief(other.fingerprint) +
             ", which is ours, too, is being deployed");
  }
  judge_takeover(before, "certificate " + name + " was uploaded", now);
}

// R8: before the first enablement.
void PromiseOracles::judge_takeover(const SimZone& before, const std::string& what, Instant now) {
  if (before.zone_level || may_take_over(now)) return;
  for (const SimCertificate& other : before.certificates) {
    const bool plainly_there = now - there_since_[other.id] > forgiven_;
    const auto claim = claimed_until_.find(other.fingerprint);
    const bool claimed = is_claimed(other.fingerprint) || (claim != claimed_until_.end() && now < claim->second);
    if (other.foreign && !going(other) && plainly_there && !claimed)
      breach("O8: " + what + " over the foreign " + plan::brief(other.fingerprint) + " without leave");
  }
}

bool PromiseOracles::may_take_over(Instant now) const {
  return ever_switched_on_ || now < leave_until_ ||
         std::ranges::any_of(
             resources_, [](const auto& entry) { return entry.second.config.spec.takeover == api::Takeover::kAllow; });
}

void PromiseOracles::judge_deletion(const SimCertificate& one, Instant now) {
  if (now < edited_until_ || !is_claimed(one.fingerprint)) return;  // ScenarioOracles says so
  const bool announced = std::ranges::any_of(resources_, [&](const auto& entry) {
    const api::CertificateRecord* record = entry.second.config.status.ledger.find(one.fingerprint);
    return record != nullptr && record->intent == api::Intent::kDelete;
  });
  if (!announced) breach("O8: certificate " + plan::brief(one.fingerprint) + " was deleted without announcement");
}

void PromiseOracles::cloudflare_called(const std::string& what, Instant now) {
  const std::lock_guard lock(mutex_);
  if (braked_ && now - braked_since_ > forgiven_)
    breach("O8: " + what + " although every resource has been suspended for " +
           std::to_string((now - braked_since_).count()) + " ms");
}

bool PromiseOracles::is_claimed(const std::string& fingerprint) const {
  return std::ranges::any_of(
      resources_, [&](const auto& entry) { return entry.second.config.status.ledger.find(fingerprint) != nullptr; });
}

void PromiseOracles::something_happened() {
  for (auto& [uid, known] : resources_) known.only_texts = 0;
}

void PromiseOracles::breach(std::string what) {
  if (broken_.size() < 20) broken_.push_back(std::move(what));
}

std::vector<std::string> PromiseOracles::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace originpull::sim
