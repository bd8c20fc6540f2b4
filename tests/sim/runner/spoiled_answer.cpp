// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/spoiled_answer.hpp"

#include <algorithm>
#include <array>

namespace originpull::sim {
namespace {

struct StatusWords {
  int status;
  const char* kubernetes;  // the reason
  int cloudflare;          // the code
};
constexpr std::array<StatusWords, 13> kWords = {{
    {400, "BadRequest", 1400},
    {401, "Unauthorized", 10000},
    {403, "Forbidden", 10000},
    {404, "NotFound", 7003},
    {409, "Conflict", 1400},
    {410, "Expired", 1400},
    {413, "RequestEntityTooLarge", 1400},
    {422, "Invalid", 1400},
    {429, "TooManyRequests", 10100},
    {500, "InternalError", 1000},
    {502, "ServiceUnavailable", 1000},
    {503, "ServiceUnavailable", 1000},
    {504, "Timeout", 1000},
}};

std::string status_object(int status, int retry_after) {
  const auto words = std::ranges::find(kWords, status, &StatusWords::status);
  const std::string details =
      retry_after == 0 ? "" : R"(,"details":{"retryAfterSeconds":)" + std::to_string(retry_after) + "}";
  return R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"a mishap","reason":")" +
         std::string(words == kWords.end() ? "Unknown" : words->kubernetes) + "\"" + details +
         ",\"code\":" + std::to_string(status) + "}";
}

net::Response html(int status) {
  return {.head = {.status = status, .headers = {{"Content-Type", "text/html"}}},
          .body = "<!DOCTYPE html><html><head><title>Bad gateway</title></head><body>a mishap</body></html>"};
}

template <int kStatus, int kRetryAfter = 0>
net::Response refuse(bool cloudflare, net::Response) {
  return refusal(cloudflare, kStatus, kRetryAfter);
}

net::Response fail_with_200(bool cloudflare, net::Response) {
  net::Response answer = refusal(cloudflare, 500);
  answer.head.status = 200;
  return answer;
}

net::Response truncate(bool, net::Response answer) {
  answer.body.resize(answer.body.size() / 2);
  return answer;
}

struct Named {
  std::string_view kind;
  SpoiledAnswer answer;
};
constexpr std::array<Named, 20> kAnswers = {{
    {"F8.400", {false, refuse<400>}},
    {"F8.401", {false, refuse<401>}},
    {"F8.403", {false, refuse<403>}},
    {"F8.404", {false, refuse<404>}},
    {"F8.409", {false, refuse<409>}},
    {"F8.410", {false, refuse<410>}},
    {"F8.413", {false, refuse<413>}},
    {"F8.422", {false, refuse<422>}},
    {"F8.429", {false, refuse<429>}},
    {"F8.429-after", {false, refuse<429, 30>}},
    {"F8.500", {false, refuse<500>}},
    {"F8.502-html", {false, [](bool, net::Response) { return html(502); }}},
    {"F8.503", {false, refuse<503>}},
    {"F8.504", {false, refuse<504>}},
    {"F8.500-done", {true, refuse<500>}},
    {"F8.503-done", {true, refuse<503>}},
    {"F8.failure", {false, fail_with_200}},
    {"F8.truncated", {true, truncate}},
    {"F8.wrong-type", {true, [](bool, net::Response) { return html(200); }}},
    {"F15.429", {false, refuse<429, 1>}},
}};

}  // namespace

net::Response refusal(bool cloudflare, int status, int retry_after) {
  net::Response answer{.head = {.status = status, .headers = {{"Content-Type", "application/json"}}}, .body = {}};
  if (retry_after != 0) answer.head.headers.emplace_back("Retry-After", std::to_string(retry_after));
  const auto words = std::ranges::find(kWords, status, &StatusWords::status);
  const int code = words == kWords.end() ? 1000 : words->cloudflare;
  answer.body = cloudflare ? R"({"success":false,"errors":[{"code":)" + std::to_string(code) +
                                 R"(,"message":"a mishap"}],"messages":[],"result":null})"
                           : status_object(status, retry_after);
  if (cloudflare) answer.head.headers.emplace_back("CF-Ray", "00000000deadbeef-SIM");
  return answer;
}

std::string error_event(int status) { return R"({"type":"ERROR","object":)" + status_object(status, 0) + "}\n"; }

std::optional<SpoiledAnswer> spoiled_answer(std::string_view kind) {
  const auto found = std::ranges::find(kAnswers, kind, &Named::kind);
  if (found != kAnswers.end()) return found->answer;
  if (kind == "F15.410") return SpoiledAnswer{false, refuse<410>};
  return std::nullopt;
}

}  // namespace originpull::sim
