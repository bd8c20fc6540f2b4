// SPDX-License-Identifier: Apache-2.0
// The promise of product.md section 4, searched: the shipped planner over the model of search/model.hpp, with a crash
// or a lost answer after every step, lists that lag, a request that arrives late, three leaves, three changes of the
// Secret and one deletion by a human; then, each in a smaller search, what else can happen to a zone. What the search
// finds is shown by the planted planners of planted_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>

#include "plan/planner.hpp"
#include "search/explore.hpp"

namespace originpull::search {
namespace {

using plan::Deployment;
using plan::Rest;
using plan::Verdict;

World untouched(int flips, int deletions, int late) {
  World w;
  w.flips_left = flips;
  w.deletions_left = deletions;
  w.late_left = late;
  return w;
}

// One active certificate, deployed and listed long ago, of which the ledger knows nothing.
World found_there(int leaf, bool zone_level) {
  World w;
  w.certs.push_back({.leaf = leaf,
                     .state = Deployment::kActive,
                     .order = 1,
                     .deployed = 1,
                     .listed = true,
                     .active_old = true,
                     .uploaded_old = true});
  w.next_order = w.next_deployment = 2;
  w.zone_level = w.global = zone_level;
  return w;
}

bool is_live(const World& w, int leaf) {
  return std::any_of(w.certs.begin(), w.certs.end(),
                     [&](const Cert& c) { return c.leaf == leaf && c.state != Deployment::kDeleted; });
}

// What is not ours stays where it is; the rest of the world is at the fixpoint.
bool fixpoint_beside_a_foreign_one(const World& w, const Rest& rest) {
  World ours = w;
  std::erase_if(ours.certs, [](const Cert& c) { return c.leaf == kForeign; });
  return is_live(w, kForeign) && is_the_fixpoint(ours, rest) && presented(w) == w.secret;
}

void expect_clean(const Findings& f) {
  std::printf("%zu states, %zu edges, %zu ends, %zu violations, %zu wrong ends\n", f.states, f.edges, f.ends,
              f.violations, f.wrong_ends);
  EXPECT_GT(f.ends, 0U);
  EXPECT_EQ(f.violations, 0U) << f.first_violation;
  EXPECT_EQ(f.wrong_ends, 0U) << f.first_wrong_end;
}

TEST(Search, no_promise_is_broken_by_three_secret_changes_a_human_deletion_and_crashes_anywhere) {
  const Findings f = explore(plan::next, untouched(3, 1, 0));
  EXPECT_GT(f.states, 100000U);
  expect_clean(f);
}

TEST(Search, no_promise_is_broken_by_requests_that_arrive_late) {
  expect_clean(explore(plan::next, untouched(2, 0, 1)));
}

TEST(Search, no_promise_is_broken_when_cloudflare_refuses_uploads) {
  World w = untouched(2, 0, 1);
  w.refusals_left = 2;
  expect_clean(explore(plan::next, w));
}

TEST(Search, no_promise_is_broken_when_cloudflare_gives_up_deployments_and_deletions) {
  World w = untouched(2, 0, 0);
  w.timeouts_left = 2;
  expect_clean(explore(plan::next, w));
}

TEST(Search, a_secret_that_changes_faster_than_certificates_soak_is_caught_up_with) {
  World w = untouched(5, 0, 0);
  w.only_forward = true;
  expect_clean(explore(plan::next, w));
}

TEST(Search, no_promise_is_broken_when_enabled_is_turned_off_and_on_again) {
  World w = untouched(1, 1, 0);
  w.switches_left = 3;
  expect_clean(explore(plan::next, w));
}

TEST(Search, a_foreign_certificate_stops_everything_while_takeover_is_never) {
  World w = found_there(kForeign, false);
  w.flips_left = 2;
  const World start = w;
  const Findings f = explore(plan::next, w, [&](const World& end, const Rest& rest) {
    return rest.verdict == Verdict::kStalled && rest.reason == api::Reason::kForeignCertificate &&
           end.certs == start.certs && end.records.empty() && !end.zone_level && !end.global;
  });
  expect_clean(f);
}

TEST(Search, with_takeover_ours_supersedes_the_foreign_certificate_which_is_never_deleted) {
  World w = found_there(kForeign, false);
  w.takeover = true;
  w.flips_left = 2;
  expect_clean(explore(plan::next, w, fixpoint_beside_a_foreign_one));
}

TEST(Search, the_same_leaf_found_there_is_adopted_and_rotated_like_ours) {
  for (const bool on : {false, true}) {
    World w = found_there(0, on);
    w.flips_left = 2;
    w.deletions_left = 1;
    expect_clean(explore(plan::next, w, [](const World& end, const Rest& rest) {
      // The Secret changed before the first pass: nobody can know that the certificate was once the Secret's.
      const bool stopped = rest.verdict == Verdict::kStalled && rest.reason == api::Reason::kForeignCertificate &&
                           is_live(end, 0) && end.secret != 0 && end.records.empty();
      return stopped || is_the_fixpoint(end, rest);
    }));
  }
}

TEST(Search, an_adopted_leaf_that_is_the_newest_with_the_switch_on_is_managed_beside_an_older_foreign_one) {
  World w = found_there(0, true);
  w.certs.front().order = w.certs.front().deployed = 2;
  w.certs.insert(w.certs.begin(), found_there(kForeign, true).certs.front());
  w.next_order = w.next_deployment = 3;
  w.flips_left = 1;
  const Findings f = explore(plan::next, w, [](const World& end, const Rest& rest) {
    // A Secret that changes before the first pass leaves two certificates that are not ours.
    const bool stopped = rest.reason == api::Reason::kForeignCertificate && is_live(end, 0) && end.records.empty();
    return is_live(end, kForeign) && (stopped || fixpoint_beside_a_foreign_one(end, rest));
  });
  expect_clean(f);
}

// architecture.md section 4: a backup tool that drops the status costs no safety. The same leaf is adopted, older ones
// are foreign.
bool safe_after_a_wipe(const World& w, const Rest& rest) {
  if (rest.reason == api::Reason::kForeignCertificate) return true;
  return rest.verdict == Verdict::kReady && presented(w) == w.secret && w.zone_level && w.global &&
         w.records.size() == 1;  // orphans may remain beside it
}

TEST(Search, a_status_that_is_wiped_once_costs_no_safety) {
  World w = untouched(2, 0, 0);
  w.wipes_left = 1;
  expect_clean(explore(plan::next, w, safe_after_a_wipe));
}

TEST(Search, a_status_that_is_wiped_while_the_secret_stands_still_is_found_again_without_an_orphan) {
  World w = untouched(0, 0, 0);
  w.wipes_left = 1;
  expect_clean(explore(plan::next, w));
}

}  // namespace
}  // namespace originpull::search
