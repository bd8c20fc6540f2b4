// SPDX-License-Identifier: Apache-2.0
// The error table, as data: what Cloudflare answered, and the reaction that is expected. The cases are those of
// Cloudflare's reference and of what has been observed of the real API, with the texts as they were recorded.
#include "cloudflare/error_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace originpull::cloudflare {
namespace {

using enum ErrorKind;
using net::Method;
using testing::HasSubstr;
using testing::Not;

struct Case {
  std::string name;
  Family family;
  Method method;
  int status;
  std::vector<FailedAnswer::Item> errors;
  ErrorKind kind;
  Refusal refusal = Refusal::kNone;
  bool readable = true;
  friend std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.name; }
};

using enum Family;

const std::vector<Case> kCases = {
    // The certificate service.
    {"already_there",
     kCertificates,
     Method::kPost,
     400,
     {{1406, "This certificate already exists for this zone."}},
     kConflict},
    {"unparseable", kCertificates, Method::kPost, 400, {{1408, "Unable to parse certificate. Please check"}}, kInvalid},
    {"a_ca", kCertificates, Method::kPost, 400, {{1412, "Only leaf certificate is allowed."}}, kInvalid},
    {"a_ca_in_other_words", kCertificates, Method::kPost, 400, {{0, "missing leaf certificate"}}, kInvalid},
    {"a_pair_refused_with_a_code_nobody_recorded",
     kCertificates,
     Method::kPost,
     400,
     {{2200, "key pair invalid"}},
     kInvalid},
    {"delete_while_deploying",
     kCertificates,
     Method::kDelete,
     400,
     {{1434, "Cannot delete resource while in pending deployment state."}},
     kConflict},
    {"deleted_already", kCertificates, Method::kDelete, 400, {{1407, "Certificate is already deleted."}}, kNotFound},
    {"no_such_certificate", kCertificates, Method::kGet, 404, {{1552, "Zone-level certificate not found"}}, kNotFound},
    {"not_found_by_status_alone", kCertificates, Method::kGet, 404, {{4711, "nothing here"}}, kNotFound},
    {"overlap", kCertificates, Method::kPost, 409, {{1400, "Another operation is in progress"}}, kConflict},
    {"overlap_without_a_body", kCertificates, Method::kDelete, 409, {}, kConflict, Refusal::kNone, false},
    // Settings, where the same numbers mean other things.
    {"bad_value", kSettings, Method::kPatch, 400, {{1007, "Invalid value for zone setting tls_client_auth"}}, kInvalid},
    {"not_in_the_plan",
     kSettings,
     Method::kPatch,
     400,
     {{1057, "tls_client_auth cannot be modified for this zone"}},
     kInvalid},
    {"unknown_setting", kSettings, Method::kGet, 400, {{1006, "Unrecognized zone setting name: ssll"}}, kInternal},
    {"ssl_code_1434_is_not_ours", kSettings, Method::kPatch, 400, {{1434, "SSL attribute is invalid"}}, kInvalid},
    // Tokens and permissions; statuses vary.
    {"authentication_error_400",
     kZones,
     Method::kGet,
     400,
     {{10000, "Authentication error"}},
     kDenied,
     Refusal::kUnclear},
    {"authentication_error_403",
     kSettings,
     Method::kPatch,
     403,
     {{10000, "Authentication error"}},
     kDenied,
     Refusal::kUnclear},
    {"token_not_yet_known",
     kCertificates,
     Method::kGet,
     403,
     {{10001, "Unable to authenticate request"}},
     kDenied,
     Refusal::kUnclear},
    {"method_not_allowed_for_token",
     kZoneLevel,
     Method::kPut,
     403,
     {{10001, "Method not allowed for token"}},
     kDenied,
     Refusal::kPermission},
    {"auth_edge_trouble", kCertificates, Method::kGet, 403, {{10001, "internal error"}}, kUnavailable},
    {"auth_edge_trouble_did_nothing", kCertificates, Method::kPost, 403, {{10001, "internal error"}}, kUnavailable},
    {"unauthorized",
     kZoneLevel,
     Method::kGet,
     403,
     {{9109, "Unauthorized to access requested resource"}},
     kDenied,
     Refusal::kUnclear},
    {"locked_out",
     kZones,
     Method::kGet,
     403,
     {{9109, "Max auth failures reached, please check your Authorization header."}},
     kDenied,
     Refusal::kCredential},
    {"unknown_zone", kZones, Method::kGet, 400, {{9109, "Invalid zone identifier"}}, kNotFound},
    {"malformed_header", kZones, Method::kGet, 400, {{6003, "Invalid request headers"}}, kDenied, Refusal::kCredential},
    {"missing_header",
     kZones,
     Method::kGet,
     400,
     {{1001, "Missing \"Authorization\" header"}},
     kDenied,
     Refusal::kCredential},
    {"unknown_key",
     kZones,
     Method::kGet,
     403,
     {{9103, "Unknown X-Auth-Key or X-Auth-Email"}},
     kDenied,
     Refusal::kCredential},
    {"no_right_to_list",
     kZones,
     Method::kGet,
     403,
     {{10000,
       "Actor 'com.cloudflare.api.token.1' requires permission 'com.cloudflare.api.account.zone.list' to list "
       "zones"}},
     kDenied,
     Refusal::kPermission},
    {"bare_401", kZones, Method::kGet, 401, {}, kDenied, Refusal::kUnclear, false},
    {"html_403", kSettings, Method::kGet, 403, {}, kDenied, Refusal::kUnclear, false},
    // Ids.
    {"malformed_id",
     kZones,
     Method::kGet,
     400,
     {{7003, "Could not route to /zones/x, perhaps your object identifier is invalid?"},
      {7000, "No route for that URI"}},
     kNotFound},
    {"malformed_id_newer_words",
     kCertificates,
     Method::kGet,
     400,
     {{7003, "invalid request: invalid route"}},
     kNotFound},
    // Throttling, in all the forms that were seen.
    {"too_many_429",
     kZones,
     Method::kGet,
     429,
     {{971, "More than 1200 requests per 300 seconds reached."}},
     kRateLimited},
    {"too_many_in_a_200",
     kCertificates,
     Method::kGet,
     200,
     {{971, "Please wait and consider throttling your request speed"}},
     kRateLimited},
    {"too_many_429_without_a_body", kCertificates, Method::kPost, 429, {}, kRateLimited, Refusal::kNone, false},
    {"too_many_429_with_another_code", kSettings, Method::kGet, 429, {{10000, "Authentication error"}}, kRateLimited},
    // Their troubles: a read is repeated, a change may have been made.
    {"gone_500_read", kCertificates, Method::kGet, 500, {{1000, "Internal Server Error"}}, kUnavailable},
    {"gone_500_write", kCertificates, Method::kPost, 500, {{1000, "Internal Server Error"}}, kUnknownOutcome},
    {"html_502_read", kZones, Method::kGet, 502, {}, kUnavailable, Refusal::kNone, false},
    {"html_520_write", kZoneLevel, Method::kPut, 520, {}, kUnknownOutcome, Refusal::kNone, false},
    {"request_timeout_write", kCertificates, Method::kDelete, 400, {{1000, "Request timeout"}}, kUnknownOutcome},
    {"status_408", kZoneLevel, Method::kPut, 408, {}, kUnknownOutcome, Refusal::kNone, false},
    {"cut_off_200_read", kCertificates, Method::kGet, 200, {}, kUnavailable, Refusal::kNone, false},
    {"cut_off_200_write", kCertificates, Method::kPost, 200, {}, kUnknownOutcome, Refusal::kNone, false},
    {"no_success_and_no_reason_write", kZoneLevel, Method::kPut, 200, {}, kUnknownOutcome},
    {"no_success_with_a_reason", kCertificates, Method::kPost, 200, {{1408, "Unable to parse certificate"}}, kInvalid},
    // Not Cloudflare at all.
    {"html_404_proves_nothing", kCertificates, Method::kGet, 404, {}, kInternal, Refusal::kNone, false},
    {"html_400", kZones, Method::kGet, 400, {}, kInternal, Refusal::kNone, false},
    {"redirect", kZones, Method::kGet, 302, {}, kInternal, Refusal::kNone, false},
    // Several errors: the first that is known by its code or text decides.
    {"the_second_is_known",
     kCertificates,
     Method::kPost,
     400,
     {{9999, "something"}, {1406, "This certificate already exists"}},
     kConflict},
    {"a_specific_one_beats_the_status",
     kCertificates,
     Method::kPost,
     409,
     {{9999, "something"}, {1406, "exists"}},
     kConflict},
};

