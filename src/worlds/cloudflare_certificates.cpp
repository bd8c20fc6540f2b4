// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_certificates.hpp"

#include <algorithm>
#include <array>

#include "base/rfc3339.hpp"
#include "worlds/cloudflare_answer.hpp"
#include "worlds/cloudflare_upload.hpp"

namespace originpull::worlds {
namespace {

std::vector<SimCertificate>& certificates(SimZone& zone, Level level) {
  return level == Level::kZone ? zone.certificates : zone.host_certificates;
}

void write_certificate(json::Writer& w, const CloudflareModes& modes, const SimCertificate& one, Level level) {
  w.begin_object().field("id", one.id).field("certificate", one.leaf->pem);
  write_leaf(w, modes, *one.leaf);
  const bool has_serial = level == Level::kHostname || (modes.serial_number && modes.keeps(Behaviour::kSerialNumber));
  if (has_serial) w.field("serial_number", one.leaf->serial);
  w.field("uploaded_on", modes.keeps(Behaviour::kObjectDescribesTheLeaf) ? format_rfc3339_micros(one.uploaded_on)
                                                                         : format_rfc3339(one.uploaded_on));
  if (!modes.keeps(Behaviour::kKeyIsNeverShown)) w.field("private_key", "a key that a test may see");
  w.field("status", one.status).end_object();
}

net::Served show(const CloudflareModes& modes, const SimCertificate& one, Level level) {
  return success([&](json::Writer& w) { write_certificate(w, modes, one, level); });
}

net::Served not_found(Level level) {
  if (level == Level::kHostname) return service_error(404, 1551, "Hostname certificate not found");
  return service_error(404, 1552, "Zone-level certificate not found");
}

// The one of that id which can be seen at all.
SimCertificate* find(const CloudflareModes& modes, SimZone& zone, std::string_view id, Level level) {
  SimCertificate* one = level == Level::kZone ? zone.certificate(id) : zone.host_certificate(id);
  return one != nullptr && one->status == "deleted" && !modes.tombstones ? nullptr : one;
}

bool is_in_use(const CloudflareModes& modes, const SimZone& zone, const SimCertificate& one, Level level) {
  if (level == Level::kZone) {
    return !modes.keeps(Behaviour::kUsedCanBeDeleted) && presented(zone) == one.fingerprint;
  }
  return std::any_of(zone.associations.begin(), zone.associations.end(),
                     [&](const auto& association) { return association.second.certificate_id == one.id; });
}

}  // namespace

Moment after(const Moment& now, Duration wait) { return {.wall = now.wall + wait, .instant = now.instant + wait}; }

std::string reachable(const CloudflareModes& modes, const std::string& status, std::string_view otherwise) {
  constexpr std::array<std::string_view, 7> kKnown = {
      "initializing",         "pending_deployment", "active", "pending_deletion", "deleted",
      "deployment_timed_out", "deletion_timed_out"};
  const bool known = std::find(kKnown.begin(), kKnown.end(), status) != kKnown.end();
  const bool barred = (status == "deployment_timed_out" && !modes.keeps(Behaviour::kDeploymentCanTimeOut)) ||
                      (status == "deletion_timed_out" && !modes.keeps(Behaviour::kDeletionCanTimeOut)) ||
                      (!known && !modes.keeps(Behaviour::kStatusIsOpen));
  return barred ? std::string(otherwise) : status;
}

net::Served hostname_error(const CloudflareModes& modes, int status, int code, std::string message) {
  if (modes.keeps(Behaviour::kHostnameErrors)) return service_error(status, code, std::move(message));
  return service_error(400, kUnrecordedCode, std::move(message));
}

void write_leaf(json::Writer& w, const CloudflareModes& modes, const SimLeaf& leaf) {
  if (!modes.keeps(Behaviour::kObjectDescribesTheLeaf)) {
    w.field("issuer", "").field("signature", "").field("expires_on", "");
    return;
  }
  w.field("issuer", leaf.issuer).field("signature", leaf.signature);
  w.field("expires_on", format_rfc3339(leaf.expires_on));
}

net::Served list_certificates(const CloudflareModes& modes, const SimZone& zone, const Moment& now, Level level) {
  const bool hides_expired = !modes.keeps(Behaviour::kExpiredStaysListed);
  const bool shows_tombstones = modes.list_tombstones || !modes.keeps(Behaviour::kListHidesTombstones);
  const bool lags = modes.keeps(Behaviour::kListLags);
  std::vector<const SimCertificate*> listed;
  for (const SimCertificate& one : level == Level::kZone ? zone.certificates : zone.host_certificates) {
    if (lags && one.listed_from > now.instant) continue;
    if (is_tombstone(one) && !shows_tombstones) continue;
    if (hides_expired && one.leaf->expires_on < now.wall) continue;
    listed.push_back(&one);
  }
  return success(
      [&](json::Writer& w) {
        if (listed.empty() && modes.empty_list_is_null && modes.keeps(Behaviour::kEmptyListIsNull)) {
          w.null();
          return;
        }
        w.begin_array();
        for (const SimCertificate* one : listed) write_certificate(w, modes, *one, level);
        w.end_array();
      },
      {.count = static_cast<int>(listed.size()), .total = static_cast<int>(listed.size())});
}

net::Served read_certificate(const CloudflareModes& modes, SimZone& zone, std::string_view id, Level level) {
  const SimCertificate* one = find(modes, zone, id, level);
  const bool hidden = one != nullptr && is_tombstone(*one) && !modes.keeps(Behaviour::kTombstonesAreReadable);
  if (one != nullptr && !hidden) return show(modes, *one, level);
  if (modes.keeps(Behaviour::kUnknownIdIsNotFound) || hidden) return not_found(level);
  return service_error(400, kUnrecordedCode, "No such certificate");
}

net::Served upload_certificate(const CloudflareModes& modes, SimZone& zone, std::string_view body, std::string fresh_id,
                               const Moment& now, Level level, bool foreign) {
  JudgedUpload judged = judge_upload(modes, body, now.wall);
  if (!judged.leaf) return std::move(judged.refusal);
  auto& all = certificates(zone, level);
  const Twin twin = find_twin(modes, all, *judged.leaf);
  if (twin.refused) return service_error(400, 1406, "This certificate already exists for this zone.");
  const auto live = std::count_if(all.begin(), all.end(), [](const SimCertificate& one) { return !is_tombstone(one); });
  if (level == Level::kHostname && static_cast<std::size_t>(live) >= kMostHostCertificates &&
      modes.keeps(Behaviour::kHostnameLimits)) {
    return service_error(400, modes.quota_code, "The zone has as many hostname certificates as it may have.");
  }
  SimCertificate one{.id = std::move(fresh_id),
                     .fingerprint = judged.leaf->fingerprint,
                     .leaf = std::move(judged.leaf),
                     .uploaded_on = now.wall,
                     .updated_at = now.wall,
                     .listed_from = now.instant + modes.list_lag,
                     .uploaded = ++zone.uploads,
                     .foreign = foreign};
  if (!modes.keeps(Behaviour::kIdIsAUuid)) std::erase(one.id, '-');
  const bool resurrected = twin.deleted != nullptr && modes.reuse_ids && modes.keeps(Behaviour::kReuploadMayReuseTheId);
  if (resurrected) {
    one.id = twin.deleted->id;
    all.erase(all.begin() + (twin.deleted - all.data()));
  }
  schedule_deployment(modes, zone, one, level, now, resurrected);
  all.push_back(std::move(one));
  return show(modes, all.back(), level);
}

net::Served delete_certificate(const CloudflareModes& modes, SimZone& zone, std::string_view id, const Moment& now,
                               Level level) {
  constexpr std::size_t kUuidSize = 36;
  SimCertificate* one = find(modes, zone, id, level);
  if (one == nullptr && level == Level::kHostname && id.size() != kUuidSize) {
    return hostname_error(modes, 400, 1415, "Invalid Certificate ID");
  }
  if (one == nullptr) return not_found(level);
  if (is_tombstone(*one) && level == Level::kHostname) {
    return hostname_error(modes, 400, 1414, "This certificate is pending deletion or has been deleted.");
  }
  if (is_tombstone(*one) && !modes.keeps(Behaviour::kRepeatedDeletionIsRefused)) return show(modes, *one, level);
  if (is_tombstone(*one)) return service_error(400, kUnrecordedCode, "Certificate is already deleted.");
  if (is_in_use(modes, zone, *one, level)) {
    return hostname_error(modes, 400, 1433, "This certificate is in use and cannot be deleted.");
  }
  if ((one->status == "pending_deployment" || one->status == "initializing") &&
      modes.keeps(Behaviour::kNoDeletionBeforeDeployment)) {
    return service_error(400, 1434, "Cannot delete resource while in pending deployment state.");
  }
  one->status = modes.keeps(Behaviour::kDeletionTakesTime) ? "pending_deletion" : "deleted";
  one->steps.clear();
  if (!modes.deletes_as.empty()) {
    one->steps.push_back(
        {.at = after(now, modes.delete_delay), .status = reachable(modes, modes.deletes_as, "deleted")});
  }
  return show(modes, *one, level);
}

}  // namespace originpull::worlds
