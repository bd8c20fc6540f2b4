// SPDX-License-Identifier: Apache-2.0
// Answers that come part by part: what a client sees of them, and that none outlives its connection or the server. The
// client is a bare socket; the streams are held by the test, which gives them their parts.
#include "net/server_stream.hpp"

#include <gmock/gmock.h>

#include <deque>

#include "net/network_contract.hpp"
#include "net/socket.hpp"

namespace originpull::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// What the test and the streams of one server share.
struct Tap {
  std::deque<std::string> parts = {};
  bool finished = false;
  int open = 0;
  int given = 0;
  int made = 0;
};
using Taps = env::Monitor<Tap>;

class TapStream final : public ServedStream {
 public:
  explicit TapStream(Taps& taps) : taps_(taps) {
    taps_.with([](Tap& tap) { ++tap.open, ++tap.made; });
  }
  ~TapStream() override {
    taps_.with([](Tap& tap) { --tap.open; });
  }
  Next next(std::string& part, Instant, const std::stop_token& stop) override {
    const auto got = taps_.await(
        [&](Tap& tap, Instant) -> env::Poll<Next> {
          if (tap.parts.empty()) return {.value = tap.finished ? std::optional(Next::kEnd) : std::nullopt};
          part = std::move(tap.parts.front());
          tap.parts.pop_front();
          ++tap.given;
          return {.value = Next::kPart};
        },
        stop);
    taps_.with([](Tap&) {});  // tells the test of what was given
    return got.value_or(Next::kSilence);
  }

 private:
  Taps& taps_;
};

constexpr std::string_view kWatch = "GET /watch HTTP/1.1\r\nHost: x\r\n\r\n";

