// SPDX-License-Identifier: Apache-2.0
// The cache of what was found out about a pair: it answers for exactly the version that it was told of.
#include "reconcile/pair_cache.hpp"

#include <gtest/gtest.h>

#include "support/jump_env.hpp"

namespace originpull::reconcile {
namespace {

TEST(PairCache, answers_for_the_same_secret_uid_and_version_only) {
  support::JumpEnv env;
  PairCache cache(env);
  const control::Key key{"shop", "example"};
  cache.remember(key, {"tls", "u1", "5"}, {.leaf = "f"});
  ASSERT_TRUE(cache.find(key, {"tls", "u1", "5"}).has_value());
  EXPECT_EQ(cache.find(key, {"tls", "u1", "5"})->leaf, "f");
  EXPECT_FALSE(cache.find(key, {"tls", "u1", "6"}).has_value());
  EXPECT_FALSE(cache.find(key, {"tls", "u2", "5"}).has_value());
  EXPECT_FALSE(cache.find(key, {"other", "u1", "5"}).has_value());
  EXPECT_FALSE(cache.find({"shop", "another"}, {"tls", "u1", "5"}).has_value());
}

TEST(PairCache, forgets_with_the_resource) {
  support::JumpEnv env;
  PairCache cache(env);
  cache.remember({"shop", "example"}, {"tls", "u1", "5"}, {});
  cache.forget({"shop", "example"});
  EXPECT_FALSE(cache.find({"shop", "example"}, {"tls", "u1", "5"}).has_value());
}

}  // namespace
}  // namespace originpull::reconcile
