// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ClientTls` is what a transport trusts and who it is: the CAs, the one name or address that the server's
// certificate must bear, and the client certificate. Everything is parsed once, when a Transport is opened.
// `Handshakes` then hardens the context that cpprestsdk builds for each new connection (cpprest.md section 1.2): our
// store instead of the system's roots, subject alternative names only, TLS 1.2 or newer. It stands in every handshake
// of one set of connections, and so knows why one was refused and whether any has succeeded. Both are shared by the
// I/O threads. `load` fails with kInvalid and says which part of the credentials cannot be used and why.
#include <memory>
#include <string>

#include "env/env.hpp"
#include "net/transport.hpp"

struct ssl_ctx_st;  // OpenSSL's SSL_CTX

namespace originpull::net {

class ClientTls {
 public:
  // `host` is the URL's; `tls.server_name` goes before it.
  static Result<std::shared_ptr<const ClientTls>> load(const Tls& tls, const std::string& host);
  virtual ~ClientTls() = default;
};

class Handshakes {
 public:
  // At `not_after` or later no handshake with a verified server succeeds. `env` outlives what is returned.
  static std::shared_ptr<Handshakes> of(env::Env& env, std::shared_ptr<const ClientTls> tls, Instant not_after);
  virtual ~Handshakes() = default;

  // Called on an I/O thread for each new connection. The object must outlive the context.
  virtual void configure(ssl_ctx_st*) = 0;
  // Why the verifier refused last ("certificate has expired"), or empty. Forgets it.
  virtual std::string take_refusal() = 0;
  // No handshake succeeds from now on. true: none had, so nothing has been sent and nothing will be.
  virtual bool shut() = 0;
};

// Points OpenSSL's default roots at nothing (cpprestsdk loads them anew for each connection otherwise, 16 ms) and keeps
// where they were: SSL_CERT_FILE, where it is set, else the distribution's bundle. Once, before any thread.
void take_over_system_roots();

}  // namespace originpull::net
