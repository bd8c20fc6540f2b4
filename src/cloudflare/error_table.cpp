// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/error_table.hpp"

#include <algorithm>
#include <array>

namespace originpull::cloudflare {
namespace {

using enum ErrorKind;

constexpr unsigned kOfZones = 1;
constexpr unsigned kOfCertificates = 2;
constexpr unsigned kOfZoneLevel = 4;
constexpr unsigned kOfSettings = 8;
constexpr unsigned kOfAll = 15;

// A kind that depends on what was asked: a read that failed is kUnavailable, a change may have been made.
enum class Else { kAsStated, kLost };

struct Row {
  unsigned families;
  int status;             // 0: any
  int code;               // 0: any
  std::string_view text;  // in Cloudflare's message; empty: any
  ErrorKind kind;
  Refusal refusal;
  int retry_seconds;         // 0: not said
  std::string_view message;  // {permission} is replaced
  Else otherwise = Else::kAsStated;
};

// The first row that matches decides. Evidence: Cloudflare's reference and what has been observed of the real API.
constexpr auto kRows = std::to_array<Row>({
    {kOfAll, 0, 971, "", kRateLimited, Refusal::kNone, 0, "Cloudflare throttles this API token's owner"},
    {kOfAll, 429, 0, "", kRateLimited, Refusal::kNone, 0, "Cloudflare throttles this API token's owner"},

    {kOfAll, 0, 0, "requires permission", kDenied, Refusal::kPermission, 0,
     "the API token may not do this; it needs the permission {permission}"},
    {kOfAll, 0, 9109, "Max auth failures", kDenied, Refusal::kCredential, 0,
     "Cloudflare has locked this API token out after repeated refusals; put a valid token into the Secret"},
    {kOfAll, 0, 9109, "Invalid zone identifier", kNotFound, Refusal::kNone, 0,
     "Cloudflare knows no zone of this id, or the API token cannot see it; check spec.zone and that the token has the "
     "permission {permission} for this zone"},
    {kOfAll, 0, 9109, "", kDenied, Refusal::kUnclear, 0,
     "the API token may not do this; it needs the permission {permission} for this zone"},
    {kOfAll, 0, 6003, "", kDenied, Refusal::kCredential, 0,
     "Cloudflare cannot read the API token; put a valid token into the Secret"},
    {kOfAll, 0, 6111, "", kDenied, Refusal::kCredential, 0,
     "Cloudflare cannot read the API token; put a valid token into the Secret"},
    {kOfAll, 0, 9103, "", kDenied, Refusal::kCredential, 0,
     "Cloudflare does not know this API token; put a valid token into the Secret"},
    {kOfAll, 0, 9106, "", kDenied, Refusal::kCredential, 0,
     "Cloudflare does not know this API token; put a valid token into the Secret"},
    {kOfAll, 0, 1001, "Authorization", kDenied, Refusal::kCredential, 0,
     "Cloudflare got no API token; put a valid token into the Secret"},
    {kOfAll, 0, 10001, "Method not allowed", kDenied, Refusal::kPermission, 0,
     "the API token may not do this; it needs the permission {permission} for this zone"},
    {kOfAll, 0, 10001, "internal error", kUnavailable, Refusal::kNone, 0,
     "Cloudflare could not check the API token just now"},
    {kOfAll, 0, 10001, "", kDenied, Refusal::kUnclear, 0,
     "Cloudflare does not accept this API token for this call (a new token can take some seconds); it must be valid "
     "and "
     "have the permission {permission} for this zone"},
    {kOfAll, 0, 10000, "", kDenied, Refusal::kUnclear, 0,
     "Cloudflare refuses the API token; it must be valid, not expired, and have the permission {permission} for this "
     "zone"},

    {kOfAll, 0, 7003, "", kNotFound, Refusal::kNone, 0,
     "Cloudflare cannot make sense of an id in this call; check spec.zone"},
    {kOfAll, 0, 7000, "", kNotFound, Refusal::kNone, 0,
     "Cloudflare cannot make sense of an id in this call; check spec.zone"},
    {kOfAll, 0, 1000, "timeout", kUnavailable, Refusal::kNone, 0, "Cloudflare ran out of time", Else::kLost},
    {kOfAll, 0, 1000, "Internal", kUnavailable, Refusal::kNone, 0, "Cloudflare had an error of its own", Else::kLost},

    {kOfCertificates, 0, 1406, "", kConflict, Refusal::kNone, 0,
     "Cloudflare says that the zone has this certificate already, or is still deleting it; it is looked for again"},
    {kOfCertificates, 0, 1408, "", kInvalid, Refusal::kNone, 0,
     "Cloudflare cannot parse the certificate; put a valid PEM certificate and key into the Secret"},
    {kOfCertificates, 0, 1412, "", kInvalid, Refusal::kNone, 0,
     "Cloudflare takes leaf certificates only, and this is a CA certificate; put a certificate with CA:FALSE into the "
     "Secret"},
    {kOfCertificates, 0, 0, "missing leaf certificate", kInvalid, Refusal::kNone, 0,
     "Cloudflare takes leaf certificates only, and this is a CA certificate; put a certificate with CA:FALSE into the "
     "Secret"},
    {kOfCertificates, 0, 1434, "", kConflict, Refusal::kNone, 5,
     "the certificate is still being deployed and cannot be deleted yet"},
    {kOfCertificates, 0, 0, "already deleted", kNotFound, Refusal::kNone, 0, "the certificate is deleted already"},
    {kOfCertificates, 0, 1551, "", kNotFound, Refusal::kNone, 0, "the zone has no such certificate"},
    {kOfCertificates, 0, 1552, "", kNotFound, Refusal::kNone, 0, "the zone has no such certificate"},

    {kOfSettings, 0, 1006, "", kInternal, Refusal::kNone, 0, "Cloudflare does not know this setting; please report it"},
    {kOfSettings, 0, 1007, "", kInvalid, Refusal::kNone, 0, "Cloudflare does not take this value for the setting"},
    {kOfSettings, 0, 1057, "", kInvalid, Refusal::kNone, 0,
     "the plan of this zone does not allow to change the setting; change the plan, or set spec.globalSetting to "
     "Unmanaged"},

    {kOfAll, 409, 0, "", kConflict, Refusal::kNone, 2, "another change of this zone is under way at Cloudflare"},
});

unsigned mask(Family family) {
  switch (family) {
    case Family::kZones: return kOfZones;
    case Family::kCertificates: return kOfCertificates;
    case Family::kZoneLevel: return kOfZoneLevel;
    case Family::kSettings: return kOfSettings;
  }
  return 0;
}

bool contains(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](char a, char b) { return lower(a) == lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool matches(const Row& row, const Call& call, int status, const FailedAnswer::Item& item) {
  return (row.families & mask(call.family)) != 0 && (row.status == 0 || row.status == status) &&
         (row.code == 0 || row.code == item.code) && (row.text.empty() || contains(item.message, row.text));
}

ErrorKind lost(const Call& call) { return call.mutation() ? kUnknownOutcome : kUnavailable; }

// What the status alone says.
Row by_status(const Call& call, const FailedAnswer& answer) {
  const int status = answer.status;
  const bool stated = answer.readable && !answer.errors.empty();
  if (status >= 500) return {kOfAll, 0, 0, "", lost(call), Refusal::kNone, 0, "Cloudflare has trouble of its own"};
  if (status == 401 || status == 403) {
    return {kOfAll,
            0,
            0,
            "",
            kDenied,
            Refusal::kUnclear,
            0,
            "Cloudflare refuses the API token; it must be valid and have the permission {permission} for this zone"};
  }
  if (status == 408) return {kOfAll, 0, 0, "", lost(call), Refusal::kNone, 0, "Cloudflare ran out of time"};
  if (status < 300 && !stated) {
    return {
        kOfAll,     0,
        0,          "",
        lost(call), Refusal::kNone,
        0,          "Cloudflare's answer cannot be read (not its JSON, cut off, or not a success without saying why)"};
  }
  if (status >= 300 && status < 400) {
    return {kOfAll,
            0,
            0,
            "",
            kInternal,
            Refusal::kNone,
            0,
            "the answer is a redirect, which is not followed; check the address of Cloudflare's API and any proxy"};
  }
  // An HTML page with status 404 proves nothing about a certificate.
  if (!answer.readable) {
    return {kOfAll,    0,
            0,         "",
            kInternal, Refusal::kNone,
            0,         "the answer is not Cloudflare's JSON; check the address of Cloudflare's API and any proxy"};
  }
  if (status == 404) return {kOfAll, 0, 0, "", kNotFound, Refusal::kNone, 0, "Cloudflare knows no such object"};
  if (call.family == Family::kCertificates && call.method == net::Method::kPost) {
    return {kOfAll,   0,
            0,        "",
            kInvalid, Refusal::kNone,
            0,        "Cloudflare refuses the certificate or its key; put another pair into the Secret"};
  }
  return {kOfAll, 0, 0, "", kInvalid, Refusal::kNone, 0, "Cloudflare refuses the request"};
}

std::string sentence(const Row& row, const Call& call, int status, int code) {
  constexpr std::string_view kPlaceholder = "{permission}";
  std::string text(row.message);
  if (const std::size_t at = text.find(kPlaceholder); at != std::string::npos) {
    text.replace(at, kPlaceholder.size(), "\"" + std::string(permission(call)) + "\"");
  }
  text += code != 0 ? " (Cloudflare code " + std::to_string(code) + ", HTTP " : " (HTTP ";
  return text + std::to_string(status) + ")";
}

}  // namespace

Diagnosis diagnose(const Call& call, const FailedAnswer& answer) {
  const Row* row = nullptr;
  int code = 0;
  // The status alone can match a row (429, 409), so an answer without errors is looked up once too.
  const std::vector<FailedAnswer::Item> none(1);
  for (const auto& item : answer.errors.empty() ? none : answer.errors) {
    const auto found = std::find_if(kRows.begin(), kRows.end(),
                                    [&](const Row& one) { return matches(one, call, answer.status, item); });
    if (found == kRows.end()) continue;
    // A row that knows the code or its text is better than one that goes by the status.
    const bool specific = found->code != 0 || !found->text.empty();
    if (row == nullptr || specific) {
      row = &*found;
      code = item.code;
    }
    if (specific) break;
  }
  const Row fallback = by_status(call, answer);
  if (row == nullptr) {
    row = &fallback;
    if (!answer.errors.empty()) code = answer.errors.front().code;
  }
  const bool is_lost = row->otherwise == Else::kLost && call.mutation();
  Diagnosis diagnosis{.error = Error{.kind = is_lost ? kUnknownOutcome : row->kind,
                                     .attempted = call.attempted,
                                     .message = sentence(*row, call, answer.status, code),
                                     .retry_after = answer.retry_after,
                                     .http_status = answer.status,
                                     .code = code,
                                     .ray = answer.ray},
                      .refusal = row->refusal};
  if (!diagnosis.error.retry_after && row->retry_seconds > 0) diagnosis.error.retry_after = Seconds(row->retry_seconds);
  return diagnosis;
}

}  // namespace originpull::cloudflare
