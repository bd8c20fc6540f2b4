// SPDX-License-Identifier: Apache-2.0
// The control endpoint, call by call, as end-to-end tests and demos use it.
#include "worlds/cloudflare_control.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/jump_env.hpp"
#include "worlds/cloudflare_service.hpp"

namespace originpull::worlds {
namespace {

using testing::HasSubstr;
using testing::Not;

class ControlTest : public testing::Test {
 protected:
  net::Served control(const std::string& method, const std::string& what, std::string body = {}) {
    return service.handle({.method = method, .target = "/__control/" + what, .body = std::move(body)});
  }
  net::Served call(const std::string& path, const std::string& token) {
    return service.handle(
        {.method = "GET", .target = "/client/v4" + path, .headers = {{"Authorization", "Bearer " + token}}});
  }
  support::JumpEnv env;
  CloudflareService service{env};
};

TEST_F(ControlTest, zones_and_tokens_can_be_added_and_tokens_revoked) {
  EXPECT_THAT(control("POST", "zones", R"({"name":"example.com","id":"023e105f4ecef8ad9ca31a8372d0c353"})").body,
              HasSubstr("023e105f4ecef8ad9ca31a8372d0c353"));
  EXPECT_EQ(call("/zones", "t").status, 403);
  EXPECT_EQ(control("POST", "tokens", R"({"token":"t","permissions":["zone-read"]})").status, 200);
  EXPECT_THAT(call("/zones", "t").body, HasSubstr("example.com"));
  EXPECT_EQ(control("POST", "tokens", R"({"token":"t","revoked":true})").status, 200);
  EXPECT_EQ(call("/zones", "t").status, 403);
}

TEST_F(ControlTest, the_state_tells_what_the_api_does_not) {
  control("POST", "zones", R"({"name":"example.com"})");
  ASSERT_EQ(control("POST", "act", R"({"zone":"example.com","do":"upload"})").status, 200);
  ASSERT_EQ(control("POST", "act", R"({"zone":"example.com","do":"zone-level","enabled":true})").status, 200);
  EXPECT_THAT(control("GET", "state").body, HasSubstr(R"("presented":"unknown")"));
  ASSERT_EQ(control("POST", "time", R"({"advanceMs":3000})").status, 200);
  const std::string state = control("GET", "state").body;
  EXPECT_THAT(state, HasSubstr(R"("status":"active","foreign":true)"));
  const std::string fingerprint = service.world().snapshot().zones.begin()->second.certificates[0].fingerprint;
  EXPECT_THAT(state, HasSubstr(R"("presented":")" + fingerprint + "\",\"zoneLevel\":true"));
  EXPECT_THAT(state, HasSubstr("2026-11-24T05:00:03.000000Z\",\"presented\":\"" + fingerprint)) << "the history of it";
}

TEST_F(ControlTest, a_whole_setup_is_taken_or_refused_at_once) {
  EXPECT_EQ(control("POST", "setup", R"({"zones":[{"name":"example.com"}],"tokens":[{"token":"t"}],
    "modes":{"listLagMs":5},"faults":[{"kind":"status","path":"*/settings/ssl"}]})")
                .status,
            200);
  EXPECT_THAT(call("/zones", "t").body, HasSubstr("example.com"));
  EXPECT_THAT(control("GET", "faults").body, HasSubstr("settings/ssl"));
  const auto bad = control("POST", "setup", R"({"zones":[{"name":"example.org"}],"modes":{"nonsense":1}})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, HasSubstr("nonsense"));
  EXPECT_THAT(call("/zones", "t").body, Not(HasSubstr("example.org")));
}

TEST_F(ControlTest, one_zone_of_many_can_be_looked_at) {
  control("POST", "zones", R"({"name":"example.com"})");
  control("POST", "zones", R"({"name":"example.org"})");
  EXPECT_THAT(control("GET", "state?zone=example.org").body, HasSubstr("example.org"));
  EXPECT_THAT(control("GET", "state?zone=example.org").body, Not(HasSubstr("example.com")));
}

TEST_F(ControlTest, behaviours_are_listed_with_whether_they_are_kept) {
  control("PATCH", "modes", R"({"without":[17]})");
  EXPECT_THAT(control("GET", "behaviours").body, HasSubstr(R"({"number":16,"name":"object_describes_the_leaf")"));
  EXPECT_THAT(control("GET", "behaviours").body, HasSubstr(R"("evidence":"O","on":false},{"number":18)"));
  control("PATCH", "modes", R"({"without":[]})");
  EXPECT_THAT(control("GET", "behaviours").body, Not(HasSubstr(R"("on":false)")));
}

TEST_F(ControlTest, the_ca_of_the_shared_certificate_can_be_fetched) {
  const auto answer = control("GET", "shared-ca");
  EXPECT_THAT(answer.body, testing::StartsWith("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(control("GET", "shared-ca").body, answer.body);
}

TEST_F(ControlTest, modes_are_shown_and_changed_all_or_nothing) {
  EXPECT_THAT(control("PATCH", "modes", R"({"deployDelayMs":7})").body, HasSubstr(R"("deployDelayMs":7)"));
  EXPECT_EQ(control("PATCH", "modes", R"({"deployDelayMs":8,"nonsense":1})").status, 400);
  EXPECT_THAT(control("GET", "modes").body, HasSubstr(R"("deployDelayMs":7)"));
}

TEST_F(ControlTest, faults_are_added_listed_and_cleared) {
  EXPECT_EQ(control("POST", "faults", R"({"kind":"status","status":503,"count":0})").body, R"({"id":1})");
  EXPECT_EQ(call("/zones", "t").status, 503);
  EXPECT_THAT(control("GET", "faults").body, HasSubstr(R"("met":1)"));
  EXPECT_EQ(control("DELETE", "faults").status, 200);
  EXPECT_EQ(call("/zones", "t").status, 403);
  const auto bad = control("POST", "faults", R"({"kind":"explode"})");
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, HasSubstr("truncated-json"));
}

TEST_F(ControlTest, calls_are_told_and_forgotten_and_control_is_not_among_them) {
  call("/zones?name=x", "t");
  control("GET", "state");
  const std::string calls = control("GET", "calls").body;
  EXPECT_THAT(calls, HasSubstr(R"("method":"GET","path":"/client/v4/zones?name=x","status":403)"));
  EXPECT_THAT(calls, Not(HasSubstr("__control")));
  control("DELETE", "calls");
  EXPECT_EQ(control("GET", "calls").body, R"({"calls":[]})");
}

TEST_F(ControlTest, what_it_does_not_understand_is_an_error_with_a_reason) {
  for (const std::string what : {"setup", "zones", "tokens", "time", "act", "faults", "modes"}) {
    const auto answer = control("POST", what, "not JSON");
    EXPECT_EQ(answer.status, 400) << what;
    EXPECT_THAT(answer.body, HasSubstr("error")) << what;
  }
  EXPECT_EQ(control("POST", "time", R"({"advanceMs":-1})").status, 400);
  EXPECT_EQ(control("GET", "nothing").status, 404);
}

}  // namespace
}  // namespace originpull::worlds
