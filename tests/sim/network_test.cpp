// SPDX-License-Identifier: Apache-2.0
// The simulated network and the faults over it: each error kind is the one that net::Transport promises, because the
// server here knows whether it was reached. What a client sees and what a server did are compared, call by call.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "env/monitor.hpp"
#include "sim/faulty_transport.hpp"
#include "sim/sim_network.hpp"

namespace originpull::sim {
namespace {

using env::Monitor;
using env::pause_until;
using env::Poll;
using env::Thread;
using net::Request;
using net::Response;

constexpr const char* kUrl = "https://api.example.com";

class Collect final : public net::BodySink {
 public:
  bool on_head(const net::Head& head) override {
    status = head.status;
    return true;
  }
  bool on_data(std::span<const char> part) override {
    parts.emplace_back(part.begin(), part.end());
    return parts.size() < most;
  }
  int status = 0;
  std::size_t most = 100;
  std::vector<std::string> parts = {};
};

// Sends "1", "2", … a second apart, `many` of them; then it is silent for ever or ends.
class Counting final : public ServedStream {
 public:
  Counting(SimEnv& env, int many, bool ends) : env_(env), many_(many), ends_(ends) {}
  net::Head head() override { return {.status = 200}; }
  Next next(std::string& part, Instant deadline, const std::stop_token& stop) override {
    if (sent_ == many_ && ends_) return Next::kEnd;
    const Instant at = sent_ == many_ ? Instant::max() : env_.now() + Seconds(1);
    if (!pause_until(env_, std::min(at, deadline), stop) || at > deadline) return Next::kSilence;
    part = std::to_string(++sent_);
    return Next::kPart;
  }

 private:
  SimEnv& env_;
  int many_;
  bool ends_;
  int sent_ = 0;
};

class SimNetworkTest : public testing::Test {
 protected:
  std::shared_ptr<net::Transport> client(net::Network& from) { return *from.open({.base_url = kUrl}); }
  int arrived() {
    return arrivals.look([](int n) { return n; });
  }

  SimEnv env{7};
  Monitor<int> arrivals{env};
  SimServers servers{env};
  SimNetwork network{env, servers, Latency{.least = Duration(10), .most = Duration(10)}};

