// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Relay` stands on a loopback port before one server and lets a test do what a network and a bad moment do: it knows
// each HTTP call that passes, holds a chosen one (before the server has it, or after the server has done it and
// before the client knows), cuts or silences connections, and takes no new ones. Bytes pass as they come, so watches
// stream. Before the API server it presents that server's own certificate, so clients need nothing new. The one idea:
// each connection has a thread that pumps it and asks the shared state what may pass; the test's thread changes that
// state and waits for it. All functions are thread-safe. A client or server that ends a connection ends its other
// half; nothing fails.
#include "e2e/byte_stream.hpp"
#include "env/monitor.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace originpull::e2e {

struct RelayedCall {
  std::string method = {};
  std::string target = {};  // with its query
  Instant at{};             // when the request was whole

  bool is_mutation() const { return method != "GET"; }
  bool is_watch() const { return target.find("watch=") != std::string::npos; }
  std::string what() const {
    return method + " " + target.substr(0, target.find('?')) + (is_watch() ? " (watch)" : "");
  }
};

class Relay {
 public:
  using Which = std::function<bool(const RelayedCall&)>;  // asked once for each call, in their order; short, no Env
  enum class At { kRequest, kAnswer };                    // before the server has it; before the client knows of it

  struct Server {
    std::uint16_t port = 0;
    std::shared_ptr<Tls> present = {};  // to clients; empty: plain
    std::shared_ptr<Tls> expect = {};   // of the server; empty: plain
  };
  Relay(env::Env& env, Server server);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::vector<RelayedCall> calls() const;
  void forget_calls();

  // The first call from now on that is `which` is held until `let_go`. One at a time.
  void hold(At at, Which which);
  std::optional<RelayedCall> held() const;
  std::optional<RelayedCall> await_held(Duration limit);
  bool await_given_up(Duration limit);  // until the client of the held call has closed its connection
  void let_go();                        // it passes, or nothing is held any more

  // Connections whose latest call is `which`: closed; or open, and every byte swallowed. The number of them.
  int cut(const Which& which);
  int silence(const Which& which);
  void refuse(bool refuse);  // new connections are closed at once

 private:
  enum class Fate { kOpen, kSilent };
  struct Connection {
    ByteStream* client = nullptr;
    ByteStream* server = nullptr;
    Fate fate = Fate::kOpen;
    RelayedCall latest = {};
    bool hold_answer = false;
  };
  struct Hold {
    At at = At::kAnswer;
    Which which = {};
    std::optional<RelayedCall> met = {};  // the call that it is about
    bool reached = false;                 // it is where it was to be held
    bool given_up = false;
  };
  struct State {
    std::vector<RelayedCall> calls = {};
    std::map<int, Connection> connections = {};
    std::optional<Hold> hold = {};
    int last_id = 0;
    bool refusing = false;
    bool stopping = false;
  };
  class Pump;

  void accept_all();
  void serve(int socket);
  // Notes the call; whether it is to be held before it goes on.
  bool note(int id, RelayedCall call);
  bool may_pass(int id);
  bool wait_while_held(ByteStream& client);  // false: the client has gone, or we stop
  int for_each(const Which& which, const std::function<void(Connection&)>& act);

  env::Env& env_;
  const Server server_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  env::Monitor<State> state_;
  env::Monitor<std::vector<env::Thread>> serving_;
  env::Thread accepting_;
};

}  // namespace originpull::e2e
