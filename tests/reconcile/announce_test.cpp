// SPDX-License-Identifier: Apache-2.0
// Which Events people get: one for what was done, a Warning where somebody else had undone it, none for no news.
#include "reconcile/announce.hpp"

#include <gtest/gtest.h>

namespace originpull::reconcile {
namespace {

using api::ConditionStatus;

plan::Observed reported_on() {
  plan::Observed o;
  o.resource.metadata.generation = 1;
  o.resource.status.observed_generation = 1;
  o.resource.status.settings.zone_level = true;
  return o;
}

api::Status with(std::string_view type, ConditionStatus status, std::string reason) {
  api::Status s;
  s.conditions.push_back({.type = std::string(type), .status = status, .reason = std::move(reason), .message = "m"});
  return s;
}

TEST(Announce, a_switch_that_somebody_turned_is_a_warning_and_says_how_to_stop_it) {
  const auto event = event_of(plan::SetZoneLevel{true}, reported_on());
  ASSERT_TRUE(event.has_value());
  EXPECT_TRUE(event->warning);
  EXPECT_EQ(event->reason, "DriftRepaired");
  EXPECT_NE(event->note.find("Suspend"), std::string::npos);
}

TEST(Announce, a_first_enablement_is_no_warning) {
  plan::Observed fresh = reported_on();
  fresh.resource.status.settings.zone_level = false;
  const auto event = event_of(plan::SetZoneLevel{true}, fresh);
  ASSERT_TRUE(event.has_value());
  EXPECT_FALSE(event->warning);
}

TEST(Announce, switching_off_warns_of_the_origin_that_still_asks) {
  plan::Observed edited = reported_on();
  edited.resource.metadata.generation = 2;
  const auto event = event_of(plan::SetZoneLevel{false}, edited);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->reason, "SwitchedOff");
  EXPECT_TRUE(event->warning);
}

TEST(Announce, a_certificate_that_somebody_deleted_is_a_warning) {
  plan::Observed before = reported_on();
  api::CertificateRecord kept{.fingerprint = "f", .intent = api::Intent::kKeep, .active_since = Wall{}};
  before.resource.status.ledger.certificates = {kept};
  api::Ledger next = before.resource.status.ledger;
  EXPECT_FALSE(event_of(plan::WriteLedger{next}, before).has_value());
  next.certificates[0].intent = api::Intent::kUpload;
  const auto event = event_of(plan::WriteLedger{next}, before);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->reason, "DriftRepaired");
}

TEST(Announce, a_status_is_news_only_where_ready_changes) {
  const api::Status soaking = with("Ready", ConditionStatus::kTrue, "Soaking");
  EXPECT_TRUE(events_of({}, soaking, soaking).empty());
  const auto events = events_of({}, soaking, with("Ready", ConditionStatus::kTrue, "Ready"));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].reason, "Ready");
  EXPECT_FALSE(events[0].warning);
}

TEST(Announce, a_stall_and_an_expiring_certificate_are_warnings) {
  api::Status stalled = with("Ready", ConditionStatus::kFalse, "KeyMismatch");
  stalled.conditions.push_back({.type = "Stalled", .status = ConditionStatus::kTrue, .reason = "KeyMismatch"});
  ASSERT_EQ(events_of({}, {}, stalled).size(), 1U);
  EXPECT_TRUE(events_of({}, {}, stalled)[0].warning);
  const auto expiring = events_of({}, {}, with("CertificateValid", ConditionStatus::kTrue, "CertificateExpiring"));
  ASSERT_EQ(expiring.size(), 1U);
  EXPECT_TRUE(expiring[0].warning);
}

}  // namespace
}  // namespace originpull::reconcile
