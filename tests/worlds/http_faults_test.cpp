// SPDX-License-Identifier: Apache-2.0
// Faults meet the requests that they name, as often as they should, before or after the work; all else passes
// untouched.
#include "worlds/http_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/jump_env.hpp"

namespace originpull::worlds {
namespace {

using Kind = HttpFault::Kind;

class HttpFaultsTest : public testing::Test {
 protected:
  net::Served call(std::string method = "GET", std::string target = "/a/b?x=1") {
    return faults.handle({.method = std::move(method), .target = std::move(target), .stop = stop.get_token()});
  }
  std::stop_source stop;
  support::JumpEnv env;
  int worked = 0;
  HttpFaults faults{env, [this](const net::ServedRequest&) {
                      ++worked;
                      return net::Served{.status = 200, .body = "0123456789"};
                    }};
};

TEST_F(HttpFaultsTest, without_faults_everything_passes) {
  EXPECT_EQ(call().body, "0123456789");
  EXPECT_EQ(worked, 1);
}

TEST_F(HttpFaultsTest, a_fault_meets_as_many_requests_as_it_should) {
  faults.add({.kind = Kind::kStatus, .count = 2, .status = 503});
  EXPECT_EQ(call().status, 503);
  EXPECT_EQ(call().status, 503);
  EXPECT_EQ(call().status, 200);
  EXPECT_TRUE(faults.list().empty());
}

TEST_F(HttpFaultsTest, a_fault_without_a_count_lasts_until_it_is_cleared) {
  faults.add({.kind = Kind::kStatus, .count = 0});
  for (int i = 0; i < 50; ++i) EXPECT_EQ(call().status, 500);
  EXPECT_EQ(faults.list().front().met, 50);
  faults.clear();
  EXPECT_EQ(call().status, 200);
}

TEST_F(HttpFaultsTest, a_fault_meets_only_its_method_and_path) {
  faults.add({.kind = Kind::kStatus, .method = "POST", .path = "*/b", .count = 0});
  EXPECT_EQ(call("GET").status, 200);
  EXPECT_EQ(call("POST", "/a/c").status, 200);
  EXPECT_EQ(call("POST", "/a/b?x=1").status, 500);
}

TEST_F(HttpFaultsTest, the_work_is_done_only_if_the_fault_comes_after_it) {
  faults.add({.kind = Kind::kClose});
  EXPECT_EQ(call().fault, net::Served::Fault::kCloseBeforeAnswer);
  EXPECT_EQ(worked, 0);
  faults.add({.kind = Kind::kClose, .executed = true});
  EXPECT_EQ(call().fault, net::Served::Fault::kCloseBeforeAnswer);
  EXPECT_EQ(worked, 1);
  faults.add({.kind = Kind::kStatus, .executed = true});
  EXPECT_EQ(call().status, 500);
  EXPECT_EQ(worked, 2);
}

TEST_F(HttpFaultsTest, each_kind_spoils_the_answer_in_its_way) {
  faults.add({.kind = Kind::kHtml, .status = 520});
  EXPECT_EQ(call().content_type, "text/html");
  faults.add({.kind = Kind::kTruncatedJson});
  EXPECT_EQ(call().body, "01234");
  faults.add({.kind = Kind::kEmptyBody, .status = 429});
  EXPECT_EQ(call().body, "");
  faults.add({.kind = Kind::kNullBody, .status = 429});
  EXPECT_EQ(call().body, "null");
  faults.add({.kind = Kind::kHang});
  EXPECT_EQ(call().fault, net::Served::Fault::kHang);
  faults.add({.kind = Kind::kTruncatedBody});
  EXPECT_EQ(call().fault, net::Served::Fault::kTruncateBody);
  faults.add({.kind = Kind::kStatus, .status = 429, .body = "{}", .headers = {{"retry-after", "3"}}});
  const auto answer = call();
  EXPECT_EQ(answer.body, "{}");
  ASSERT_EQ(answer.headers.size(), 1U);
}

TEST_F(HttpFaultsTest, a_slow_answer_comes_after_the_work_and_its_time_and_at_once_when_stopped) {
  faults.add({.kind = Kind::kSlow, .count = 2, .delay = Seconds(7)});
  const Instant start = env.now();
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(env.now() - start, Seconds(7));
  stop.request_stop();
  EXPECT_EQ(call().status, 200);
  EXPECT_EQ(env.now() - start, Seconds(7));
}

TEST(ReadFault, takes_every_field_by_its_name) {
  const auto fault = json::decode(R"({"kind":"slow","method":"PUT","path":"/x*","count":0,"executed":true,"status":503,
    "body":"b","headers":{"a":"1"},"delayMs":250})",
                                  read_fault);
  ASSERT_TRUE(fault && *fault);
  EXPECT_EQ((*fault)->kind, Kind::kSlow);
  EXPECT_EQ((*fault)->method, "PUT");
  EXPECT_EQ((*fault)->path, "/x*");
  EXPECT_EQ((*fault)->count, 0);
  EXPECT_TRUE((*fault)->executed);
  EXPECT_EQ((*fault)->status, 503);
  EXPECT_EQ((*fault)->delay, Duration(250));
  EXPECT_THAT((*fault)->headers, testing::ElementsAre(testing::Pair("a", "1")));
}

TEST(ReadFault, an_unknown_kind_is_invalid_and_says_which_there_are) {
  const auto fault = json::decode(R"({"kind":"explode"})", read_fault);
  ASSERT_TRUE(!fault || !*fault);
  const Error& error = fault ? fault->error() : fault.error();
  EXPECT_THAT(error.message, testing::HasSubstr("truncated-json"));
}

TEST(Glob, a_star_stands_for_any_text) {
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("/zones/*/settings/*", "/zones/0a/settings/ssl"));
  EXPECT_TRUE(glob_matches("*auth", "/x/origin_tls_client_auth"));
  EXPECT_FALSE(glob_matches("*auth", "/x/origin_tls_client_auth/settings"));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_FALSE(glob_matches("a", ""));
}

}  // namespace
}  // namespace originpull::worlds
