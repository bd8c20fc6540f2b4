// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_world.hpp"

#include <cstdio>

#include "worlds/cloudflare_dress.hpp"
#include "worlds/cloudflare_gate.hpp"
#include "worlds/cloudflare_routes.hpp"

namespace originpull::worlds {
namespace {

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

}  // namespace

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
  return put_zone(SimZone{.id = id, .name = name});
}

std::string CloudflareWorld::put_zone(SimZone zone) {
  if (zone.id.empty()) zone.id = hex(hash(zone.name, 1)) + hex(hash(zone.name, 2));
  std::string id = zone.id;
  put([&](CloudflareState& state, const Moment& at) {
    zone.created_on = at.wall;
    SimZone& there = state.zones[id];
    there = std::move(zone);
    settle(there, at, state.modes.without);
  });
  return id;
}

void CloudflareWorld::add_token(const std::string& text, const std::vector<std::string>& permissions) {
  put_token(text, SimToken{.permissions = permissions});
}

void CloudflareWorld::put_token(const std::string& text, SimToken token) {
  if (token.id.empty()) token.id = hex(hash(text, 3)) + hex(hash(text, 4));
  put([&](CloudflareState& state, const Moment& at) {
    token.fresh_until = at.instant + state.modes.fresh_token;
    state.tokens[text] = std::move(token);
  });
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

void CloudflareWorld::put(const std::function<void(CloudflareState&, const Moment&)>& body) {
  const Moment moment = now();
  const CloudflareState after = state_.with([&](CloudflareState& state) {
    body(state, moment);
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

CloudflareModes CloudflareWorld::modes() {
  return state_.look([](const CloudflareState& state) { return state.modes; });
}

std::optional<EdgeView> CloudflareWorld::edge(std::string_view host, unsigned node) {
  const Moment moment = now();
  return state_.with([&](CloudflareState& state) { return edge_view(state, host, moment, node); });
}

std::string CloudflareWorld::shared_ca() {
  const Moment moment = now();
  return state_.with([&](CloudflareState& state) { return shared_certificate(state, moment).ca_pem; });
}

net::Served CloudflareWorld::handle(const net::ServedRequest& request) {
  const std::string ray = hex(env_.random()) + "-SIM";
  CloudflareVisit visit{
      .http = request, .target = parse_target(request.target), .now = now(), .fresh_id = fresh_uuid()};
  net::Served answer;
  // Only the zone that the request is about is brought up to date: a thousand others need not be looked at.
  const CloudflareState after = state_.with([&](CloudflareState& state) {
    answer = route(state, visit);
    dress(answer, state.modes);
    if (visit.token != nullptr) add_ratelimit(answer, state, *visit.token, visit.now);
    if (observer_) settle(state, visit.now);
    return observer_ ? state : CloudflareState();
  });
  if (observer_) observer_(after, visit.now);
  answer.headers.emplace_back("CF-Ray", ray);
  return answer;
}

}  // namespace originpull::worlds
