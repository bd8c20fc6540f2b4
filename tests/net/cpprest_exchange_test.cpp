// SPDX-License-Identifier: Apache-2.0
// How an adapter moves an answer and how it gives up: streaming, back-pressure, deadlines, silence, and a stop in
// every state an exchange can be in. Limits of time are the laws of transport.hpp; where one is 100 ms, the fastest
// of three tries is judged, so that a busy machine fails no test while an adapter that waits for something fails all
// three.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <sstream>

#include "net/network_contract.hpp"
#include "support/poll_until.hpp"

namespace originpull::net {
namespace {

using testing::HasSubstr;

class NetworkExchange : public NetworkContract {
 protected:
  // Stops a call once `reached(call)` holds and returns how long it took to return.
  Duration time_to_stop(const Endpoint& endpoint, const std::function<bool(Call&)>& reached) {
    Duration fastest = Duration::max();
    for (int attempt = 0; attempt < 3; ++attempt) {
      Request request = get_request();
      request.total = Duration(0);
      Call call(env_, open(endpoint), request);
      EXPECT_TRUE(reached(call)) << "the state to stop in was never reached";
      const Instant before = env_.now();
      call.request_stop();
      const auto outcome = call.wait();
      fastest = std::min(fastest, std::chrono::duration_cast<Duration>(env_.now() - before));
      EXPECT_FALSE(outcome.has_value());
      if (outcome) continue;
      EXPECT_THAT(outcome.error().message, HasSubstr("stopped"));
    }
    return fastest;
  }

