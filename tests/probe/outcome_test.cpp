// SPDX-License-Identifier: Apache-2.0
// The words for what happened, and the look-up of headers.
#include "probe/outcome.hpp"

#include <gtest/gtest.h>

#include <set>

namespace originpull::probe {
namespace {

TEST(ProbeOutcome, every_ending_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Happened::kStopped); ++i) names.insert(to_string(static_cast<Happened>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Happened::kStopped) + 1);
  EXPECT_EQ(names.count("Unknown"), 0U);
}

TEST(ProbeOutcome, is_described_with_its_reason_or_its_status) {
  EXPECT_EQ(describe({.happened = Happened::kHandshakeRefused, .detail = "certificate required"}),
            "HandshakeRefused: certificate required");
  EXPECT_EQ(describe({.happened = Happened::kAnswered, .answer = {.status = 204}}), "Answered 204");
}

TEST(ProbeOutcome, headers_are_found_in_any_case_and_the_first_wins) {
  const Headers headers = {{"Server", "one"}, {"SERVER", "two"}};
  EXPECT_EQ(find_header(headers, "server"), "one");
  EXPECT_EQ(find_header(headers, "serve"), "");
}

}  // namespace
}  // namespace originpull::probe
