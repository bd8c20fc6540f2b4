// SPDX-License-Identifier: Apache-2.0
// Who gets in at the simulated Cloudflare, how often, and what the others are told.
#include "worlds/cloudflare_gate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

using testing::HasSubstr;

class GateTest : public testing::Test {
 protected:
  GateTest() { state.tokens["good"] = {.permissions = all_permissions()}; }
  Admission ask(const std::string& authorization, int seconds = 0) {
    net::ServedRequest request;
    if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
    return admit(state, request, {.wall = {}, .instant = Instant(Seconds(seconds))});
  }
  CloudflareState state;
};

TEST_F(GateTest, a_known_token_gets_in) { EXPECT_NE(ask("Bearer good").token, nullptr); }

TEST_F(GateTest, others_are_told_little) {
  EXPECT_THAT(ask("").refusal->body, HasSubstr("1001"));
  for (const std::string header : {"good", "Bearer", "Bearer ", "Bearer good x", "Basic good"}) {
    const auto refusal = ask(header).refusal;
    ASSERT_TRUE(refusal) << header;
    EXPECT_EQ(refusal->status, 400);
    EXPECT_THAT(refusal->body, HasSubstr("6111"));
  }
  const auto unknown = ask("Bearer bad").refusal;
  EXPECT_EQ(unknown->status, 403);
  EXPECT_THAT(unknown->body, HasSubstr("10000"));
  state.modes.denied_status = 400;
  EXPECT_EQ(ask("Bearer bad").refusal->status, 400);
}

TEST_F(GateTest, who_insists_with_a_bad_token_is_locked_out_for_a_minute) {
  state.modes.max_auth_failures = 3;
  for (int i = 0; i < 3; ++i) EXPECT_THAT(ask("Bearer bad", i).refusal->body, HasSubstr("10000"));
  EXPECT_THAT(ask("Bearer bad", 3).refusal->body, HasSubstr("Max auth failures reached"));
  EXPECT_THAT(ask("Bearer bad", 100).refusal->body, HasSubstr("10000"));
}

TEST_F(GateTest, a_token_that_asks_too_much_is_blocked_and_told_how_long) {
  state.modes.requests = 2;
  state.modes.window = Seconds(10);
  state.modes.throttle = Seconds(30);
  EXPECT_FALSE(ask("Bearer good", 0).refusal);
  EXPECT_FALSE(ask("Bearer good", 1).refusal);
  const auto blocked = ask("Bearer good", 2).refusal;
  ASSERT_TRUE(blocked);
  EXPECT_EQ(blocked->status, 429);
  EXPECT_EQ(net::find_header(blocked->headers, "retry-after"), "30");
  EXPECT_THAT(blocked->body, HasSubstr("971"));
  EXPECT_EQ(net::find_header(ask("Bearer good", 12).refusal->headers, "retry-after"), "20");
  EXPECT_FALSE(ask("Bearer good", 32).refusal);
}

TEST_F(GateTest, the_headers_say_what_is_left) {
  SimToken* token = ask("Bearer good", 10).token;
  net::Served answer;
  add_ratelimit(answer, state, *token, {.wall = {}, .instant = Instant(Seconds(40))});
  EXPECT_EQ(net::find_header(answer.headers, "ratelimit"), "\"default\";r=1199;t=270");
  EXPECT_EQ(net::find_header(answer.headers, "ratelimit-policy"), "\"default\";q=1200;w=300");
}

TEST_F(GateTest, a_reader_that_writes_is_told_so_and_all_others_only_that_they_are_not_known) {
  const SimZone zone{.id = "z"};
  const SimToken reader{.permissions = {"ssl-read"}};
  EXPECT_FALSE(forbid(state.modes, reader, "ssl-read", zone));
  EXPECT_THAT(forbid(state.modes, reader, "ssl-write", zone)->body, HasSubstr("Method not allowed for token"));
  EXPECT_THAT(forbid(state.modes, reader, "settings-read", zone)->body, HasSubstr("10000"));
}

}  // namespace
}  // namespace originpull::worlds
