// SPDX-License-Identifier: Apache-2.0
// What each kind of error asks for, and the pauses: architecture.md section 5 as a table, and that a failed clean-up
// never changes Ready.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/checks.hpp"
#include "plan/planner.hpp"
#include "support/observed_builder.hpp"

namespace originpull::plan {
namespace {

using api::Intent;
using api::Reason;
using support::kLongAgo;
using support::kNow;
using support::observed;
using testing::HasSubstr;

Error error(ErrorKind kind, int code = 0) {
  return {.kind = kind,
          .attempted = "do it",
          .message = "it failed; mend it",
          .http_status = code == 0 ? 0 : 400,
          .code = code,
          .ray = "8f1c"};
}

struct Row {
  ErrorKind kind;
  Verdict verdict;
  Reason reason;
  bool back_off;
};

TEST(RestFor, each_kind_of_error_has_its_reaction) {
  for (const Row& row : {Row{ErrorKind::kDenied, Verdict::kStalled, Reason::kPermissionDenied, false},
                         Row{ErrorKind::kNotFound, Verdict::kReconciling, Reason::kConflict, true},
                         Row{ErrorKind::kConflict, Verdict::kReconciling, Reason::kConflict, true},
                         Row{ErrorKind::kRateLimited, Verdict::kReconciling, Reason::kRateLimited, false},
                         Row{ErrorKind::kUnavailable, Verdict::kReconciling, Reason::kCloudflareUnavailable, true},
                         Row{ErrorKind::kUnknownOutcome, Verdict::kReconciling, Reason::kAnswerLost, true},
                         Row{ErrorKind::kInternal, Verdict::kReconciling, Reason::kUnexpectedAnswer, true},
                         Row{ErrorKind::kInvalid, Verdict::kReconciling, Reason::kUnexpectedAnswer, true}}) {
    const Rest rest = rest_for(observed(), error(row.kind));
    EXPECT_EQ(rest.verdict, row.verdict) << to_string(row.kind);
    EXPECT_EQ(rest.reason, row.reason) << to_string(row.kind);
    EXPECT_EQ(rest.back_off, row.back_off) << to_string(row.kind);
    EXPECT_EQ(rest.until.has_value(), !row.back_off) << to_string(row.kind);
    EXPECT_EQ(rest.message, "do it: it failed; mend it");
    EXPECT_EQ(rest.ray, "8f1c");
  }
}

TEST(RestFor, an_upload_that_cloudflare_refuses_needs_another_certificate) {
  const Rest rest = rest_for(observed().record(0, Intent::kUpload, Seconds(1)), error(ErrorKind::kInvalid, 1412));
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
  EXPECT_EQ(rest.reason, Reason::kCertificateRejected);
  EXPECT_EQ(rest.until, kNow + Seconds(60));
}

TEST(RestFor, only_a_refusal_of_the_first_upload_ever_withdraws_its_announcement) {
  const auto refused = [](const api::Fingerprint& claim, const Error& why) {
    return rest_for(observed().record(0, Intent::kUpload, Seconds(1)).edit([&](Observed& o) { o.first_claim = claim; }),
                    why)
        .refused;
  };
  EXPECT_EQ(refused(support::leaf(0), error(ErrorKind::kInvalid, 1412)), support::leaf(0));
  EXPECT_EQ(refused(support::leaf(0), error(ErrorKind::kDenied, 9103)), support::leaf(0));
  EXPECT_EQ(refused("", error(ErrorKind::kInvalid, 1412)), "") << "one that was lost before may still appear";
  EXPECT_EQ(refused(support::leaf(0), error(ErrorKind::kConflict, 1406)), "");
  EXPECT_EQ(refused(support::leaf(0), error(ErrorKind::kUnknownOutcome, 500)), "");
  EXPECT_EQ(refused(support::leaf(0), error(ErrorKind::kInvalid)), "") << "not said by Cloudflare";
}

TEST(RestFor, a_zone_that_cloudflare_does_not_know_needs_a_person) {
  for (const int code : {7003, 9109}) {
    const Rest rest = rest_for(observed(), error(ErrorKind::kNotFound, code));
    EXPECT_EQ(rest.verdict, Verdict::kStalled) << code;
    EXPECT_EQ(rest.reason, Reason::kZoneNotFound) << code;
    EXPECT_EQ(rest.until, kNow + Seconds(30)) << code;
  }
}

TEST(RestFor, a_token_that_cloudflare_does_not_know_is_told_from_a_missing_permission) {
  EXPECT_EQ(rest_for(observed(), error(ErrorKind::kDenied, 9103)).reason, Reason::kTokenInvalid);
  EXPECT_EQ(rest_for(observed(), error(ErrorKind::kDenied, 9109)).reason, Reason::kPermissionDenied);
}

TEST(RestFor, a_denial_is_tried_again_slowly_and_ever_more_seldom) {
  EXPECT_EQ(rest_for(observed(), error(ErrorKind::kDenied)).until, kNow + Seconds(30));
  EXPECT_EQ(rest_for(observed().not_ready_for(Seconds(800)), error(ErrorKind::kDenied)).until, kNow + Seconds(200));
  EXPECT_EQ(rest_for(observed().not_ready_for(kLongAgo), error(ErrorKind::kDenied)).until, kNow + Seconds(600));
}

TEST(RestFor, a_stated_wait_is_kept) {
  Error limited = error(ErrorKind::kRateLimited);
  EXPECT_EQ(rest_for(observed(), limited).until, kNow + Seconds(30));
  limited.retry_after = Seconds(77);
  EXPECT_EQ(rest_for(observed(), limited).until, kNow + Seconds(77));
}

TEST(RestFor, kubernetes_is_not_blamed_on_cloudflare) {
  Error unavailable = error(ErrorKind::kUnavailable);
  unavailable.reason = "ServiceUnavailable";
  EXPECT_EQ(rest_for(observed(), unavailable).reason, Reason::kKubernetesUnavailable);
}

TEST(RestFor, certificate_exists_backs_off_and_assumes_nothing) {
  const Rest rest = rest_for(observed(), error(ErrorKind::kConflict, 1406));
  EXPECT_EQ(rest.reason, Reason::kCertificateExists);
  EXPECT_EQ(rest.verdict, Verdict::kReconciling);
  EXPECT_TRUE(rest.back_off);
}

TEST(RestFor, a_setting_that_cannot_be_changed_needs_a_person) {
  const Rest rest = rest_for(observed(), error(ErrorKind::kInvalid, 1057));
  EXPECT_EQ(rest.reason, Reason::kSettingNotEditable);
  EXPECT_EQ(rest.verdict, Verdict::kStalled);
}

TEST(RestFor, a_failed_clean_up_never_changes_ready) {
  const Observed o = observed()
                         .certificate(1)
                         .certificate(0)
                         .record(1, Intent::kDelete)
                         .record(0)
                         .active_for(kLongAgo)
                         .switches(true, true);
  const Rest denied = rest_for(o, error(ErrorKind::kDenied));
  EXPECT_EQ(denied.verdict, Verdict::kReady);
  EXPECT_EQ(denied.reason, Reason::kPermissionDenied);
  EXPECT_THAT(denied.message, HasSubstr("The edge presents certificate 00000000…"));
  EXPECT_THAT(denied.message, HasSubstr("do it: it failed"));
  EXPECT_TRUE(rest_for(o, error(ErrorKind::kUnknownOutcome)).back_off);
  EXPECT_EQ(rest_for(o, error(ErrorKind::kUnknownOutcome)).verdict, Verdict::kReady);
}

TEST(RestFor, a_failed_look_is_no_clean_up) {
  const Observed o =
      observed().enabled_with_leaf_0().edit([](Observed& e) { e.encryption_mode = error(ErrorKind::kUnavailable); });
  EXPECT_EQ(rest_for(o, error(ErrorKind::kUnavailable)).verdict, Verdict::kReconciling);
}

TEST(Pauses, a_poll_comes_after_a_quarter_of_the_age_within_2_and_30_seconds) {
  EXPECT_EQ(poll_again(kNow, std::nullopt), kNow + Seconds(30)) << "nobody knows how old it is";
  EXPECT_EQ(poll_again(kNow, kNow + Seconds(9)), kNow + Seconds(2)) << "a clock that is ahead";
  EXPECT_EQ(poll_again(kNow, kNow - Seconds(60)), kNow + Seconds(15));
  EXPECT_EQ(poll_again(kNow, kNow - Seconds(6000)), kNow + Seconds(30));
}

TEST(Pauses, patience_counts_only_while_the_resource_is_not_ready) {
  EXPECT_EQ(patience(observed(), Seconds(60), Seconds(3600)), Seconds(60));
  EXPECT_EQ(patience(observed().not_ready_for(Seconds(1000)), Seconds(60), Seconds(3600)), Seconds(250));
  const Observed ready = observed().not_ready_for(Seconds(1000)).status([](api::Status& s) {
    s.conditions[0].status = api::ConditionStatus::kTrue;
  });
  EXPECT_EQ(patience(ready, Seconds(60), Seconds(3600)), Seconds(60));
}

}  // namespace
}  // namespace originpull::plan