class ErrorTable : public testing::TestWithParam<Case> {};

TEST_P(ErrorTable, says_the_reaction_and_what_to_do) {
  const Case& c = GetParam();
  const Call call{.family = c.family, .method = c.method, .zone = "z", .attempted = "do something to zone z"};
  const Diagnosis diagnosis =
      diagnose(call, {.status = c.status, .readable = c.readable, .errors = c.errors, .ray = "8f-FRA"});
  EXPECT_EQ(diagnosis.error.kind, c.kind) << to_string(diagnosis.error.kind) << ": " << diagnosis.error.message;
  EXPECT_EQ(diagnosis.refusal, c.refusal);
  EXPECT_EQ(diagnosis.error.http_status, c.status);
  EXPECT_EQ(diagnosis.error.ray, "8f-FRA");
  EXPECT_EQ(diagnosis.error.attempted, "do something to zone z");
  EXPECT_THAT(diagnosis.error.message, HasSubstr("HTTP " + std::to_string(c.status)));
  EXPECT_THAT(diagnosis.error.message, Not(HasSubstr("{permission}")));
  EXPECT_THAT(diagnosis.error.message, Not(HasSubstr("8f-FRA"))) << "the ray changes by itself";
  if (diagnosis.error.code != 0) {
    EXPECT_THAT(diagnosis.error.message, HasSubstr("code " + std::to_string(diagnosis.error.code)));
  }
  // Only "no such certificate" and the like may go without a refusal's permission.
  if (c.refusal == Refusal::kPermission || c.refusal == Refusal::kUnclear) {
    EXPECT_THAT(diagnosis.error.message, HasSubstr(std::string(permission(call))));
  }
}

