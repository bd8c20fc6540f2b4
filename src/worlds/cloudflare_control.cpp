// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_control.hpp"

#include "base/rfc3339.hpp"
#include "json/decoder.hpp"
#include "worlds/cloudflare_human.hpp"
#include "worlds/cloudflare_setup.hpp"

namespace originpull::worlds {
namespace {

constexpr std::string_view kStateOf = "state?zone=";

net::Served ok(json::Writer& w) { return {.status = 200, .body = w.take()}; }
net::Served done() { return {.status = 200, .body = "{}"}; }

net::Served refused(int status, const std::string& why) {
  return {.status = status, .body = json::Writer().begin_object().field("error", why).end_object().take()};
}
net::Served refused(const Error& error) { return refused(400, describe(error)); }

void write_certificate(json::Writer& w, const SimCertificate& one) {
  w.begin_object().field("id", one.id).field("fingerprint", one.fingerprint).field("status", one.status);
  w.field("foreign", one.foreign).field("uploadedOn", format_rfc3339_micros(one.uploaded_on));
  w.field("expiresOn", format_rfc3339(one.leaf == nullptr ? Wall{} : one.leaf->expires_on));
  w.field("deployed", static_cast<std::int64_t>(one.deployed)).end_object();
}

void write_setting(json::Writer& w, std::string_view name, const SimSetting& setting) {
  w.key(name).begin_object().field("value", setting.value).field("editable", setting.editable).end_object();
}

void write_zone(json::Writer& w, const SimZone& zone) {
  w.begin_object().field("id", zone.id).field("name", zone.name).field("presented", presented(zone));
  w.field("zoneLevel", zone.zone_level).field("origin", zone.origin);
  write_setting(w, "tlsClientAuth", zone.tls_client_auth);
  write_setting(w, "ssl", zone.ssl);
  w.key("certificates").begin_array();
  for (const SimCertificate& one : zone.certificates) write_certificate(w, one);
  w.end_array().key("hostCertificates").begin_array();
  for (const SimCertificate& one : zone.host_certificates) write_certificate(w, one);
  w.end_array().key("hosts").begin_object();
  for (const auto& [host, one] : zone.associations) w.field(host, presented(zone, host));
  w.end_object().key("history").begin_array();
  for (const auto& change : zone.history) {
    w.begin_object().field("at", format_rfc3339_micros(change.at)).field("presented", change.what).end_object();
  }
  w.end_array().end_object();
}

}  // namespace

net::Served CloudflareControl::handle(const net::ServedRequest& request) {
  const std::string what = request.target.substr(std::min(kControlPrefix.size(), request.target.size()));
  const std::string& method = request.method;
  if (method == "GET" && what == "state") return show_state({});
  if (method == "GET" && what.starts_with(kStateOf)) return show_state(what.substr(kStateOf.size()));
  if (method == "GET" && what == "behaviours") return show_behaviours();
  if (method == "GET" && what == "shared-ca") {
    return {.status = 200, .body = world_.shared_ca(), .content_type = "application/x-pem-file"};
  }
  if (what == "calls") return calls(method);
  if (what == "modes") return modes(request);
  if (what == "faults") return faults(request);
  if (method == "POST" && what == "zones") return add_zone(request.body);
  if (method == "POST" && what == "tokens") return add_token(request.body);
  if (method == "POST" && what == "setup") return set_up(request.body);
  if (method == "POST" && what == "time") return move_time(request.body);
  if (method == "POST" && what == "act") {
    auto acted = act_as_human(world_, request.body);
    return acted ? net::Served{.status = 200, .body = std::move(*acted)} : refused(acted.error());
  }
  return refused(
      404,
      "no such control; try GET /__control/state, calls, modes, behaviours, faults, shared-ca; POST setup, zones, "
      "tokens, time, act");
}

net::Served CloudflareControl::show_state(const std::string& only) {
  const CloudflareState state = world_.snapshot();
  json::Writer w;
  w.begin_object().field("now", format_rfc3339_micros(world_.now().wall)).key("modes");
  write_modes(w, state.modes);
  w.key("zones").begin_array();
  for (const auto& [id, zone] : state.zones) {
    if (only.empty() || only == id || only == zone.name) write_zone(w, zone);
  }
  w.end_array().field("tokens", static_cast<std::int64_t>(state.tokens.size())).end_object();
  return ok(w);
}

net::Served CloudflareControl::calls(const std::string& method) {
  if (method == "DELETE") {
    log_.clear();
    return done();
  }
  json::Writer w;
  w.begin_object().key("calls").begin_array();
  for (const LoggedCall& call : log_.calls()) write_call(w, call);
  w.end_array().end_object();
  return ok(w);
}

net::Served CloudflareControl::modes(const net::ServedRequest& request) {
  if (request.method == "PATCH" || request.method == "POST") {
    auto document = json::parse(request.body, {}, ErrorKind::kInvalid);
    if (!document) return refused(document.error());
    std::optional<Error> error;
    world_.change([&](CloudflareState& state, const Moment&) {
      json::Decoder d(*document);
      auto changed = changed_modes(state.modes, d);
      if (changed) {
        state.modes = std::move(*changed);
      } else {
        error = std::move(changed.error());
      }
    });
    if (error) return refused(*error);
  }
  json::Writer w;
  write_modes(w, world_.modes());
  return ok(w);
}

net::Served CloudflareControl::faults(const net::ServedRequest& request) {
  if (request.method == "DELETE") {
    faults_.clear();
    return done();
  }
  if (request.method == "POST") {
    auto fault = json::decode(request.body, read_fault, {}, ErrorKind::kInvalid);
    if (!fault) return refused(fault.error());
    if (!*fault) return refused(fault->error());
    const int id = faults_.add(std::move(**fault));
    return {.status = 200, .body = json::Writer().begin_object().field("id", id).end_object().take()};
  }
  json::Writer w;
  w.begin_object().key("faults").begin_array();
  for (const HttpFault& fault : faults_.list()) write_fault(w, fault);
  w.end_array().end_object();
  return ok(w);
}

net::Served CloudflareControl::add_zone(const std::string& body) {
  const auto zone = json::decode(body, read_zone, {}, ErrorKind::kInvalid);
  if (!zone) return refused(zone.error());
  const std::string id = world_.put_zone(*zone);
  return {.status = 200, .body = json::Writer().begin_object().field("id", id).end_object().take()};
}

net::Served CloudflareControl::add_token(const std::string& body) {
  const auto token = json::decode(body, read_token, {}, ErrorKind::kInvalid);
  if (!token) return refused(token.error());
  const auto put = put_token(world_, *token);
  return put ? done() : refused(put.error());
}

net::Served CloudflareControl::set_up(const std::string& body) {
  const auto setup = read_setup(body, world_.modes());
  if (!setup) return refused(setup.error());
  const auto applied = apply(*setup, world_, faults_);
  return applied ? done() : refused(applied.error());
}

net::Served CloudflareControl::show_behaviours() {
  const CloudflareModes modes = world_.modes();
  json::Writer w;
  w.begin_object().key("behaviours").begin_array();
  for (const BehaviourFacts& one : behaviours()) {
    w.begin_object().field("number", number_of(one.behaviour)).field("name", one.name).field("text", one.text);
    w.field("evidence", one.evidence).field("on", modes.keeps(one.behaviour)).end_object();
  }
  w.end_array().end_object();
  return ok(w);
}

net::Served CloudflareControl::move_time(const std::string& body) {
  const auto ahead =
      json::decode(body, [](json::Decoder& d) { return d.need<std::int64_t>("advanceMs"); }, {}, ErrorKind::kInvalid);
  if (!ahead) return refused(ahead.error());
  if (*ahead < 0 || *ahead > 3'600'000LL * 24 * 3650) return refused(400, "advanceMs: from 0 to ten years");
  world_.advance(Duration(*ahead));
  return done();
}

}  // namespace originpull::worlds
