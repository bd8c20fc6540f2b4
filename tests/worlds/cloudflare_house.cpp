// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_house.hpp"

#include <deque>

#include "base/bug.hpp"
#include "pki/describe.hpp"

namespace originpull::worlds {
namespace {

const Wall kFrom{Seconds(1'767'225'600)};  // 2026-01-01
const Wall kUntil = kFrom + Seconds(10LL * 365 * 24 * 3600);

}  // namespace

int Reply::code() const {
  if (!json.is_object() || json.value("errors", nlohmann::json::array()).empty()) return 0;
  return json["errors"].back().value("code", -1);
}

std::string Reply::message() const {
  if (!json.is_object() || json.value("errors", nlohmann::json::array()).empty()) return {};
  return json["errors"].back().value("message", "");
}

std::string Reply::text(const std::string& field) const {
  const nlohmann::json object = result();
  if (!object.is_object() || !object.contains(field)) return {};
  return object[field].is_string() ? object[field].get<std::string>() : object[field].dump();
}

const support::Identity& pool_ca() {
  static const support::Identity ca = support::make_ca("pool CA", {.not_before = kFrom, .not_after = kUntil});
  return ca;
}

support::Identity pool_issue(support::CertificateOptions options) {
  if (!options.not_before) options.not_before = kFrom;
  if (!options.not_after) options.not_after = kUntil;
  return support::issue(pool_ca(), std::move(options));
}

const support::Identity& pool_pair(std::size_t index) {
  static std::deque<support::Identity> pool;
  while (pool.size() <= index) {
    const long serial = 1000 + static_cast<long>(pool.size());
    pool.push_back(pool_issue(
        {.common_name = "edge " + std::to_string(pool.size()), .extended_key_usage = "clientAuth", .serial = serial}));
  }
  return pool[index];
}

std::string upload_body(const support::Identity& identity) {
  return nlohmann::json{{"certificate", identity.certificate_pem}, {"private_key", identity.key_pem}}.dump();
}

std::string fingerprint_of(const support::Identity& identity) {
  const auto leaf = pki::describe_certificate(identity.certificate_pem);
  check(leaf.has_value(), "a certificate of the test cannot be read");
  return leaf->fingerprint;
}

CloudflareHouse::CloudflareHouse(const BehaviourSet& without)
    : service(env, CloudflareModes{.without = without}), zone(service.world().add_zone("example.com")) {
  service.world().add_token("good");
}

Reply CloudflareHouse::call_with(const net::Headers& headers, const std::string& method, const std::string& path) {
  Reply reply{.served = service.handle({.method = method, .target = "/client/v4" + path, .headers = headers})};
  reply.json = nlohmann::json::parse(reply.served.body, nullptr, false);
  return reply;
}

Reply CloudflareHouse::call(const std::string& method, const std::string& path, const std::string& body,
                            const std::string& token) {
  Reply reply{.served = service.handle({.method = method,
                                        .target = "/client/v4" + path,
                                        .headers = {{"Authorization", "Bearer " + token}},
                                        .body = body})};
  reply.json = nlohmann::json::parse(reply.served.body, nullptr, false);
  return reply;
}

std::string CloudflareHouse::certificates(Level level) const {
  return zone_path() + "/origin_tls_client_auth" + (level == Level::kHostname ? "/hostnames/certificates" : "");
}

Reply CloudflareHouse::upload(const support::Identity& identity, Level level) {
  return call("POST", certificates(level), upload_body(identity));
}

std::string CloudflareHouse::uploaded(const support::Identity& identity, Level level) {
  const Reply made = upload(identity, level);
  advance(Seconds(60));
  return made.text("id");
}

Reply CloudflareHouse::remove(const std::string& id, Level level) {
  return call("DELETE", certificates(level) + "/" + id, "{}");
}

Reply CloudflareHouse::associate(const std::string& host, const std::string& id, const nlohmann::json& enabled) {
  const nlohmann::json config = {{{"hostname", host}, {"cert_id", id}, {"enabled", enabled}}};
  return call("PUT", hostnames(), nlohmann::json{{"config", config}}.dump());
}

std::string CloudflareHouse::status_of(const std::string& id, Level level) {
  SimZone now = look();
  const SimCertificate* one = level == Level::kZone ? now.certificate(id) : now.host_certificate(id);
  return one == nullptr ? "" : one->status;
}

}  // namespace originpull::worlds
