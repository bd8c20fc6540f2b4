// SPDX-License-Identifier: Apache-2.0
// The rules of the edge, as tables: SSL modes, statuses, headers. What it does with sockets is asked in tests/cli.
#include "worlds/edge_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace originpull::worlds {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kRay = "0123456789abcdef-N0";

TEST(EdgeRules, each_ssl_mode_has_its_way_to_the_origin) {
  EXPECT_EQ(edge_tls("off"), EdgeTls::kNone);
  EXPECT_EQ(edge_tls("flexible"), EdgeTls::kNone);
  EXPECT_EQ(edge_tls("full"), EdgeTls::kUnverified);
  EXPECT_EQ(edge_tls("strict"), EdgeTls::kVerified);
  EXPECT_EQ(edge_tls("origin_pull"), EdgeTls::kVerified);
}

TEST(EdgeRules, every_ending_has_a_name_and_only_an_answer_is_no_error) {
  std::set<std::string_view> names;
  for (int i = 0; i < kEdgeEndings; ++i) {
    const auto ending = static_cast<EdgeEnding>(i);
    names.insert(to_string(ending));
    EXPECT_EQ(edge_status(ending, 525, false) < 400, ending == EdgeEnding::kAnswered) << to_string(ending);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kEdgeEndings));
}

TEST(EdgeRules, statuses_are_those_of_cloudflares_pages) {
  const std::pair<EdgeEnding, int> rows[] = {{EdgeEnding::kHandshakeFailed, 525}, {EdgeEnding::kUntrusted, 526},
                                             {EdgeEnding::kNobodyListens, 521},   {EdgeEnding::kUnreachable, 523},
                                             {EdgeEnding::kConnectTimedOut, 522}, {EdgeEnding::kAnswerTimedOut, 524},
                                             {EdgeEnding::kNoAnswer, 520},        {EdgeEnding::kNoOrigin, 530}};
  for (const auto& [ending, status] : rows) EXPECT_EQ(edge_status(ending, 525, false), status) << to_string(ending);
}

TEST(EdgeRules, a_refused_handshake_is_what_the_habit_says_and_520_with_zone_versioning) {
  EXPECT_EQ(edge_status(EdgeEnding::kHandshakeRefused, 525, false), 525);
  EXPECT_EQ(edge_status(EdgeEnding::kHandshakeRefused, 520, false), 520);
  EXPECT_EQ(edge_status(EdgeEnding::kHandshakeRefused, 525, true), 520);
}

TEST(EdgeRules, a_page_names_the_host_the_error_and_the_ray_and_takes_no_markup) {
  const net::Served page = edge_page(525, "www.example.com<script>", kRay);
  EXPECT_EQ(page.status, 525);
  EXPECT_THAT(page.body, HasSubstr("www.example.comscript | 525: SSL handshake failed"));
  EXPECT_THAT(page.body, HasSubstr(std::string(kRay)));
  EXPECT_THAT(page.content_type, HasSubstr("text/html"));
  EXPECT_EQ(net::find_header(page.headers, "cf-ray"), kRay);
}

TEST(EdgeRules, hop_by_hop_headers_and_forged_ones_stay_behind) {
  const net::ServedRequest request{.headers = {{"Host", "example.com"},
                                               {"Connection", "keep-alive, X-Hop"},
                                               {"X-Hop", "1"},
                                               {"Transfer-Encoding", "chunked"},
                                               {"Upgrade", "h2c"},
                                               {"CF-Connecting-IP", "203.0.113.9"},
                                               {"X-Forwarded-For", "198.51.100.7"},
                                               {"Content-Type", "text/plain"},
                                               {"Cookie", "a=b"}},
                                   .peer = "192.0.2.1:4711"};
  const net::Headers headers = headers_for_origin(request, kRay);
  for (const char* gone : {"Host", "Connection", "X-Hop", "Transfer-Encoding", "Upgrade"}) {
    EXPECT_EQ(net::find_header(headers, gone), "") << gone;
  }
  EXPECT_EQ(net::find_header(headers, "cookie"), "a=b");
  EXPECT_EQ(net::find_header(headers, "content-type"), "text/plain");
  EXPECT_EQ(net::find_header(headers, "cf-connecting-ip"), "192.0.2.1");
  EXPECT_EQ(net::find_header(headers, "x-forwarded-for"), "198.51.100.7, 192.0.2.1");
  EXPECT_EQ(net::find_header(headers, "x-forwarded-proto"), "https");
  EXPECT_EQ(net::find_header(headers, "cf-ray"), kRay);
}

TEST(EdgeRules, the_visitor_meets_cloudflare_and_not_the_origins_server) {
  const net::Headers headers = headers_for_visitor(
      {{"Server", "nginx"}, {"Connection", "close"}, {"Set-Cookie", "a"}, {"Set-Cookie", "b"}, {"CF-Ray", "x"}}, kRay);
  EXPECT_THAT(headers,
              testing::ElementsAre(testing::Pair("Set-Cookie", "a"), testing::Pair("Set-Cookie", "b"),
                                   testing::Pair("Server", "cloudflare"), testing::Pair("CF-Ray", std::string(kRay))));
}

}  // namespace
}  // namespace originpull::worlds
