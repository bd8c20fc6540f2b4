// SPDX-License-Identifier: Apache-2.0
#include "cli/origin.hpp"

#include <fstream>
#include <sstream>

#include "base/rfc3339.hpp"
#include "cli/self_made.hpp"
#include "json/writer.hpp"
#include "pki/describe.hpp"

namespace originpull::cli {
namespace {

constexpr Duration kLookAgain{100};  // at the file of CAs
constexpr Duration kIdle{60'000};
constexpr unsigned kThreads = 8;
constexpr unsigned kMostConnections = 8192;
constexpr std::size_t kMostRefusals = 50;

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) return fail(ErrorKind::kInvalid, "start the origin", "cannot read " + path);
  return std::move(text).str();
}

net::Served show(const OriginCounts& counts) {
  json::Writer w;
  const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
  w.begin_object().field("answered", number(counts.answered)).key("certificates").begin_object();
  for (const auto& [fingerprint, count] : counts.certificates) w.field(fingerprint, number(count));
  w.end_object().field("refused", number(counts.refused)).field("failed", number(counts.failed));
  w.key("lastRefused").begin_array();
  for (const auto& refusal : counts.last_refused) {
    w.begin_object().field("at", format_rfc3339_micros(refusal.at)).field("peer", refusal.peer);
    w.field("why", refusal.why).end_object();
  }
  w.end_array().field("reloads", number(counts.reloads)).field("trouble", counts.trouble).end_object();
  return {.body = w.take()};
}

}  // namespace

Result<std::unique_ptr<TlsOrigin>> TlsOrigin::start(env::Env& env, const OriginOptions& options, Listener listener) {
  std::unique_ptr<TlsOrigin> origin(new TlsOrigin(env, options, std::move(listener)));
  TRY(origin->open());
  return origin;
}

Result<void> TlsOrigin::open() {
  net::ServerOptions server{.address = options_.listen.address,
                            .port = options_.listen.port,
                            .client_certificates = options_.require,
                            .threads = kThreads,
                            .max_connections = kMostConnections,
                            .idle = kIdle};
  if (options_.certificate_file.empty()) {
    SelfMade made = TRY(make_server_identity("origin", options_.names, env_.wall()));
    ca_pem_ = std::move(made.ca_pem);
    server.certificate_pem = std::move(made.server.certificate_pem);
    server.key_pem = std::move(made.server.key_pem);
  } else {
    server.certificate_pem = TRY(read_file(options_.certificate_file));
    server.key_pem = SecretString(TRY(read_file(options_.key_file)));
  }
  const bool asks = options_.require != net::ClientCertificates::kNotAsked;
  if (asks) client_ca_pem_ = TRY(read_file(options_.client_ca_file));
  server.client_ca_pem = client_ca_pem_;
  server.handshake_failed = [this](const net::FailedHandshake& handshake) { failed(handshake); };
  server_ = TRY(net::Server::start(std::move(server), [this](const net::ServedRequest& r) { return answer(r); }));
  if (options_.status) {
    status_ = TRY(net::Server::start({.address = options_.status->address, .port = options_.status->port},
                                     [this](const net::ServedRequest&) { return show(counts()); }));
  }
  if (asks) follower_ = env_.spawn("origin-cas", [this](const std::stop_token& stop) { follow(stop); });
  return {};
}

net::Served TlsOrigin::answer(const net::ServedRequest& request) {
  std::string subject = "none";
  std::string fingerprint = "none";
  if (const auto leaf = pki::describe_certificate(request.client_certificate_pem)) {
    subject = leaf->subject;
    fingerprint = leaf->fingerprint;
  }
  counts_.with([&](OriginCounts& counts) {
    ++counts.answered;
    ++counts.certificates[fingerprint];
  });
  tell("accepted " + request.method + " " + request.target + " for " + std::string(request.header("host")) +
       " client certificate: " + subject + " " + fingerprint);
  return {.body = "client certificate: " + subject + "\nfingerprint: " + fingerprint + "\n",
          .content_type = "text/plain"};
}

void TlsOrigin::failed(const net::FailedHandshake& handshake) {
  const Wall now = env_.wall();
  counts_.with([&](OriginCounts& counts) {
    ++(handshake.by_us ? counts.refused : counts.failed);
    if (!handshake.by_us) return;
    counts.last_refused.push_back({.at = now, .peer = handshake.peer, .why = handshake.why});
    if (counts.last_refused.size() > kMostRefusals) counts.last_refused.pop_front();
  });
  tell((handshake.by_us ? "refused the handshake of " : "a handshake failed with ") + handshake.peer + ": " +
       handshake.why);
}

// By its content and not by its date, so that any way of writing it is noticed. What cannot be used is not trusted
// instead: the former CAs stay, and the trouble is told once.
void TlsOrigin::follow(const std::stop_token& stop) {
  while (env::pause_until(env_, env_.now() + kLookAgain, stop)) {
    auto text = read_file(options_.client_ca_file);
    if (!text || *text == client_ca_pem_) continue;
    client_ca_pem_ = std::move(*text);
    const auto trusted = server_->trust_clients(client_ca_pem_);
    const std::string trouble = trusted ? "" : trusted.error().message;
    counts_.with([&](OriginCounts& counts) {
      counts.reloads += trusted ? 1 : 0;
      counts.trouble = trouble;
    });
    tell(trusted ? "trusts the CAs of " + options_.client_ca_file + " as they are now"
                 : "keeps its CAs, " + options_.client_ca_file + " cannot be used: " + trouble);
  }
}

void TlsOrigin::tell(const std::string& line) const {
  if (listener_) listener_(format_rfc3339_micros(env_.wall()) + " " + line);
}

std::string TlsOrigin::address() const { return options_.listen.address + ":" + std::to_string(server_->port()); }

std::string TlsOrigin::status_url() const {
  return status_ ? "http://" + options_.status->address + ":" + std::to_string(status_->port()) + "/" : std::string();
}

OriginCounts TlsOrigin::counts() const {
  return counts_.look([](const OriginCounts& counts) { return counts; });
}

}  // namespace originpull::cli
