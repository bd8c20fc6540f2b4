// SPDX-License-Identifier: Apache-2.0
// Planners with a mistake planted, one for each promise that the search is there to guard: the shipped planner is shown
// a little less, or more, than there is. Each must be caught, with the words of the promise that it breaks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/planner.hpp"
#include "search/explore.hpp"

namespace originpull::search {
namespace {

using plan::Action;
using plan::Certificate;
using plan::Deployment;
using plan::Observed;
using plan::Step;
using testing::HasSubstr;

World with_flips(int flips) {
  World w;
  w.flips_left = flips;
  return w;
}

std::vector<Certificate>& certificates(Observed& o) { return std::get<std::vector<Certificate>>(o.certificates); }

void expect_caught(const Findings& f, const char* promise) {
  std::printf("planted: %zu states, %zu violations, %zu wrong ends\n", f.states, f.violations, f.wrong_ends);
  EXPECT_GT(f.violations, 0U);
  EXPECT_THAT(f.first_violation, HasSubstr(promise));
}

// Adopts a live certificate of the desired leaf without asking which one is the newest.
Step by_fingerprint_alone(const Observed& seen) {
  Observed blind = seen;
  for (Certificate& c : certificates(blind)) c.uploaded.reset();
  return plan::next(blind);
}

TEST(Planted, a_planner_that_goes_by_fingerprint_alone_is_caught) {
  const Findings f = explore(by_fingerprint_alone, with_flips(3));
  expect_caught(f, "the certificate that the edge presents is deleted");
  EXPECT_GT(f.wrong_ends, 0U) << "the edge goes on presenting B after A, B, A";
}

// Uploads without having announced it.
Step forgets_the_claim(const Observed& seen) {
  Step step = plan::next(seen);
  const auto* action = std::get_if<Action>(&step);
  if (!action || !std::holds_alternative<plan::WriteLedger>(*action)) return step;
  const Step then = plan::next(plan::apply(seen, *action));
  const auto* upload = std::get_if<Action>(&then);
  return upload && std::holds_alternative<plan::UploadCertificate>(*upload) ? then : step;
}

TEST(Planted, a_planner_that_forgets_the_claim_before_an_upload_is_caught) {
  expect_caught(explore(forgets_the_claim, with_flips(1)), "R2: an upload that the ledger does not announce");
}

Step deletes_without_soak(const Observed& seen) {
  Observed hasty = seen;
  hasty.resource.spec.rotation.soak = Seconds(0);
  return plan::next(hasty);
}

TEST(Planted, a_planner_that_deletes_without_a_soak_is_caught) {
  expect_caught(explore(deletes_without_soak, with_flips(1)), "before its successor has soaked");
}

// Deletes the foreign certificate that is in the way.
Step fights(const Observed& seen) {
  Step step = plan::next(seen);
  const auto* rest = std::get_if<plan::Rest>(&step);
  if (!rest || rest->reason != api::Reason::kForeignCertificate) return step;
  const Certificate& c = plan::seen(seen.certificates)->front();
  return plan::Action{plan::DeleteCertificate{c.id, c.leaf}};
}

TEST(Planted, a_planner_that_deletes_what_it_did_not_upload_is_caught) {
  World w;
  w.certs.push_back({.leaf = kForeign,
                     .state = Deployment::kActive,
                     .order = 1,
                     .deployed = 1,
                     .listed = true,
                     .active_old = true,
                     .uploaded_old = true});
  w.next_order = w.next_deployment = 2;
  expect_caught(explore(fights, w), "R8: a certificate that is not recorded as ours is deleted");
}

Step takes_pending_for_active(const Observed& seen) {
  Observed eager = seen;
  for (Certificate& c : certificates(eager))
    if (c.deployment == Deployment::kPending) c.deployment = Deployment::kActive;
  return plan::next(eager);
}

TEST(Planted, a_planner_that_switches_on_before_the_deployment_is_caught) {
  expect_caught(explore(takes_pending_for_active, World{}), "R10: switched on with nothing deployed");
}

// Does not wait for an upload that it announced and cannot see yet.
Step trusts_the_list(const Observed& seen) {
  Observed trusting = seen;
  const plan::Pair* pair = plan::seen(seen.pair);
  std::erase_if(trusting.resource.status.ledger.certificates, [&](const api::CertificateRecord& r) {
    return r.intent == api::Intent::kUpload && r.fingerprint != pair->leaf;
  });
  return plan::next(trusting);
}

TEST(Planted, a_planner_that_trusts_the_list_at_once_is_caught) {
  World w = with_flips(2);
  w.late_left = 1;
  const Findings f = explore(trusts_the_list, w);
  EXPECT_GT(f.violations + f.wrong_ends, 0U);
}

// A POST whose answer was lost may yet be executed, whatever is said of the next one.
TEST(Planted, an_announcement_that_every_refusal_withdraws_is_caught) {
  World w = with_flips(2);
  w.late_left = 1;
  w.refusals_left = 1;
  w.believes_refusals = true;
  const Findings f = explore(plan::next, w);
  EXPECT_GT(f.violations + f.wrong_ends, 0U);
}

}  // namespace
}  // namespace originpull::search
