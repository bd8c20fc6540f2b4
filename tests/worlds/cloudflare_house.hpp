// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CloudflareHouse` is a fresh simulated Cloudflare for one test: one zone, a token that may do all, time that stands
// still until it is moved, and the calls that clients make, each answered with a `Reply` that can be asked for its
// code, its result, a field. Certificates come from a small pool that is made once per program, since making them is
// the slow part; they are signed by a CA, valid from January 2026 for ten years. One thread. What a test asks of a
// reply that is no JSON reads as null.
#include <nlohmann/json.hpp>
#include <string>

#include "support/jump_env.hpp"
#include "support/test_pki.hpp"
#include "worlds/cloudflare_certificates.hpp"
#include "worlds/cloudflare_service.hpp"

namespace originpull::worlds {

struct Reply {
  net::Served served = {};
  nlohmann::json json = {};

  int status() const { return served.status; }
  bool ok() const { return status() == 200 && json.is_object() && json.value("success", false); }
  int code() const;  // of the last error, which is the most specific; 0: none
  std::string message() const;
  nlohmann::json result() const { return json.is_object() ? json.value("result", nlohmann::json()) : nlohmann::json(); }
  std::string text(const std::string& field) const;  // of the result
  std::string header(std::string_view name) const { return std::string(net::find_header(served.headers, name)); }
  bool mentions(std::string_view text) const { return served.body.find(text) != std::string::npos; }
};

// The n-th of the pool, each with a key of its own.
const support::Identity& pool_pair(std::size_t index);
// Signed by the CA of the pool, which is `pool_ca`.
support::Identity pool_issue(support::CertificateOptions);
const support::Identity& pool_ca();
std::string upload_body(const support::Identity&);

class CloudflareHouse {
 public:
  explicit CloudflareHouse(const BehaviourSet& without = {});

  Reply call(const std::string& method, const std::string& path, const std::string& body = {},
             const std::string& token = "good");
  Reply call_with(const net::Headers&, const std::string& method, const std::string& path);

  Reply get(const std::string& path) { return call("GET", path); }
  Reply upload(const support::Identity&, Level = Level::kZone);
  // And deployed. Its id, which is empty if the upload was refused.
  std::string uploaded(const support::Identity&, Level = Level::kZone);
  Reply remove(const std::string& id, Level = Level::kZone);  // with a body, as the specification asks
  Reply list(Level level = Level::kZone) { return get(certificates(level)); }
  Reply read(const std::string& id, Level level = Level::kZone) { return get(certificates(level) + "/" + id); }
  Reply associate(const std::string& host, const std::string& id, const nlohmann::json& enabled);

  std::string zone_path() const { return "/zones/" + zone; }
  std::string certificates(Level = Level::kZone) const;
  std::string settings() const { return certificates() + "/settings"; }
  std::string hostnames() const { return certificates() + "/hostnames"; }

  // Past the API: what no call tells or does.
  template <class F>
  void set_modes(F f) {
    service.world().change([&](CloudflareState& state, const Moment&) { f(state.modes); });
  }
  template <class F>
  void set_zone(F f) {
    service.world().change([&](CloudflareState& state, const Moment&) { f(state.zones.at(zone)); });
  }
  void switch_on() {
    set_zone([](SimZone& one) { one.zone_level = true; });
  }
  SimZone look() { return service.world().snapshot().zones.at(zone); }
  std::string status_of(const std::string& id, Level = Level::kZone);  // as it is, whatever the API shows
  std::string presents(const std::string& host = "example.com") {
    const auto seen = service.world().edge(host);
    return seen ? seen->presented : "no zone";
  }
  void advance(Duration by) { service.world().advance(by); }

  support::JumpEnv env;
  CloudflareService service;
  std::string zone;
};

std::string fingerprint_of(const support::Identity&);

}  // namespace originpull::worlds
