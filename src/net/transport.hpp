// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Transport` is one origin with one set of credentials, and `Network` opens them: the door through which the program
// talks HTTP. No third party's type shows here; the cpprestsdk adapter, the fakes and the simulated worlds all stand
// behind it. Calls block, end within 100 ms of a stop request, and never retry (one exception: a GET that met a dead
// pooled connection before any byte). A sink runs on the calling thread, in order. Every answer, of any status, is a
// value.
//
// Errors: kUnavailable - it cannot have been executed (resolving, connecting or the TLS handshake failed, or it was
// stopped or too late before), or it was a GET, which changes nothing; kUnknownOutcome - a mutation that may have been
// executed, whatever went wrong then; kInvalid - the request cannot be expressed (a line break in a header); kInternal
// - the answer to a GET broke HTTP or a stated limit. `message` says why, for TLS with the verifier's reason.
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/secret_string.hpp"
#include "base/time.hpp"

namespace originpull::net {

using Headers = std::vector<std::pair<std::string, std::string>>;
enum class Method { kGet, kPut, kPost, kPatch, kDelete };
std::string_view to_string(Method);  // "GET"

struct Request {
  Method method = Method::kGet;
  std::string target;  // origin form below the endpoint's base URL, percent-encoded: "/api/v1/namespaces?limit=500"
  Headers headers = {};
  std::string body = {};  // may hold a private key: the transport wipes its own copies
  std::string content_type = {};
  SecretString bearer = {};   // sent as "Authorization: Bearer …"; empty: no such header
  bool at_most_once = false;  // a mutation that must never be on the wire twice: sent on a connection of its own
  Duration total{30'000};     // for the whole exchange; 0: none (a watch)
  Instant not_after = Instant::max();  // not begun then or later, and given up then, whatever `total` says
  Duration idle{0};                    // longest wait for the head or the next part of the body; 0: the endpoint's
  std::size_t max_body = std::size_t{16} << 20;  // of a unary answer, in bytes; more is an error
};

// When it must have ended, if it begins at `now`; Instant::max(): no limit.
Instant deadline_of(const Request&, Instant now);

struct Head {
  int status = 0;
  Headers headers = {};
  std::string_view header(std::string_view name) const;  // first of that name in any case, or empty
};

struct Response {
  Head head;
  std::string body;
};

class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual bool on_head(const Head&) = 0;                 // false: stop here
  virtual bool on_data(std::span<const char> part) = 0;  // false: stop here
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual Result<Response> send(const Request&, std::stop_token) = 0;
  // Returns the head when the body has ended in order, or when the sink has said stop.
  virtual Result<Head> stream(const Request&, BodySink&, std::stop_token) = 0;
};

struct Tls {
  std::string ca_pem = {};           // the only CAs that are trusted; empty with https: the system's roots
  std::string certificate_pem = {};  // client certificate, with its intermediates
  SecretString key_pem = {};
  std::string server_name = {};  // verified and sent as SNI instead of the URL's host (kubeconfig tls-server-name)
  bool insecure_skip_verify = false;
};

struct Endpoint {
  std::string base_url;  // "https://10.0.0.1:6443" or "https://api.cloudflare.com/client/v4"
  Tls tls = {};
  Duration idle{30'000};
};

class Network {
 public:
  virtual ~Network() = default;
  // A new CA, token file or client certificate is a new Transport. kInvalid: the URL or the credentials cannot be used.
  virtual Result<std::shared_ptr<Transport>> open(const Endpoint&) = 0;
};

// The value of the first header of that name in any case, or empty.
std::string_view find_header(const Headers&, std::string_view name);
// A header that can be sent: a token as name, no control characters in the value.
bool valid_header(std::string_view name, std::string_view value);
// Percent-encodes everything but the unreserved characters of RFC 3986 section 2.3.
std::string percent_encode(std::string_view text);

}  // namespace originpull::net
