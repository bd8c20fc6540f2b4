// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/client.hpp"

#include <algorithm>

#include "cloudflare/envelope.hpp"
#include "cloudflare/error_table.hpp"
#include "cloudflare/path.hpp"
#include "json/writer.hpp"

namespace originpull::cloudflare {
namespace {

constexpr Duration kReadTotal{15'000};
constexpr Duration kMutationTotal{5'000};  // well inside the leader's lease
constexpr std::size_t kLargestAnswer = std::size_t{4} << 20;
constexpr std::size_t kLongestQuote = 200;  // of Cloudflare's own words, in a debug log line

constexpr std::string_view kCertificates = "origin_tls_client_auth";
constexpr std::string_view kZoneLevel = "origin_tls_client_auth/settings";

// Facts about an id inside the zone; these codes are about the zone or the token.
bool is_about_the_certificate(const Error& error) {
  return error.kind == ErrorKind::kNotFound && error.code != 7000 && error.code != 7003 && error.code != 9109;
}

// What a read of `result` found wrong, in the words of the call. A mutation has been executed all the same.
template <class T>
Result<T> explain(const Call& call, Result<T> read) {
  if (read) return read;
  return fail(call.mutation() ? ErrorKind::kUnknownOutcome : ErrorKind::kInternal, call.attempted,
              "Cloudflare's answer lacks what is needed: " + read.error().message);
}

std::string printable(std::string_view text, std::string_view secret) {
  std::string shown(text.substr(0, kLongestQuote));
  if (!secret.empty() && text.find(secret) != std::string_view::npos) return "(not shown)";
  std::replace_if(shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return shown;
}

// Of several zones of one name (accounts, a zone on the move) the active one is meant, if there is just one.
Result<std::optional<Zone>> choose(const Call& call, const std::string& name, std::vector<Zone> zones) {
  std::erase_if(zones, [&](const Zone& zone) { return zone.name != name; });
  if (zones.size() > 1) {
    const auto active = [](const Zone& zone) { return zone.status == "active"; };
    if (std::any_of(zones.begin(), zones.end(), active))
      std::erase_if(zones, [&](const Zone& z) { return !active(z); });
  }
  if (zones.size() > 1) {
    return fail(Error{.kind = ErrorKind::kInvalid,
                      .attempted = call.attempted,
                      .message = "the API token sees several zones of this name; name the zone by its id",
                      .reason = std::string(kSeveralZones)});
  }
  if (zones.empty()) return std::optional<Zone>();
  return std::optional<Zone>(std::move(zones.front()));
}

}  // namespace

Client::Client(std::shared_ptr<net::Transport> transport, SecretString token, std::shared_ptr<Budget> budget, Log log,
               std::string user_agent)
    : transport_(std::move(transport)),
      token_(std::move(token)),
      budget_(std::move(budget)),
      log_(std::move(log)),
      user_agent_(std::move(user_agent)) {}

Result<json::Document> Client::exchange(const Call& call, std::string target, std::string body, const Ask& ask) {
  // Held until the answer is judged: a zone has one mutation in flight.
  const auto turn = budget_->take(call);
  if (!turn) {
    wipe(body);
    return fail(turn.error());
  }
  net::Request request{.method = call.method,
                       .target = std::move(target),
                       .headers = {{"Accept", "application/json"}, {"User-Agent", user_agent_}},
                       .body = std::move(body),
                       .bearer = token_.clone(),
                       .at_most_once = call.mutation(),
                       .total = call.mutation() ? kMutationTotal : kReadTotal,
                       .not_after = call.mutation() ? ask.not_after : Instant::max(),
                       .max_body = kLargestAnswer};
  if (!request.body.empty()) request.content_type = "application/json";
  auto response = transport_->send(request, ask.stop);
  wipe(request.body);
  if (response) return judge(call, *response);
  Error error = std::move(response.error());
  error.attempted = call.attempted;
  // A read changes nothing, so it does not matter whether it was executed.
  if (error.kind == ErrorKind::kUnknownOutcome && !call.mutation()) error.kind = ErrorKind::kUnavailable;
  // An answer that broke HTTP says nothing about what was done.
  if (error.kind == ErrorKind::kInternal && call.mutation()) error.kind = ErrorKind::kUnknownOutcome;
  tell(call, error, "");
  return fail(std::move(error));
}

Result<json::Document> Client::judge(const Call& call, const net::Response& response) {
  if (const auto rest = read_exhausted(response.head)) budget_->throttled(rest);
  Envelope envelope = open_envelope(response);
  if (envelope.success) {
    budget_->accepted(call);
    log_.debug("called Cloudflare", {{"call", call.attempted}, {"status", std::to_string(response.head.status)}});
    return std::move(*envelope.success);
  }
  Diagnosis diagnosis = diagnose(call, envelope.failure);
  if (diagnosis.error.kind == ErrorKind::kRateLimited) {
    diagnosis.error.retry_after = budget_->throttled(diagnosis.error.retry_after);
  } else if (diagnosis.refusal != Refusal::kNone) {
    diagnosis.error.retry_after = budget_->refused(call, diagnosis.refusal, diagnosis.error);
  }
  const auto& errors = envelope.failure.errors;
  tell(call, diagnosis.error, errors.empty() ? std::string_view() : std::string_view(errors.front().message));
  return fail(std::move(diagnosis.error));
}

void Client::tell(const Call& call, const Error& error, std::string_view said) const {
  log_.debug("a call to Cloudflare failed", {{"call", call.attempted},
                                             {"kind", std::string(to_string(error.kind))},
                                             {"why", error.message},
                                             {"ray", printable(error.ray, token_.reveal())},
                                             {"said", printable(said, token_.reveal())}});
}

Result<std::optional<Zone>> Client::zone_by_name(const std::string& name, const Ask& ask) {
  const Call call{.family = Family::kZones, .attempted = "look up zone " + name, .priority = ask.priority};
  const auto answer = TRY(exchange(call, "/zones?name=" + net::percent_encode(name) + "&per_page=50", "", ask));
  return choose(call, name, TRY(explain(call, read_zones(answer))));
}

Result<std::optional<Zone>> Client::zone_by_id(const std::string& zone, const Ask& ask) {
  const Call call{
      .family = Family::kZones, .zone = zone, .attempted = "look up zone " + zone, .priority = ask.priority};
  auto answer = exchange(call, zone_path(zone), "", ask);
  if (!answer && answer.error().kind == ErrorKind::kNotFound) return std::optional<Zone>();
  if (!answer) return fail(std::move(answer.error()));
  return std::optional<Zone>(TRY(explain(call, read_zone(*answer))));
}

Result<std::vector<Certificate>> Client::list_certificates(const std::string& zone, const Ask& ask) {
  const Call call{.family = Family::kCertificates,
                  .zone = zone,
                  .attempted = "list the certificates of zone " + zone,
                  .priority = ask.priority};
  return explain(call, read_certificates(TRY(exchange(call, zone_path(zone, kCertificates), "", ask))));
}

Result<std::optional<Certificate>> Client::get_certificate(const std::string& zone, const std::string& id,
                                                           const Ask& ask) {
  const Call call{.family = Family::kCertificates,
                  .zone = zone,
                  .attempted = "read certificate " + id + " of zone " + zone,
                  .priority = ask.priority};
  auto answer = exchange(call, certificate_path(zone, id), "", ask);
  if (!answer && is_about_the_certificate(answer.error())) return std::optional<Certificate>();
  if (!answer) return fail(std::move(answer.error()));
  return std::optional<Certificate>(TRY(explain(call, read_certificate(*answer))));
}

Result<Certificate> Client::upload_certificate(const std::string& zone, std::string_view leaf_pem,
                                               const SecretString& key_pem, const Ask& ask) {
  const Call call{.family = Family::kCertificates,
                  .method = net::Method::kPost,
                  .zone = zone,
                  .attempted = "upload a certificate to zone " + zone,
                  .priority = ask.priority};
  json::Writer body;
  body.reserve(2 * (leaf_pem.size() + key_pem.size()) + 64);  // every line break becomes two bytes
  body.begin_object().field("certificate", leaf_pem).field("private_key", key_pem.reveal()).end_object();
  return explain(call, read_certificate(TRY(exchange(call, zone_path(zone, kCertificates), body.take(), ask))));
}

Result<Certificate> Client::delete_certificate(const std::string& zone, const std::string& id, const Ask& ask) {
  const Call call{.family = Family::kCertificates,
                  .method = net::Method::kDelete,
                  .zone = zone,
                  .attempted = "delete certificate " + id + " of zone " + zone,
                  .priority = ask.priority};
  auto answer = exchange(call, certificate_path(zone, id), "", ask);
  if (!answer && is_about_the_certificate(answer.error())) {
    return Certificate{.id = id, .pem = {}, .status = CertificateStatus::kDeleted, .status_text = "deleted"};
  }
  return explain(call, read_certificate(TRY(std::move(answer))));
}

Result<bool> Client::zone_level_enabled(const std::string& zone, const Ask& ask) {
  const Call call{.family = Family::kZoneLevel,
                  .zone = zone,
                  .attempted = "read the zone-level switch of zone " + zone,
                  .priority = ask.priority};
  return explain(call, read_enabled(TRY(exchange(call, zone_path(zone, kZoneLevel), "", ask))));
}

Result<bool> Client::set_zone_level(const std::string& zone, bool enabled, const Ask& ask) {
  const Call call{.family = Family::kZoneLevel,
                  .method = net::Method::kPut,
                  .zone = zone,
                  .attempted = std::string("turn the zone-level switch of zone ") + zone + (enabled ? " on" : " off"),
                  .priority = ask.priority};
  json::Writer body;
  body.begin_object().field("enabled", enabled).end_object();
  return explain(call, read_enabled(TRY(exchange(call, zone_path(zone, kZoneLevel), body.take(), ask))));
}

Result<Setting> Client::setting(const std::string& zone, std::string_view name, const Ask& ask) {
  const Call call{.family = Family::kSettings,
                  .zone = zone,
                  .attempted = "read the setting " + std::string(name) + " of zone " + zone,
                  .priority = ask.priority};
  const std::string path = "settings/" + std::string(name);
  return explain(call, read_setting(TRY(exchange(call, zone_path(zone, path), "", ask))));
}

Result<Setting> Client::set_setting(const std::string& zone, std::string_view name, std::string_view value,
                                    const Ask& ask) {
  const Call call{.family = Family::kSettings,
                  .method = net::Method::kPatch,
                  .zone = zone,
                  .attempted = "set " + std::string(name) + " of zone " + zone + " to " + std::string(value),
                  .priority = ask.priority};
  json::Writer body;
  body.begin_object().field("value", value).end_object();
  const std::string path = "settings/" + std::string(name);
  return explain(call, read_setting(TRY(exchange(call, zone_path(zone, path), body.take(), ask))));
}

}  // namespace originpull::cloudflare
