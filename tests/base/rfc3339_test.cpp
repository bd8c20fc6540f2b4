// SPDX-License-Identifier: Apache-2.0
// Times as text: known instants (seconds since 1970 worked out with date(1)), offsets, fractions, and each malformed
// form.
#include "base/rfc3339.hpp"

#include <gtest/gtest.h>

namespace originpull {
namespace {

using namespace std::chrono_literals;

Wall at(std::int64_t milliseconds) { return Wall(Duration(milliseconds)); }

TEST(Rfc3339, reads_known_instants) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z").value(), at(0));
  EXPECT_EQ(parse_rfc3339("2026-11-24T05:00:00Z").value(), at(1'795'496'400'000));
  EXPECT_EQ(parse_rfc3339("2024-02-29T23:59:59Z").value(), at(1'709'251'199'000));
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59Z").value(), at(-1000));
}

TEST(Rfc3339, takes_fractions_of_any_length_and_cuts_them_to_milliseconds) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5Z").value(), at(1500));
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.004999999Z").value(), at(1004));
  EXPECT_EQ(parse_rfc3339("2029-01-01T05:20:00.12345Z").value(), parse_rfc3339("2029-01-01T05:20:00Z").value() + 123ms);
}

TEST(Rfc3339, takes_offsets) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T01:30:00+01:30").value(), at(0));
  EXPECT_EQ(parse_rfc3339("1969-12-31T19:00:00-05:00").value(), at(0));
  EXPECT_EQ(parse_rfc3339("1970-01-01t00:00:00z").value(), at(0));
}

TEST(Rfc3339, counts_a_leap_second_as_the_next_minute) {
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z").value(), parse_rfc3339("2017-01-01T00:00:00Z").value());
}

TEST(Rfc3339, refuses_what_is_no_time) {
  for (const char* text :
       {"", "2026", "2026-11-24", "2026-11-24T05:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-24T24:00:00Z", "2026-11-24T05:60:00Z", "2026-11-24T05:00:61Z", "2026-11-24T05:00:00.Z",
        "2026-11-24T05:00:00Zx", "2026-11-24T05:00:00+0100", "2026-11-24T05:00:00+24:00", "-026-11-24T05:00:00Z",
        "2026-11-24T05:00:00 Z", "0000-00-00T00:00:00Z"}) {
    const auto time = parse_rfc3339(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().kind, ErrorKind::kInvalid);
  }
}

TEST(Rfc3339, refuses_a_time_whose_offset_leads_out_of_the_four_digit_years) {
  EXPECT_FALSE(parse_rfc3339("0000-01-01T00:00:00+00:01"));
  EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:59-00:01"));
  EXPECT_EQ(format_rfc3339(parse_rfc3339("9999-12-31T23:59:59Z").value()), "9999-12-31T23:59:59Z");
}

TEST(Rfc3339, writes_whole_seconds_rounded_down_in_utc) {
  EXPECT_EQ(format_rfc3339(at(1'795'496'400'999)), "2026-11-24T05:00:00Z");
  EXPECT_EQ(format_rfc3339(at(-1)), "1969-12-31T23:59:59Z");
}

TEST(Rfc3339, writes_microseconds_for_a_lease) {
  EXPECT_EQ(format_rfc3339_micros(at(1'795'496'400'007)), "2026-11-24T05:00:00.007000Z");
}

}  // namespace
}  // namespace originpull
