// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the tests of this room ask: the server of the house as a TLS origin that may demand client certificates, and
// clients that trust it and present what a test wants. Certificates are made once per process, for all tests. Used by
// the test's thread; the server stops with the test. A server or a client that cannot be made ends the test with the
// reason.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "env/real_env.hpp"
#include "net/server.hpp"
#include "probe/tls_client.hpp"
#include "support/test_pki.hpp"

namespace originpull::probe {

class OriginTest : public testing::Test {
 protected:
  static const support::Identity& server_ca() {
    static const support::Identity ca = support::make_ca("server CA");
    return ca;
  }
  static const support::Identity& client_ca() {
    static const support::Identity ca = support::make_ca("client CA");
    return ca;
  }
  static const support::Identity& edge() {
    static const support::Identity edge = support::issue_client(client_ca(), "edge");
    return edge;
  }
  static const support::Identity& stranger() {
    static const support::Identity stranger = support::issue_client(support::make_ca("client CA"), "edge");
    return stranger;
  }

  // Answers with the method, the target and whether a client certificate was shown.
  net::Server& start(net::ClientCertificates mode = net::ClientCertificates::kNotAsked) {
    const auto identity = support::issue_server(server_ca(), {"origin.test", "127.0.0.1"});
    net::ServerOptions options{.certificate_pem = identity.certificate_pem,
                               .key_pem = SecretString(identity.key_pem),
                               .client_certificates = mode,
                               .client_ca_pem = client_ca().certificate_pem};
    options.handshake_failed = [this](const net::FailedHandshake& one) { one.by_us ? ++refused : ++failed; };
    return serve(std::move(options));
  }
  net::Server& serve(net::ServerOptions options) {
    options.threads = 2;
    auto started = net::Server::start(std::move(options), [](const net::ServedRequest& request) -> net::Served {
      if (request.target == "/hang") return {.fault = net::Served::Fault::kHang};
      if (request.target == "/close") return {.fault = net::Served::Fault::kCloseBeforeAnswer};
      if (request.target == "/cut") return {.body = "halved", .fault = net::Served::Fault::kTruncateBody};
      const std::string shown = request.client_certificate_pem.empty() ? "nobody" : "somebody";
      return {.body = request.method + " " + request.target + " " + request.body + " " + shown};
    });
    if (!started) throw std::runtime_error(describe(started.error()));
    server = std::move(*started);
    return *server;
  }

  Target target() const {
    return {.address = "127.0.0.1:" + std::to_string(server->port()), .server_name = "origin.test"};
  }
  Client client(const TlsOptions& options) {
    auto made = Client::make(env, options);
    if (!made) throw std::runtime_error(describe(made.error()));
    return std::move(*made);
  }
  // Trusts the server's CA and presents `identity`, if any.
  TlsOptions options(const support::Identity* identity = nullptr) const {
    TlsOptions made{.trust = Trust::kGiven, .ca_pem = server_ca().certificate_pem};
    if (identity != nullptr) {
      made.chain_pem = identity->bundle_pem();
      made.key_pem = SecretString(identity->key_pem);
    }
    return made;
  }
  Instant soon() { return env.now() + Duration(10'000); }
  Outcome ask(const TlsOptions& with, const std::string& path = "/") {
    return client(with).ask(target(), {.target = path, .host = "origin.test"}, soon(), {}, &facts);
  }

  env::RealEnv env;
  std::atomic<int> refused = 0;  // handshakes, by the server
  std::atomic<int> failed = 0;   // otherwise
  HandshakeFacts facts;
  std::unique_ptr<net::Server> server;  // last: its threads use the above
};

}  // namespace originpull::probe
