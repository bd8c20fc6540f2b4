// SPDX-License-Identifier: Apache-2.0
#pragma once
// `TlsOrigin` is a web server that enforces client certificates, as the origin of a zone does: for demos and tests,
// where no real one is at hand. It answers every request that it lets in with the certificate that was shown, counts
// whom it accepted and refused, and follows its file of CAs. Like a real server it asks for a certificate only at the
// handshake, so a connection that stands outlives a change of CAs. Owns its servers and the thread that looks at the
// file; destroying it stops them. Thread-safe. `start` fails with kInvalid (a file, an option) or kUnavailable (the
// port is taken).
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cli/origin_options.hpp"
#include "env/monitor.hpp"
#include "net/server.hpp"

namespace originpull::cli {

struct OriginCounts {
  struct Refusal {
    Wall at{};
    std::string peer = {};
    std::string why = {};
  };
  std::uint64_t answered = 0;                              // requests
  std::map<std::string, std::uint64_t> certificates = {};  // of them, by fingerprint; "none" where none was shown
  std::uint64_t refused = 0;                               // handshakes, for the client's certificate
  std::uint64_t failed = 0;                                // handshakes that failed otherwise
  std::deque<Refusal> last_refused = {};                   // the newest 50, oldest first
  std::uint64_t reloads = 0;                               // of the file of CAs
  std::string trouble = {};                                // of the last reload; empty: none
};

class TlsOrigin {
 public:
  using Listener = std::function<void(const std::string& line)>;  // of each request and refusal; from any thread

  static Result<std::unique_ptr<TlsOrigin>> start(env::Env&, const OriginOptions&, Listener = {});

  std::string address() const;     // "127.0.0.1:41234"
  std::string status_url() const;  // empty: not asked for
  std::uint16_t port() const { return server_->port(); }
  const std::string& ca_pem() const { return ca_pem_; }  // empty where a certificate was given
  OriginCounts counts() const;

 private:
  TlsOrigin(env::Env& env, const OriginOptions& options, Listener listener)
      : env_(env), options_(options), listener_(std::move(listener)), counts_(env) {}
  Result<void> open();
  net::Served answer(const net::ServedRequest&);
  void failed(const net::FailedHandshake&);
  void follow(const std::stop_token&);
  void tell(const std::string& line) const;

  env::Env& env_;
  const OriginOptions options_;
  const Listener listener_;
  env::Monitor<OriginCounts> counts_;
  std::string ca_pem_;
  std::string client_ca_pem_;  // of the thread that follows the file, once it runs
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<net::Server> status_;
  env::Thread follower_;
};

}  // namespace originpull::cli
