// SPDX-License-Identifier: Apache-2.0
// Checks of the behaviours of the edge and of hostnames: 42, 47 to 51, 65, 66.
#include "worlds/cloudflare_behaviour_checks.hpp"

namespace originpull::worlds {
namespace {

using House = CloudflareHouse;
using enum Behaviour;

constexpr const char* kHost = "www.example.com";

void plain_modes_present_nothing(House& house, Findings& f) {
  house.switch_on();
  house.uploaded(pool_pair(0));
  f.that(house.presents() == fingerprint_of(pool_pair(0)), "full: it is presented");
  for (const std::string mode : {"off", "flexible"}) {
    house.set_zone([&](SimZone& zone) { zone.ssl.value = mode; });
    f.that(house.presents() == "none", mode + ": nothing is presented");
    f.that(house.list().ok() && house.call("PUT", house.settings(), R"({"enabled":true})").ok(),
           mode + ": calls succeed");
  }
  for (const std::string mode : {"full", "strict", "origin_pull"}) {
    house.set_zone([&](SimZone& zone) { zone.ssl.value = mode; });
    f.that(house.presents() == fingerprint_of(pool_pair(0)), mode + ": it is presented");
  }
}

void precedence(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(1), Level::kHostname);
  house.associate(kHost, id, true);
  house.uploaded(pool_pair(0));
  house.set_zone([](SimZone& zone) {
    zone.zone_level = true;
    zone.tls_client_auth.value = "on";
  });
  f.that(house.presents(kHost) == fingerprint_of(pool_pair(1)), "the hostname's first");
  f.that(house.presents() == fingerprint_of(pool_pair(0)), "then the zone's");
  house.set_zone([](SimZone& zone) { zone.zone_level = false; });
  f.that(house.presents() == "shared", "then Cloudflare's");
  house.set_zone([](SimZone& zone) { zone.tls_client_auth.value = "off"; });
  f.that(house.presents() == "none", "or none");
}

void hostname_switch(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(1), Level::kHostname);
  house.uploaded(pool_pair(0));
  house.switch_on();
  house.associate(kHost, id, false);
  house.advance(Seconds(60));
  f.that(house.presents(kHost) == "none", "false: nothing for this host");
  f.that(house.presents("api.example.com") == fingerprint_of(pool_pair(0)), "other hosts are not concerned");
  house.associate(kHost, id, nullptr);
  house.advance(Seconds(60));
  f.that(house.presents(kHost) == fingerprint_of(pool_pair(0)), "null: as if it had never been");
}

std::string config_of(std::size_t hosts, const std::string& id) {
  auto config = nlohmann::json::array();
  for (std::size_t i = 0; i < hosts; ++i) {
    config.push_back({{"hostname", "h" + std::to_string(i) + ".example.com"}, {"cert_id", id}, {"enabled", true}});
  }
  return nlohmann::json{{"config", config}}.dump();
}

void hostname_limits(House& house, Findings& f) {
  for (std::size_t i = 0; i < 10; ++i) {
    f.that(house.upload(pool_pair(i), Level::kHostname).ok(), "10 certificates");
  }
  const Reply many = house.upload(pool_pair(10), Level::kHostname);
  f.that(many.status() == 400 && many.code() == 1400, "not 11");
  const std::string id = house.look().host_certificates.front().id;
  f.that(house.call("PUT", house.hostnames(), config_of(100, id)).ok(), "100 hostnames");
  house.set_modes([](CloudflareModes& modes) { modes.quota_code = 2005; });
  const Reply wide = house.call("PUT", house.hostnames(), config_of(101, id));
  f.that(wide.status() == 400 && wide.code() == 2005, "not 101, whatever the code");
  f.that(house.look().associations.size() == 100, "what is refused changes nothing");
}

void hostname_errors(House& house, Findings& f) {
  const auto is = [](const Reply& reply, int status, int code) {
    return reply.status() == status && reply.code() == code;
  };
  const std::string used = house.uploaded(pool_pair(0), Level::kHostname);
  const std::string gone = house.uploaded(pool_pair(1), Level::kHostname);
  const std::string of_zone = house.uploaded(pool_pair(2));
  house.associate(kHost, used, true);
  house.set_zone([&](SimZone& zone) { zone.host_certificate(gone)->status = "pending_deletion"; });
  f.that(is(house.remove(used, Level::kHostname), 400, 1433), "1433 while a hostname uses it");
  f.that(is(house.remove(gone, Level::kHostname), 400, 1414), "1414 repeated");
  f.that(is(house.associate(kHost, of_zone, true), 400, 1415), "1415 for a certificate of the zone's level");
  f.that(is(house.associate(kHost, gone, true), 400, 1415), "1415 for a deleted one");
  f.that(is(house.call("PUT", house.hostnames(), R"({"config":[{"hostname":"a.example.com","enabled":true}]})"), 400,
            1404),
         "1404 without cert_id");
  f.that(is(house.get(house.hostnames() + "/never.example.com"), 404, 1553), "1553 for one never configured");
}

void hostname_upsert(House& house, Findings& f) {
  const std::string id = house.uploaded(pool_pair(0), Level::kHostname);
  house.associate("a.example.com", id, true);
  const Reply put = house.associate("b.example.com", id, false);
  f.that(put.result().is_array() && put.result().size() == 1, "an array of what was named");
  const auto associations = house.look().associations;
  f.that(associations.contains("a.example.com") && associations.contains("b.example.com"), "others stay");
}

void data_plane_only(House& house, Findings& f) {
  house.set_zone([](SimZone& zone) {
    zone.versioned = true;
    zone.custom_hostnames = {"customer.example.net"};
  });
  f.that(house.upload(pool_pair(0)).ok(), "a zone with versions takes uploads");
  house.advance(Seconds(60));
  house.switch_on();
  f.that(house.list().ok() && house.get(house.settings()).text("enabled") == "true", "and answers as any other");
  f.that(house.presents() == "none", "but its edge presents nothing");
  house.set_zone([](SimZone& zone) { zone.versioned = false; });
  f.that(house.presents("customer.example.net") == fingerprint_of(pool_pair(0)), "a custom hostname is as the zone");
}

void literal_paths(House& house, Findings& f) {
  house.upload(pool_pair(0));
  house.set_zone([](SimZone& zone) {
    for (const char* word : {"settings", "hostnames"}) {
      SimCertificate odd = zone.certificates.front();
      odd.id = word;
      zone.certificates.push_back(std::move(odd));
    }
  });
  f.that(house.get(house.settings()).result().contains("enabled"), "settings is the switch");
  f.that(house.get(house.hostnames()).status() == 405, "hostnames is where associations are put");
}

}  // namespace

std::vector<BehaviourCheck> edge_checks() {
  return {{kPlainModesPresentNothing, plain_modes_present_nothing},
          {kPrecedence, precedence},
          {kHostnameSwitch, hostname_switch},
          {kHostnameLimits, hostname_limits},
          {kHostnameErrors, hostname_errors},
          {kHostnameUpsert, hostname_upsert},
          {kDataPlaneOnly, data_plane_only},
          {kLiteralPaths, literal_paths}};
}

}  // namespace originpull::worlds
