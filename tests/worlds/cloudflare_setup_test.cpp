// SPDX-License-Identifier: Apache-2.0
// What a simulated Cloudflare is given at its start, and what of it is refused before anything is touched.
#include "worlds/cloudflare_setup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "worlds/cloudflare_house.hpp"

namespace originpull::worlds {
namespace {

using testing::HasSubstr;

constexpr const char* kWhole = R"({
  "zones": [{"name": "example.org", "id": "023e105f4ecef8ad9ca31a8372d0c353", "status": "pending",
             "account": "00000000000000000000000000000001", "origin": "127.0.0.1:8443", "originCa": "PEM",
             "customHostnames": ["shop.customer.test"], "versioned": true, "zoneLevel": true, "ssl": "strict",
             "tlsClientAuth": "on", "uneditable": ["tls_client_auth"]},
            {"name": "example.net"}],
  "tokens": [{"token": "reader", "permissions": ["zone-read", "ssl-read"], "zones": ["example.org"], "owner": "me"},
             {"token": "old", "expiresOn": "2020-01-01T00:00:00Z"},
             {"email": "me@example.com", "key": "0123456789abcdef0123456789abcdef01234567"}],
  "modes": {"deployDelayMs": 7, "without": [28]},
  "faults": [{"kind": "status", "status": 503, "path": "*/settings/ssl"}]})";

TEST(CloudflareSetup, gives_the_world_its_zones_tokens_modes_and_faults) {
  CloudflareHouse house;
  const auto setup = read_setup(kWhole, house.service.world().modes());
  ASSERT_TRUE(setup) << describe(setup.error());
  ASSERT_TRUE(apply(*setup, house.service.world(), house.service.faults()));

  const std::string path = "/zones/023e105f4ecef8ad9ca31a8372d0c353";
  EXPECT_EQ(house.get(path).text("status"), "pending");
  EXPECT_EQ(house.get(path + "/settings/tls_client_auth").text("editable"), "false");
  EXPECT_EQ(house.get(path + "/origin_tls_client_auth/settings").text("enabled"), "true");
  EXPECT_EQ(house.get(path + "/settings/ssl").status(), 503) << "the fault";
  EXPECT_EQ(house.get(path + "/settings/ssl").text("value"), "strict");
  const auto edge = house.service.world().edge("shop.customer.test");
  ASSERT_TRUE(edge);
  EXPECT_EQ(edge->origin, "127.0.0.1:8443");
  EXPECT_EQ(edge->origin_ca, "PEM");
  EXPECT_TRUE(edge->versioned);

  EXPECT_TRUE(house.call("GET", path, "", "reader").ok());
  EXPECT_FALSE(house.call("GET", house.zone_path(), "", "reader").ok()) << "a zone that it is not for";
  EXPECT_EQ(house.call("GET", "/user/tokens/verify", "", "old").text("status"), "expired");
  EXPECT_TRUE(
      house
          .call_with({{"X-Auth-Email", "me@example.com"}, {"X-Auth-Key", "0123456789abcdef0123456789abcdef01234567"}},
                     "GET", "/zones")
          .ok());
  EXPECT_EQ(house.service.world().modes().deploy_delay, Duration(7));
  EXPECT_EQ(house.list().json["result"], nlohmann::json::array()) << "behaviour 28 is off";
}

TEST(CloudflareSetup, what_it_does_not_say_is_as_it_was) {
  const auto setup = read_setup("{}", {.deploy_delay = Duration(9)});
  ASSERT_TRUE(setup);
  EXPECT_EQ(setup->modes.deploy_delay, Duration(9));
  EXPECT_TRUE(setup->zones.empty());
}

TEST(CloudflareSetup, mistakes_are_invalid_and_named) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"", "JSON"},
      {"[]", "object"},
      {R"({"zone":[]})", "zone"},
      {R"({"zones":[{"id":"023e105f4ecef8ad9ca31a8372d0c353"}]})", "name"},
      {R"({"zones":[{"name":"a","id":"xyz"}]})", "32 hex digits"},
      {R"({"zones":[{"name":"a","ssl":"very"}]})", "ssl"},
      {R"({"zones":[{"name":"a","orgin":"x"}]})", "orgin"},
      {R"({"zones":[{"name":"a","uneditable":["x"]}]})", "uneditable"},
      {R"({"tokens":[{"permissions":[]}]})", "token"},
      {R"({"tokens":[{"token":"t","permissions":["all-of-it"]}]})", "permissions"},
      {R"({"tokens":[{"token":"t","expiresOn":"tomorrow"}]})", "expiresOn"},
      {R"({"tokens":[{"token":"t","email":"e","key":"k"}]})", "email and key"},
      {R"({"modes":{"nonsense":1}})", "nonsense"},
      {R"({"modes":{"without":[67]}})", "without"},
      {R"({"faults":[{"kind":"explode"}]})", "kind"},
  };
  for (const auto& [text, named] : mistakes) {
    const auto setup = read_setup(text, {});
    ASSERT_FALSE(setup) << text;
    EXPECT_EQ(setup.error().kind, ErrorKind::kInvalid) << text;
    EXPECT_THAT(describe(setup.error()), HasSubstr(named)) << text;
  }
}

TEST(CloudflareSetup, a_token_for_a_zone_that_is_not_there_is_invalid_and_not_quoted) {
  CloudflareHouse house;
  const auto setup = read_setup(R"({"tokens":[{"token":"hushhush","zones":["nowhere.example"]}]})", {});
  ASSERT_TRUE(setup);
  const auto applied = apply(*setup, house.service.world(), house.service.faults());
  ASSERT_FALSE(applied);
  EXPECT_THAT(describe(applied.error()), HasSubstr("nowhere.example"));
  EXPECT_THAT(describe(applied.error()), testing::Not(HasSubstr("hushhush")));
  EXPECT_FALSE(house.call("GET", "/zones", "", "hushhush").ok());
}

}  // namespace
}  // namespace originpull::worlds
