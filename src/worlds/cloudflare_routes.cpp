// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_routes.hpp"

#include <algorithm>

#include "worlds/cloudflare_answer.hpp"
#include "worlds/cloudflare_certificates.hpp"
#include "worlds/cloudflare_gate.hpp"
#include "worlds/cloudflare_hostnames.hpp"
#include "worlds/cloudflare_settings.hpp"
#include "worlds/cloudflare_tokens.hpp"
#include "worlds/cloudflare_zones.hpp"

namespace originpull::worlds {
namespace {

constexpr std::size_t kBaseSegments = 2;  // "client", "v4"

// The path below the base, and what is there.
class Path {
 public:
  explicit Path(const CloudflareVisit& visit) : segments_(visit.target.segments) {}
  std::size_t size() const { return segments_.size() - kBaseSegments; }
  const std::string& operator[](std::size_t index) const { return segments_[kBaseSegments + index]; }
  // Whether segment `index` is there and is that word.
  bool has(std::size_t index, std::string_view word) const { return index < size() && (*this)[index] == word; }

 private:
  const std::vector<std::string>& segments_;
};

// One request, with the zone that it is about.
struct Call {
  const CloudflareModes& modes;
  const CloudflareVisit& visit;
  SimZone& zone;
  const Path path;
  const std::string& method;
  const std::string& body;
  const Moment& now;
};

bool is_id(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 32 && std::all_of(text.begin(), text.end(), is_hex);
}

// "%zz" is no escape; the real edge answers such a URL before the API sees it.
bool has_broken_escape(std::string_view target) {
  const auto is_hex = [&](std::size_t at) {
    return at < target.size() && std::string_view("0123456789abcdefABCDEF").find(target[at]) != std::string_view::npos;
  };
  for (std::size_t at = target.find('%'); at != std::string_view::npos; at = target.find('%', at + 1)) {
    if (!is_hex(at + 1) || !is_hex(at + 2)) return true;
  }
  return false;
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

net::Served unknown_zone() { return gateway_error(403, {{.code = 9109, .message = "Invalid zone identifier"}}); }

net::Served overlapping() {
  return service_error(409, kUnrecordedCode, "Another operation on this zone is in progress.");
}

// `/origin_tls_client_auth` and `/origin_tls_client_auth/hostnames/certificates`.
net::Served collection(const Call& call, Level level) {
  if (call.method == "GET") return list_certificates(call.modes, call.zone, call.now, level);
  return upload_certificate(call.modes, call.zone, call.body, call.visit.fresh_id, call.now, level);
}

net::Served item(const Call& call, const std::string& id, Level level) {
  if (call.method == "GET") return read_certificate(call.modes, call.zone, id, level);
  if (call.body.empty() && !call.modes.keeps(Behaviour::kDeletionNeedsNoBody)) {
    return service_error(400, kUnrecordedCode, "a body is required");
  }
  return delete_certificate(call.modes, call.zone, id, call.now, level);
}

net::Served zone_switch(const Call& call) {
  if (call.method == "GET") return read_zone_level(call.modes, call.zone);
  if (call.method == "PUT") return put_zone_level(call.modes, call.zone, call.body);
  call.zone.zone_level = false;  // only where the behaviour is turned off
  return read_zone_level(call.modes, call.zone);
}

net::Served association(const Call& call) {
  if (call.method == "PUT") return put_associations(call.modes, call.zone, call.body, call.now);
  return read_association(call.modes, call.zone, call.path[4]);
}

// An endpoint of the family, found by its path.
struct Endpoint {
  std::string_view methods = {};  // empty: there is none
  enum class Kind { kCollection, kItem, kSwitch, kAssociation } kind = Kind::kCollection;
  Level level = Level::kZone;
};

// Below "zones/{zone}/origin_tls_client_auth", which are segments 0 to 2.
Endpoint endpoint(const Call& call) {
  using Kind = Endpoint::Kind;
  const Path& path = call.path;
  if (path.size() == 3) return {.methods = "GET POST", .kind = Kind::kCollection};
  // The words win over a certificate of that id.
  const bool literal = call.modes.keeps(Behaviour::kLiteralPaths) || call.zone.certificate(path[3]) == nullptr;
  if (path.size() == 4 && path[3] == "settings" && literal) {
    const bool stays = call.modes.keeps(Behaviour::kSwitchStays);
    return {.methods = stays ? "GET PUT" : "GET PUT DELETE", .kind = Kind::kSwitch};
  }
  if (path.has(3, "hostnames") && literal) {
    if (path.size() == 4) return {.methods = "PUT", .kind = Kind::kAssociation};
    const bool certificates = path[4] == "certificates";
    if (path.size() == 5 && certificates)
      return {.methods = "GET POST", .kind = Kind::kCollection, .level = Level::kHostname};
    if (path.size() == 5) return {.methods = "GET", .kind = Kind::kAssociation};
    if (path.size() == 6 && certificates)
      return {.methods = "GET DELETE", .kind = Kind::kItem, .level = Level::kHostname};
    return {};
  }
  if (path.size() == 4) return {.methods = "GET DELETE", .kind = Kind::kItem};
  return {};
}

net::Served route_certificates(const Call& call) {
  const Endpoint found = endpoint(call);
  if (found.methods.empty()) return no_route(call.visit.http.target);
  const std::string listed = " " + std::string(found.methods) + " ";
  if (call.method.empty() || listed.find(" " + call.method + " ") == std::string::npos) return wrong_method();
  if (changes(call.method) && call.modes.keeps(Behaviour::kOverlapsConflict)) {
    if (call.zone.busy_until > call.now.instant) return overlapping();
    call.zone.busy_until = call.now.instant + call.modes.mutation_time;
  }
  switch (found.kind) {
    case Endpoint::Kind::kCollection: return collection(call, found.level);
    case Endpoint::Kind::kItem: return item(call, call.path[found.level == Level::kZone ? 3 : 5], found.level);
    case Endpoint::Kind::kSwitch: return zone_switch(call);
    case Endpoint::Kind::kAssociation: break;
  }
  return association(call);
}

net::Served route_setting(const Call& call) {
  if (call.method == "GET") return read_setting(call.modes, call.zone, call.path[3]);
  return patch_setting(call.modes, call.zone, call.path[3], call.body, call.now);
}

net::Served route_zone(const Call& call) {
  const auto guarded = [&](std::string_view permission, auto&& act) {
    auto refusal = forbid(call.modes, *call.visit.token, permission, call.zone);
    return refusal ? std::move(*refusal) : act();
  };
  if (call.path.size() == 2) {
    if (call.method != "GET") return wrong_method();
    return guarded("zone-read", [&] { return read_zone(call.zone, *call.visit.token); });
  }
  if (call.path[2] == "origin_tls_client_auth") {
    if (call.zone.versioned && !call.modes.keeps(Behaviour::kDataPlaneOnly)) {
      return service_error(400, kUnrecordedCode, "Not for a zone with versions.");
    }
    return guarded(changes(call.method) ? "ssl-write" : "ssl-read", [&] { return route_certificates(call); });
  }
  if (call.path[2] == "settings" && call.path.size() == 4) {
    if (call.method != "GET" && call.method != "PATCH") return wrong_method();
    return guarded(changes(call.method) ? "settings-write" : "settings-read", [&] { return route_setting(call); });
  }
  return no_route(call.visit.http.target);
}

net::Served route_list(CloudflareState& state, const CloudflareVisit& visit) {
  if (visit.http.method != "GET") return wrong_method();
  const SimToken& token = *visit.token;
  const bool is_broad = visit.target.query.find("name") == visit.target.query.end();
  const bool is_scoped = !token.zones.empty() && state.modes.scoped_tokens_need_name;
  if (token.has("zone-read") && !(is_broad && is_scoped)) return list_zones(state, token, visit.target.query);
  if (!state.modes.keeps(Behaviour::kZoneListNeedsPermission)) {
    return gateway_error(403, {{.code = 10000, .message = "Authentication error"}});
  }
  return gateway_error(403,
                       {{.code = 10000,
                         .message = "Actor 'com.cloudflare.api.token." + token.id +
                                    "' requires permission 'com.cloudflare.api.account.zone.list' to list zones"}});
}

net::Served route_verification(CloudflareState& state, const CloudflareVisit& visit, const Path& path) {
  if (visit.http.method != "GET") return wrong_method();
  return verify_token(state.modes, *visit.token, path[0] == "accounts" ? path[1] : std::string(), visit.now);
}

bool is_verification(const Path& path) {
  const bool of_user = path.size() == 3 && path.has(0, "user");
  const bool of_account = path.size() == 4 && path.has(0, "accounts") && is_id(path[1]);
  return (of_user || of_account) && path.has(path.size() - 2, "tokens") && path.has(path.size() - 1, "verify");
}

}  // namespace

net::Served route(CloudflareState& state, CloudflareVisit& visit) {
  const auto& segments = visit.target.segments;
  if (segments.size() <= kBaseSegments || segments[0] != "client" || segments[1] != "v4") return html_page(404);
  if (has_broken_escape(visit.http.target) && state.modes.keeps(Behaviour::kOddAnswers)) return html_page(400);
  Admission admission = admit(state, visit.http, visit.now);
  visit.token = admission.token;
  if (admission.refusal) return std::move(*admission.refusal);

  const Path path(visit);
  if (is_verification(path)) return route_verification(state, visit, path);
  if (path[0] != "zones") return no_route(visit.http.target);
  if (path.size() == 1) return route_list(state, visit);
  const bool malformed = !is_id(path[1]);
  if (malformed && state.modes.keeps(Behaviour::kBadZoneIds)) return no_route(visit.http.target);
  const auto found = state.zones.find(path[1]);
  if (found == state.zones.end() || !visit.token->sees(found->second)) return unknown_zone();
  SimZone& zone = found->second;
  settle(zone, visit.now, state.modes.without);
  net::Served answer = route_zone({.modes = state.modes,
                                   .visit = visit,
                                   .zone = zone,
                                   .path = path,
                                   .method = visit.http.method,
                                   .body = visit.http.body,
                                   .now = visit.now});
  settle(zone, visit.now, state.modes.without);
  return answer;
}

}  // namespace originpull::worlds