  void SetUp() override { serve(4, true); }
  void serve(int parts, bool ends) {
    servers.listen(kUrl, {.answer =
                              [this](const Request& request) {
                                arrivals.with([](int& n) { ++n; });
                                return Response{.head = {.status = 200}, .body = "you asked " + request.target};
                              },
                          .stream = [this, parts, ends](const Request& request) -> std::unique_ptr<ServedStream> {
                            if (request.target != "/count") return nullptr;
                            return std::make_unique<Counting>(env, parts, ends);
                          }});
  }
};

TEST_F(SimNetworkTest, a_call_takes_the_latency_there_and_back) {
  const Instant start = env.now();
  const auto response = client(network)->send({.target = "/x"}, {});
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_EQ(response->head.status, 200);
  EXPECT_EQ(response->body, "you asked /x");
  EXPECT_EQ(env.now() - start, Duration(20));
}

TEST_F(SimNetworkTest, nobody_there_is_certain_not_to_have_executed) {
  servers.close(kUrl);
  const auto response = client(network)->send({.target = "/x"}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
}

TEST_F(SimNetworkTest, a_stop_before_the_arrival_is_certain_and_after_it_is_not) {
  for (const auto& [after, kind, executed] :
       {std::tuple{5, ErrorKind::kUnavailable, 0}, {15, ErrorKind::kUnknownOutcome, 1}}) {
    arrivals.with([](int& n) { n = 0; });
    std::optional<Error> error;
    Thread caller = env.spawn("caller", [&](std::stop_token stop) {
      const auto response = client(network)->send({.target = "/x"}, stop);
      if (!response) error = response.error();
    });
    pause_until(env, env.now() + Duration(after), {});
    caller.request_stop();
    caller.join();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind, kind);
    EXPECT_EQ(arrived(), executed);
  }
}

TEST_F(SimNetworkTest, the_total_time_ends_a_call) {
  const Instant start = env.now();
  const auto response = client(network)->send({.target = "/x", .total = Duration(15)}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(env.now() - start, Duration(15));
}

TEST_F(SimNetworkTest, a_stream_gives_its_parts_in_order_until_its_end) {
  Collect sink;
  const auto head = client(network)->stream({.target = "/count", .total = Duration(0)}, sink, {});
  ASSERT_TRUE(head) << describe(head.error());
  EXPECT_EQ(sink.status, 200);
  EXPECT_EQ(sink.parts, (std::vector<std::string>{"1", "2", "3", "4"}));
}

TEST_F(SimNetworkTest, a_stream_of_a_plain_answer_is_one_part) {
  Collect sink;
  ASSERT_TRUE(client(network)->stream({.target = "/x"}, sink, {}));
  EXPECT_EQ(sink.parts, std::vector<std::string>{"you asked /x"});
}

TEST_F(SimNetworkTest, a_sink_that_has_enough_ends_the_stream) {
  Collect sink;
  sink.most = 2;
  ASSERT_TRUE(client(network)->stream({.target = "/count", .total = Duration(0)}, sink, {}));
  EXPECT_EQ(sink.parts.size(), 2U);
}

TEST_F(SimNetworkTest, silence_ends_a_stream_after_the_idle_time) {
  serve(2, false);
  Collect sink;
  const Instant start = env.now();
  const auto head =
      client(network)->stream({.target = "/count", .total = Duration(0), .idle = Duration(30'000)}, sink, {});
  ASSERT_FALSE(head);
  EXPECT_EQ(sink.parts.size(), 2U);
  EXPECT_EQ(env.now() - start, Duration(20 + 2 * 1010 + 30'000));
}

TEST_F(SimNetworkTest, severing_ends_every_call_and_stream_at_once_and_nothing_arrives_any_more) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    serve(3, false);
    SimNetwork process(env, servers);
    Monitor<int> failed(env);
    std::vector<Thread> callers;
    for (int i = 0; i < 2; ++i) {
      callers.push_back(env.spawn("caller", [&](std::stop_token) {
        while (client(process)->send({.target = "/x"}, {})) {
        }
        failed.with([](int& n) { ++n; });
      }));
    }
    callers.push_back(env.spawn("watcher", [&](std::stop_token) {
      Collect sink;
      if (!client(process)->stream({.target = "/count", .total = Duration(0), .idle = std::chrono::hours(1)}, sink,
                                   {})) {
        failed.with([](int& n) { ++n; });
      }
    }));
    pause_until(env, env.now() + Duration(env.random() % 5000), {});
    const Instant cut = env.now();
    process.sever();
    const int before = arrived();
    for (Thread& caller : callers) caller.join();
    EXPECT_EQ(failed.look([](int n) { return n; }), 3);
    EXPECT_EQ(env.now(), cut) << "a call outlived the cut";
    EXPECT_LE(arrived() - before, 2);  // what was through the wire and about to be executed
    const int after = arrived();
    EXPECT_FALSE(client(process)->send({.target = "/x"}, {}));
    EXPECT_EQ(arrived(), after);
  }
}

// Answers like a world with faults of its own: every second call has no answer.
class Moody final : public net::Transport {
 public:
  Result<Response> send(const Request& request, std::stop_token) override {
    if (++calls % 2 == 0) return fail(ErrorKind::kUnknownOutcome, request.target, "hung up");
    return Response{.head = {.status = 200}, .body = "moody"};
  }
  Result<net::Head> stream(const Request&, net::BodySink& sink, std::stop_token stop) override {
    sink.on_head({.status = 200});
    while (!stop.stop_requested()) pause_until(*env, env->now() + Seconds(1), stop);
    return net::Head{.status = 200};
  }
  SimEnv* env = nullptr;
  int calls = 0;
};

TEST_F(SimNetworkTest, a_transport_behind_the_url_answers_for_itself) {
  const auto moody = std::make_shared<Moody>();
  servers.listen(kUrl, {.behind = moody});
  const auto transport = client(network);
  EXPECT_EQ(transport->send({.target = "/x"}, {})->body, "moody");
  const auto second = transport->send({.target = "/x"}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "hung up");
  network.sever();
  EXPECT_EQ(transport->send({.target = "/x"}, {}).error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(moody->calls, 2);
}

TEST_F(SimNetworkTest, severing_ends_a_stream_from_a_transport_behind_the_url) {
  const auto moody = std::make_shared<Moody>();
  moody->env = &env;
  servers.listen(kUrl, {.behind = moody});
  std::optional<Error> error;
  Thread watcher = env.spawn("watcher", [&](std::stop_token stop) {
    Collect sink;
    const auto head = client(network)->stream({.target = "/x", .total = Duration(0)}, sink, stop);
    if (!head) error = head.error();
  });
  pause_until(env, env.now() + Seconds(10), {});
  network.sever();
  watcher.join();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, ErrorKind::kUnknownOutcome);
}

TEST_F(SimNetworkTest, a_call_under_a_monitor_names_the_thread) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(arrivals.with([&](int&) { (void)client(network)->send({.target = "/x"}, {}); }),
               "'main' is about to send a request");
}

class Faults : public SimNetworkTest {
 protected:
  std::shared_ptr<net::Transport> with(Fault fault) {
    return faulty(env, client(network), [fault](const Request&) { return fault; });
  }
};

TEST_F(Faults, a_dropped_request_is_certain_not_to_have_been_executed) {
  const auto response = with({.kind = Fault::Kind::kDropRequest})->send({.target = "/x"}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(arrived(), 0);
}

TEST_F(Faults, a_lost_answer_was_executed_and_says_that_it_does_not_know) {
  const auto response = with({.kind = Fault::Kind::kLoseAnswer, .delay = Seconds(3)})->send({.target = "/x"}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(arrived(), 1);
}

TEST_F(Faults, a_delay_that_fits_into_the_total_time_is_only_a_delay) {
  const Instant start = env.now();
  ASSERT_TRUE(with({.delay = Seconds(3)})->send({.target = "/x"}, {}));
  EXPECT_EQ(env.now() - start, Duration(3020));
}

TEST_F(Faults, a_delay_longer_than_the_total_time_is_a_request_that_was_not_sent) {
  const Instant start = env.now();
  const auto response = with({.delay = Seconds(60)})->send({.target = "/x", .total = Seconds(5)}, {});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(env.now() - start, Seconds(5));
  EXPECT_EQ(arrived(), 0);
}

TEST_F(Faults, a_stop_ends_a_delay_at_once) {
  const Instant start = env.now();
  std::stop_source stopped;
  stopped.request_stop();
  const auto response = with({.delay = Seconds(60)})->send({.target = "/x"}, stopped.get_token());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(env.now(), start);
}

TEST_F(Faults, a_broken_stream_has_given_its_first_parts) {
  Collect sink;
  const auto head = with({.kind = Fault::Kind::kBreakStream, .parts = 2})
                        ->stream({.target = "/count", .total = Duration(0)}, sink, {});
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(sink.parts, (std::vector<std::string>{"1", "2"}));
}

TEST_F(Faults, a_stream_that_ends_before_it_breaks_is_whole) {
  Collect sink;
  ASSERT_TRUE(with({.kind = Fault::Kind::kBreakStream, .parts = 4})
                  ->stream({.target = "/count", .total = Duration(0)}, sink, {}));
  EXPECT_EQ(sink.parts.size(), 4U);
}

TEST_F(Faults, a_stream_whose_answer_is_lost_shows_nothing_to_the_sink) {
  Collect sink;
  const auto head = with({.kind = Fault::Kind::kLoseAnswer})->stream({.target = "/x"}, sink, {});
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, ErrorKind::kUnknownOutcome);
  EXPECT_EQ(sink.status, 0);
  EXPECT_EQ(arrived(), 1);
}

TEST_F(Faults, random_ones_come_at_about_their_rates_and_the_error_tells_the_truth) {
  FaultyNetwork faulty_network(env, network, random_faults(env, {.drop_request_one_in = 5, .lose_answer_one_in = 5}));
  const auto transport = client(faulty_network);
  int dropped = 0;
  int lost = 0;
  for (int i = 0; i < 1000; ++i) {
    const int before = arrived();
    const auto response = transport->send({.target = "/x"}, {});
    if (response) {
      ASSERT_EQ(arrived(), before + 1);
    } else if (response.error().kind == ErrorKind::kUnavailable) {
      ++dropped;
      ASSERT_EQ(arrived(), before);
    } else {
      ++lost;
      ASSERT_EQ(arrived(), before + 1);
    }
  }
  EXPECT_NEAR(dropped, 200, 60);
  EXPECT_NEAR(lost, 160, 60);
}

TEST_F(Faults, none_at_all_come_at_rates_of_zero) {
  const auto transport = faulty(env, client(network), random_faults(env, {}));
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(transport->send({.target = "/x"}, {}));
}

}  // namespace
}  // namespace originpull::sim
