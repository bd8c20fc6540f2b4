// SPDX-License-Identifier: Apache-2.0
// From the path to the endpoint: what is there, with which methods, and what is told to those who ask elsewhere.
#include "worlds/cloudflare_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {
namespace {

TEST(CloudflareRoutes, each_endpoint_has_its_methods_and_no_others) {
  CloudflareHouse house;
  const std::string item = "/2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";
  const std::map<std::string, std::string> methods = {
      {"/user/tokens/verify", "GET"},
      {"/zones", "GET"},
      {house.zone_path(), "GET"},
      {house.zone_path() + "/settings/ssl", "GET PATCH"},
      {house.certificates(), "GET POST"},
      {house.certificates() + item, "GET DELETE"},
      {house.settings(), "GET PUT"},
      {house.hostnames(), "PUT"},
      {house.hostnames() + "/www.example.com", "GET"},
      {house.certificates(Level::kHostname), "GET POST"},
      {house.certificates(Level::kHostname) + item, "GET DELETE"},
  };
  for (const auto& [path, allowed] : methods) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
      const bool is_there = allowed.find(method) != std::string::npos;
      EXPECT_EQ(house.call(method, path).status() != 405, is_there) << method << " " << path;
    }
  }
}

TEST(CloudflareRoutes, other_paths_are_told_that_there_is_no_route) {
  CloudflareHouse house;
  for (const std::string& path : {std::string("/nothing"), std::string("/user/tokens"), std::string("/accounts/x/y/z"),
                                  house.zone_path() + "/dns_records", house.certificates() + "/a/b",
                                  house.settings() + "/more", house.hostnames() + "/a/b"}) {
    const Reply reply = house.get(path);
    EXPECT_EQ(reply.status(), 400) << path;
    EXPECT_EQ(reply.json["errors"][0]["code"], 7003) << path;
  }
}

TEST(CloudflareRoutes, a_token_for_some_zones_lists_by_name_only) {
  CloudflareHouse house;
  house.service.world().put_token("scoped", SimToken{.permissions = {"zone-read"}, .zones = {house.zone}});
  EXPECT_EQ(house.call("GET", "/zones", "", "scoped").status(), 403);
  EXPECT_EQ(house.call("GET", "/zones?name=example.com", "", "scoped").result().size(), 1U);
  house.set_modes([](CloudflareModes& modes) { modes.scoped_tokens_need_name = false; });
  EXPECT_EQ(house.call("GET", "/zones", "", "scoped").result().size(), 1U);
}

TEST(CloudflareRoutes, a_request_settles_its_own_zone_and_leaves_others_alone) {
  CloudflareState state;
  const auto at = [](int seconds) {
    return Moment{.wall = Wall(Seconds(seconds)), .instant = Instant(Seconds(seconds))};
  };
  for (const char digit : {'a', 'b'}) {
    const std::string id(32, digit);
    state.zones[id] = {.id = id, .name = id + ".example"};
    state.zones[id].certificates = {{.id = "1",
                                     .leaf = std::make_shared<const SimLeaf>(),
                                     .status = "pending_deployment",
                                     .steps = {{.at = at(5), .status = "active"}}}};
  }
  state.tokens["good"] = {.permissions = all_permissions()};
  const net::ServedRequest request{.method = "GET",
                                   .target = "/client/v4/zones/" + std::string(32, 'a') + "/origin_tls_client_auth",
                                   .headers = {{"Authorization", "Bearer good"}}};
  CloudflareVisit visit{.http = request, .target = parse_target(request.target), .now = at(10), .fresh_id = ""};
  EXPECT_EQ(route(state, visit).status, 200);
  EXPECT_EQ(state.zones[std::string(32, 'a')].certificates[0].status, "active");
  EXPECT_EQ(state.zones[std::string(32, 'b')].certificates[0].status, "pending_deployment");
}

TEST(CloudflareRoutes, thousands_of_zones_are_walked_page_by_page_and_each_found_by_name) {
  CloudflareHouse house;
  std::set<std::string> expected = {"example.com"};
  for (int i = 0; i < 3'000; ++i) {
    expected.insert("zone-" + std::to_string(i) + ".example");
    house.service.world().add_zone("zone-" + std::to_string(i) + ".example");
  }
  std::set<std::string> seen;
  for (int page = 1; page <= 61; ++page) {
    const nlohmann::json zones = house.get("/zones?per_page=50&page=" + std::to_string(page)).result();
    for (const auto& zone : zones) EXPECT_TRUE(seen.insert(zone["name"]).second);
  }
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(house.get("/zones?name=zone-2999.example").result().size(), 1U);
  EXPECT_EQ(house.service.world().edge("www.zone-1234.example")->zone_name, "zone-1234.example");
}

}  // namespace
}  // namespace originpull::worlds
