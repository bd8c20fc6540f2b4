// SPDX-License-Identifier: Apache-2.0
#pragma once
// TLS on a Socket, as a client: the handshake, told apart by how it ended, and then a Stream. The one idea: OpenSSL
// moves its bytes through a BIO of our own over the Socket, so that waiting, deadlines and stops are ours and a server
// that has gone raises no signal. Owned by one thread at a time. Every ending is an Outcome; OpenSSL's queue of errors
// is left empty.
#include <memory>
#include <stop_token>
#include <string>

#include "probe/outcome.hpp"
#include "probe/stream.hpp"
#include "probe/tls_context.hpp"

namespace originpull::probe {

struct HandshakeFacts {
  std::string version = {};             // "TLSv1.3"
  bool certificate_requested = false;   // the server asked for a client certificate, whether or not it insists
  std::string server_certificate = {};  // PEM, the leaf alone
};

struct TlsStart {
  Outcome outcome = {};  // kConnected, or why there is no stream
  HandshakeFacts facts = {};
  std::unique_ptr<Stream> stream = {};
};

// `server_name` is sent as SNI unless it is an address, and checked where the context verifies.
TlsStart start_tls(std::unique_ptr<Socket> socket, ssl_ctx_st* context, const std::string& server_name,
                   Instant deadline, const std::stop_token& stop);

}  // namespace originpull::probe
