// SPDX-License-Identifier: Apache-2.0
// Checks of the behaviours of a certificate's life, from its deployment to its tombstone: 9 to 12, 19, 28 to 41.
#include <set>

#include "worlds/cloudflare_behaviour_checks.hpp"

namespace originpull::worlds {
namespace {

using House = CloudflareHouse;
using enum Behaviour;

constexpr const char* kUnknownId = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";

// As if its time had come, whatever the ways there.
void set_status(House& house, const std::string& id, const std::string& status) {
  house.set_zone([&](SimZone& zone) {
    SimCertificate* one = zone.certificate(id);
    if (one == nullptr) return;
    one->status = status;
    one->steps.clear();
    if (status == "deleted") one->deployed = 0;
  });
}

bool is_dying(const std::string& status) { return status == "pending_deletion" || status == "deleted"; }

void deployment_takes_time(House& house, Findings& f) {
  house.set_modes([](CloudflareModes& modes) { modes.deploy_delay = Seconds(10); });
  const Reply made = house.upload(pool_pair(0));
  f.that(made.text("status") == "pending_deployment", "pending_deployment at first");
  house.advance(Seconds(9));
  f.that(house.status_of(made.text("id")) == "pending_deployment", "until its time comes");
  house.advance(Seconds(1));
  f.that(house.status_of(made.text("id")) == "active", "then active");
  house.set_modes([](CloudflareModes& modes) { modes.initializing = Seconds(2); });
  const Reply next = house.upload(pool_pair(1));
  f.that(next.text("status") == "initializing", "or initializing at first");
  house.advance(Seconds(2));
  f.that(house.status_of(next.text("id")) == "pending_deployment", "then pending_deployment");
}

void deployment_can_time_out(House& house, Findings& f) {
  house.set_modes([](CloudflareModes& modes) { modes.deploys_as = "deployment_timed_out"; });
  f.that(house.status_of(house.uploaded(pool_pair(0))) == "deployment_timed_out", "deployment_timed_out");
}

void deletion_can_time_out(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0));
  house.set_modes([](CloudflareModes& modes) { modes.deletes_as = "deletion_timed_out"; });
  house.remove(id);
  house.advance(Seconds(60));
  f.that(house.status_of(id) == "deletion_timed_out", "deletion_timed_out");
}

void status_is_open(House& house, Findings& f) {
  house.set_modes([](CloudflareModes& modes) { modes.deploys_as = "quarantined"; });
  const std::string id = house.uploaded(pool_pair(0));
  f.that(house.read(id).text("status") == "quarantined", "a status of the future");
}

void reupload_may_reuse_the_id(House& house, Findings& f) {
  const std::string first = house.uploaded(pool_pair(0));
  set_status(house, first, "deleted");
  const std::string second = house.uploaded(pool_pair(0));
  f.that(!second.empty() && second != first, "a fresh id");
  set_status(house, second, "deleted");
  house.set_modes([](CloudflareModes& modes) {
    modes.reuse_ids = true;
    modes.resurrection = Seconds(1);
  });
  const Reply third = house.upload(pool_pair(0));
  f.that(third.text("id") == second, "or the old one");
  f.that(third.text("status") == "pending_deletion", "which reads pending_deletion for a moment");
  house.advance(Seconds(60));
  f.that(house.status_of(second) == "active", "and is active then");
}

void empty_list_is_null(House& house, Findings& f) {
  f.that(house.list().ok() && house.list().json["result"].is_null(), "null");
  house.set_modes([](CloudflareModes& modes) { modes.empty_list_is_null = false; });
  f.that(house.list().json["result"] == nlohmann::json::array(), "or []");
}

void list_hides_tombstones(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0));
  f.that(house.list().mentions(id), "it is listed");
  for (const std::string status : {"pending_deletion", "deleted"}) {
    house.set_modes([](CloudflareModes& modes) { modes.list_tombstones = false; });
    set_status(house, id, status);
    f.that(!house.list().mentions(id), "until it is " + status);
    house.set_modes([](CloudflareModes& modes) { modes.list_tombstones = true; });
    f.that(house.list().mentions(id), "or even then");
  }
}

void list_lags(House& house, Findings& f) {
  house.set_modes([](CloudflareModes& modes) { modes.list_lag = Seconds(30); });
  const std::string id = house.upload(pool_pair(0)).text("id");
  f.that(house.read(id).ok(), "a read by id sees it at once");
  house.advance(Seconds(29));
  f.that(!house.list().mentions(id), "a list does not");
  house.advance(Seconds(1));
  f.that(house.list().mentions(id), "before its time");
}

void tombstones_are_readable(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0));
  for (const std::string status : {"pending_deletion", "deleted"}) {
    set_status(house, id, status);
    f.that(house.read(id).ok() && house.read(id).text("status") == status, "200 with " + status);
  }
}

void unknown_id_is_not_found(House& house, Findings& f) {
  const Reply unknown = house.read(kUnknownId);
  f.that(unknown.status() == 404 && unknown.code() == 1552, "404 with 1552");
}

void deletion_takes_time(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0));
  const Reply gone = house.remove(id);
  f.that(gone.ok() && gone.text("id") == id, "200 with the object");
  f.that(gone.text("status") == "pending_deletion", "pending_deletion at first");
  house.advance(Seconds(1));
  f.that(house.status_of(id) == "pending_deletion", "until its time comes");
  house.advance(Seconds(1));
  f.that(house.status_of(id) == "deleted", "then deleted");
}