  Duration took(const std::function<void()>& action) {
    const Instant before = env_.now();
    action();
    return std::chrono::duration_cast<Duration>(env_.now() - before);
  }
};

constexpr Duration kAtOnce{100};

INSTANTIATE_TEST_SUITE_P(Network, NetworkExchange, testing::ValuesIn(adapters()), adapter_name);

TEST_P(NetworkExchange, a_chunked_answer_arrives_whole_and_in_order) {
  std::string expected;
  for (int i = 0; i < 5000; ++i) expected += "event " + std::to_string(i) + "\n";
  TlsTestServer server(tls(), [&](Peer& peer) {
    while (peer.read()) {
      peer.begin_chunked();
      for (std::size_t at = 0; at < expected.size(); at += 997) peer.chunk(std::string_view(expected).substr(at, 997));
      peer.chunk("");
    }
  });
  const auto answer = get(endpoint_of(server));
  ASSERT_TRUE(answer.has_value()) << describe(answer.error());
  EXPECT_EQ(answer->body, expected);
  EXPECT_EQ(answer->head.status, 200);
}

TEST_P(NetworkExchange, an_event_is_delivered_before_the_next_one_is_sent) {
  env::Monitor<int> allowed(env_, 1);
  TlsTestServer server(tls(), [&](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    for (int sent = 0; sent < 3; ++sent) {
      allowed.await(
          [&](int n, Instant) { return env::Poll<bool>{.value = n > sent ? std::optional(true) : std::nullopt}; },
          std::stop_token());
      peer.chunk("event;");
    }
    peer.chunk("");
  });
  Call call(env_, open(endpoint_of(server)), get_request());
  for (int received = 1; received <= 3; ++received) {
    EXPECT_TRUE(call.recorder().wait_for_bytes(env_, static_cast<std::size_t>(received) * 6));
    allowed.with([](int& n) { ++n; });
  }
  EXPECT_TRUE(call.wait().has_value());
}

TEST_P(NetworkExchange, a_body_may_be_empty_or_absent) {
  TlsTestServer server(tls(), [](Peer& peer) {
    while (const auto request = peer.read()) {
      if (request->target == "/empty") peer.answer(200, "");
      if (request->target == "/none") peer.write("HTTP/1.1 204 No Content\r\n\r\n");
    }
  });
  const auto transport = open(endpoint_of(server));
  for (const std::string target : {"/empty", "/none", "/empty"}) {
    const auto answer = transport->send(get_request(target), {});
    ASSERT_TRUE(answer.has_value()) << target << describe(answer.error());
    EXPECT_EQ(answer->body, "") << target;
  }
}

TEST_P(NetworkExchange, a_body_may_end_with_the_connection_but_over_tls_not_with_a_cut_one) {
  const auto until_close = [](Peer& peer) {
    if (peer.read()) peer.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end");
  };
  TlsTestServer plain({}, until_close);
  const auto whole = get(endpoint_of(plain));
  ASSERT_TRUE(whole.has_value()) << describe(whole.error());
  EXPECT_EQ(whole->body, "to the end");
  // The test server closes without TLS's own farewell, as somebody in the middle could.
  TlsTestServer cut(tls(), until_close);
  EXPECT_FALSE(get(endpoint_of(cut)).has_value());
}

// The timer of the kernel's connection to `port`, as /proc/net/tcp has it ("02" is keepalive), or empty.
std::string kernel_timer(std::uint16_t port) {
  char suffix[8];
  std::snprintf(suffix, sizeof suffix, ":%04X", port);
  std::ifstream table("/proc/self/net/tcp");
  for (std::string line; std::getline(table, line);) {
    std::istringstream columns(line);
    std::string number, local, remote, state, queues, timer;
    columns >> number >> local >> remote >> state >> queues >> timer;
    if (remote.ends_with(suffix) && state == "01") return timer.substr(0, 2);
  }
  return {};
}

TEST_P(NetworkExchange, a_connection_to_an_address_is_kept_alive_by_the_system) {
  for (const bool https : {true, false}) {
    TlsTestServer server(https ? tls() : TestServerOptions{}, [](Peer& peer) {
      peer.read();
      peer.begin_chunked();
      peer.chunk("one");
      peer.wait_until_gone();
    });
    Call call(env_, open(endpoint_of(server)), get_request());
    ASSERT_TRUE(call.recorder().wait_for_bytes(env_, 3));
    // What was sent last is acknowledged a moment later, and then the keepalive timer is the only one left.
    std::string timer;
    EXPECT_TRUE(support::poll_until(Duration(5000), [&] { return (timer = kernel_timer(server.port())) == "02"; }))
        << timer;
  }
}

TEST_P(NetworkExchange, a_slow_consumer_holds_the_server_back_and_loses_nothing) {
  constexpr std::size_t kWhole = 64U << 20U;
  env::Monitor<std::size_t> sent(env_, 0);
  TlsTestServer server(tls(), [&](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    const std::string block(64U << 10U, 'x');
    for (std::size_t total = 0; total < kWhole; total += block.size()) {
      if (!peer.chunk(block)) return;
      sent.with([&](std::size_t& n) { n += block.size(); });
    }
    peer.chunk("");
  });
  // Takes nothing more until the server has stood still for a while, then everything.
  class Stubborn final : public BodySink {
   public:
    Stubborn(env::Env& env, env::Monitor<std::size_t>& sent) : env_(env), sent_(sent) {}
    bool on_head(const Head&) override { return true; }
    bool on_data(std::span<const char> part) override {
      if (received == 0) {
        for (std::size_t before = 1; before != held_at; pause_until(env_, env_.now() + Duration(300), {})) {
          before = held_at;
          held_at = sent_.look([](std::size_t n) { return n; });
        }
      }
      received += part.size();
      return true;
    }
    std::size_t held_at = 0;
    std::size_t received = 0;

   private:
    env::Env& env_;
    env::Monitor<std::size_t>& sent_;
  } sink(env_, sent);
  Endpoint endpoint = endpoint_of(server);
  endpoint.idle = Duration(400);  // the consumer's own pauses are not the server's silence
  Request request = get_request();
  request.total = Duration(0);
  const auto outcome = open(endpoint)->stream(request, sink, {});
  ASSERT_TRUE(outcome.has_value()) << describe(outcome.error());
  EXPECT_EQ(sink.received, kWhole);
  EXPECT_LT(sink.held_at, kWhole / 2) << "the body was buffered instead of held back";
}

TEST_P(NetworkExchange, slow_consumers_do_not_stop_others) {
  TlsTestServer firehose(tls(), [](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    while (peer.chunk(std::string(32U << 10U, 'x'))) {
    }
  });
  TlsTestServer quick(tls(), [](Peer& peer) {
    while (peer.read()) peer.answer(200, "quick");
  });
  class Blocked final : public BodySink {
   public:
    explicit Blocked(env::Monitor<int>& gate) : gate_(gate) {}
    bool on_head(const Head&) override { return true; }
    bool on_data(std::span<const char>) override {
      gate_.with([](int& blocked) { ++blocked; });
      gate_.await([](int n, Instant) { return env::Poll<bool>{.value = n < 0 ? std::optional(true) : std::nullopt}; },
                  {});
      return false;
    }

   private:
    env::Monitor<int>& gate_;
  };
  env::Monitor<int> gate(env_, 0);
  std::vector<env::Thread> blocked;
  for (int i = 0; i < 5; ++i) {
    blocked.push_back(env_.spawn("blocked", [&, transport = open(endpoint_of(firehose))](const std::stop_token& stop) {
      Blocked sink(gate);
      Request request = get_request();
      request.total = Duration(0);
      (void)transport->stream(request, sink, stop);
    }));
  }
  gate.await([](int n, Instant) { return env::Poll<bool>{.value = n >= 5 ? std::optional(true) : std::nullopt}; }, {});
  const auto transport = open(endpoint_of(quick));
  for (int i = 0; i < 20; ++i) {
    const auto answer = transport->send(get_request(), {});
    EXPECT_TRUE(answer.has_value());
  }
  gate.with([](int& n) { n = -1; });
}

TEST_P(NetworkExchange, a_sink_that_has_enough_ends_the_exchange_in_order) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    while (peer.chunk("more")) {
    }
  });
  class Enough final : public BodySink {
   public:
    explicit Enough(bool at_head) : at_head_(at_head) {}
    bool on_head(const Head&) override { return !at_head_; }
    bool on_data(std::span<const char>) override {
      ++parts;
      return false;
    }
    int parts = 0;

   private:
    bool at_head_;
  };
  for (const bool at_head : {true, false}) {
    Enough sink(at_head);
    const auto outcome = open(endpoint_of(server))->stream(get_request(), sink, {});
    ASSERT_TRUE(outcome.has_value()) << describe(outcome.error());
    EXPECT_EQ(outcome->status, 200);
    EXPECT_EQ(sink.parts, at_head ? 0 : 1);
  }
  EXPECT_TRUE(server.wait_until_idle()) << "the connection of an answer that nobody wants stayed open";
}

