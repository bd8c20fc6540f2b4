// SPDX-License-Identifier: Apache-2.0
#include "worlds/kube_list_options.hpp"

#include <algorithm>
#include <charconv>

#include "base/base64.hpp"
#include "json/decoder.hpp"
#include "json/writer.hpp"

namespace originpull::worlds {
namespace {

using Match = KubeListOptions::Match;

template <class T>
std::optional<T> number(std::string_view text) {
  T value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

tl::unexpected<KubeRefusal> bad_request(std::string message) { return refuse(400, "BadRequest", std::move(message)); }

KubeOutcome<std::int64_t> integer(const KubeRequest& request, const char* parameter) {
  const std::string text = request.asked(parameter);
  if (text.empty()) return 0;
  if (const auto value = number<std::int64_t>(text)) return *value;
  return bad_request("strconv.ParseInt: parsing " + json::quote(text) + ": invalid syntax");
}

// A refused combination.
tl::unexpected<KubeRefusal> bad_option(KubeCause cause) {
  return refuse(invalid("meta.k8s.io", "ListOptions", "", {std::move(cause)}));
}

std::string encode_url(const std::string& text) {
  std::string token = encode_base64(text);
  while (token.ends_with('=')) token.pop_back();
  std::ranges::replace(token, '+', '-');
  std::ranges::replace(token, '/', '_');
  return token;
}

KubeOutcome<KubePlace> read_token(std::string token) {
  const auto bad = [](const std::string& why) {
    return bad_request("invalid continue token: continue key is not valid: " + why);
  };
  std::ranges::replace(token, '-', '+');
  std::ranges::replace(token, '_', '/');
  token.resize((token.size() + 3) / 4 * 4, '=');
  const auto text = decode_base64(token);
  if (!text) return bad("illegal base64 data");
  bool ours = false;
  auto read = json::decode(*text, [&](json::Decoder& fields) {
    ours = fields.want<std::string>("v") == "meta.k8s.io/v1";
    const auto version = fields.want<std::int64_t>("rv");
    return KubePlace{.version = version, .after = fields.want<std::string>("start")};
  });
  if (!read) return bad("invalid character looking for beginning of value");
  if (!ours) return bad("server does not recognize this encoded version");
  KubePlace place = std::move(*read);
  if (place.version == 0) return bad("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  // "/a\0" or "/shop/a\0": the first key that may come next.
  if (!place.after.starts_with('/')) return bad("encoded start key empty (version meta.k8s.io/v1)");
  place.after.erase(0, 1);
  if (place.after.ends_with('\0')) place.after.pop_back();
  return place;
}

KubeOutcome<void> check_match(const KubeRequest& request, const KubeListOptions& options, bool watch) {
  const std::string match = request.asked("resourceVersionMatch");
  const bool wants_initial = !request.asked("sendInitialEvents").empty();
  const auto forbid = [](const char* field, const std::string& why) { return bad_option(forbidden(field, why)); };
  if (watch && wants_initial && match != "NotOlderThan")
    return forbid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  if (!watch && wants_initial) return forbid("sendInitialEvents", "sendInitialEvents is forbidden for list");
  if (match.empty()) return {};
  if (watch && !wants_initial)
    return forbid("resourceVersionMatch",
                  "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  if (!watch && options.version.empty())
    return forbid("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
  if (!request.asked("continue").empty())
    return forbid("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
  if (match != "Exact" && match != "NotOlderThan")
    return bad_option(
        {.reason = "FieldValueNotSupported",
         .message = "Unsupported value: " + json::quote(match) + R"(: supported values: "Exact", "NotOlderThan", "")",
         .field = "resourceVersionMatch"});
  if (match == "Exact" && options.version == "0")
    return forbid("resourceVersionMatch", R"(resourceVersionMatch "exact" is forbidden for resourceVersion "0")");
  return {};
}

}  // namespace

std::string continue_token(const KubePlace& place) {
  json::Writer token;
  token.begin_object().field("v", "meta.k8s.io/v1").field("rv", place.version);
  token.field("start", "/" + place.after + std::string(1, '\0'));
  return encode_url(token.end_object().take());
}

KubeOutcome<KubeListOptions> read_list_options(const KubeRequest& request, const KubeType& type) {
  const bool watch = request.verb == "watch";
  KubeListOptions options;
  options.limit = TRY(integer(request, "limit"));
  const std::int64_t timeout = TRY(integer(request, "timeoutSeconds"));
  if (timeout > 0) options.timeout = Seconds(timeout);
  options.version = request.asked("resourceVersion");
  auto selector = read_selector(request.asked("labelSelector"), request.asked("fieldSelector"), type);
  // Whether the kind has such a field is asked last.
  if (!selector && selector.error().message.find("field") == std::string::npos) return refuse(selector.error());
  TRY(check_match(request, options, watch));
  options.selector = TRY(std::move(selector));
  if (const std::string match = request.asked("resourceVersionMatch"); !match.empty())
    options.match = match == "Exact" ? Match::kExact : Match::kNotOlder;
  options.bookmarks = request.flag("allowWatchBookmarks");
  options.initial_events = request.flag("sendInitialEvents");
  options.no_initial_events = !options.initial_events && !request.asked("sendInitialEvents").empty();
  if (!options.version.empty()) {
    const auto version = number<std::uint64_t>(options.version);
    const std::string why = "resourceVersion: Invalid value: " + json::quote(options.version) +
                            ": strconv.ParseUint: parsing " + json::quote(options.version) + ": invalid syntax";
    if (!version && watch) return refuse(500, "", why);
    if (!version) return bad_request("invalid resource version: " + why);
    options.at_version = static_cast<std::int64_t>(std::min<std::uint64_t>(*version, INT64_MAX));
  }
  const std::string token = request.asked("continue");
  if (token.empty() || watch) return options;
  if (!options.version.empty() && options.version != "0")
    return bad_request("specifying resource version is not allowed when using continue");
  options.place = TRY(read_token(token));
  return options;
}

}  // namespace originpull::worlds
