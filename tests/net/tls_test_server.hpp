// SPDX-License-Identifier: Apache-2.0
#pragma once
// A scripted HTTP server on a free port of 127.0.0.1, plain or TLS, made of blocking sockets and OpenSSL alone, so
// that it shares no code with what it tests and can do what no decent server does: stay silent, cut, reset, send
// nonsense. The test gives it a function that runs once per connection on that connection's own thread and says byte
// for byte what happens. It records what it has read; the test's thread may wait for that. Destroying it cuts every
// connection and joins. What the machine refuses (a socket) ends the test program; what the client does wrong is for
// the script to see.
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/monitor.hpp"
#include "env/real_env.hpp"
#include "net/transport.hpp"
#include "support/test_pki.hpp"

namespace originpull::net {

struct SeenRequest {
  std::string method;
  std::string target;
  Headers headers;
  std::string body;
  std::string header(std::string_view name) const { return std::string(find_header(headers, name)); }
};

// One accepted connection, for the script.
class Peer {
 public:
  virtual ~Peer() = default;
  // The next request, recorded with the server; empty when the client has gone or the server stops.
  virtual std::optional<SeenRequest> read() = 0;
  virtual bool write(std::string_view bytes) = 0;  // false: the client has gone
  virtual void wait_until_gone() = 0;              // until the client closes, or the server stops
  virtual void reset() = 0;                        // closes with RST

  bool answer(int status, std::string_view body, std::string_view more_headers = {});
  bool begin_chunked(int status = 200);
  bool chunk(std::string_view data);  // empty: the last one
};

struct TestServerOptions {
  std::optional<support::Identity> identity = {};  // TLS
  std::string client_ca_pem = {};                  // demand a client certificate of this CA
  bool handshake = true;                           // false: accept, and stay silent
};

class TlsTestServer {
 public:
  using Script = std::function<void(Peer&)>;

  TlsTestServer(TestServerOptions options, Script script);
  ~TlsTestServer();
  TlsTestServer(const TlsTestServer&) = delete;
  TlsTestServer& operator=(const TlsTestServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view host = "127.0.0.1") const;

  std::vector<SeenRequest> seen() const;
  unsigned connections() const;
  // Whether there were so many within `limit`.
  bool wait_for_requests(std::size_t count, Duration limit = Duration(10'000));
  bool wait_for_connections(unsigned count, Duration limit = Duration(10'000));
  // Whether all connections have ended within `limit`.
  bool wait_until_idle(Duration limit = Duration(10'000));

 private:
  struct State {
    std::vector<SeenRequest> seen;
    std::vector<int> open;
    unsigned accepted = 0;
    bool stopping = false;
  };
  struct Tls;
  class Connection;

  void accept_all();
  void serve(int handle);
  template <class Holds>
  bool wait_for(Duration limit, Holds holds);

  env::RealEnv env_;
  TestServerOptions options_;
  Script script_;
  std::unique_ptr<Tls> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  env::Monitor<State> state_{env_};
  env::Monitor<std::vector<env::Thread>> serving_{env_};
  env::Thread accepting_;
};

// A port whose queue of connections is full: a client's connect neither succeeds nor fails.
class FullPort {
 public:
  FullPort();
  ~FullPort();
  FullPort(const FullPort&) = delete;
  FullPort& operator=(const FullPort&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> fillers_;
};

}  // namespace originpull::net
