// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Server` is the small HTTP/1.1 server of the house, on Boost.Beast: health and metrics in the operator, the
// simulated Cloudflare in cloudflare-sim, the test relay. One thread moves bytes; one handler answers every request
// on a pool of `threads` workers, so it may block and must be thread-safe, and one that blocks holds up no other
// connection while a worker is free. Limits: 16 KiB of header, 3 MiB of body, `max_connections`, `idle` per read of a
// head or body and per write. An answer with a stream is pulled on a thread of its own, at most `max_streams` at a
// time (503 beyond), one part at a time. Owns its threads (an adapter's privilege, architecture.md section 2). `stop`
// cuts idle connections at once, ends streams, lets answers that are being made go out, and ends within a second unless
// a handler ignores `ServedRequest::stop` for longer. `start` fails with kInvalid (address, certificate) or
// kUnavailable (port taken).
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "net/transport.hpp"

namespace originpull::net {

struct ServedRequest {
  std::string method = {};  // "GET", also methods that Transport does not send
  std::string target = {};  // as on the wire
  Headers headers = {};
  std::string body = {};
  std::string peer = {};                    // "127.0.0.1:4711"
  std::string client_certificate_pem = {};  // what the client has shown, verified; empty: none
  std::stop_token stop = {};                // requested when the server stops: a handler that waits must look
  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

// A body that goes out part by part as it comes to be: a watch. Pulled by one thread; its end is the connection's, and
// when the client goes or the server stops, `stop` is requested.
class ServedStream {
 public:
  enum class Next { kPart, kEnd, kSilence };
  virtual ~ServedStream() = default;
  // Waits for the next part until `deadline` or a stop: kSilence.
  virtual Next next(std::string& part, Instant deadline, const std::stop_token& stop) = 0;
};

struct Served {
  int status = 200;
  Headers headers = {};
  std::string body = {};
  std::string content_type = "application/json";
  std::shared_ptr<ServedStream> stream = {};  // instead of `body`
  // What to do instead of answering, for the fault modes of cloudflare-sim and the tests' relays.
  enum class Fault { kNone, kCloseBeforeAnswer, kTruncateBody, kHang } fault = Fault::kNone;
};

using Handler = std::function<Served(const ServedRequest&)>;

enum class ClientCertificates { kNotAsked, kOptional, kRequired };  // one that does not verify is always refused

struct FailedHandshake {
  std::string peer;    // "127.0.0.1:4711"
  std::string why;     // OpenSSL's or the system's words
  bool by_us = false;  // the client's certificate was missing or did not verify
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;            // 0: any free one
  std::string certificate_pem = {};  // with key_pem: HTTPS
  SecretString key_pem = {};
  ClientCertificates client_certificates = ClientCertificates::kNotAsked;
  std::string client_ca_pem = {};  // the CAs that vouch for them; a chain must reach one that is self-signed
  // Called on the thread that moves bytes, so it must be quick: a TLS handshake has failed.
  std::function<void(const FailedHandshake&)> handshake_failed = {};
  unsigned threads = 1;
  unsigned max_connections = 256;
  unsigned max_streams = 128;
  Duration idle{10'000};
};

class Server {
 public:
  static Result<std::unique_ptr<Server>> start(ServerOptions, Handler);
  virtual ~Server() = default;  // stops
  virtual std::uint16_t port() const = 0;
  // Other CAs for the clients' certificates, for every connection that comes from now on. Any thread. kInvalid: they
  // cannot be used, and the former ones stay.
  virtual Result<void> trust_clients(const std::string& client_ca_pem) = 0;
  virtual void stop() = 0;
};

}  // namespace originpull::net
