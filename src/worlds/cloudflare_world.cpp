// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_world.hpp"

#include <algorithm>
#include <cstdio>

#include "base/bug.hpp"
#include "worlds/cloudflare_answer.hpp"
#include "worlds/cloudflare_certificates.hpp"
#include "worlds/cloudflare_gate.hpp"
#include "worlds/cloudflare_settings.hpp"

namespace originpull::worlds {
namespace {

constexpr std::size_t kBaseSegments = 2;  // "client", "v4"

std::string hex(std::uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string uuid(std::uint64_t high, std::uint64_t low) {
  std::string text = hex(high) + hex(low);
  text[12] = '4';  // a random UUID
  text[16] = "89ab"[low >> 62U];
  for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
  return text;
}

// FNV-1a, so that a zone has the same id in every run.
std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  std::uint64_t value = 14695981039346656037ULL ^ seed;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return value;
}

bool is_zone_id(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 32 && std::all_of(text.begin(), text.end(), is_hex);
}

bool changes(const std::string& method) { return method != "GET" && method != "HEAD"; }

net::Served no_route(const std::string& target) {
  return gateway_error(
      400, {{.code = 7003, .message = "Could not route to " + target + ", perhaps your object identifier is invalid?"},
            {.code = 7000, .message = "No route for that URI"}});
}

net::Served wrong_method() {
  return gateway_error(405, {{.code = 10405, .message = "Method not allowed for this endpoint"}});
}

net::Served overlapping() {
  return service_error(409, kUnrecordedCode, "Another operation on this zone is in progress.");
}

}  // namespace

// One request on its way through the world.
struct CloudflareWorld::Visit {
  const net::ServedRequest& http;
  const Target target;
  const Moment now;
  const std::string fresh_id;
  SimToken* token = nullptr;

