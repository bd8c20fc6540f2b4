// SPDX-License-Identifier: Apache-2.0
#include "e2e/simulator.hpp"

#include "base/rfc3339.hpp"
#include "e2e/or_throw.hpp"
#include "json/decoder.hpp"
#include "json/writer.hpp"
#include "net/cpprest_network.hpp"
#include "support/poll_until.hpp"

#include <algorithm>

namespace originpull::e2e {
namespace {

constexpr std::string_view kControl = "/__control/";

Wall time_of(json::Decoder& d, std::string_view key) { return or_throw(parse_rfc3339(d.need<std::string>(key))); }

SimCall read_call(json::Decoder& d) {
  return {.at = time_of(d, "at"),
          .took = Duration(d.need<std::int64_t>("tookMs")),
          .method = d.need<std::string>("method"),
          .path = d.need<std::string>("path"),
          .detail = d.need<std::string>("detail"),
          .status = static_cast<int>(d.need<std::int64_t>("status"))};
}

SimZone read_zone(json::Decoder& d) {
  SimZone zone{.id = d.need<std::string>("id"),
               .presented = d.need<std::string>("presented"),
               .zone_level = d.need<bool>("zoneLevel"),
               .global_setting = d.at("tlsClientAuth").need<std::string>("value"),
               .ssl = d.at("ssl").need<std::string>("value")};
  d.each("certificates", [&](json::Decoder& one) {
    zone.certificates.push_back({.id = one.need<std::string>("id"),
                                 .fingerprint = one.need<std::string>("fingerprint"),
                                 .status = one.need<std::string>("status"),
                                 .foreign = one.need<bool>("foreign")});
  });
  d.each("history", [&](json::Decoder& one) {
    zone.history.push_back({.at = time_of(one, "at"), .what = one.need<std::string>("presented")});
  });
  return zone;
}

support::Command command(const SimulatorOptions& options, const std::string& address,
                         const std::filesystem::path& log) {
  std::vector<std::string> argv = {CLOUDFLARE_SIM_PROGRAM, "--listen",           address,
                                   "--deploy-delay",       options.deploy_delay, "--delete-delay",
                                   options.delete_delay,   "--list-lag",         options.list_lag};
  for (const auto& zone : options.zones) argv.insert(argv.end(), {"--zone", zone});
  for (const auto& token : options.tokens) argv.insert(argv.end(), {"--token", token});
  argv.insert(argv.end(), options.flags.begin(), options.flags.end());
  return {.argv = std::move(argv), .log = log};
}

}  // namespace

std::string SimCall::what() const {
  if (is_upload()) return "upload";
  if (is_deletion()) return "delete";
  if (method == "PUT") return "zone-level " + detail;
  if (method == "PATCH") return "global " + detail;
  return method + " " + path;
}

std::vector<SimCertificate> SimZone::live() const {
  std::vector<SimCertificate> found;
  std::copy_if(certificates.begin(), certificates.end(), std::back_inserter(found),
               [](const SimCertificate& one) { return one.status != "deleted"; });
  return found;
}

std::vector<std::string> SimZone::active() const {
  std::vector<std::string> found;
  for (const auto& one : certificates) {
    if (one.status == "active") found.push_back(one.fingerprint);
  }
  return found;
}

Simulator::Simulator(const SimulatorOptions& options, const std::filesystem::path& log)
    : port_(or_throw(support::Port::take())),
      network_(net::make_cpprest_network(env_)),
      transport_(or_throw(network_->open({.base_url = root()}))) {
  process_ =
      std::make_unique<support::Process>(or_throw(support::Process::spawn(command(options, port_.address(), log))));
  const bool up = support::poll_until(std::chrono::seconds(30), [&] {
    const auto answer = transport_->send({.target = std::string(kControl) + "state"}, {});
    return (answer && answer->head.status == 200) || !process_->running();
  });
  if (!up || !process_->running()) throw std::runtime_error("cloudflare-sim does not start: " + process_->out());
}

std::string Simulator::ask(net::Method method, const std::string& what, const std::string& json) {
  net::Request request{.method = method, .target = std::string(kControl) + what, .body = json};
  if (!json.empty()) request.content_type = "application/json";
  auto answer = or_throw(transport_->send(request, {}));
  if (answer.head.status != 200) throw std::runtime_error("cloudflare-sim refuses " + what + ": " + answer.body);
  return std::move(answer.body);
}

SimZone Simulator::zone(const std::string& name) {
  std::optional<SimZone> found;
  or_throw(json::decode(ask(net::Method::kGet, "state"), [&](json::Decoder& d) {
    d.each("zones", [&](json::Decoder& one) {
      if (one.need<std::string>("name") == name) found = read_zone(one);
    });
    return true;
  }));
  if (!found) throw std::runtime_error("cloudflare-sim has no zone " + name);
  return *found;
}

Wall Simulator::now() {
  return or_throw(json::decode(ask(net::Method::kGet, "state"), [](json::Decoder& d) { return time_of(d, "now"); }));
}

std::vector<SimCall> Simulator::calls() {
  return or_throw(json::decode(ask(net::Method::kGet, "calls"), [](json::Decoder& d) {
    std::vector<SimCall> calls;
    d.each("calls", [&](json::Decoder& one) { calls.push_back(read_call(one)); });
    std::stable_sort(calls.begin(), calls.end(), [](const SimCall& a, const SimCall& b) { return a.at < b.at; });
    return calls;
  }));
}

std::vector<SimCall> Simulator::mutations() {
  auto all = calls();
  std::erase_if(all, [](const SimCall& call) { return !call.is_mutation(); });
  return all;
}

std::vector<std::string> Simulator::mutations_in_words() {
  std::vector<std::string> words;
  for (const auto& call : mutations()) words.push_back(call.what());
  return words;
}

std::size_t Simulator::uploads() {
  const auto all = mutations();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [](const SimCall& call) { return call.is_upload() && call.status / 100 == 2; }));
}

void Simulator::forget_calls() { ask(net::Method::kDelete, "calls"); }

std::string Simulator::act(const std::string& fields) {
  const auto answer = ask(net::Method::kPost, "act", "{\"zone\": " + json::quote(kZone) + ", " + fields + "}");
  return or_throw(json::decode(answer, [](json::Decoder& d) { return d.want<std::string>("fingerprint"); }));
}

void Simulator::allow_token(const std::string& token, const std::vector<std::string>& permissions) {
  ask(net::Method::kPost, "tokens",
      json::Writer()
          .begin_object()
          .field("token", token)
          .field("permissions", std::span<const std::string>(permissions))
          .end_object()
          .take());
}

void Simulator::add_zone(const std::string& name) {
  ask(net::Method::kPost, "zones", json::Writer().begin_object().field("name", name).end_object().take());
}

void Simulator::revoke_token(const std::string& token) {
  ask(net::Method::kPost, "tokens",
      json::Writer().begin_object().field("token", token).field("revoked", true).end_object().take());
}

}  // namespace originpull::e2e
