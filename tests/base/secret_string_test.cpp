// SPDX-License-Identifier: Apache-2.0
// A secret is readable where it is asked for, gone where it was moved from or wiped, and cannot be copied or printed.
#include "base/secret_string.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>

namespace originpull {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };

static_assert(!std::is_copy_constructible_v<SecretString>);
static_assert(!std::is_copy_assignable_v<SecretString>);
static_assert(!Printable<SecretString>);

TEST(SecretString, shows_its_text_only_when_asked_and_clones_only_when_asked) {
  const SecretString secret("hunter2");
  EXPECT_EQ(secret.reveal(), "hunter2");
  EXPECT_EQ(secret.clone().reveal(), "hunter2");
  EXPECT_EQ(secret.size(), 7U);
}

TEST(SecretString, moving_leaves_nothing_behind) {
  SecretString from("short"), into("before");
  into = std::move(from);
  EXPECT_EQ(into.reveal(), "short");
  EXPECT_TRUE(from.empty());  // NOLINT: what is left is the law
  const SecretString last(std::move(into));
  EXPECT_EQ(last.reveal(), "short");
  EXPECT_TRUE(into.empty());  // NOLINT
}

TEST(SecretString, wiping_overwrites_all_of_the_capacity) {
  std::string text(200, 'k');
  text.resize(10);
  const char* bytes = text.data();
  const std::size_t capacity = text.capacity();
  wipe(text);
  EXPECT_TRUE(text.empty());
  ASSERT_EQ(text.data(), bytes);  // still allocated, so it may be looked at
  EXPECT_EQ(std::count(bytes, bytes + capacity, 'k'), 0);
}

}  // namespace
}  // namespace originpull
