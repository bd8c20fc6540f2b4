// SPDX-License-Identifier: Apache-2.0
// The checks that need nothing from Cloudflare: mode, deletion, what is not supported yet, rivals, the token, the pair.
// Each is called alone, on an Observed in which everything before it has nothing to say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/checks.hpp"
#include "plan/matchers.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::Reason;
using support::kNow;
using support::leaf;
using support::observed;
using support::ObservedBuilder;
using testing::HasSubstr;
using testing::Not;

Observed with_rival(ObservedBuilder base, const Rival& rival) {
  return base.edit([&](Observed& o) { o.rivals = std::vector{rival}; });
}

TEST(ChecksResource, a_suspended_resource_is_left_as_it_is) {
  const Rest rest = rest_of(resource_is_suspended(observed().spec([](api::Spec& s) { s.mode = api::Mode::kSuspend; })));
  EXPECT_EQ(rest.verdict, Verdict::kAsIs);
  EXPECT_EQ(rest.reason, Reason::kSuspended);
  EXPECT_EQ(resource_is_suspended(observed()), std::nullopt);
}

TEST(ChecksResource, a_resource_that_is_being_deleted_changes_nothing) {
  const Rest rest =
      rest_of(resource_is_being_deleted(observed().edit([](Observed& o) { o.resource.metadata.deleting = true; })));
  EXPECT_EQ(rest.verdict, Verdict::kAsIs);
  EXPECT_EQ(rest.reason, Reason::kProgressing);
  EXPECT_EQ(resource_is_being_deleted(observed()), std::nullopt);
}

TEST(ChecksResource, each_setting_of_a_later_version_is_refused_by_name) {
  const auto expect = [](const char* name, const std::function<void(api::Spec&)>& edit) {
    const Rest rest = rest_of(something_is_not_yet_supported(observed().spec(edit)));
    EXPECT_EQ(rest.verdict, Verdict::kStalled) << name;
    EXPECT_EQ(rest.reason, Reason::kNotYetSupported) << name;
    EXPECT_THAT(rest.message, HasSubstr(name));
    EXPECT_FALSE(rest.until) << "an edit wakes it";
  };
  expect("spec.origin.trustBundles", [](api::Spec& s) { s.origin.trust_bundles.emplace_back(); });
  expect("spec.origin.additionalCAs", [](api::Spec& s) { s.origin.additional_cas.emplace_back(); });
  expect("spec.origin.probes", [](api::Spec& s) { s.origin.probes.emplace_back(); });
  expect("spec.certificate.caRef", [](api::Spec& s) { s.certificate.ca_ref.emplace(); });
  expect("spec.deletionPolicy", [](api::Spec& s) { s.deletion_policy = api::DeletionPolicy::kRestore; });
  expect("spec.deletionPolicy", [](api::Spec& s) { s.deletion_policy = api::DeletionPolicy::kDisable; });
  const auto two = rest_of(something_is_not_yet_supported(observed().spec([](api::Spec& s) {
    s.origin.probes.emplace_back();
    s.certificate.ca_ref.emplace();
  })));
  EXPECT_THAT(two.message, HasSubstr("spec.origin.probes, spec.certificate.caRef")) << "all at once";
  EXPECT_EQ(something_is_not_yet_supported(observed()), std::nullopt);
}

TEST(ChecksResource, of_two_resources_that_never_saw_the_zone_the_older_has_it) {
  const Rival older{.uid = "z", .created = kNow - Seconds(1), .zone = {.name = "example.com"}};
  const Rest rest = rest_of(another_resource_has_the_zone(with_rival(observed(), older)));
  EXPECT_EQ(rest.reason, Reason::kZoneConflict);
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_THAT(rest.message, Not(HasSubstr("shop")));
  const Rival younger{.uid = "a", .created = kNow + Seconds(1), .zone = {.name = "example.com"}};
  EXPECT_EQ(another_resource_has_the_zone(with_rival(observed(), younger)), std::nullopt);
}

TEST(ChecksResource, of_two_of_the_same_age_the_smaller_uid_has_the_zone) {
  const Rival smaller{.uid = "uid-0", .created = kNow, .zone = {.name = "example.com"}};
  EXPECT_EQ(rest_of(another_resource_has_the_zone(with_rival(observed(), smaller))).reason, Reason::kZoneConflict);
  const Rival larger{.uid = "uid-2", .created = kNow, .zone = {.name = "example.com"}};
  EXPECT_EQ(another_resource_has_the_zone(with_rival(observed(), larger)), std::nullopt);
}

TEST(ChecksResource, the_incumbent_wins_against_an_older_one) {
  const Rival older{.uid = "z", .created = kNow - Seconds(99), .zone = {.name = "example.com"}};
  EXPECT_EQ(another_resource_has_the_zone(with_rival(observed().opened(), older)), std::nullopt);
  Rival pinned{.uid = "z", .created = kNow + Seconds(99), .zone = {.name = "example.com"}};
  pinned.pinned = api::ZoneIdentity{"zone-1", "example.com"};
  EXPECT_EQ(rest_of(another_resource_has_the_zone(with_rival(observed(), pinned))).reason, Reason::kZoneConflict);
}

TEST(ChecksResource, a_zone_by_name_and_the_same_zone_by_id_are_one) {
  const Rival by_id{.uid = "z", .created = kNow - Seconds(1), .zone = {.id = "zone-1"}};
  EXPECT_EQ(rest_of(another_resource_has_the_zone(with_rival(observed(), by_id))).reason, Reason::kZoneConflict);
  const Rival another{.uid = "z", .created = kNow - Seconds(1), .zone = {.id = "zone-2"}};
  EXPECT_EQ(another_resource_has_the_zone(with_rival(observed(), another)), std::nullopt);
}