INSTANTIATE_TEST_SUITE_P(All, ErrorTable, testing::ValuesIn(kCases), [](const auto& one) { return one.param.name; });

TEST(ErrorTable, the_code_that_decided_is_the_one_that_is_told) {
  const Call call{.family = Family::kCertificates, .method = Method::kPost};
  const FailedAnswer answer{.status = 400, .errors = {{9999, "something"}, {1406, "exists"}}};
  EXPECT_EQ(diagnose(call, answer).error.code, 1406);
  EXPECT_EQ(diagnose(call, {.status = 400, .errors = {{9999, "something"}, {8888, "else"}}}).error.code, 9999);
}

TEST(ErrorTable, of_two_that_are_known_the_first_decides) {
  const Call call{.family = Family::kCertificates, .method = Method::kPost};
  EXPECT_EQ(diagnose(call, {.status = 400, .errors = {{1406, "exists"}, {1408, "parse"}}}).error.code, 1406);
  EXPECT_EQ(diagnose(call, {.status = 400, .errors = {{1408, "parse"}, {1406, "exists"}}}).error.code, 1408);
}

TEST(ErrorTable, cloudflares_own_words_are_not_repeated) {
  const Call call{.family = Family::kSettings, .method = Method::kPatch};
  const auto told = diagnose(call, {.status = 400, .errors = {{1007, "Invalid value <script> 2026-11-24T05:00:01Z"}}});
  EXPECT_THAT(told.error.message, Not(HasSubstr("script")));
}

TEST(ErrorTable, a_wish_to_wait_is_passed_on_and_an_overlap_has_one_of_our_own) {
  const Call call{.family = Family::kCertificates, .method = Method::kPost};
  EXPECT_EQ(diagnose(call, {.status = 503, .retry_after = Seconds(7)}).error.retry_after, Seconds(7));
  EXPECT_EQ(diagnose(call, {.status = 409}).error.retry_after, Seconds(2));
  EXPECT_FALSE(diagnose(call, {.status = 400, .errors = {{1406, "exists"}}}).error.retry_after);
}

}  // namespace
}  // namespace originpull::cloudflare