void no_deletion_before_deployment(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0));
  for (const std::string status : {"initializing", "pending_deployment"}) {
    set_status(house, id, status);
    const Reply refused = house.remove(id);
    f.that(refused.status() == 400 && refused.code() == 1434, "1434 while " + status);
  }
}

void repeated_deletion_is_refused(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0));
  for (const std::string status : {"pending_deletion", "deleted"}) {
    set_status(house, id, status);
    const Reply again = house.remove(id);
    f.that(again.status() == 400 && again.mentions("already deleted"), "400 while " + status);
  }
  house.set_modes([](CloudflareModes& modes) { modes.tombstones = false; });
  f.that(house.remove(id).status() == 404, "or 404 once it is forgotten");
}

void deletion_needs_no_body(House& house, Findings& f) {
  for (const std::string body : {"", "{}"}) {
    const std::string id = house.uploaded(pool_pair(body.size()));
    f.that(house.call("DELETE", house.certificates() + "/" + id, body).ok(), "body \"" + body + "\"");
    f.that(is_dying(house.status_of(id)), "it goes");
  }
}

void used_can_be_deleted(House& house, Findings& f) {
  house.switch_on();
  const std::string id = house.uploaded(pool_pair(0));
  f.that(house.presents() == fingerprint_of(pool_pair(0)), "it is in use");
  f.that(house.remove(id).ok(), "and can be deleted");
  house.advance(Seconds(60));
  f.that(house.presents() != fingerprint_of(pool_pair(0)), "and then is not in use");
}

void several_are_active(House& house, Findings& f) {
  house.switch_on();
  const std::string first = house.uploaded(pool_pair(0));
  const std::string second = house.uploaded(pool_pair(1));
  f.that(house.status_of(first) == "active" && house.status_of(second) == "active", "both are active");
  f.that(house.presents() == fingerprint_of(pool_pair(1)), "the last deployed is in use");
  std::set<std::string> fields;
  const nlohmann::json object = house.read(first).result();
  for (const auto& [name, value] : object.items()) fields.insert(name);
  f.that(!fields.contains("deployed") && !fields.contains("in_use"), "which the API does not tell");
}

void order_is_of_deployment(House& house, Findings& f) {
  house.switch_on();
  house.set_modes([](CloudflareModes& modes) { modes.deploy_delay = Seconds(60); });
  house.upload(pool_pair(0));
  house.set_modes([](CloudflareModes& modes) { modes.deploy_delay = Seconds(5); });
  house.upload(pool_pair(1));
  house.advance(Seconds(10));
  f.that(house.presents() == fingerprint_of(pool_pair(1)), "the second upload may be deployed first");
  house.advance(Seconds(60));
  f.that(house.presents() == fingerprint_of(pool_pair(0)), "and then the first takes its place");
}

void overlaps_conflict(House& house, Findings& f) {
  house.set_modes([](CloudflareModes& modes) { modes.mutation_time = Seconds(5); });
  const std::string other = house.service.world().add_zone("example.org");
  f.that(house.upload(pool_pair(0)).ok(), "one change");
  f.that(house.upload(pool_pair(1)).status() == 409, "another too soon");
  f.that(house.call("POST", "/zones/" + other + "/origin_tls_client_auth", upload_body(pool_pair(1))).ok(),
         "other zones are not concerned");
  f.that(house.list().ok(), "reads neither");
  house.advance(Seconds(5));
  f.that(house.upload(pool_pair(1)).ok(), "later it is taken");
}

void expired_stays_listed(House& house, Findings& f) {
  static const support::Identity brief =
      pool_issue({.common_name = "brief", .not_after = Wall(Seconds(1'796'083'200))});  // 2026-12-01
  const std::string id = house.uploaded(brief);
  house.advance(Seconds(8 * 24 * 3600));
  f.that(house.list().mentions(id), "it is still listed");
  f.that(house.status_of(id) == "active", "as active");
}

}  // namespace

std::vector<BehaviourCheck> life_checks() {
  return {{kDeploymentTakesTime, deployment_takes_time},
          {kDeploymentCanTimeOut, deployment_can_time_out},
          {kDeletionCanTimeOut, deletion_can_time_out},
          {kStatusIsOpen, status_is_open},
          {kReuploadMayReuseTheId, reupload_may_reuse_the_id},
          {kEmptyListIsNull, empty_list_is_null},
          {kListHidesTombstones, list_hides_tombstones},
          {kListLags, list_lags},
          {kTombstonesAreReadable, tombstones_are_readable},
          {kUnknownIdIsNotFound, unknown_id_is_not_found},
          {kDeletionTakesTime, deletion_takes_time},
          {kNoDeletionBeforeDeployment, no_deletion_before_deployment},
          {kRepeatedDeletionIsRefused, repeated_deletion_is_refused},
          {kDeletionNeedsNoBody, deletion_needs_no_body},
          {kUsedCanBeDeleted, used_can_be_deleted},
          {kSeveralAreActive, several_are_active},
          {kOrderIsOfDeployment, order_is_of_deployment},
          {kOverlapsConflict, overlaps_conflict},
          {kExpiredStaysListed, expired_stays_listed}};
}

}  // namespace originpull::worlds
