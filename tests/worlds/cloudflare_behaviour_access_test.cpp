// SPDX-License-Identifier: Apache-2.0
// Checks of the behaviours of zones, tokens and budgets: 52 to 59.
#include "worlds/cloudflare_behaviour_checks.hpp"

namespace originpull::worlds {
namespace {

using House = CloudflareHouse;
using enum Behaviour;

const std::string kEmail = "somebody@example.com";

void zones_by_name(House& house, Findings& f) {
  for (int i = 0; i < 11; ++i) house.service.world().add_zone("zone-" + std::to_string(i) + ".example.com");
  const Reply one = house.get("/zones?name=example.com");
  f.that(one.ok() && one.result().size() == 1 && one.result()[0]["id"] == house.zone, "a name is exact");
  const Reply none = house.get("/zones?name=nobody.example");
  f.that(none.ok() && none.result() == nlohmann::json::array(), "no match is an empty list");
  const Reply third = house.get("/zones?per_page=5&page=3");
  const nlohmann::json expected = {{"page", 3}, {"per_page", 5}, {"count", 2}, {"total_count", 12}, {"total_pages", 3}};
  f.that(third.result().size() == 2 && third.json["result_info"] == expected, "pages");
  f.that(house.get("/zones?per_page=1").json["result_info"]["per_page"] == 5, "of 5 at least");
  f.that(house.get("/zones?per_page=500").json["result_info"]["per_page"] == 50, "of 50 at most");
  f.that(house.get("/zones").json["result_info"]["per_page"] == 20, "of 20 if nothing is said");
}

void zone_list_needs_permission(House& house, Findings& f) {
  house.service.world().add_token("narrow", {"ssl-write"});
  const Reply refused = house.call("GET", "/zones?name=example.com", "", "narrow");
  f.that(refused.status() == 403, "403");
  f.that(refused.mentions("requires permission 'com.cloudflare.api.account.zone.list' to list zones"), "with its name");
}

void bad_zone_ids(House& house, Findings& f) {
  for (const std::string& path : {std::string("/zones/example.com"), std::string("/zones/ABC/settings/ssl")}) {
    const Reply malformed = house.get(path);
    f.that(malformed.status() == 400 && malformed.mentions("7003") && malformed.mentions("7000"), "7003 and 7000");
  }
  const Reply unknown = house.get("/zones/00000000000000000000000000000000");
  f.that(unknown.code() == 9109 && unknown.message() == "Invalid zone identifier", "9109 for an unknown one");
}

void token_status(House& house, Findings& f) {
  const Wall now = house.service.world().now().wall;
  house.service.world().put_token("off", SimToken{.disabled = true});
  house.service.world().put_token("old", SimToken{.expires_on = now - Seconds(1)});
  const auto verify = [&](const std::string& token) { return house.call("GET", "/user/tokens/verify", "", token); };
  const Reply good = verify("good");
  f.that(good.ok() && good.text("status") == "active", "active");
  f.that(good.json["messages"].size() == 1 && good.json["messages"][0]["code"] == 10000, "with message 10000");
  f.that(verify("off").text("status") == "disabled", "disabled");
  f.that(verify("old").text("status") == "expired", "expired");
  f.that(!house.call("GET", "/zones", "", "old").ok(), "which is good for nothing else");
}

void account_tokens(House& house, Findings& f) {
  const std::string account(kSimAccount);
  house.service.world().put_token("owned", SimToken{.permissions = all_permissions(), .account = account});
  const std::string path = "/accounts/" + account + "/tokens/verify";
  f.that(house.call("GET", path, "", "owned").ok(), "an account's token is verified at the account");
  f.that(house.call("GET", "/user/tokens/verify", "", "owned").status() == 403, "and refused at the user's");
  f.that(house.call("GET", "/zones", "", "owned").ok(), "although it works");
  f.that(house.call("GET", path, "", "good").status() == 403, "and the other way round");
}

void check_legacy_pair(House& house, Findings& f) {
  const std::string key(37, 'a');
  const auto call = [&](const net::Headers& headers) { return house.call_with(headers, "GET", "/zones"); };
  f.that(call({{"X-Auth-Email", kEmail}}).code() == 9106, "9106 without the key");
  const Reply malformed = call({{"X-Auth-Email", kEmail}, {"X-Auth-Key", "secret"}});
  f.that(malformed.code() == 6003 && malformed.mentions("6103"), "6003 with 6103 for a malformed key");
  f.that(call({{"X-Auth-Email", kEmail}, {"X-Auth-Key", key}}).code() == 9103, "9103 for an unknown key");
}

void bad_tokens(House& house, Findings& f) {
  f.that(house.call_with({}, "GET", "/zones").code() == 1001, "1001 without a header");
  const Reply malformed = house.call_with({{"Authorization", "good"}}, "GET", "/zones");
  f.that(malformed.status() == 400 && malformed.code() == 6003 && malformed.mentions("6111"), "6003 with 6111");
  check_legacy_pair(house, f);
  const auto bad = [&] { return house.call("GET", "/zones", "", "bad"); };
  f.that(bad().status() == 403 && bad().code() == 10000, "10000 for an unknown token");
  house.set_modes([](CloudflareModes& modes) {
    modes.denied_status = 400;
    modes.denied_code = 9109;
    modes.fresh_token = Seconds(20);
  });
  f.that(bad().status() == 400 && bad().code() == 9109, "or 9109, or 400");

  house.service.world().add_token("fresh");
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    const Reply reply = house.call("GET", "/zones", "", "fresh");
    if (reply.status() == 403 && reply.code() == 10001) ++refused;
  }
  f.that(refused > 0 && refused < 10, "a fresh token is refused now and then with 10001");
  house.advance(Seconds(20));
  for (int i = 0; i < 10; ++i) f.that(house.call("GET", "/zones", "", "fresh").ok(), "and later never");

