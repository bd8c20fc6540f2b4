// SPDX-License-Identifier: Apache-2.0
// Result and TRY: the value goes on, the error returns from the function, whole; also where there is no value at all.
#include "base/result.hpp"

#include <gtest/gtest.h>

#include <set>

namespace originpull {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorKind::kInvalid, "halve " + std::to_string(n), "it is odd");
  return n / 2;
}

Result<int> quarter(int n) {
  const int first = TRY(half(n));
  return TRY(half(first));
}

Result<void> only_even(int n) {
  TRY(half(n));
  return {};
}

Result<std::string> after(int n) {
  TRY(only_even(n));
  return std::string("went on");
}

TEST(Result, try_gives_the_value_or_returns_the_error) {
  EXPECT_EQ(quarter(8).value(), 2);
  const auto odd = quarter(6);
  ASSERT_FALSE(odd.has_value());
  EXPECT_EQ(odd.error().attempted, "halve 3");
  EXPECT_EQ(odd.error().kind, ErrorKind::kInvalid);
}

TEST(Result, try_works_without_a_value) {
  EXPECT_EQ(after(2).value(), "went on");
  EXPECT_EQ(after(3).error().message, "it is odd");
}

TEST(Result, an_error_describes_what_was_attempted_and_why_it_failed) {
  EXPECT_EQ(describe({.attempted = "read the Secret", .message = "it is gone"}), "read the Secret: it is gone");
  EXPECT_EQ(describe({.attempted = "read the Secret", .message = ""}), "read the Secret");
  EXPECT_EQ(describe({.attempted = "", .message = "it is gone"}), "it is gone");
}

TEST(Result, each_kind_has_a_word_of_its_own) {
  std::set<std::string_view> words;
  for (int k = 0; k <= static_cast<int>(ErrorKind::kInternal); ++k) words.insert(to_string(static_cast<ErrorKind>(k)));
  EXPECT_EQ(words.size(), 8U);
}

}  // namespace
}  // namespace originpull
