// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/commit_oracles.hpp"

#include <algorithm>
#include <array>

#include "base/rfc3339.hpp"
#include "env/env.hpp"
#include "plan/step.hpp"
#include "sim/scenario_config.hpp"

namespace originpull::sim {
namespace {

using api::ConditionStatus;
using worlds::SimCertificate;
using worlds::SimZone;

constexpr Duration kReadyForgiven{60'000};  // between the look and the word
constexpr std::size_t kMostLive = 4;        // certificates of ours

bool by_a_process() { return env::thread_name().find('/') != std::string::npos; }

bool going(const SimCertificate& one) { return one.status == "pending_deletion" || one.status == "deleted"; }

const SimCertificate* find(const SimZone& zone, const std::string& id) {
  const auto found = std::ranges::find(zone.certificates, id, &SimCertificate::id);
  return found == zone.certificates.end() ? nullptr : &*found;
}

bool holds(const api::Status& status, std::string_view type) {
  const api::Condition* condition = api::find_condition(status.conditions, type);
  return condition && condition->status == ConditionStatus::kTrue;
}

bool is_within(const std::map<std::string, Instant>& times, const std::string& key, Instant now) {
  const auto found = times.find(key);
  return found != times.end() && now - found->second <= kReadyForgiven;
}

}  // namespace

void CommitOracles::kubernetes_changed(const worlds::KubeCommit& commit, Instant now) {
  const std::lock_guard lock(mutex_);
  const bool ours = by_a_process();
  if (ours)
    if (const std::string leak = secrets_.find(commit.text); !leak.empty())
      breach("O15: " + leak + " was written to " + commit.plural + " " + commit.name);
  if (ours && commit.plural != api::kPlural && commit.plural != "events" && commit.plural != "leases")
    breach("O8: " + commit.plural + " " + commit.name + " was written by the operator");
  if (commit.plural == "events" && ours &&
      std::ranges::none_of(uids_, [&](const auto& uid) { return commit.text.find(uid) != std::string::npos; }))
    breach("O12: an Event is about a resource that never was");
  if (commit.plural != api::kPlural) return;
  if (!ours) edited_until_ = now + forgiven_;
  const DecodedConfig decoded = decoded_config(commit.text);
  const auto& config = *decoded;
  if (!config) return;  // ScenarioOracles says so
  const std::string uid = config->metadata.uid;
  uids_.insert(uid);
  if (commit.type == "DELETED") {
    if (ours) breach("O8: the operator deleted a resource");
    resources_.erase(uid);
    return;
  }
  shortest_soak_ = std::min(shortest_soak_, config->spec.rotation.soak);
  const auto before = resources_.find(uid);
  if (ours && before != resources_.end()) judge_status(before->second, *config, now);
  if (ours && before == resources_.end()) breach("O8: the operator made a resource");
  resources_[uid].config = *config;
}

void CommitOracles::judge_status(Known& before, const api::OriginPullConfig& after, Instant now) {
  if (after.status == before.config.status) breach("O2: a status was written with nothing new in it");
  if (after.spec != before.config.spec) breach("O8: the operator changed a spec");
  const std::int64_t seen = after.status.observed_generation;
  if (seen > after.metadata.generation) breach("O13: a generation was observed that never was");
  if (seen < before.config.status.observed_generation) breach("O13: observedGeneration went back");
  const std::optional<api::Original>& original = before.config.status.ledger.original;
  if (original && original->zone_level && after.status.ledger.original != original &&
      (!after.status.ledger.original || after.status.ledger.original->zone_level != original->zone_level))
    breach("O8: status.original was changed after it had been written");
  if (before.config.status.ledger.zone && after.status.ledger.zone != before.config.status.ledger.zone)
    breach("O8: the pinned zone was changed");
  judge_conditions(before.config, after);
  judge_ready(before.config, after, now);
  judge_claims(before, after);
}

void CommitOracles::judge_conditions(const api::OriginPullConfig& before, const api::OriginPullConfig& after) {
  using namespace api::condition_type;
  if (!after.status.conditions.empty()) {
    int verdicts = 0;
    for (const auto type : std::array{kReady, kReconciling, kStalled}) verdicts += holds(after.status, type) ? 1 : 0;
    if (verdicts != 1)
      breach("O13: " + std::to_string(verdicts) + " of Ready, Reconciling and Stalled are True, not exactly one");
  }
  for (const api::Condition& is : after.status.conditions) {
    if (is.observed_generation > after.status.observed_generation && after.status.observed_generation >= 0)
      breach("O13: condition " + is.type + " is of a newer generation than the status");
    const api::Condition* was = api::find_condition(before.status.conditions, is.type);
    if (was == nullptr) continue;
    if (was->status == is.status && was->last_transition != is.last_transition)
      breach("O13: lastTransitionTime of " + is.type + " moved although its status did not");
    if (was->status != is.status && was->last_transition > is.last_transition && !clocks_jump_)
      breach("O13: lastTransitionTime of " + is.type + " went back");
  }
}

// A Ready that is True must have been true a moment ago: of the certificate that it is about, or of both switches off.
// One that stands there unchanged, while the next certificate is announced, says nothing new.
void CommitOracles::judge_ready(const api::OriginPullConfig& before, const api::OriginPullConfig& after, Instant now) {
  if (!holds(after.status, api::condition_type::kReady)) return;
  if (after.status.observed_generation != after.metadata.generation) return;
  const api::Condition* ready = api::find_condition(after.status.conditions, api::condition_type::kReady);
  const api::Condition* was = api::find_condition(before.status.conditions, api::condition_type::kReady);
  // Then only the generation is looked at.
  const bool stands_still = after.spec.mode == api::Mode::kSuspend || after.metadata.deleting;
  if (was != nullptr && *was == *ready &&
      (stands_still || before.status.observed_generation == after.status.observed_generation))
    return;
  // Lists hide what is being deleted: what a human did there a moment ago nobody can see.
  if (now < forgiven_until_) return;
  if (!after.spec.enabled) {
    if (after.spec.global_setting == api::GlobalSetting::kUnmanaged) return;
    if (now - off_last_ > kReadyForgiven) breach("O13: Ready says that the switches are off, and they never were");
    return;
  }
  const auto& records = after.status.ledger.certificates;
  const auto desired = std::ranges::find(records, api::Role::kDesired, &api::CertificateRecord::role);
  const bool custom = after.spec.certificate.source == api::Source::kCustom;
  if (custom && desired == records.end()) return breach("O13: Ready without a desired certificate");
  const std::string leaf = custom ? desired->fingerprint : "shared";
  if (!is_within(presented_last_, leaf, now))
    breach("O13: Ready (" + ready->reason + ") although the edge has not presented " + plan::brief(leaf));
}

void CommitOracles::judge_claims(Known& before, const api::OriginPullConfig& after) {
  for (const api::CertificateRecord& record : after.status.ledger.certificates) {
    if (record.adopted || record.id.empty() || before.ids.contains(record.id)) continue;
    const api::CertificateRecord* was = before.config.status.ledger.find(record.fingerprint);
    // Its own announcement. Whether its request or somebody else's was first, nobody can tell it; and who uploads a
    // leaf that is recorded as ours, while it still is, gives it to us (R2).
    const bool given = std::ranges::any_of(zones_, [&](const auto& entry) {
      const SimCertificate* one = find(entry.second, record.id);
      return one != nullptr && one->foreign;
    });
    if (was != nullptr && (was->intent == api::Intent::kUpload || given)) {
      before.ids.insert(record.id);
      continue;
    }
    breach("O12: certificate " + plan::brief(record.fingerprint) + " is claimed, and was not uploaded in its name");
  }
}

void CommitOracles::cloudflare_changed(const worlds::CloudflareState& state, const worlds::Moment& moment) {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, after] : state.zones) {
    const auto before = zones_.find(id);
    if (before != zones_.end()) {
      settle(before->second, moment);  // what time alone has done
      look_at(before->second, moment.instant);
      judge_zone(before->second, after, moment);
    }
    look_at(after, moment.instant);
    zones_[id] = after;
  }
}

