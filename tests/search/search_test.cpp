// SPDX-License-Identifier: Apache-2.0
// The promise of product.md section 4, searched: the shipped planner over the model of search/model.hpp, with a crash or a lost
// answer after every step, lists that lag, a request that arrives late, three leaves, three changes of the Secret and one
// deletion by a human. A planted planner that goes by fingerprints alone shows that the search can find what it looks for.
#include <gtest/gtest.h>

#include "plan/planner.hpp"
#include "search/explore.hpp"

namespace originpull::search {
namespace {

World untouched(int flips, int deletions, int late) {
  World w;
  w.flips_left = flips;
  w.deletions_left = deletions;
  w.late_left = late;
  return w;
}

void expect_clean(const Findings& f) {
  std::printf("%zu states, %zu edges, %zu violations, %zu wrong ends\n", f.states, f.edges, f.violations, f.wrong_ends);
  EXPECT_EQ(f.violations, 0U) << f.first_violation;
  EXPECT_EQ(f.wrong_ends, 0U) << f.first_wrong_end;
}

// Adopts a live certificate of the desired leaf without asking which one is the newest.
plan::Step by_fingerprint_alone(const plan::Observed& seen) {
  plan::Observed blind = seen;
  for (plan::Certificate& c : std::get<std::vector<plan::Certificate>>(blind.certificates)) c.uploaded.reset();
  return plan::next(blind);
}

TEST(Search, no_promise_is_broken_by_three_secret_changes_a_human_deletion_and_crashes_anywhere) {
  const Findings f = explore(plan::next, untouched(3, 1, 0));
  EXPECT_GT(f.states, 1000U);
  expect_clean(f);
}

TEST(Search, no_promise_is_broken_by_requests_that_arrive_late) {
  expect_clean(explore(plan::next, untouched(2, 0, 1)));
}

TEST(Search, a_planner_that_goes_by_fingerprint_alone_is_caught) {
  const Findings f = explore(by_fingerprint_alone, untouched(3, 0, 0));
  std::printf("planted: %zu states, %zu violations, %zu wrong ends\n", f.states, f.violations, f.wrong_ends);
  EXPECT_GT(f.violations, 0U);
}

}  // namespace
}  // namespace originpull::search
