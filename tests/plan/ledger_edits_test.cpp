// SPDX-License-Identifier: Apache-2.0
// What is written into the ledger, and when a record leaves it: the announcements of R2, R7 and R8, and the upkeep of a
// report.
#include "plan/ledger_edits.hpp"

#include <gtest/gtest.h>

#include "plan/checks.hpp"
#include "plan/planner.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::CertificateRecord;
using api::Intent;
using api::Ledger;
using api::Role;
using support::certificate_id;
using support::kLongAgo;
using support::kNow;
using support::leaf;
using support::observed;
using support::ObservedBuilder;

TEST(LedgerEdits, an_upload_opens_the_ledger_and_claims_the_leaf) {
  const Observed o = observed().switches(true, false);
  const Ledger expected{
      .zone = api::ZoneIdentity{"zone-1", "example.com"},
      .certificates = {{.fingerprint = leaf(0),
                        .role = Role::kDesired,
                        .intent = Intent::kUpload,
                        .not_after = seen(o.pair)->not_after,
                        .intent_since = kNow,
                        .anchors = {leaf(15)}}},
      .anchors = seen(o.pair)->anchors,
      .original = api::Original{.zone_level = true, .global_setting = false},
  };
  EXPECT_EQ(with_upload(o), expected);
}

TEST(LedgerEdits, the_original_is_written_once) {
  const Ledger ledger = with_upload(observed().opened().switches(true, true));
  EXPECT_EQ(ledger.original, (api::Original{.zone_level = false, .global_setting = false}));
}

TEST(LedgerEdits, an_upload_anew_forgets_what_was_known_of_the_one_before) {
  const Observed o = observed().record(0).active_for(kLongAgo).status([](api::Status& s) {
    s.ledger.certificates[0].id = "old";
    s.ledger.certificates[0].state = "active";
    s.ledger.certificates[0].adopted = true;
  });
  const Ledger ledger = with_upload(o);
  const CertificateRecord& record = ledger.certificates.at(0);
  EXPECT_EQ(record.id, "");
  EXPECT_EQ(record.state, "");
  EXPECT_FALSE(record.adopted);
  EXPECT_EQ(record.active_since, std::nullopt);
  EXPECT_EQ(record.intent_since, kNow);
}

TEST(LedgerEdits, an_upload_supersedes_the_others_and_drops_what_is_gone) {
  const Ledger ledger = with_upload(observed().certificate(1).record(1).record(2));
  ASSERT_EQ(ledger.certificates.size(), 2U);
  EXPECT_EQ(ledger.certificates[0].fingerprint, leaf(1));
  EXPECT_EQ(ledger.certificates[0].role, Role::kSuperseded);
  EXPECT_EQ(ledger.certificates[1].fingerprint, leaf(0));
}

TEST(LedgerEdits, announcements_are_rounded_down_and_the_begin_of_a_soak_up) {
  const auto later = [](Observed& o) { o.now += Duration(400); };
  EXPECT_EQ(with_upload(observed().edit(later)).find(leaf(0))->intent_since, kNow);
  const Ledger kept = with_upkeep(observed().certificate(0).record(0).edit(later));
  EXPECT_EQ(kept.find(leaf(0))->active_since, kNow + Seconds(1));
}

TEST(LedgerEdits, an_adoption_records_what_was_found) {
  const Observed o = observed().certificate(0);
  const Ledger ledger = with_adoption(o, seen(o.certificates)->front());
  const CertificateRecord& record = ledger.certificates.at(0);
  EXPECT_TRUE(record.adopted);
  EXPECT_EQ(record.id, certificate_id(1));
  EXPECT_EQ(record.state, "active");
  EXPECT_EQ(record.role, Role::kDesired);
  EXPECT_TRUE(ledger.zone && ledger.original);
}

TEST(LedgerEdits, a_deletion_keeps_the_record_with_its_intent) {
  const Observed o = observed().certificate(1).record(1).active_for(kLongAgo);
  const CertificateRecord record = *with_deletion(o, seen(o.certificates)->front()).find(leaf(1));
  EXPECT_EQ(record.intent, Intent::kDelete);
  EXPECT_EQ(record.intent_since, kNow);
  EXPECT_EQ(record.id, certificate_id(1));
  EXPECT_EQ(record.active_since, kNow - kLongAgo);
}

TEST(LedgerEdits, upkeep_notes_what_was_seen) {
  const CertificateRecord record =
      *with_upkeep(observed().certificate(0).record(0, Intent::kUpload, Seconds(7))).find(leaf(0));
  EXPECT_EQ(record.id, certificate_id(1));
  EXPECT_EQ(record.state, "active");
  EXPECT_EQ(record.intent, Intent::kKeep);
  EXPECT_EQ(record.active_since, kNow);
  EXPECT_EQ(record.intent_since, kNow - Seconds(7)) << "the announcement stays the age of the upload";
}

TEST(LedgerEdits, the_soak_counts_from_when_the_newest_was_first_seen_active) {
  EXPECT_EQ(with_upkeep(observed().certificate(0, Deployment::kPending).record(0)).find(leaf(0))->active_since,
            std::nullopt);
  EXPECT_EQ(with_upkeep(observed().certificate(0).certificate(1).record(0).record(1)).find(leaf(0))->active_since,
            std::nullopt)
      << "not the newest";
  EXPECT_EQ(with_upkeep(observed().certificate(0).record(0).active_for(Seconds(5))).find(leaf(0))->active_since,
            kNow - Seconds(5));
}