void CommitOracles::look_at(const SimZone& zone, Instant now) {
  presented_last_[worlds::presented(zone)] = now;
  if (!zone.zone_level && zone.tls_client_auth.value != "on") off_last_ = now;
  for (const SimCertificate& one : zone.certificates) {
    if (one.status == "active") active_since_.try_emplace(one.id, now);
    // Time does it when nobody looks.
    for (const SimCertificate::Step& step : one.steps)
      if (step.status == "active") active_since_[one.id] = step.at.instant;
  }
}

void CommitOracles::judge_zone(const SimZone& before, const SimZone& after, const worlds::Moment& moment) {
  const bool ours = by_a_process();
  bool changed = before.zone_level != after.zone_level || before.tls_client_auth.value != after.tls_client_auth.value ||
                 before.ssl.value != after.ssl.value;
  for (const SimCertificate& one : after.certificates) {
    const SimCertificate* was = find(before, one.id);
    const bool uploaded = was == nullptr || (going(*was) && !going(one));
    const bool deleted = was != nullptr && going(one) && !going(*was);
    changed = changed || uploaded || deleted;
    if (!ours || (!uploaded && !deleted)) continue;
    ++tally_[(uploaded ? "upload " : "delete ") + plan::brief(one.fingerprint)];
    if (uploaded) judge_upload(one);
    if (uploaded) judge_count(after);
    if (deleted) judge_deletion(before, *was, moment.instant);
  }
  if (changed && !ours) forgiven_until_ = moment.instant + forgiven_;
  if (!changed || !ours) return;
  judge_right(moment.instant);
  if (before.zone_level != after.zone_level) ++tally_[after.zone_level ? "zone switch on" : "zone switch off"];
  if (before.tls_client_auth.value != after.tls_client_auth.value)
    ++tally_["global setting " + after.tls_client_auth.value];
}