class NetServerStream : public testing::Test {
 protected:
  std::unique_ptr<Server> start(ServerOptions options = {}) {
    auto server = Server::start(std::move(options), [this](const ServedRequest& request) -> Served {
      if (request.target == "/throws") return {.stream = std::make_shared<Throws>()};
      if (!request.target.starts_with("/watch")) return {.body = "quick", .content_type = "text/plain"};
      Served served{.stream = std::make_shared<TapStream>(taps_)};
      if (request.target == "/watch/truncated") served.fault = Served::Fault::kTruncateBody;
      return served;
    });
    if (!server) throw std::runtime_error(describe(server.error()));
    return *std::move(server);
  }
  void give(std::string part) {
    taps_.with([&](Tap& tap) { tap.parts.push_back(std::move(part)); });
  }
  void finish() {
    taps_.with([](Tap& tap) { tap.finished = true; });
  }
  // False: not within 10 s.
  template <class F>
  bool comes_true(F condition) {
    const Instant limit = env_.now() + Duration(10'000);
    return taps_
        .await(
            [&](const Tap& tap, Instant now) -> env::Poll<bool> {
              if (condition(tap)) return {.value = true};
              if (now >= limit) return {.value = false};
              return {.again = limit};
            },
            {})
        .value_or(false);
  }
  static bool none_open(const Tap& tap) { return tap.open == 0; }

  struct Throws final : ServedStream {
    Next next(std::string&, Instant, const std::stop_token&) override { throw std::runtime_error("no more"); }
  };

  env::RealEnv env_;
  Taps taps_{env_};
};

TEST_F(NetServerStream, the_head_goes_out_at_once_and_each_part_as_a_chunk_when_it_comes) {
  const auto server = start();
  Socket client(server->port());
  client.write(kWatch);
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(head, EndsWith("\r\n\r\n")) << "nothing has come yet";
  give("one");
  EXPECT_THAT(client.read_until("one\r\n"), EndsWith("\r\n\r\n3\r\none\r\n"));
  give("");  // no chunk: it would be the last
  give("and another part");
  EXPECT_THAT(client.read_until("part\r\n"), EndsWith("one\r\n10\r\nand another part\r\n"));
  finish();
  EXPECT_THAT(client.read_to_the_end(), EndsWith("part\r\n0\r\n\r\n"));
  EXPECT_TRUE(comes_true(none_open));
}

TEST_F(NetServerStream, nothing_of_an_earlier_answer_on_the_connection_is_in_it) {
  const auto server = start();
  Socket client(server->port());
  client.write("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("quick");
  client.write(kWatch);
  give("one");
  const std::string all = client.read_until("one\r\n");
  EXPECT_EQ(all.find("quick"), all.rfind("quick")) << all;
  EXPECT_THAT(all, EndsWith("\r\n\r\n3\r\none\r\n"));
}

TEST_F(NetServerStream, a_client_of_http_1_0_gets_the_parts_bare_and_the_end_by_the_end) {
  const auto server = start();
  give("one");
  give("two");
  finish();
  Socket client(server->port());
  client.write("GET /watch HTTP/1.0\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_to_the_end();
  EXPECT_THAT(answer, testing::Not(HasSubstr("chunked")));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nonetwo"));
}

TEST_F(NetServerStream, head_is_answered_with_the_head_and_the_stream_is_never_pulled) {
  const auto server = start();
  give("one");
  Socket client(server->port());
  client.write("HEAD /watch HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.read_to_the_end(), EndsWith("\r\n\r\n"));
  EXPECT_TRUE(comes_true(none_open));
  EXPECT_EQ(taps_.look([](const Tap& tap) { return tap.given; }), 0);
}

TEST_F(NetServerStream, many_are_served_at_once_and_hold_up_no_handler) {
  const auto server = start({.threads = 1});
  std::vector<std::unique_ptr<Socket>> clients;
  for (int i = 0; i < 60; ++i) {
    clients.push_back(std::make_unique<Socket>(server->port()));
    clients.back()->write(kWatch);
  }
  EXPECT_TRUE(comes_true([](const Tap& tap) { return tap.open == 60; }));
  Socket quick(server->port());
  quick.write("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(quick.read_until("quick"), HasSubstr("quick"));
  finish();
  for (const auto& client : clients) EXPECT_THAT(client->read_to_the_end(), EndsWith("0\r\n\r\n"));
}

TEST_F(NetServerStream, one_beyond_the_limit_is_refused_until_another_ends) {
  const auto server = start({.max_streams = 1});
  auto first = std::make_unique<Socket>(server->port());
  first->write(kWatch);
  first->read_until("\r\n\r\n");
  Socket second(server->port());
  second.write(kWatch);
  EXPECT_THAT(second.read_to_the_end(), StartsWith("HTTP/1.1 503 "));
  first.reset();
  ASSERT_TRUE(comes_true(none_open));
  std::string answer;  // the stream has gone; its place is free when its thread has, too
  for (int attempt = 0; attempt < 1000 && !answer.starts_with("HTTP/1.1 200 "); ++attempt) {
    Socket third(server->port());
    third.write(kWatch);
    answer = third.read_until("\r\n\r\n");
  }
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

TEST_F(NetServerStream, a_client_that_goes_ends_it) {
  for (const bool https : {false, true}) {
    ServerOptions options;
    if (https) {
      options.certificate_pem = test_identity().certificate_pem;
      options.key_pem = SecretString(test_identity().key_pem);
    }
    const auto server = start(std::move(options));
    if (https) {
      const auto network = adapters().front().make(env_);
      const auto transport = *network->open({.base_url = "https://127.0.0.1:" + std::to_string(server->port()),
                                             .tls = {.ca_pem = test_ca().certificate_pem}});
      const auto answer = transport->send({.target = "/watch", .total = Duration(500)}, {});
      EXPECT_FALSE(answer.has_value()) << "it went on reading for ever";
    } else {
      Socket client(server->port());
      client.write(kWatch);
      client.read_until("\r\n\r\n");
    }
    EXPECT_TRUE(comes_true([](const Tap& tap) { return tap.open == 0 && tap.made > 0; }));
    taps_.with([](Tap& tap) { tap.made = 0; });
  }
}

TEST_F(NetServerStream, a_slow_reader_makes_it_wait_and_gets_every_byte) {
  const auto server = start();
  constexpr int kParts = 64;
  const std::string part(1U << 20U, 'x');
  for (int i = 0; i < kParts; ++i) give(part);
  finish();
  Socket client(server->port());
  client.write(kWatch);
  const std::string begin = client.read_until("\r\n\r\n");
  // What the system's buffers take, and one part that is being written, may be under way; not all 64 MiB.
  EXPECT_TRUE(comes_true([](const Tap& tap) { return tap.given >= 2; }));
  EXPECT_LT(taps_.look([](const Tap& tap) { return tap.given; }), kParts);
  std::size_t bytes = begin.size() - begin.find("\r\n\r\n") - 4;
  for (std::string some = client.read_some(1U << 16U); !some.empty(); some = client.read_some(1U << 16U))
    bytes += some.size();
  EXPECT_EQ(bytes, kParts * (std::string_view("100000\r\n\r\n").size() + part.size()) + 5);
  EXPECT_EQ(taps_.look([](const Tap& tap) { return tap.given; }), kParts);
}

TEST_F(NetServerStream, a_client_that_does_not_read_at_all_is_cut_after_the_idle_time) {
  const auto server = start({.idle = Duration(300)});
  for (int i = 0; i < 64; ++i) give(std::string(1U << 20U, 'x'));
  Socket client(server->port());
  client.write(kWatch);
  EXPECT_TRUE(comes_true([](const Tap& tap) { return tap.given > 0 && tap.open == 0; }));
}

TEST_F(NetServerStream, one_that_is_silent_for_longer_than_the_idle_time_goes_on) {
  const auto server = start({.idle = Duration(100)});
  Socket client(server->port());
  client.write(kWatch);
  client.read_until("\r\n\r\n");
  pause_until(env_, env_.now() + Duration(400), {});
  give("late");
  EXPECT_THAT(client.read_until("late"), HasSubstr("4\r\nlate"));
}

TEST_F(NetServerStream, a_stream_that_throws_cuts_the_connection_without_an_end) {
  const auto server = start();
  Socket client(server->port());
  client.write("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.read_to_the_end();
  EXPECT_THAT(answer, testing::Not(EndsWith("0\r\n\r\n")));
  EXPECT_THAT(answer, testing::Not(HasSubstr("no more")));
}

TEST_F(NetServerStream, truncated_it_is_cut_within_its_first_part) {
  const auto server = start();
  give("0123456789");
  Socket client(server->port());
  client.write("GET /watch/truncated HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_to_the_end(), EndsWith("\r\n\r\n5\r\n01234"));
  EXPECT_TRUE(comes_true(none_open));
}

TEST_F(NetServerStream, a_stop_ends_all_of_them_within_a_second_and_in_order) {
  auto server = start();
  Socket silent(server->port());
  silent.write(kWatch);
  silent.read_until("\r\n\r\n");
  Socket not_reading(server->port());
  not_reading.write(kWatch);
  ASSERT_TRUE(comes_true([](const Tap& tap) { return tap.open == 2; }));
  const Instant before = env_.now();
  server->stop();
  EXPECT_LT(env_.now() - before, Duration(1000));
  EXPECT_THAT(silent.read_to_the_end(), EndsWith("\r\n\r\n0\r\n\r\n")) << "a watch that ends, not one that breaks";
  EXPECT_TRUE(comes_true(none_open));
  server.reset();
}

TEST_F(NetServerStream, a_stop_does_not_wait_for_a_client_that_does_not_read) {
  for (int i = 0; i < 64; ++i) give(std::string(1U << 20U, 'x'));
  auto server = start();
  Socket not_reading(server->port());
  not_reading.write(kWatch);
  ASSERT_TRUE(comes_true([](const Tap& tap) { return tap.given >= 2; }));
  const Instant before = env_.now();
  server->stop();
  EXPECT_LT(env_.now() - before, Duration(1000));
  EXPECT_TRUE(comes_true(none_open));
}

TEST_F(NetServerStream, bodies_of_any_size_arrive_over_tls) {
  for (const std::size_t size : {1000U, 16'000U, 17'000U, 33'000U, 70'000U, 1'000'000U}) {
    auto server = *Server::start(
        {.certificate_pem = test_identity().certificate_pem, .key_pem = SecretString(test_identity().key_pem)},
        [&](const ServedRequest&) -> Served { return {.body = std::string(size, 'x')}; });
    const auto network = adapters().front().make(env_);
    const auto transport = *network->open({.base_url = "https://127.0.0.1:" + std::to_string(server->port()),
                                           .tls = {.ca_pem = test_ca().certificate_pem}});
    const auto answer = transport->send({.target = "/", .total = Duration(3000)}, {});
    ASSERT_TRUE(answer.has_value()) << size << " " << describe(answer.error());
    EXPECT_EQ(answer->body.size(), size);
  }
}

}  // namespace
}  // namespace originpull::net