  std::size_t size() const { return target.segments.size() - kBaseSegments; }
  const std::string& at(std::size_t index) const { return target.segments[kBaseSegments + index]; }
};

CloudflareWorld::CloudflareWorld(env::Env& env, CloudflareModes modes, Observer observer)
    : env_(env),
      observer_(std::move(observer)),
      state_(env, CloudflareState{.modes = std::move(modes)}),
      offset_(env) {}

Moment CloudflareWorld::now() {
  const Duration offset = offset_.look([](Duration value) { return value; });
  return {.wall = env_.wall() + offset, .instant = env_.now() + offset};
}

void CloudflareWorld::advance(Duration by) {
  offset_.with([&](Duration& value) { value += by; });
  change([](CloudflareState&, const Moment&) {});
}

std::string CloudflareWorld::fresh_uuid() {
  const std::uint64_t high = env_.random();
  return uuid(high, env_.random());
}

std::string CloudflareWorld::add_zone(const std::string& name, const std::string& id) {
  SimZone zone{.id = id.empty() ? hex(hash(name, 1)) + hex(hash(name, 2)) : id, .name = name};
  std::string zone_id = zone.id;
  change([&](CloudflareState& state, const Moment&) { state.zones[zone_id] = std::move(zone); });
  return zone_id;
}

void CloudflareWorld::add_token(const std::string& text, const std::vector<std::string>& permissions) {
  SimToken token{.id = hex(hash(text, 3)) + hex(hash(text, 4)), .permissions = permissions};
  change([&](CloudflareState& state, const Moment&) { state.tokens[text] = std::move(token); });
}

void CloudflareWorld::change(const std::function<void(CloudflareState&, const Moment&)>& body) {
  const Moment moment = now();
  const CloudflareState after = state_.with([&](CloudflareState& state) {
    settle(state, moment);
    body(state, moment);
    settle(state, moment);
    return observer_ ? state : CloudflareState();
  });
  if (observer_) observer_(after, moment);
}

CloudflareState CloudflareWorld::snapshot() {
  const Moment moment = now();
  return state_.with([&](CloudflareState& state) {
    settle(state, moment);
    return state;
  });
}

net::Served CloudflareWorld::handle(const net::ServedRequest& request) {
  const std::string ray = hex(env_.random()) + "-SIM";
  Visit visit{.http = request, .target = parse_target(request.target), .now = now(), .fresh_id = fresh_uuid()};
  net::Served answer;
  // Only the zone that the request is about is brought up to date: a thousand others need not be looked at.
  const CloudflareState after = state_.with([&](CloudflareState& state) {
    answer = route(state, visit);
    if (visit.token != nullptr) add_ratelimit(answer, state.modes, *visit.token, visit.now);
    if (observer_) settle(state, visit.now);
    return observer_ ? state : CloudflareState();
  });
  if (observer_) observer_(after, visit.now);
  answer.headers.emplace_back("CF-Ray", ray);
  return answer;
}

net::Served CloudflareWorld::route(CloudflareState& state, Visit& visit) {
  const auto& segments = visit.target.segments;
  if (segments.size() <= kBaseSegments || segments[0] != "client" || segments[1] != "v4") return html_page(404);
  Admission admission = admit(state, visit.http, visit.now);
  if (admission.refusal) return std::move(*admission.refusal);
  visit.token = admission.token;

  if (visit.size() == 3 && visit.at(0) == "user" && visit.at(1) == "tokens" && visit.at(2) == "verify") {
    return success(
        [&](json::Writer& w) { w.begin_object().field("id", visit.token->id).field("status", "active").end_object(); });
  }
  if (visit.at(0) != "zones") return no_route(visit.http.target);
  if (visit.size() == 1) {
    if (visit.http.method != "GET") return wrong_method();
    const auto& permissions = visit.token->permissions;
    if (std::find(permissions.begin(), permissions.end(), "zone-read") != permissions.end()) {
      return list_zones(state, *visit.token, visit.target.query);
    }
    return gateway_error(403,
                         {{.code = 10000,
                           .message = "Actor 'com.cloudflare.api.token." + visit.token->id +
                                      "' requires permission 'com.cloudflare.api.account.zone.list' to list zones"}});
  }
  if (!is_zone_id(visit.at(1))) return no_route(visit.http.target);
  SimZone* zone = state.zone(visit.at(1));
  if (zone == nullptr || !visit.token->sees(*zone)) {
    return gateway_error(403, {{.code = 9109, .message = "Invalid zone identifier"}});
  }
  settle(*zone, visit.now);
  net::Served answer = route_zone(state, visit, *zone);
  settle(*zone, visit.now);
  return answer;
}

net::Served CloudflareWorld::route_zone(CloudflareState& state, Visit& visit, SimZone& zone) {
  const std::string& method = visit.http.method;
  const auto guarded = [&](std::string_view permission, auto&& act) {
    auto refusal = forbid(state.modes, *visit.token, permission, zone);
    return refusal ? std::move(*refusal) : act();
  };
  if (visit.size() == 2) {
    if (method != "GET") return wrong_method();
    return guarded("zone-read", [&] { return read_zone(zone); });
  }
  if (visit.at(2) == "origin_tls_client_auth" && visit.size() <= 4) {
    return guarded(changes(method) ? "ssl-write" : "ssl-read", [&] { return route_certificates(state, visit, zone); });
  }
  if (visit.at(2) == "settings" && visit.size() == 4) {
    if (method == "GET") return guarded("settings-read", [&] { return read_setting(zone, visit.at(3)); });
    if (method != "PATCH") return wrong_method();
    return guarded("settings-write", [&] { return patch_setting(zone, visit.at(3), visit.http.body, visit.now); });
  }
  return no_route(visit.http.target);
}

net::Served CloudflareWorld::route_certificates(CloudflareState& state, Visit& visit, SimZone& zone) {
  const std::string& method = visit.http.method;
  const bool is_list = visit.size() == 3;
  // The word wins over a certificate of that id, and hostnames are not simulated.
  const bool is_switch = !is_list && visit.at(3) == "settings";
  if (!is_list && visit.at(3) == "hostnames") return no_route(visit.http.target);
  const std::string expected = is_list ? "GET POST" : is_switch ? "GET PUT" : "GET DELETE";
  if (method.empty() || (" " + expected + " ").find(" " + method + " ") == std::string::npos) return wrong_method();

  if (changes(method)) {
    if (zone.busy_until > visit.now.instant) return overlapping();
    zone.busy_until = visit.now.instant + state.modes.mutation_time;
  }
  if (is_list && method == "GET") return list_certificates(state.modes, zone, visit.now);
  if (is_list) return upload_certificate(state.modes, zone, visit.http.body, visit.fresh_id, visit.now);
  if (is_switch && method == "GET") return read_zone_level(zone);
  if (is_switch) return put_zone_level(zone, visit.http.body);
  if (method == "GET") return read_certificate(state.modes, zone, visit.at(3));
  return delete_certificate(state.modes, zone, visit.at(3), visit.now);
}

}  // namespace originpull::worlds