TEST_P(NetworkExchange, a_stop_ends_a_connect_that_is_stuck) {
  const FullPort full;
  const Endpoint endpoint{.base_url = "https://127.0.0.1:" + std::to_string(full.port()), .tls = {}};
  EXPECT_LE(time_to_stop(endpoint, [&](Call&) { return pause_until(env_, env_.now() + Duration(50), {}); }), kAtOnce);
}

TEST_P(NetworkExchange, a_stop_ends_a_tls_handshake_that_is_stuck) {
  TlsTestServer server({.identity = test_identity(), .handshake = false}, nullptr);
  unsigned connections = 0;
  EXPECT_LE(time_to_stop(endpoint_of(server), [&](Call&) { return server.wait_for_connections(++connections); }),
            kAtOnce);
  EXPECT_TRUE(server.wait_until_idle());
}

TEST_P(NetworkExchange, a_stop_ends_the_wait_for_the_head) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.wait_until_gone();
  });
  std::size_t requests = 0;
  EXPECT_LE(time_to_stop(endpoint_of(server), [&](Call&) { return server.wait_for_requests(++requests); }), kAtOnce);
  EXPECT_TRUE(server.wait_until_idle());
}

TEST_P(NetworkExchange, a_stop_ends_the_wait_for_more_of_a_body) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    peer.chunk("one");
    peer.wait_until_gone();
  });
  EXPECT_LE(time_to_stop(endpoint_of(server), [&](Call& call) { return call.recorder().wait_for_bytes(env_, 3); }),
            kAtOnce);
  EXPECT_TRUE(server.wait_until_idle());
}

