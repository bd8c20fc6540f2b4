// SPDX-License-Identifier: Apache-2.0
// Checks of the behaviours of switches and settings: 3 to 6, 43 to 46.
#include "worlds/cloudflare_behaviour_checks.hpp"

namespace originpull::worlds {
namespace {

using House = CloudflareHouse;
using enum Behaviour;

void untouched_zone_is_off(House& house, Findings& f) {
  f.that(house.get(house.settings()).result() == nlohmann::json{{"enabled", false}}, "it is off");
}

void switch_needs_a_boolean(House& house, Findings& f) {
  house.uploaded(pool_pair(0));
  f.that(house.call("PUT", house.settings(), R"({"enabled":true})").text("enabled") == "true", "true is echoed");
  for (const std::string body : {"", "{}", R"({"enabled":"false"})", R"({"enabled":0})", R"({"enabled":null})"}) {
    f.that(house.call("PUT", house.settings(), body).status() == 400, "400 for " + body);
  }
  f.that(house.look().zone_level, "what is refused changes nothing");
  f.that(house.call("PUT", house.settings(), R"({"enabled":false})").text("enabled") == "false", "false is echoed");
}

void switch_before_certificates(House& house, Findings& f) {
  f.that(house.call("PUT", house.settings(), R"({"enabled":true})").ok(), "it can be set first");
  f.that(house.look().zone_level, "and is on");
}

void switch_stays(House& house, Findings& f) {
  house.switch_on();
  f.that(!house.call("DELETE", house.settings(), "{}").ok(), "it cannot be deleted");
  f.that(house.look().zone_level, "and is still on");
  const std::string old = house.uploaded(pool_pair(0));
  house.uploaded(pool_pair(1));
  house.remove(old);
  house.advance(Seconds(60));
  f.that(house.look().zone_level, "it outlives a certificate");
}

void ssl_setting(House& house, Findings& f) {
  const std::string path = house.zone_path() + "/settings/ssl";
  const Reply fresh = house.get(path);
  f.that(fresh.text("id") == "ssl" && fresh.text("value") == "full", "it is full at first");
  f.that(fresh.text("editable") == "true" && fresh.text("modified_on") == "null", "editable, never modified");
  for (const std::string value : {"off", "flexible", "strict", "origin_pull", "full"}) {
    const Reply set = house.call("PATCH", path, nlohmann::json{{"value", value}}.dump());
    f.that(set.ok() && set.text("value") == value, "it takes " + value);
    f.that(set.text("modified_on") == "2026-11-24T05:00:00.000000Z", "modified_on is the time");
  }
}

void switches_are_independent(House& house, Findings& f) {
  const std::string path = house.zone_path() + "/settings/tls_client_auth";
  house.uploaded(pool_pair(0));
  f.that(house.call("PATCH", path, R"({"value":"on"})").text("value") == "on", "tls_client_auth takes on");
  f.that(!house.look().zone_level, "which leaves the zone's switch off");
  house.call("PUT", house.settings(), R"({"enabled":true})");
  f.that(house.call("PATCH", path, R"({"value":"off"})").text("value") == "off", "and off");
  f.that(house.look().zone_level, "which leaves the zone's switch on");
  house.call("PUT", house.settings(), R"({"enabled":false})");
  f.that(house.get(path).text("value") == "off", "and the other way round");
}

void uneditable_setting(House& house, Findings& f) {
  const std::string path = house.zone_path() + "/settings/tls_client_auth";
  house.set_zone([](SimZone& zone) { zone.tls_client_auth.editable = false; });
  f.that(house.get(path).text("editable") == "false", "it says so");
  const Reply refused = house.call("PATCH", path, R"({"value":"on"})");
  f.that(refused.status() == 400 && refused.code() == 1057, "a change is refused with 1057");
  f.that(house.look().tls_client_auth.value == "off", "and changes nothing");
}

void bad_setting_is_refused(House& house, Findings& f) {
  for (const std::string name : {"ssl", "tls_client_auth"}) {
    for (const std::string body : {"", "{}", R"({"value":"perhaps"})", R"({"value":true})", R"({"value":null})"}) {
      const Reply refused = house.call("PATCH", house.zone_path() + "/settings/" + name, body);
      f.that(refused.status() == 400 && refused.code() == 1007, name + " refuses " + body);
    }
  }
  f.that(house.look().ssl.value == "full", "what is refused changes nothing");
}

}  // namespace

std::vector<BehaviourCheck> switch_checks() {
  return {{kUntouchedZoneIsOff, untouched_zone_is_off},
          {kSwitchNeedsABoolean, switch_needs_a_boolean},
          {kSwitchBeforeCertificates, switch_before_certificates},
          {kSwitchStays, switch_stays},
          {kSslSetting, ssl_setting},
          {kSwitchesAreIndependent, switches_are_independent},
          {kUneditableSetting, uneditable_setting},
          {kBadSettingIsRefused, bad_setting_is_refused}};
}

}  // namespace originpull::worlds
