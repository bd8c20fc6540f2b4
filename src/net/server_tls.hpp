// SPDX-License-Identifier: Apache-2.0
#pragma once
// The TLS side of `Server`, apart from its sockets: the context made of a certificate, its key and, where clients must
// or may show a certificate, of the CAs that vouch for them. The one idea: a context never changes; other CAs are
// another context, which the next connection gets. Nothing is resumed where clients are asked for a certificate,
// because a resumed session would not show one again. What is given out belongs to the caller; any thread. kInvalid:
// a certificate, key or CA that cannot be used.
#include <memory>
#include <string>

#include "base/result.hpp"
#include "net/server.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace originpull::net {

struct FreeServerContext {
  void operator()(ssl_ctx_st*) const;
};
using ServerContext = std::unique_ptr<ssl_ctx_st, FreeServerContext>;

// `client_ca_pem` instead of the one in the options. No context: the options ask for no TLS.
Result<ServerContext> make_server_context(const ServerOptions&, const std::string& client_ca_pem);

// Whether an error of a handshake, as OpenSSL numbers them, is that the client's certificate is missing or not good.
bool refuses_client(int error);

// What the client has shown, as PEM, leaf alone; empty: nothing.
std::string client_certificate(ssl_st*);

}  // namespace originpull::net