  house.set_modes([](CloudflareModes& modes) { modes.max_auth_failures = 3; });
  for (int i = 0; i < 3; ++i) bad();
  f.that(bad().message() == "Max auth failures reached", "who insists is locked out");
  house.advance(Seconds(60));
  f.that(bad().message() != "Max auth failures reached", "for a while");
}

void read_only_tokens(House& house, Findings& f) {
  house.service.world().add_token("reader", {"ssl-read"});
  f.that(house.call("GET", house.certificates(), "", "reader").ok(), "reads pass");
  const auto write = [&] { return house.call("POST", house.certificates(), upload_body(pool_pair(0)), "reader"); };
  f.that(write().status() == 403 && write().code() == 10001, "writes are refused with 10001");
  house.set_modes([](CloudflareModes& modes) { modes.read_only_code = 10000; });
  f.that(write().code() == 10000, "or 10000");
  f.that(house.look().certificates.empty(), "and change nothing");
}

void budget(House& house, Findings& f) {
  f.that(house.get("/zones").header("Ratelimit-Policy") == "\"default\";q=1200;w=300", "1200 in 300 s");
  house.set_modes([](CloudflareModes& modes) { modes.requests = 5; });
  for (const std::string token : {"one", "two"}) {
    house.service.world().put_token(token, SimToken{.permissions = all_permissions(), .owner = "somebody"});
  }
  const auto call = [&](const std::string& token) { return house.call("GET", "/zones", "", token); };
  for (int i = 0; i < 4; ++i) f.that(call("one").ok(), "within the budget");
  f.that(call("two").header("Ratelimit") == "\"default\";r=0;t=300", "which the tokens of an owner share");
  const Reply over = call("two");
  f.that(over.status() == 429 && over.header("retry-after") == "300", "429 with retry-after");
  house.advance(Seconds(299));
  f.that(call("one").header("retry-after") == "1", "for 5 minutes");
  f.that(house.get("/zones").ok(), "others are not concerned");
  house.advance(Seconds(1));
  f.that(call("one").ok(), "and then no more");
}

}  // namespace

std::vector<BehaviourCheck> access_checks() {
  return {{kZonesByName, zones_by_name},       {kZoneListNeedsPermission, zone_list_needs_permission},
          {kBadZoneIds, bad_zone_ids},         {kTokenStatus, token_status},
          {kAccountTokens, account_tokens},    {kBadTokens, bad_tokens},
          {kReadOnlyTokens, read_only_tokens}, {kBudget, budget}};
}

}  // namespace originpull::worlds
