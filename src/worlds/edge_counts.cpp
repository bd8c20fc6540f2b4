// SPDX-License-Identifier: Apache-2.0
#include "worlds/edge_counts.hpp"

#include "base/rfc3339.hpp"

namespace originpull::worlds {
namespace {

constexpr std::size_t kMostRefusals = 50;
constexpr std::size_t kMostZones = 1000;
constexpr std::size_t kMostCertificates = 200;  // of a zone
constexpr const char* kOthers = "others";

template <class Map>
auto& entry(Map& map, const std::string& key, std::size_t most) {
  return map.size() < most || map.contains(key) ? map[key] : map[kOthers];
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

void write_zone(json::Writer& w, const EdgeCounts::Zone& zone) {
  w.begin_object().field("requests", number(zone.requests)).key("endings").begin_object();
  for (const auto& [ending, count] : zone.endings) w.field(ending, number(count));
  w.end_object().key("statuses").begin_object();
  for (const auto& [status, count] : zone.statuses) w.field(std::to_string(status), number(count));
  w.end_object().key("presented").begin_object();
  for (const auto& [what, counts] : zone.presented) {
    w.key(what).begin_object().field("handshakes", number(counts.handshakes));
    w.field("refused", number(counts.refused)).field("requests", number(counts.requests)).end_object();
  }
  w.end_object().field("fresh", number(zone.fresh)).field("pooled", number(zone.pooled));
  w.field("retried", number(zone.retried)).field("behind", number(zone.behind)).field("stale", number(zone.stale));
  w.field("refusedBehind", number(zone.refused_behind)).end_object();
}

void write_refusal(json::Writer& w, const EdgeVisit& visit) {
  w.begin_object().field("at", format_rfc3339_micros(visit.at)).field("zone", visit.zone).field("host", visit.host);
  w.field("node", std::int64_t{visit.node}).field("status", visit.status).field("why", visit.detail);
  w.field("presented", visit.presented).field("newest", visit.newest);
  w.field("newestSince", format_rfc3339_micros(visit.newest_since)).field("behind", visit.known != visit.newest);
  w.end_object();
}

}  // namespace

void EdgeCounts::note(const EdgeVisit& visit) {
  Zone& zone = entry(zones, visit.zone, kMostZones);
  const bool refused = visit.ending == EdgeEnding::kHandshakeRefused;
  const bool behind = visit.known != visit.newest;
  ++zone.requests;
  ++zone.endings[std::string(to_string(visit.ending))];
  ++zone.statuses[visit.status];
  if (visit.retried) ++zone.retried;
  if (behind) ++zone.behind;
  if (refused && behind) ++zone.refused_behind;
  const bool had_connection = refused || visit.ending == EdgeEnding::kAnswered ||
                              visit.ending == EdgeEnding::kNoAnswer || visit.ending == EdgeEnding::kAnswerTimedOut;
  if (had_connection) {
    ++(visit.pooled ? zone.pooled : zone.fresh);
    if (visit.pooled && visit.presented != visit.known) ++zone.stale;
    Presented& presented = entry(zone.presented, visit.presented, kMostCertificates);
    if (!visit.pooled) ++(refused ? presented.refused : presented.handshakes);
    if (!refused) ++presented.requests;
  }
  if (!refused) return;
  last_refused.push_back(visit);
  if (last_refused.size() > kMostRefusals) last_refused.pop_front();
}

std::uint64_t EdgeCounts::refused() const {
  std::uint64_t sum = 0;
  for (const auto& [name, zone] : zones) {
    const auto found = zone.endings.find(std::string(to_string(EdgeEnding::kHandshakeRefused)));
    if (found != zone.endings.end()) sum += found->second;
  }
  return sum;
}

void write_edge_counts(json::Writer& w, const EdgeCounts& counts) {
  w.field("refused", number(counts.refused())).key("zones").begin_object();
  for (const auto& [name, zone] : counts.zones) {
    w.key(name.empty() ? "(no zone)" : name);
    write_zone(w, zone);
  }
  w.end_object().key("lastRefused").begin_array();
  for (const EdgeVisit& visit : counts.last_refused) write_refusal(w, visit);
  w.end_array();
}

}  // namespace originpull::worlds
