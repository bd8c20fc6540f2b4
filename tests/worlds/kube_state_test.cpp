// SPDX-License-Identifier: Apache-2.0
// What a front-end that lags knows, and when it will know more.
#include "worlds/kube_state.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace originpull::worlds {
namespace {

class KubeHorizonTest : public testing::Test {
 protected:
  KubeState state;
  Instant start{Duration(1'000)};
  std::int64_t write(Duration after) {
    state.store.write({"secrets", "shop", "a"}, nlohmann::json::object(), start + after);
    return state.store.version;
  }
  void lag(const KubeLag& lag) { state.front_ends = {lag}; }
};

TEST_F(KubeHorizonTest, a_front_end_without_lag_knows_all) {
  lag({});
  write(Duration(0));
  EXPECT_EQ(horizon(state, 0, start).version, state.store.version);
  EXPECT_EQ(horizon(state, 9, start).version, state.store.version) << "one that is not there has none";
}

TEST_F(KubeHorizonTest, it_may_lag_by_versions) {
  lag({.versions = 2});
  write(Duration(0));
  const auto second = write(Duration(0));
  write(Duration(0));
  write(Duration(0));
  EXPECT_EQ(horizon(state, 0, start).version, second);
}

TEST_F(KubeHorizonTest, it_may_lag_by_time_and_then_says_when_it_will_know_more) {
  lag({.time = Duration(500)});
  const auto old = write(Duration(0));
  write(Duration(400));
  write(Duration(600));
  const KubeHorizon now = horizon(state, 0, start + Duration(700));
  EXPECT_EQ(now.version, old);
  EXPECT_EQ(now.more, start + Duration(900));
  EXPECT_EQ(horizon(state, 0, start + Duration(1'100)).version, state.store.version);
}

TEST_F(KubeHorizonTest, it_never_shows_what_is_compacted_away) {
  lag({.versions = 50});
  write(Duration(0));
  state.store.compact();
  EXPECT_EQ(horizon(state, 0, start).version, state.store.compacted);
}

}  // namespace
}  // namespace originpull::worlds