TEST_P(NetworkExchange, a_stop_ends_a_firehose) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    while (peer.chunk(std::string(1000, 'x'))) {
    }
  });
  EXPECT_LE(
      time_to_stop(endpoint_of(server), [&](Call& call) { return call.recorder().wait_for_bytes(env_, 100'000); }),
      kAtOnce);
  EXPECT_TRUE(server.wait_until_idle());
}

TEST_P(NetworkExchange, a_stop_before_the_call_sends_nothing) {
  TlsTestServer server(tls(), [](Peer& peer) {
    while (peer.read()) peer.answer(200, "");
  });
  std::stop_source stopped;
  stopped.request_stop();
  const auto answer = open(endpoint_of(server))->send(mutation(), stopped.get_token());
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(server.connections(), 0U);
}

TEST_P(NetworkExchange, an_answer_that_has_arrived_is_delivered_before_a_stop_is) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    peer.chunk("first;");
    peer.chunk("second");
    peer.chunk("");
    peer.read();
  });
  // Stops itself while it is told of the head, when the rest of the answer is there or on its way.
  class StopsItself final : public BodySink {
   public:
    explicit StopsItself(env::Env& env) : env_(env) {}
    bool on_head(const Head&) override {
      // The connection is pooled again, or closed, when the adapter has read the whole answer; give it that long.
      pause_until(env_, env_.now() + Duration(300), {});
      stop.request_stop();
      return true;
    }
    bool on_data(std::span<const char> part) override {
      body.append(part.data(), part.size());
      return true;
    }
    std::stop_source stop;
    std::string body;

   private:
    env::Env& env_;
  } sink(env_);
  const auto outcome = open(endpoint_of(server))->stream(get_request(), sink, sink.stop.get_token());
  EXPECT_TRUE(outcome.has_value()) << describe(outcome.error());
  EXPECT_EQ(sink.body, "first;second");
}

TEST_P(NetworkExchange, the_total_deadline_ends_an_answer_that_never_stops_coming) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    while (peer.chunk("tick")) {
    }
  });
  Request request = get_request();
  request.total = Duration(300);
  Recorder recorder(env_);
  const Duration time = took([&] {
    const auto outcome = open(endpoint_of(server))->stream(request, recorder, {});
    ASSERT_FALSE(outcome.has_value());
    EXPECT_EQ(outcome.error().kind, ErrorKind::kUnavailable);
  });
  EXPECT_GE(time, Duration(300));
  EXPECT_LT(time, Duration(2000));
  EXPECT_FALSE(recorder.body().empty());
}

TEST_P(NetworkExchange, silence_longer_than_the_idle_time_is_an_error_and_events_in_time_are_not) {
  TlsTestServer server(tls(), [&](Peer& peer) {
    const auto request = peer.read();
    peer.begin_chunked();
    for (int i = 0; i < 5; ++i) {
      peer.chunk("tick");
      if (request->target == "/silent") return peer.wait_until_gone();
      pause_until(env_, env_.now() + Duration(200), {});
    }
    peer.chunk("");
  });
  Endpoint endpoint = endpoint_of(server);
  endpoint.idle = Duration(600);  // shorter than the whole, longer than each pause
  const auto lively = get(endpoint, "/lively");
  EXPECT_TRUE(lively.has_value()) << describe(lively.error());
  const Duration time = took([&] {
    const auto silent = get(endpoint, "/silent");
    ASSERT_FALSE(silent.has_value());
    EXPECT_EQ(silent.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(silent.error().message, HasSubstr("nothing came for 600 ms"));
  });
  EXPECT_GE(time, Duration(600));
  EXPECT_LT(time, Duration(3000));

  Request request = get_request("/silent");
  request.idle = Duration(100);  // a request's own idle time goes before the endpoint's
  EXPECT_LT(took([&] { EXPECT_FALSE(open(endpoint)->send(request, {}).has_value()); }), Duration(600));
}

TEST_P(NetworkExchange, many_stops_leave_no_connection_behind) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.begin_chunked();
    while (peer.chunk("x")) {
    }
  });
  const auto transport = open(endpoint_of(server));
  for (int i = 0; i < 50; ++i) {
    Request request = get_request();
    request.total = Duration(0);
    Call call(env_, transport, request);
    const bool in_the_body = i % 2 == 0;
    EXPECT_TRUE(!in_the_body || call.recorder().wait_for_bytes(env_, 1));
    call.request_stop();
    EXPECT_FALSE(call.wait().has_value());
  }
  EXPECT_TRUE(server.wait_until_idle());
}

}  // namespace
}  // namespace originpull::net
