// SPDX-License-Identifier: Apache-2.0
#include "base/rfc3339.hpp"

#include <array>
#include <cstdio>

namespace originpull {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Reads the text from left to right; after the first thing that does not fit, `ok` is false and everything reads as 0.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits && ok; ++i) {
      ok = !rest.empty() && is_digit(rest.front());
      if (!ok) return 0;
      value = value * 10 + (rest.front() - '0');
      rest.remove_prefix(1);
    }
    return value;
  }
  bool take(std::string_view any_of) {
    if (!ok || rest.empty() || any_of.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(std::string_view any_of) { ok = take(any_of) && ok; }
};

int milliseconds(Cursor& at) {
  if (!at.take(".,")) return 0;
  int value = 0;
  std::size_t digits = 0;
  for (; !at.rest.empty() && is_digit(at.rest.front()); ++digits) {
    if (digits < 3) value = value * 10 + (at.rest.front() - '0');
    at.rest.remove_prefix(1);
  }
  at.ok = at.ok && digits > 0;
  for (; digits < 3; ++digits) value *= 10;
  return value;
}

std::chrono::minutes offset(Cursor& at) {
  if (at.take("Zz")) return {};
  const bool west = !at.rest.empty() && at.rest.front() == '-';
  at.expect("+-");
  const int hours = at.number(2);
  at.expect(":");
  const int minutes = at.number(2);
  at.ok = at.ok && hours < 24 && minutes < 60;
  return std::chrono::minutes((west ? -1 : 1) * (hours * 60 + minutes));
}

struct Fields {
  std::chrono::year_month_day date;
  int hour, minute, second, millisecond;
};

Fields fields(Wall time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::milliseconds>(time - day));
  return {day, static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count())};
}

std::string print(const Fields& f, bool micros) {
  std::array<char, 64> text{};
  const int year = static_cast<int>(f.date.year());
  const auto month = static_cast<unsigned>(f.date.month());
  const auto day = static_cast<unsigned>(f.date.day());
  if (micros) {
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03d000Z", year, month, day, f.hour,
                  f.minute, f.second, f.millisecond);
  } else {
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", year, month, day, f.hour, f.minute,
                  f.second);
  }
  return text.data();
}

}  // namespace

Result<Wall> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  Cursor at{text};
  const year years{at.number(4)};
  at.expect("-");
  const month months{static_cast<unsigned>(at.number(2))};
  at.expect("-");
  const day days{static_cast<unsigned>(at.number(2))};
  at.expect("Tt ");
  const int hour = at.number(2);
  at.expect(":");
  const int minute = at.number(2);
  at.expect(":");
  const int second = at.number(2);  // 60 is a leap second: the first of the next minute
  const int fraction = milliseconds(at);
  const std::chrono::minutes east = offset(at);
  const year_month_day date{years, months, days};
  if (!at.ok || !at.rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return fail(ErrorKind::kInvalid, "read a time", "expected RFC 3339, such as 2026-11-24T05:00:00Z");
  }
  const Wall time = Wall(sys_days(date)) + hours(hour) + std::chrono::minutes(minute) - east + seconds(second) +
                    std::chrono::milliseconds(fraction);
  // An offset can lead out of the years that have four digits, which could then not be written.
  const int in_utc = static_cast<int>(year_month_day(floor<std::chrono::days>(time)).year());
  if (in_utc < 0 || in_utc > 9999) return fail(ErrorKind::kInvalid, "read a time", "expected a year from 0000 to 9999");
  return time;
}

std::string format_rfc3339(Wall time) { return print(fields(time), false); }
std::string format_rfc3339_micros(Wall time) { return print(fields(time), true); }

}  // namespace originpull
