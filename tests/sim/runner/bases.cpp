// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/bases.hpp"

#include <algorithm>
#include <array>

#include "sim/runner/scripts_of_lag.hpp"

namespace originpull::sim {
namespace {

constexpr Duration kAWhile = Seconds(600);

// A drift check that comes seldom cannot hide that an event was lost.
constexpr const char* kSeldom = R"({"interval":"10m"})";
constexpr const char* kOften = R"({"interval":"1m"})";

void begin(Stage& stage, const char* spec_patch = kSeldom) {
  stage.worlds().put_pair(0);
  stage.worlds().put_config("example", spec_patch);
  stage.start_all();
}

void begin_and_settle(Stage& stage, const char* spec_patch = kSeldom) {
  begin(stage, spec_patch);
  stage.settle();
}

// What somebody else has uploaded shows in lists after a while.
void until_it_is_listed(Stage& stage) { stage.live(Seconds(15)); }

// The operators have uploaded so many certificates.
void await_uploads(Stage& stage, unsigned count) {
  stage.wait_for([&] { return stage.uploads() >= count; }, kAWhile);
}

void first_enablement(Stage& stage) { begin(stage); }

void rotation(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().put_pair(1);
}

void a_b_a(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().put_pair(1);
  await_uploads(stage, 2);
  stage.worlds().put_pair(0);
}

void drift(Stage& stage) {
  begin_and_settle(stage, kOften);
  stage.worlds().flip("zone-level");
  stage.settle();
  stage.worlds().flip("tls_client_auth");
  stage.settle();
  stage.worlds().delete_certificate(0);
  // Until it is seen to be gone all looks right.
  await_uploads(stage, 2);
}

void foreign(Stage& stage) {
  begin_and_settle(stage, kOften);
  stage.worlds().upload_foreign(3);
  stage.settle();
  // What is being deployed cannot be deleted.
  for (int i = 0; i < 60 && stage.worlds().delete_foreign(); ++i) stage.live(Seconds(1));
}

void foreign_first(Stage& stage) {
  stage.worlds().upload_foreign(3);
  until_it_is_listed(stage);
  begin_and_settle(stage);
  stage.worlds().edit(R"({"spec":{"takeover":"Allow"}})");
}

void adopted(Stage& stage) {
  stage.worlds().upload_foreign(0);
  until_it_is_listed(stage);
  begin_and_settle(stage);
  stage.worlds().put_pair(1);
}

void bad_pair(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().put_bad_pair();
  stage.settle();
  stage.worlds().edit(R"({"spec":{"enabled":false}})");
  stage.settle();
  stage.worlds().put_pair(1);
  stage.worlds().edit(R"({"spec":{"enabled":true}})");
}

void no_secret(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().remove_pair();
  stage.settle();
  stage.worlds().put_pair(2);
}

void deletion(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().put_pair(1);
  await_uploads(stage, 2);
  stage.worlds().remove_config();
}

void two_resources(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().put_config("second", kSeldom);
  // Where somebody has deleted the first, the second may have the zone.
  if (!stage.worlds().config().empty()) stage.wait_for_stalled("second", "ZoneConflict");
  stage.worlds().put_pair(1);
  stage.settle();
  stage.worlds().remove_config("second");
}

void rivals(Stage& stage) {
  stage.worlds().put_pair(0);
  stage.worlds().furnish("annex", 4);
  stage.worlds().put_config("example", kSeldom);
  stage.worlds().put_config("annex/second", kSeldom);
  stage.start_all();
}

void two_replicas(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().put_pair(1);
  await_uploads(stage, 2);
  stage.crash_the_leader();
}

void rolling_update(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().put_pair(1);
  await_uploads(stage, 2);
  stage.replace_the_leader();
  stage.settle();
  stage.worlds().put_pair(2);
  stage.live(Seconds(1));
  stage.replace_the_leader();
}

void a_day_of_downtime(Stage& stage) {
  begin_and_settle(stage);
  stage.stop_all();
  stage.worlds().put_pair(1);
  stage.live(std::chrono::hours(12));
  stage.worlds().put_pair(2);
  stage.worlds().flip("zone-level");
  stage.live(std::chrono::hours(12));
  stage.start_all();
}

void off_and_on(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().edit(R"({"spec":{"enabled":false}})");
  stage.settle();
  stage.worlds().put_pair(1);
  stage.worlds().edit(R"({"spec":{"enabled":true}})");
}

void suspended(Stage& stage) {
  begin_and_settle(stage);
  stage.worlds().edit(R"({"spec":{"mode":"Suspend"}})");
  stage.settle();
  stage.worlds().put_pair(1);
  stage.worlds().flip("zone-level");
  stage.live(Seconds(150));
  stage.worlds().edit(R"({"spec":{"mode":"Manage"}})");
}

void observing(Stage& stage) {
  begin_and_settle(stage, R"({"mode":"Observe","interval":"10m"})");
  stage.worlds().edit(R"({"spec":{"mode":"Manage","globalSetting":"Disabled"}})");
}

void shared_certificate(Stage& stage) {
  begin_and_settle(stage, R"({"certificate":{"source":"Cloudflare","secretRef":null},"interval":"10m"})");
  stage.worlds().edit(R"({"spec":{"enabled":false}})");
  stage.settle();
  stage.worlds().edit(R"({"spec":{"certificate":{"source":"Custom","secretRef":{"name":"tls"}}}})");
  stage.worlds().edit(R"({"spec":{"enabled":true}})");
}

void weak_encryption(Stage& stage) {
  stage.worlds().set_encryption_mode("flexible");
  begin_and_settle(stage, R"({"globalSetting":"Unmanaged","interval":"1m"})");
  stage.worlds().set_encryption_mode("strict");
}

void many_pairs(Stage& stage) {
  begin_and_settle(stage);
  for (unsigned i = 1; i < 4; ++i) {
    stage.worlds().put_pair(i);
    await_uploads(stage, i + 1);
  }
  stage.worlds().put_pair(4);
  stage.live(Seconds(4));
  stage.worlds().put_pair(5);
  stage.live(Seconds(4));
  stage.worlds().put_pair(0);
}

constexpr std::array kBases{
    Base{"first-enablement", "a resource and a good Secret appear", first_enablement},
    Base{"rotation", "the Secret gets another pair", rotation},
    Base{"a-b-a", "the Secret gets another pair and, before that is deployed, the old one again", a_b_a},
    Base{"drift", "switches are flipped and a certificate is deleted at Cloudflare", drift},
    Base{"foreign", "somebody else uploads a certificate, and deletes it again", foreign},
    Base{"foreign-first", "somebody else's certificate is there before us, and we may take over", foreign_first},
    Base{"adopted", "our certificate is there already, uploaded by somebody else, and is rotated", adopted},
    Base{"bad-pair", "the Secret gets a key that does not match, all is switched off, and on with a good pair",
         bad_pair},
    Base{"no-secret", "the Secret is deleted and comes back with another pair", no_secret},
    Base{"deletion", "the resource is deleted in the middle of a rotation", deletion},
    Base{"two-resources", "a second resource for the zone comes and goes", two_resources, 1, false, 2},
    Base{"rivals", "two resources of two namespaces are made in one second, for one zone", rivals, 1, false, 2},
    Base{"two-replicas", "the leader of two replicas crashes in the middle of a rotation", two_replicas, 2},
    Base{"rolling-update", "the leader of two replicas is stopped and started in rotations", rolling_update, 2, true},
    Base{"downtime", "the operator is off for a day while Secret and zone change", a_day_of_downtime},
    Base{"off-and-on", "spec.enabled is set to false and to true again, with another pair", off_and_on},
    Base{"suspended", "the resource is suspended while Secret and zone change", suspended},
    Base{"observing", "the resource is made in Observe mode, and then managed without the global setting", observing},
    Base{"shared", "Cloudflare's shared certificate is used, and then a custom one", shared_certificate},
    Base{"weak-encryption", "the encryption mode is too low and is raised, the global setting is not ours",
         weak_encryption},
    Base{"many-pairs", "the Secret goes through six pairs faster than they soak, and back to the first", many_pairs, 1,
         true},
    Base{"among-others", "two resources that are suspended are there, too", among_others, 1, false, 3, "F8 F12 F15"},
    Base{"late-standby", "the spec and the resource are gone before the next leader sees that", late_standby, 2, true,
         1, "F15"},
    Base{"slow-renewals", "each renewal of the Lease is answered late, in a rotation", slow_renewals, 1, false, 1,
         "F17"},
};

}  // namespace

std::span<const Base> bases() { return kBases; }

const Base* find_base(std::string_view name) {
  const auto found = std::ranges::find(kBases, name, &Base::name);
  return found == kBases.end() ? nullptr : &*found;
}

}  // namespace originpull::sim
