// SPDX-License-Identifier: Apache-2.0
// From the path to the endpoint: what is there, with which methods, and what is told to those who ask elsewhere.
#include "worlds/cloudflare_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  CloudflareHouse house;
  const std::string other = house.service.world().add_zone("example.org");
  house.upload(pool_pair(0));
  house.call("POST", "/zones/" + other + "/origin_tls_client_auth", upload_body(pool_pair(0)));
  house.env.advance(Seconds(10));
  EXPECT_EQ(house.list().result()[0]["status"], "active");
}

}  // namespace
}  // namespace originpull::worlds
