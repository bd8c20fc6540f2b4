// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_steps.hpp"

#include <algorithm>

#include "worlds/cloudflare_edge.hpp"

namespace originpull::worlds {
namespace {

// The next step of all that is due at `now`; of two at one time, the one of what was uploaded first.
struct Due {
  const SimStep* step = nullptr;
  SimCertificate* certificate = nullptr;
  Level level = Level::kZone;
  std::string host = {};

  bool is_after(const std::vector<SimStep>& steps, const Moment& now) const {
    if (steps.empty() || steps.front().at.instant > now.instant) return false;
    return step == nullptr || steps.front().at.instant < step->at.instant;
  }
};

Due next_due(SimZone& zone, const Moment& now) {
  Due due;
  for (const Level level : {Level::kZone, Level::kHostname}) {
    for (SimCertificate& one : level == Level::kZone ? zone.certificates : zone.host_certificates) {
      if (due.is_after(one.steps, now)) due = {.step = one.steps.data(), .certificate = &one, .level = level};
    }
  }
  for (auto& [host, one] : zone.associations) {
    if (due.is_after(one.steps, now)) due = {.step = one.steps.data(), .host = host};
  }
  return due;
}

void take(SimZone& zone, SimCertificate& one, Level level, const SimStep& step, const BehaviourSet& without) {
  one.status = step.status;
  one.updated_at = step.at.wall;
  if (step.status == "active") deploy(zone, one, level, without);
  // Until then the edge may still present it, although its deletion was asked for.
  if (step.status == "deleted") one.deployed = 0;
}

void take(SimZone& zone, const std::string& host, const SimStep& step) {
  SimAssociation& one = zone.associations.at(host);
  one.status = step.status;
  one.updated_at = step.at.wall;
  if (step.status == "deleted") {
    zone.associations.erase(host);
  } else if (step.status == "active" && one.enabled) {
    one.deployed_id = one.certificate_id;
    one.deployed_enabled = *one.enabled;
  }
}

bool same(const Presentation& a, const Presentation& b) { return a.what == b.what; }

using Hosts = std::map<std::string, Presentation>;

bool same(const std::shared_ptr<const Hosts>& a, const Hosts& b) {
  if (a == nullptr) return b.empty();
  return a->size() == b.size() && std::equal(a->begin(), a->end(), b.begin(), [](const auto& x, const auto& y) {
           return x.first == y.first && same(x.second, y.second);
         });
}

void note_presented(SimZone& zone, const Moment& at, const BehaviourSet& without) {
  Presentation now = presentation(zone, {}, without);
  Hosts hosts;
  for (const auto& [host, one] : zone.associations) {
    if (!one.deployed_id.empty()) hosts.emplace(host, presentation(zone, host, without));
  }
  if (!zone.history.empty() && zone.history.back().what == now.what && same(zone.history.back().hosts, hosts)) return;
  zone.history.push_back({.at = at.wall,
                          .what = std::move(now.what),
                          .since = at.instant,
                          .number = ++zone.changes,
                          .leaf = std::move(now.leaf),
                          .hosts = hosts.empty() ? nullptr : std::make_shared<const Hosts>(std::move(hosts))});
  if (zone.history.size() > kMostHistory) zone.history.erase(zone.history.begin());
}

void forget_oldest(std::vector<SimCertificate>& certificates) {
  const auto is_deleted = [](const SimCertificate& one) { return one.status == "deleted"; };
  if (certificates.size() <= kMostTombstones) return;
  auto dead = static_cast<std::size_t>(std::count_if(certificates.begin(), certificates.end(), is_deleted));
  for (; dead > kMostTombstones; --dead) {
    certificates.erase(std::find_if(certificates.begin(), certificates.end(), is_deleted));
  }
}

}  // namespace

void deploy(SimZone& zone, SimCertificate& one, Level level, const BehaviourSet& without) {
  one.deployed = ++zone.deployments;
  if (without.contains(Behaviour::kOrderIsOfDeployment)) one.deployed = one.uploaded;
  if (level != Level::kZone || !without.contains(Behaviour::kSeveralAreActive)) return;
  for (SimCertificate& other : zone.certificates) {
    if (other.uploaded >= one.uploaded || other.status != "active") continue;
    other.status = "deleted";
    other.deployed = 0;
  }
}

void settle(SimZone& zone, const Moment& now, const BehaviourSet& without) {
  for (Due due = next_due(zone, now); due.step != nullptr; due = next_due(zone, now)) {
    const SimStep step = *due.step;
    if (due.certificate != nullptr) {
      due.certificate->steps.erase(due.certificate->steps.begin());
      take(zone, *due.certificate, due.level, step, without);
    } else {
      auto& steps = zone.associations.at(due.host).steps;
      steps.erase(steps.begin());
      take(zone, due.host, step);
    }
    note_presented(zone, step.at, without);
  }
  forget_oldest(zone.certificates);
  forget_oldest(zone.host_certificates);
  note_presented(zone, now, without);
}

void settle(CloudflareState& state, const Moment& now) {
  for (auto& [id, zone] : state.zones) settle(zone, now, state.modes.without);
}

}  // namespace originpull::worlds