TEST(ChecksResource, a_missing_secret_is_waited_for_during_the_grace) {
  const Observed o = observed().bad_pair(Reason::kSecretNotFound, "Secret tls does not exist. Create it.");
  const Rest rest = rest_of(pair_is_unusable(o));
  EXPECT_EQ(rest.verdict, Verdict::kReconciling);
  EXPECT_EQ(rest.reason, Reason::kSecretNotFound);
  EXPECT_EQ(rest.until, kNow + Seconds(600));
}

Observed missing_for(Seconds age, api::ConditionStatus ready, std::int64_t generation = 3) {
  return observed().bad_pair(Reason::kSecretNotFound).status([&](api::Status& s) {
    api::set_condition(
        s.conditions, {.type = "Ready", .status = ready, .reason = "SecretNotFound", .observed_generation = generation},
        kNow - age);
  });
}

TEST(ChecksResource, a_secret_that_stays_missing_needs_a_person_after_the_grace_and_for_good) {
  using Status = api::ConditionStatus;
  const Rest waiting = rest_of(pair_is_unusable(missing_for(Seconds(599), Status::kUnknown)));
  EXPECT_EQ(waiting.verdict, Verdict::kReconciling);
  EXPECT_EQ(waiting.until, kNow + Seconds(1));
  EXPECT_EQ(rest_of(pair_is_unusable(missing_for(Seconds(600), Status::kUnknown))).verdict, Verdict::kStalled);
  EXPECT_EQ(rest_of(pair_is_unusable(missing_for(Seconds(1), Status::kFalse))).verdict, Verdict::kStalled);
}

TEST(ChecksResource, an_edit_gives_a_missing_secret_a_new_grace) {
  const Rest rest = rest_of(pair_is_unusable(missing_for(Seconds(9999), api::ConditionStatus::kFalse, 2)));
  EXPECT_EQ(rest.verdict, Verdict::kReconciling);
  EXPECT_EQ(rest.until, kNow + Seconds(600));
}

TEST(ChecksResource, a_token_that_is_no_use_stops_with_its_own_words) {
  const auto with_token = [](Fact<Token> token) {
    return observed().edit([&](Observed& o) { o.token = std::move(token); }).build();
  };
  EXPECT_EQ(token_is_unusable(observed()), std::nullopt);
  const Rest bad =
      rest_of(token_is_unusable(with_token(Token{Reason::kTokenInvalid, "Secret token: no token. Put one."})));
  EXPECT_EQ(bad.verdict, Verdict::kStalled);
  EXPECT_EQ(bad.message, "Secret token: no token. Put one.");
  EXPECT_EQ(rest_of(token_is_unusable(with_token(Token{Reason::kSecretNotFound, "gone"}))).verdict,
            Verdict::kReconciling);
  const auto look = token_is_unusable(with_token(Unseen{}));
  ASSERT_TRUE(look);
  EXPECT_EQ(std::get<Look>(*look), Look::kToken);
}

TEST(ChecksResource, a_bad_pair_stops_an_enabled_resource_and_names_the_reason) {
  const Rest rest = rest_of(pair_is_unusable(observed().bad_pair(Reason::kKeyMismatch, "Secret tls: mend it.")));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kKeyMismatch);
  EXPECT_EQ(rest.message, "Secret tls: mend it.");
}

TEST(ChecksResource, a_disabled_resource_is_told_of_its_bad_pair_only_after_the_switches) {
  const Observed o = observed().bad_pair(Reason::kKeyMismatch).disabled();
  EXPECT_EQ(pair_is_unusable(o), std::nullopt);
  EXPECT_EQ(rest_of(pair_is_unusable_while_off(o)).reason, Reason::kKeyMismatch);
}

TEST(ChecksResource, a_pair_that_is_not_valid_yet_is_looked_at_when_it_is) {
  const Observed o = observed().edit([](Observed& e) { std::get<Pair>(e.pair).not_before = kNow + Seconds(50); });
  const Rest rest = rest_of(pair_is_unusable(o));
  EXPECT_EQ(rest.reason, Reason::kCertificateNotYetValid);
  EXPECT_EQ(rest.until, kNow + Seconds(50));
}

TEST(ChecksResource, a_bad_successor_warns_when_the_presented_certificate_ends_within_two_weeks) {
  const auto ending = [](std::chrono::hours left) {
    return observed().bad_pair(Reason::kKeyMismatch).enabled_with_leaf_0().status([&](api::Status& s) {
      s.ledger.certificates[0].not_after = kNow + left;
    });
  };
  const Rest early = rest_of(pair_is_unusable(ending(std::chrono::hours(24 * 20))));
  EXPECT_THAT(early.message, Not(HasSubstr("valid only until")));
  EXPECT_EQ(early.until, kNow + std::chrono::hours(24 * 6)) << "it is woken to warn";
  const Rest late = rest_of(pair_is_unusable(ending(std::chrono::hours(24 * 13))));
  EXPECT_THAT(late.message, HasSubstr("Certificate 00000000…, which the edge presents, is valid only until 20"));
}

TEST(ChecksResource, source_cloudflare_needs_no_pair) {
  EXPECT_EQ(pair_is_unusable(observed().shared()), std::nullopt);
  EXPECT_EQ(pair_is_unusable_while_off(observed().shared()), std::nullopt);
}

}  // namespace
}  // namespace originpull::plan
