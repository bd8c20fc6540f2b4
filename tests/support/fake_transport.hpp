// SPDX-License-Identifier: Apache-2.0
#pragma once
// `FakeTransport` answers requests from a script, in order, and keeps a copy of each: what a client's test says it must
// send and what it then gets. A request that the script does not expect fails the test at once and gets an error;
// `done` says whether all of it was used. A step may answer, fail, or stream parts and then end, break or fall silent;
// its `before` runs first (to let time pass or request a stop). `FakeNetwork` hands out transports and keeps the
// Endpoints. Time is the Env's, so a deadline or a silence costs nothing with a JumpEnv or StillEnv. Thread-safe
// through a Monitor.
//
//   wire.expect("GET /api/v1/pods*").answer(200, "{}");            // a final * stands for anything
//   wire.expect("GET /api/v1/pods?watch=1*").part("…\n").silence();  // a stream
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "env/monitor.hpp"
#include "net/transport.hpp"

namespace originpull::support {

class FakeTransport final : public net::Transport {
 public:
  // What was sent, copied.
  struct Sent {
    net::Method method = net::Method::kGet;
    std::string target;
    net::Headers headers;
    std::string body;
    std::string content_type;
    std::string bearer;
    bool at_most_once = false;
    Duration total{};
    Duration idle{};
    Instant at{};
    std::string_view header(std::string_view name) const;
    std::string line() const { return std::string(net::to_string(method)) + " " + target; }
  };

  class Step {
   public:
    Step& before(std::function<void()> action);
    // The answer; a stream gets it in one part.
    Step& answer(int status, std::string body = {}, net::Headers headers = {});
    // Computed from the request.
    Step& answer(std::function<net::Response(const Sent&)> make);
    // No answer, or, after parts, a stream that breaks.
    Step& fail(ErrorKind kind, std::string message = "as the script says");
    // No answer until the request's total deadline: kUnknownOutcome.
    Step& hang();
    // A stream of status 200, part by part; it then ends in order unless `fail` or `silence` follows.
    Step& part(std::string bytes);
    // Nothing more until the request's idle limit (an error) or a stop.
    Step& silence();

   private:
    friend class FakeTransport;
    enum class End { kOrderly, kError, kSilence };
    std::string expected_;
    std::function<void()> before_;
    bool answered_ = false;
    net::Head head_{.status = 200};
    std::vector<std::string> parts_;
    std::function<net::Response(const Sent&)> make_;
    End end_ = End::kOrderly;
    Error error_;
  };

  explicit FakeTransport(env::Env& env) : env_(env), state_(env) {}

  // The next step of the script: "<METHOD> <target>", a final * stands for anything. The reference is good until the
  // next.
  Step& expect(std::string request_line);

  Result<net::Response> send(const net::Request&, std::stop_token) override;
  Result<net::Head> stream(const net::Request&, net::BodySink&, std::stop_token) override;

  std::vector<Sent> sent() const;
  Sent last() const;
  std::vector<std::string> lines() const;  // of what was sent
  bool done() const;                       // the script is used up

 private:
  struct State {
    std::deque<Step> script = {};
    std::vector<Sent> sent = {};
  };
  std::optional<Step> take(const net::Request&, Sent& sent);
  Error wait_out(Duration limit, const std::stop_token& stop, std::string_view what);

  env::Env& env_;
  env::Monitor<State> state_;
};

class FakeNetwork final : public net::Network {
 public:
  struct Opened {
    std::string base_url;
    std::string ca_pem;
    std::string certificate_pem;
    std::string key_pem;
    std::string server_name;
    bool insecure_skip_verify = false;
  };

  // Every Endpoint gets `transport`.
  explicit FakeNetwork(std::shared_ptr<net::Transport> transport) : transport_(std::move(transport)) {}
  Result<std::shared_ptr<net::Transport>> open(const net::Endpoint&) override;
  void use(std::shared_ptr<net::Transport> transport) { transport_ = std::move(transport); }
  void fail_next(Error error) { failure_ = std::move(error); }
  const std::vector<Opened>& opened() const { return opened_; }

 private:
  std::shared_ptr<net::Transport> transport_;
  std::optional<Error> failure_;
  std::vector<Opened> opened_;  // by one thread
};

}  // namespace originpull::support