void CommitOracles::judge_upload(const SimCertificate& one) {
  for (auto& [uid, known] : resources_) {
    const api::CertificateRecord* record = known.config.status.ledger.find(one.fingerprint);
    if (record == nullptr) continue;
    known.ids.insert(one.id);
    if (!record->intent_since) continue;
    if (!announced_.insert(one.fingerprint + format_rfc3339(*record->intent_since)).second)
      breach("O10: certificate " + plan::brief(one.fingerprint) + " was uploaded twice on one announcement");
  }
}

// Only who manages the zone may change it.
void CommitOracles::judge_right(Instant now) {
  if (now < edited_until_) return;
  if (resources_.empty()) return breach("O9: the zone was changed after its resource was deleted");
  const bool managed = std::ranges::any_of(resources_, [](const auto& entry) {
    return entry.second.config.spec.mode == api::Mode::kManage && !entry.second.config.metadata.deleting;
  });
  if (!managed) breach("O8: the zone was changed although no resource is in Manage mode");
}

void CommitOracles::judge_count(const SimZone& zone) {
  std::size_t live = 0;
  for (const SimCertificate& one : zone.certificates) {
    const bool ours = std::ranges::any_of(resources_, [&](const auto& entry) {
      return entry.second.config.status.ledger.find(one.fingerprint) != nullptr;
    });
    live += ours && one.status != "deleted" ? 1 : 0;
  }
  if (live > kMostLive) breach("O8: " + std::to_string(live) + " certificates of ours are live at once");
}

// R7: nothing goes before the one that the edge presents is active and has soaked.
void CommitOracles::judge_deletion(const SimZone& before, const SimCertificate& one, Instant now) {
  if (now < forgiven_until_ || one.status == "deployment_timed_out") return;
  const bool shared = std::ranges::any_of(resources_, [](const auto& entry) {
    return entry.second.config.spec.certificate.source == api::Source::kCloudflare;
  });
  if (shared && !before.zone_level) return;
  const SimCertificate* newest = nullptr;
  for (const SimCertificate& other : before.certificates)
    if (other.deployed > (newest == nullptr ? 0 : newest->deployed)) newest = &other;
  const std::string name = plan::brief(one.fingerprint);
  if (newest == nullptr || newest->id == one.id)
    return breach("O8: certificate " + name + " was deleted, and no other is deployed after it");
  if (going(*newest)) return breach("O8: certificate " + name + " was deleted while its successor is going");
  // A soak is counted by the wall clock, since it outlives processes.
  if (now - active_since_[newest->id] + clocks_forward_.load() < shortest_soak_)
    breach("O8: certificate " + name + " was deleted before its successor had soaked");
}

void CommitOracles::breach(std::string what) {
  if (broken_.size() < 20) broken_.push_back(std::move(what));
}

Tally CommitOracles::tally() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

std::vector<std::string> CommitOracles::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace originpull::sim
