// SPDX-License-Identifier: Apache-2.0
// Counting of visits: each law by visits made by hand.
#include "worlds/edge_counts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::worlds {
namespace {

using testing::HasSubstr;

EdgeVisit visit(EdgeEnding ending, bool pooled = false) {
  return {.zone = "example.com",
          .host = "www.example.com",
          .ending = ending,
          .status = edge_status(ending, 525, false),
          .presented = "aa",
          .known = "aa",
          .newest = "aa",
          .pooled = pooled};
}

TEST(EdgeCounting, a_handshake_is_counted_once_and_each_request_of_its_connection) {
  EdgeCounts counts;
  counts.note(visit(EdgeEnding::kAnswered));
  counts.note(visit(EdgeEnding::kAnswered, true));
  counts.note(visit(EdgeEnding::kAnswered, true));
  counts.note(visit(EdgeEnding::kHandshakeRefused));
  const auto& zone = counts.zones.at("example.com");
  EXPECT_EQ(zone.requests, 4U);
  EXPECT_EQ(zone.fresh, 2U);
  EXPECT_EQ(zone.pooled, 2U);
  EXPECT_EQ(zone.presented.at("aa").handshakes, 1U);
  EXPECT_EQ(zone.presented.at("aa").requests, 3U);
  EXPECT_EQ(zone.presented.at("aa").refused, 1U);
  EXPECT_EQ(counts.refused(), 1U);
}

TEST(EdgeCounting, what_never_was_connected_presented_nothing) {
  EdgeCounts counts;
  counts.note(visit(EdgeEnding::kNobodyListens));
  counts.note(visit(EdgeEnding::kUnknownHost));
  EXPECT_TRUE(counts.zones.at("example.com").presented.empty());
  EXPECT_EQ(counts.zones.at("example.com").statuses.at(521), 1U);
}

TEST(EdgeCounting, tells_a_node_that_is_behind_from_a_connection_that_is_stale) {
  EdgeCounts counts;
  EdgeVisit behind = visit(EdgeEnding::kHandshakeRefused);
  behind.newest = "bb";
  counts.note(behind);
  EdgeVisit stale = visit(EdgeEnding::kAnswered, true);
  stale.known = stale.newest = "bb";
  counts.note(stale);
  const auto& zone = counts.zones.at("example.com");
  EXPECT_EQ(zone.behind, 1U);
  EXPECT_EQ(zone.refused_behind, 1U);
  EXPECT_EQ(zone.stale, 1U);
}

TEST(EdgeCounting, keeps_the_newest_refusals_and_stays_bounded) {
  EdgeCounts counts;
  for (unsigned i = 0; i < 2000; ++i) {
    EdgeVisit one = visit(EdgeEnding::kHandshakeRefused);
    one.node = i;
    one.zone = "zone" + std::to_string(i);
    counts.note(one);
    one.zone = "example.com";
    one.presented = std::to_string(i);
    counts.note(one);
  }
  EXPECT_EQ(counts.last_refused.size(), 50U);
  EXPECT_EQ(counts.last_refused.back().node, 1999U);
  EXPECT_LE(counts.zones.size(), 1001U);
  EXPECT_LE(counts.zones.at("example.com").presented.size(), 201U);
  EXPECT_EQ(counts.refused(), 4000U) << "nothing is lost";
}

TEST(EdgeCounting, is_shown_as_json) {
  EdgeCounts counts;
  EdgeVisit refused = visit(EdgeEnding::kHandshakeRefused);
  refused.detail = "certificate required";
  counts.note(refused);
  json::Writer w;
  w.begin_object();
  write_edge_counts(w, counts);
  const std::string text = w.end_object().take();
  EXPECT_THAT(text, HasSubstr("{\"refused\":1,\"zones\":{\"example.com\":{\"requests\":1,"));
  EXPECT_THAT(text, HasSubstr("\"why\":\"certificate required\""));
  EXPECT_THAT(text, HasSubstr("\"525\":1"));
}

}  // namespace
}  // namespace originpull::worlds