TEST(LedgerEdits, no_soak_begins_while_a_foreign_one_keeps_ours_from_being_presented) {
  const auto since = [](const ObservedBuilder& o) { return with_upkeep(o).find(leaf(0))->active_since; };
  const ObservedBuilder raced = observed().certificate(2).certificate(0).record(0);
  EXPECT_EQ(since(raced), std::nullopt) << "it was uploaded between our look and our upload";
  EXPECT_EQ(since(ObservedBuilder(raced).switches(true, false)), kNow) << "the edge presents it already";
  EXPECT_EQ(since(ObservedBuilder(raced).record(1).active_for(Seconds(5))), kNow) << "we were enabled before";
  EXPECT_EQ(since(ObservedBuilder(raced).spec([](api::Spec& s) { s.takeover = api::Takeover::kAllow; })), kNow);
}

TEST(LedgerEdits, an_unseen_upload_is_remembered_until_nothing_can_arrive_any_more) {
  const auto kept = [](Seconds age) {
    return with_upkeep(observed().record(1, Intent::kUpload, age)).find(leaf(1)) != nullptr;
  };
  EXPECT_TRUE(kept(Seconds(0)));
  EXPECT_TRUE(kept(kUnseenUploadLives - Seconds(1)));
  EXPECT_FALSE(kept(kUnseenUploadLives));
}

TEST(LedgerEdits, a_refused_upload_leaves_no_record) {
  EXPECT_EQ(with_upkeep(observed().record(0, Intent::kUpload, Seconds(1)), leaf(0)).find(leaf(0)), nullptr);
  EXPECT_NE(with_upkeep(observed().record(0, Intent::kUpload, Seconds(1)), leaf(1)).find(leaf(0)), nullptr);
}

TEST(LedgerEdits, a_first_claim_is_an_announcement_that_was_not_there_before) {
  const auto ledger = [](const Observed& o) { return o.resource.status.ledger; };
  const Ledger none, kept = ledger(observed().record(0)), claimed = ledger(observed().record(0, Intent::kUpload));
  EXPECT_EQ(first_claim(none, claimed), leaf(0));
  EXPECT_EQ(first_claim(kept, claimed), leaf(0)) << "uploaded anew";
  EXPECT_EQ(first_claim(claimed, claimed), "") << "announced anew: the one before may have gone out";
  EXPECT_EQ(first_claim(none, kept), "");
}

TEST(LedgerEdits, a_superseded_record_leaves_with_its_certificate_and_the_desired_one_stays) {
  const Ledger ledger = with_upkeep(
      observed().certificate(1, Deployment::kDeleted).record(0).record(1, Intent::kDelete).record(2, Intent::kKeep));
  ASSERT_EQ(ledger.certificates.size(), 1U);
  EXPECT_EQ(ledger.certificates[0].fingerprint, leaf(0));
}

TEST(LedgerEdits, a_redeployment_that_is_no_longer_needed_is_called_off) {
  EXPECT_EQ(with_upkeep(observed().certificate(0).record(0, Intent::kDelete)).find(leaf(0))->intent, Intent::kKeep);
  EXPECT_EQ(
      with_upkeep(observed().certificate(0).certificate(1).record(0, Intent::kDelete).record(1)).find(leaf(0))->intent,
      Intent::kDelete)
      << "the newer one is still there";
}

TEST(LedgerEdits, under_source_cloudflare_no_record_is_the_desired_one) {
  EXPECT_TRUE(with_upkeep(observed().record(0).shared()).certificates.empty());
  EXPECT_EQ(with_upkeep(observed().certificate(0).record(0).shared()).find(leaf(0))->role, Role::kSuperseded);
}

TEST(LedgerEdits, without_certificates_seen_nothing_is_touched) {
  const Observed o = observed().record(1, Intent::kKeep).edit([](Observed& e) { e.certificates = Unseen{}; });
  EXPECT_EQ(with_upkeep(o), o.resource.status.ledger);
}

TEST(LedgerEdits, the_anchors_of_what_is_left_are_kept_within_the_bounds_of_the_schema) {
  const Observed o = observed().edit([](Observed& e) {
    auto& anchors = std::get<Pair>(e.pair).anchors;
    anchors.clear();
    for (int i = 1; i < 12; ++i) anchors.push_back({.sha256 = leaf(i), .pem = "PEM"});
    anchors[1].pem = std::string(8193, 'x');
  });
  const Ledger ledger = with_upload(o);
  EXPECT_EQ(ledger.certificates.at(0).anchors.size(), 8U);
  EXPECT_EQ(ledger.anchors.size(), 7U) << "one is larger than a status may hold";
}

TEST(LedgerEdits, a_word_of_cloudflare_is_cut_to_what_the_schema_holds) {
  const Ledger ledger = with_upkeep(observed().certificate(0).record(0).edit(
      [](Observed& e) { std::get<std::vector<Certificate>>(e.certificates)[0].word = std::string(99, 'w'); }));
  EXPECT_EQ(ledger.certificates.at(0).state.size(), 64U);
}

TEST(LedgerEdits, a_ledger_is_open_when_the_zone_and_each_managed_switch_are_written_down) {
  EXPECT_FALSE(ledger_is_open(observed()));
  EXPECT_TRUE(ledger_is_open(observed().opened()));
  const auto only_zone_level = [](api::Status& s) { s.ledger.original = api::Original{.zone_level = true}; };
  EXPECT_FALSE(ledger_is_open(observed().opened().status(only_zone_level)));
  EXPECT_TRUE(ledger_is_open(observed().opened().status(only_zone_level).spec([](api::Spec& s) {
    s.global_setting = api::GlobalSetting::kUnmanaged;
  })));
}

}  // namespace
}  // namespace originpull::plan
