// SPDX-License-Identifier: Apache-2.0
#include "kube/status_error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "json/decoder.hpp"
#include "kube/json_scan.hpp"

namespace originpull::kube {
namespace {

constexpr Duration kLongestRetryAfter{600'000};

struct Row {
  int http = 0;             // 0: any
  std::string_view reason;  // empty: any
  ErrorKind read;
  ErrorKind write;
  std::string_view advice;  // what to do, in our words
};

// The first row that fits counts.
constexpr auto kTable = std::to_array<Row>({
    {0, "NamespaceTerminating", ErrorKind::kDenied, ErrorKind::kDenied, "the namespace is being deleted"},
    {0, "AlreadyExists", ErrorKind::kConflict, ErrorKind::kConflict, ""},
    {0, "Conflict", ErrorKind::kConflict, ErrorKind::kConflict, ""},
    {0, "Expired", ErrorKind::kConflict, ErrorKind::kConflict, ""},
    {0, "NotFound", ErrorKind::kNotFound, ErrorKind::kNotFound, ""},
    {400, "", ErrorKind::kInvalid, ErrorKind::kInvalid, ""},
    {401, "", ErrorKind::kDenied, ErrorKind::kDenied,
     "the API server does not accept the credentials: check the token or the client certificate"},
    {403, "", ErrorKind::kDenied, ErrorKind::kDenied, "grant the permission by RBAC"},
    {404, "", ErrorKind::kNotFound, ErrorKind::kNotFound, ""},
    {405, "", ErrorKind::kInvalid, ErrorKind::kInvalid, ""},
    {406, "", ErrorKind::kInvalid, ErrorKind::kInvalid, ""},
    {408, "", ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome, ""},
    {409, "", ErrorKind::kConflict, ErrorKind::kConflict, ""},
    {410, "", ErrorKind::kConflict, ErrorKind::kConflict, ""},
    {413, "", ErrorKind::kInvalid, ErrorKind::kInvalid, "the object is too large for the API server"},
    {415, "", ErrorKind::kInvalid, ErrorKind::kInvalid, ""},
    {422, "", ErrorKind::kInvalid, ErrorKind::kInvalid, ""},
    {429, "", ErrorKind::kRateLimited, ErrorKind::kRateLimited, ""},
    {503, "", ErrorKind::kUnavailable, ErrorKind::kUnavailable, ""},
    {500, "", ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome, ""},
    {502, "", ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome, ""},
    {504, "", ErrorKind::kUnavailable, ErrorKind::kUnknownOutcome, ""},
});

const Row* row_of(int http, const Status& status) {
  const auto fits = [&](const Row& row) {
    const bool reason =
        row.reason.empty() || row.reason == status.reason || status.causes.find(row.reason) != std::string::npos;
    return reason && (row.http == 0 || row.http == http);
  };
  const auto* const found = std::ranges::find_if(kTable, fits);
  return found == kTable.end() ? nullptr : found;
}

// One line of at most 512 bytes, so that a hostile server can neither fill a log nor draw in a terminal.
std::string tame(std::string_view text) {
  std::string out(text.substr(0, 512));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  if (text.size() > out.size()) out += "...";
  return out;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return {};
  return value;
}

// "Tue, 24 Nov 2026 05:00:00 GMT", the only form that servers may send today.
std::optional<Wall> parse_http_date(std::string_view text) {
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() != 29 || text.substr(25) != " GMT" || text[19] != ':' || text[22] != ':') return {};
  const std::size_t month = kMonths.find(text.substr(8, 3));
  const auto day = number(text.substr(5, 2));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (month == std::string_view::npos || month % 3 != 0 || !day || !year || !hour || !minute || !second) return {};
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(month / 3 + 1)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return {};
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace

std::optional<Status> decode_status(std::string_view json) {
  if (plain_string_member(json, "kind") != "Status") return {};
  const auto read = [](json::Decoder& decoder) {
    Status status;
    status.status = decoder.want<std::string>("status");
    status.message = decoder.want<std::string>("message");
    status.reason = decoder.want<std::string>("reason");
    status.code = static_cast<int>(std::clamp<std::int64_t>(decoder.want<std::int64_t>("code"), 0, 999));
    json::Decoder details = decoder.at("details");
    details.each("causes", [&](json::Decoder& cause) {
      const auto reason = cause.want<std::string>("reason");
      if (!reason.empty()) status.causes += (status.causes.empty() ? "" : " ") + reason;
    });
    const auto seconds = details.want<std::int64_t>("retryAfterSeconds");
    if (seconds > 0)
      status.retry_after = std::min(Duration(Seconds(std::min<std::int64_t>(seconds, 600))), kLongestRetryAfter);
    return status;
  };
  auto decoded = json::decode(json, read);
  if (!decoded) return {};
  return std::move(*decoded);
}

Error status_error(const Asked& asked, const Status& status, int http_status) {
  const Row* row = row_of(http_status, status);
  Error error;
  error.kind = row == nullptr ? ErrorKind::kInternal : asked.is_write ? row->write : row->read;
  error.attempted = asked.attempted;
  error.http_status = http_status;
  error.reason = status.reason;
  // These causes ask for another reaction than the reason that they come with.
  for (const std::string_view cause : {"NamespaceTerminating", "ResourceVersionTooLarge"}) {
    if (status.causes.find(cause) != std::string::npos) error.reason = cause;
  }
  error.retry_after = status.retry_after;
  error.message = "the API server answered " + std::to_string(http_status);
  if (!status.reason.empty()) error.message += " " + tame(status.reason);
  if (!status.message.empty()) error.message += ": " + tame(status.message);
  if (row != nullptr && !row->advice.empty()) error.message.append("; ").append(row->advice);
  if (row == nullptr) error.message += "; is this the address of a Kubernetes API server?";
  return error;
}

Error status_error(const Asked& asked, const net::Head& head, std::string_view body, Wall now) {
  const auto status = decode_status(body);
  Error error = status_error(asked, status.value_or(Status{}), head.status);
  if (const auto wait = parse_retry_after(head.header("Retry-After"), now)) error.retry_after = wait;
  return error;
}

Error transport_error(const Asked& asked, Error error) {
  if (!asked.is_write && error.kind == ErrorKind::kUnknownOutcome) error.kind = ErrorKind::kUnavailable;
  error.attempted = asked.attempted;
  return error;
}

std::optional<Duration> parse_retry_after(std::string_view value, Wall now) {
  if (value.empty()) return {};
  if (const auto seconds = number(value)) {
    return std::min(Duration(Seconds(std::min<std::int64_t>(*seconds, 600))), kLongestRetryAfter);
  }
  const auto date = parse_http_date(value);
  if (!date) return {};
  return std::clamp(std::chrono::duration_cast<Duration>(*date - now), Duration(0), kLongestRetryAfter);
}

}  // namespace originpull::kube
