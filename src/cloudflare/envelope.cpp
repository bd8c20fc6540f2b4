// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/envelope.hpp"

#include <algorithm>
#include <charconv>

#include "base/rfc3339.hpp"
#include "json/decoder.hpp"

namespace originpull::cloudflare {
namespace {

constexpr json::Limits kLimits{.bytes = std::size_t{4} << 20, .depth = 32};
constexpr std::int64_t kLongestWait = 86'400;  // seconds; more than a day is nonsense

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end == text.data() || number < 0) return std::nullopt;
  return std::min(number, kLongestWait);
}

// The number after ";name=", for the parameters of one item of a structured header.
std::optional<std::int64_t> parameter(std::string_view item, std::string_view name) {
  for (std::size_t at = item.find(';'); at != std::string_view::npos; at = item.find(';', at + 1)) {
    std::string_view rest = item.substr(at + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    if (rest.starts_with(name) && rest.substr(name.size()).starts_with('='))
      return whole_number(rest.substr(name.size() + 1));
  }
  return std::nullopt;
}

std::optional<Wall> read_time(json::Decoder& d, std::string_view key) {
  if (!d.is_string(key)) return std::nullopt;
  const auto time = parse_rfc3339(d.want<std::string>(key));
  return time ? std::optional<Wall>(*time) : std::nullopt;
}

Zone zone(json::Decoder& d) {
  return Zone{
      .id = d.need<std::string>("id"), .name = d.need<std::string>("name"), .status = d.want<std::string>("status")};
}

Certificate certificate(json::Decoder& d) {
  Certificate read{.id = d.need<std::string>("id"),
                   .pem = d.want<std::string>("certificate"),
                   .status_text = d.want<std::string>("status"),
                   .uploaded_on = read_time(d, "uploaded_on"),
                   .expires_on = read_time(d, "expires_on")};
  read.status = certificate_status(read.status_text);
  return read;
}

// A list's elements, or the object, under "result".
template <class F>
auto each_result(const json::Document& document, F read)
    -> Result<std::vector<std::invoke_result_t<F, json::Decoder&>>> {
  json::Decoder top(document);
  std::vector<std::invoke_result_t<F, json::Decoder&>> all;
  top.each("result", [&](json::Decoder& one) { all.push_back(read(one)); });
  return top.finish(std::move(all));
}

template <class F>
auto one_result(const json::Document& document, F read) -> Result<std::invoke_result_t<F, json::Decoder&>> {
  json::Decoder top(document);
  json::Decoder result = top.at("result");
  auto value = read(result);
  return top.finish(std::move(value));
}

// It goes into the status, so whatever is not one ("230b030023ae2822-SJC") is left out.
std::string read_ray(const net::Head& head) {
  constexpr std::size_t kLongest = 64;
  const std::string_view ray = head.header("cf-ray");
  const auto belongs = [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  };
  return ray.size() <= kLongest && std::all_of(ray.begin(), ray.end(), belongs) ? std::string(ray) : std::string();
}

}  // namespace

Envelope open_envelope(const net::Response& response) {
  Envelope envelope{.success = std::nullopt,
                    .failure = {.status = response.head.status,
                                .readable = false,
                                .retry_after = read_retry_after(response.head),
                                .ray = read_ray(response.head)}};
  auto document = json::parse(response.body, kLimits);
  if (!document) return envelope;
  json::Decoder top(*document);
  if (top.failed()) return envelope;
  const bool ok = response.head.status >= 200 && response.head.status < 300;
  if (ok && top.text("success") == "true") {
    envelope.success = std::move(*document);
    return envelope;
  }
  // A JSON object that is no envelope ({"message": "not found"} of some proxy) is not Cloudflare's word.
  envelope.failure.readable = top.text("success") == "false" || top.is_array("errors");
  if (top.is_array("errors")) {
    top.each("errors", [&](json::Decoder& one) {
      json::Decoder& error = one;
      envelope.failure.errors.push_back(
          {.code = static_cast<int>(std::clamp<std::int64_t>(error.want<std::int64_t>("code"), 0, 1'000'000)),
           .message = error.want<std::string>("message")});
    });
  }
  return envelope;
}

Result<std::vector<Zone>> read_zones(const json::Document& document) { return each_result(document, zone); }
Result<Zone> read_zone(const json::Document& document) { return one_result(document, zone); }
Result<std::vector<Certificate>> read_certificates(const json::Document& document) {
  return each_result(document, certificate);
}
Result<Certificate> read_certificate(const json::Document& document) { return one_result(document, certificate); }

Result<bool> read_enabled(const json::Document& document) {
  return one_result(document, [](json::Decoder& d) { return d.need<bool>("enabled"); });
}

Result<Setting> read_setting(const json::Document& document) {
  return one_result(document, [](json::Decoder& d) {
    return Setting{.value = d.need<std::string>("value"), .editable = d.want<bool>("editable", true)};
  });
}

std::optional<Duration> read_retry_after(const net::Head& head) {
  const auto seconds = whole_number(head.header("retry-after"));
  return seconds ? std::optional<Duration>(Seconds(*seconds)) : std::nullopt;
}

std::optional<Duration> read_exhausted(const net::Head& head) {
  std::string_view rest = head.header("ratelimit");
  std::optional<Duration> longest;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(item.size() + 1, rest.size()));
    const auto reset = parameter(item, "t");
    if (parameter(item, "r") != 0 || !reset) continue;
    longest = std::max(longest.value_or(Duration(0)), Duration(Seconds(*reset)));
  }
  return longest;
}

}  // namespace originpull::cloudflare
