// SPDX-License-Identifier: Apache-2.0
#pragma once
// What every adapter behind `Network` must do, whatever library it is made of: the suites of this folder that derive
// from `NetworkContract` run once per entry of `adapters()`. A second adapter is one more line there. Each test has
// its own server (tls_test_server.hpp) and opens its own Transports. One process-wide environment names a test CA as
// the system's root before any of it starts, and drains the process at the end. Tests run on the main thread; calls
// that must be stopped from outside run in a `Call`, on a thread of the test's Env.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "env/monitor.hpp"
#include "env/real_env.hpp"
#include "net/tls_test_server.hpp"
#include "net/transport.hpp"
#include "support/test_pki.hpp"

namespace originpull::net {

struct Adapter {
  std::string name;
  std::function<std::unique_ptr<Network>(env::Env&)> make;
  friend std::ostream& operator<<(std::ostream& out, const Adapter& adapter) { return out << adapter.name; }
};
std::vector<Adapter> adapters();
std::string adapter_name(const testing::TestParamInfo<Adapter>& info);

// The CA of the test servers, a certificate of it for 127.0.0.1 and localhost, and a CA that this process has as
// system root.
const support::Identity& test_ca();
const support::Identity& test_identity();
const support::Identity& system_root();

// Collects an answer; safe to look at from another thread.
class Recorder final : public BodySink {
 public:
  explicit Recorder(env::Env& env) : state_(env) {}
  bool on_head(const Head& head) override;
  bool on_data(std::span<const char> part) override;
  Head head() const;
  std::string body() const;
  bool wait_for_bytes(env::Env& env, std::size_t count, Duration limit = Duration(10'000));

 private:
  struct State {
    Head head;
    std::string body;
  };
  env::Monitor<State> state_;
};

// One `stream` on its own thread, to be stopped from outside.
class Call {
 public:
  Call(env::Env& env, std::shared_ptr<Transport> transport, const Request& request);
  ~Call();
  Recorder& recorder() { return recorder_; }
  void request_stop() { stop_.request_stop(); }
  // The outcome, or a test failure and an error after `limit`.
  Result<Head> wait(Duration limit = Duration(20'000));

 private:
  env::Env& env_;
  Recorder recorder_;
  std::stop_source stop_;
  env::Monitor<std::optional<Result<Head>>> outcome_;
  env::Thread thread_;
};

class NetworkContract : public testing::TestWithParam<Adapter> {
 protected:
  // Trusts the test CA where the server speaks TLS.
  static Endpoint endpoint_of(const TlsTestServer& server, std::string_view host = "127.0.0.1");
  std::shared_ptr<Transport> open(const Endpoint& endpoint);
  Result<Response> get(const Endpoint& endpoint, std::string target = "/");

  static Request get_request(std::string target = "/");
  static Request mutation(std::string target = "/", bool at_most_once = true);
  static TestServerOptions tls() { return {.identity = test_identity()}; }

  env::RealEnv env_;
  std::unique_ptr<Network> network_ = GetParam().make(env_);
};

}  // namespace originpull::net
