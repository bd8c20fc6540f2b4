// SPDX-License-Identifier: Apache-2.0
// The simulated Cloudflare as a whole: routes, permissions, overlapping changes, the same run from the same chance.
#include "worlds/cloudflare_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/writer.hpp"
#include "support/jump_env.hpp"
#include "support/test_pki.hpp"

namespace originpull::worlds {
namespace {

using testing::HasSubstr;

class WorldTest : public testing::Test {
 protected:
  WorldTest() {
    zone = world.add_zone("example.com");
    world.add_token("good");
  }
  net::Served call(const std::string& method, const std::string& path, std::string body = {},
                   std::string token = "good") {
    return world.handle({.method = method,
                         .target = "/client/v4" + path,
                         .headers = {{"Authorization", "Bearer " + token}},
                         .body = std::move(body)});
  }
  std::string upload_body() {
    const auto leaf = support::make_self_signed({});
    return json::Writer()
        .begin_object()
        .field("certificate", leaf.certificate_pem)
        .field("private_key", leaf.key_pem)
        .end_object()
        .take();
  }
  std::string certificates() { return "/zones/" + zone + "/origin_tls_client_auth"; }

  support::JumpEnv env;
  CloudflareWorld world{env};
  std::string zone;
};

TEST_F(WorldTest, every_answer_has_a_ray_and_a_known_token_its_limits) {
  const auto answer = call("GET", "/zones");
  EXPECT_FALSE(net::find_header(answer.headers, "cf-ray").empty());
  EXPECT_FALSE(net::find_header(answer.headers, "ratelimit").empty());
  EXPECT_FALSE(net::find_header(call("GET", "/zones", "", "bad").headers, "cf-ray").empty());
}

TEST_F(WorldTest, routes_by_literal_words_before_ids) {
  EXPECT_THAT(call("GET", certificates() + "/settings").body, HasSubstr("enabled"));
  EXPECT_THAT(call("GET", certificates() + "/2458ce5a-0c35-4c7f-82c7-8e9487d3ff60").body, HasSubstr("1552"));
  EXPECT_THAT(call("GET", certificates() + "/hostnames/certificates").body, HasSubstr(R"("result":null)"));
  EXPECT_THAT(call("GET", certificates() + "/hostnames/www.example.com").body, HasSubstr("1553"));
  EXPECT_THAT(call("GET", certificates() + "/hostnames/certificates/x/y").body, HasSubstr("7003"));
}

TEST_F(WorldTest, unknown_paths_and_methods_are_refused) {
  EXPECT_THAT(call("GET", "/nothing").body, HasSubstr("7003"));
  EXPECT_THAT(call("GET", "/zones/" + zone + "/dns_records").body, HasSubstr("7003"));
  for (const std::string method : {"DELETE", "PATCH", "BREW", ""}) {
    EXPECT_EQ(call(method, certificates()).status, 405) << method;
  }
  EXPECT_EQ(call("POST", certificates() + "/settings", "{}").status, 405);
  EXPECT_EQ(world.handle({.method = "GET", .target = "/elsewhere"}).content_type, "text/html");
}

TEST_F(WorldTest, a_malformed_zone_id_and_an_unknown_one_are_told_apart) {
  const auto malformed = call("GET", "/zones/example.com");
  EXPECT_EQ(malformed.status, 400);
  EXPECT_THAT(malformed.body, HasSubstr("7003"));
  EXPECT_THAT(call("GET", "/zones/00000000000000000000000000000000").body, HasSubstr("Invalid zone identifier"));
}

TEST_F(WorldTest, a_zone_that_a_token_cannot_see_is_unknown_to_it) {
  const std::string other = world.add_zone("example.org");
  world.change([&](CloudflareState& state, const Moment&) { state.tokens["good"].zones = {other}; });
  EXPECT_THAT(call("GET", "/zones/" + zone).body, HasSubstr("Invalid zone identifier"));
  EXPECT_EQ(call("GET", "/zones/" + other).status, 200);
}

TEST_F(WorldTest, each_call_needs_its_permission) {
  const std::vector<std::tuple<std::string, std::string, std::string, std::string>> calls = {
      {"zone-read", "GET", "/zones?name=example.com", ""},
      {"zone-read", "GET", "/zones/" + zone, ""},
      {"ssl-read", "GET", certificates(), ""},
      {"ssl-read", "GET", certificates() + "/settings", ""},
      {"ssl-write", "PUT", certificates() + "/settings", R"({"enabled":false})"},
      {"ssl-write", "POST", certificates(), upload_body()},
      {"settings-read", "GET", "/zones/" + zone + "/settings/ssl", ""},
      {"settings-write", "PATCH", "/zones/" + zone + "/settings/tls_client_auth", R"({"value":"off"})"},
  };
  for (const auto& [needed, method, path, body] : calls) {
    std::vector<std::string> others = all_permissions();
    std::erase(others, needed);
    if (needed.ends_with("-read")) std::erase(others, needed.substr(0, needed.size() - 4) + "write");
    world.add_token("without", others);
    EXPECT_EQ(call(method, path, body, "without").status, 403) << needed << " " << path;
    world.add_token("with", {needed});
    EXPECT_EQ(call(method, path, body, "with").status, 200) << needed << " " << path;
  }
}

TEST_F(WorldTest, the_refusal_to_list_zones_names_the_permission) {
  world.add_token("weak", {"ssl-read"});
  EXPECT_THAT(call("GET", "/zones?name=example.com", "", "weak").body, HasSubstr("requires permission"));
}

TEST_F(WorldTest, overlapping_changes_of_one_zone_conflict_and_zones_are_independent) {
  world.change([](CloudflareState& state, const Moment&) { state.modes.mutation_time = Seconds(1); });
  const std::string other = world.add_zone("example.org");
  EXPECT_EQ(call("POST", certificates(), upload_body()).status, 200);
  EXPECT_EQ(call("PUT", certificates() + "/settings", R"({"enabled":true})").status, 409);
  EXPECT_EQ(call("GET", certificates()).status, 200);
  EXPECT_EQ(call("PUT", "/zones/" + other + "/origin_tls_client_auth/settings", R"({"enabled":true})").status, 200);
  env.advance(Seconds(1));
  EXPECT_EQ(call("PUT", certificates() + "/settings", R"({"enabled":true})").status, 200);
}

TEST_F(WorldTest, time_can_be_moved_ahead) {
  call("POST", certificates(), upload_body());
  EXPECT_EQ(world.snapshot().zones[zone].certificates[0].status, "pending_deployment");
  world.advance(Seconds(3));
  EXPECT_EQ(world.snapshot().zones[zone].certificates[0].status, "active");
}

TEST_F(WorldTest, an_observer_sees_the_state_after_each_change) {
  std::vector<bool> seen;
  std::string id;
  CloudflareWorld watched(env, {}, [&](const CloudflareState& state, const Moment&) {
    if (!id.empty()) seen.push_back(state.zones.at(id).zone_level);
  });
  id = watched.add_zone("example.com");
  watched.add_token("good");
  seen.clear();
  watched.handle({.method = "PUT",
                  .target = "/client/v4/zones/" + id + "/origin_tls_client_auth/settings",
                  .headers = {{"Authorization", "Bearer good"}},
                  .body = R"({"enabled":true})"});
  EXPECT_THAT(seen, testing::ElementsAre(true));
}

TEST_F(WorldTest, the_same_name_has_the_same_id_in_every_world_and_is_a_valid_one) {
  support::JumpEnv fresh;
  CloudflareWorld again(fresh);
  EXPECT_EQ(again.add_zone("example.com"), zone);
  EXPECT_NE(again.add_zone("example.org"), zone);
  EXPECT_EQ(zone.size(), 32U);
  EXPECT_EQ(again.add_zone("given.example", "023e105f4ecef8ad9ca31a8372d0c353"), "023e105f4ecef8ad9ca31a8372d0c353");
}

TEST_F(WorldTest, verifies_tokens) {
  EXPECT_THAT(call("GET", "/user/tokens/verify").body, HasSubstr(R"("status":"active")"));
  EXPECT_EQ(call("GET", "/user/tokens/verify", "", "bad").status, 403);
}

}  // namespace
}  // namespace originpull::worlds
