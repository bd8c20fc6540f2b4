// SPDX-License-Identifier: Apache-2.0
// Durations of the schema: those it allows by value, those it does not, and that what is written is read back.
#include "api/duration.hpp"

#include <gtest/gtest.h>

namespace originpull::api {
namespace {

using namespace std::chrono_literals;

TEST(Duration, reads_hours_minutes_and_seconds_in_any_combination) {
  EXPECT_EQ(parse_duration("10m").value(), 10min);
  EXPECT_EQ(parse_duration("1h30m").value(), 90min);
  EXPECT_EQ(parse_duration("90s").value(), 90s);
  EXPECT_EQ(parse_duration("0s").value(), 0s);
  EXPECT_EQ(parse_duration("30s1h").value(), 1h + 30s);
  EXPECT_EQ(parse_duration("1m1m").value(), 2min);
}

TEST(Duration, refuses_everything_else_with_an_example) {
  for (const char* text :
       {"", "5", "m", "10 m", "1.5h", "-1s", "10ms", "1d", "1h30", "99999999999999999999h", "9999999h"}) {
    const auto refused = parse_duration(text);
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(refused.error().message.find("1h30m"), std::string::npos);
  }
}

TEST(Duration, writes_the_shortest_form) {
  EXPECT_EQ(format_duration(10min), "10m");
  EXPECT_EQ(format_duration(90min), "1h30m");
  EXPECT_EQ(format_duration(45s), "45s");
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(720h), "720h");
}

TEST(Duration, reads_back_what_it_writes) {
  for (std::int64_t seconds = 0; seconds < 100'000; seconds += 77) {
    EXPECT_EQ(parse_duration(format_duration(Seconds(seconds))).value(), Seconds(seconds));
  }
}

}  // namespace
}  // namespace originpull::api
