// SPDX-License-Identifier: Apache-2.0
// The call log: what was asked, when, what came of it, and never a body.
#include "worlds/call_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/jump_env.hpp"

namespace originpull::worlds {
namespace {

TEST(CallLog, keeps_each_call_with_its_times_and_its_end) {
  support::JumpEnv env;
  std::vector<std::string> told;
  CallLog log(
      env,
      [&](const net::ServedRequest& request) {
        env.advance(Duration(30));
        return net::Served{
            .status = 201,
            .fault = request.method == "PUT" ? net::Served::Fault::kCloseBeforeAnswer : net::Served::Fault::kNone};
      },
      [](const net::ServedRequest& request) { return "bytes=" + std::to_string(request.body.size()); },
      [&](const LoggedCall& call) { told.push_back(call.method); });
  const Wall start = env.wall();
  log.handle({.method = "POST", .target = "/x?y=1", .body = "secret"});
  log.handle({.method = "PUT", .target = "/x"});
  const auto calls = log.calls();
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0].at, start);
  EXPECT_EQ(calls[0].took, Duration(30));
  EXPECT_EQ(calls[0].path, "/x?y=1");
  EXPECT_EQ(calls[0].status, 201);
  EXPECT_EQ(calls[0].detail, "bytes=6");
  EXPECT_EQ(calls[1].at, start + Duration(30));
  EXPECT_EQ(calls[1].status, 0) << "nobody got that answer";
  EXPECT_THAT(told, testing::ElementsAre("POST", "PUT"));
  json::Writer w;
  write_call(w, calls[0]);
  EXPECT_THAT(w.take(), testing::Not(testing::HasSubstr("secret")));
  log.clear();
  EXPECT_TRUE(log.calls().empty());
}

TEST(CallLogBounds, the_oldest_calls_and_the_ends_of_long_texts_are_forgotten) {
  support::JumpEnv env;
  CallLog log(
      env, [](const net::ServedRequest&) { return net::Served{}; },
      [](const net::ServedRequest&) { return std::string(5'000, 'd'); }, {}, 3);
  for (int i = 0; i < 10; ++i)
    log.handle({.method = "GET", .target = "/" + std::to_string(i) + std::string(5'000, 'p')});
  const auto calls = log.calls();
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0].path.substr(0, 2), "/7");
  EXPECT_EQ(calls[0].path.size(), CallLog::kMostText);
  EXPECT_EQ(calls[0].detail.size(), CallLog::kMostText);
}

}  // namespace
}  // namespace originpull::worlds
