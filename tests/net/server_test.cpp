// SPDX-License-Identifier: Apache-2.0
// The server against clients that a decent library would not be: sockets written to byte by byte. What an HTTPS client
// sees is asked through the Network of production. Times are limits from server.hpp, with room for a busy machine.
#include "net/server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "net/network_contract.hpp"
#include "net/socket.hpp"

namespace originpull::net {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class NetServer : public testing::Test {
 protected:
  std::unique_ptr<Server> start(Handler handler, ServerOptions options = {}) {
    auto server = Server::start(std::move(options), std::move(handler));
    if (!server) throw std::runtime_error(describe(server.error()));
    return *std::move(server);
  }

  static Served echo(const ServedRequest& request) {
    return {.body = request.method + " " + request.target + " " + request.body, .content_type = "text/plain"};
  }

  Duration took(const std::function<void()>& action) {
    const Instant before = env_.now();
    action();
    return std::chrono::duration_cast<Duration>(env_.now() - before);
  }

  env::RealEnv env_;
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(NetServer, the_handler_sees_the_request_and_its_answer_is_sent) {
  const auto server = start([](const ServedRequest& request) -> Served {
    EXPECT_EQ(request.method, "PROPFIND");
    EXPECT_EQ(request.target, "/a%2Fb?c=d");
    EXPECT_EQ(request.header("x-test"), "yes");
    EXPECT_EQ(request.body, "body");
    EXPECT_THAT(request.peer, StartsWith("127.0.0.1:"));
    return {.status = 418, .headers = {{"X-Answer", "42"}}, .body = "tea", .content_type = "text/plain"};
  });
  Socket client(server->port());
  client.write("PROPFIND /a%2Fb?c=d HTTP/1.1\r\nHost: x\r\nX-Test: yes\r\nContent-Length: 4\r\n\r\nbody");
  const std::string answer = client.read_until("tea");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 418 "));
  EXPECT_THAT(answer, HasSubstr("X-Answer: 42\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 3\r\n"));
}

TEST_F(NetServer, https_is_served_with_the_whole_chain) {
  const auto middle = support::issue_intermediate(test_ca(), "middle");
  const auto identity = support::issue_server(middle, {"127.0.0.1"});
  const auto server =
      start(echo, {.certificate_pem = identity.bundle_pem(), .key_pem = SecretString(identity.key_pem)});
  const std::string url = "https://127.0.0.1:" + std::to_string(server->port());
  const auto network = adapters().front().make(env_);
  const auto transport = *network->open({.base_url = url, .tls = {.ca_pem = test_ca().certificate_pem}});
  for (int i = 0; i < 3; ++i) {
    const auto answer = transport->send({.method = Method::kPost, .target = "/over/tls", .body = "b"}, {});
    ASSERT_TRUE(answer.has_value()) << describe(answer.error());
    EXPECT_EQ(answer->body, "POST /over/tls b");
  }
}

TEST_F(NetServer, what_cannot_be_served_is_an_error_at_the_start) {
  const auto kind = [](ServerOptions options) {
    const auto server = Server::start(std::move(options), echo);
    if (server) return std::string("started");
    EXPECT_FALSE(server.error().message.empty());
    return std::string(to_string(server.error().kind));
  };
  const auto& identity = test_identity();
  EXPECT_EQ(kind({.address = "no address"}), "Invalid");
  EXPECT_EQ(kind({.address = "192.0.2.1"}), "Invalid");
  EXPECT_EQ(kind({.certificate_pem = identity.certificate_pem}), "Invalid");
  EXPECT_EQ(kind({.certificate_pem = "no PEM", .key_pem = SecretString(identity.key_pem)}), "Invalid");
  EXPECT_EQ(kind({.certificate_pem = identity.certificate_pem, .key_pem = SecretString(test_ca().key_pem)}), "Invalid");
  EXPECT_EQ(kind({.certificate_pem = identity.certificate_pem,
                  .key_pem = SecretString(support::encrypt_key(identity.key_pem, "passphrase"))}),
            "Invalid");
  const auto first = start(echo);
  EXPECT_EQ(kind({.port = first->port()}), "Unavailable");
}

TEST_F(NetServer, requests_that_are_pipelined_are_answered_in_their_order) {
  const auto server = start(echo, {.threads = 4});
  Socket client(server->port());
  std::string requests;
  for (int i = 0; i < 20; ++i) requests += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  client.write(requests);
  const std::string answers = client.read_until("GET /19 ");
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = answers.find("GET /" + std::to_string(i) + " ", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
}

TEST_F(NetServer, a_connection_is_kept_unless_the_client_says_close) {
  const auto server = start(echo);
  Socket kept(server->port());
  for (int i = 0; i < 3; ++i) {
    kept.write("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(kept.read_until("GET /" + std::to_string(i) + " "), HasSubstr("200"));
  }
  Socket closing(server->port());
  closing.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(closing.read_to_the_end(), HasSubstr("Connection: close\r\n"));
}

TEST_F(NetServer, a_header_beyond_16_kib_is_refused_even_if_it_never_ends) {
  const auto server = start(echo);
  Socket client(server->port());
  client.write("GET / HTTP/1.1\r\nX-Long: " + std::string(20 * 1024, 'x'));
  EXPECT_THAT(client.read_to_the_end(), StartsWith("HTTP/1.1 431 "));
  Socket endless(server->port());
  endless.write("GET / HTTP/1.1\r\nX-Long: ");
  const std::string block(1U << 20U, 'x');
  std::size_t taken = 0;
  while (taken < 256 && endless.write(block)) ++taken;
  EXPECT_LT(taken, 256U) << "256 MiB of header were taken";
}

TEST_F(NetServer, a_body_beyond_3_mib_is_refused_before_it_is_read) {
  env::Monitor<int> handled(env_, 0);
  const auto server = start([&](const ServedRequest& request) {
    handled.with([](int& n) { ++n; });
    return echo(request);
  });
  Socket stated(server->port());
  stated.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3145729\r\n\r\n");
  EXPECT_THAT(stated.read_to_the_end(), StartsWith("HTTP/1.1 413 "));
  Socket chunked(server->port());
  chunked.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n400000\r\n" +
                std::string(3145729, 'x'));
  EXPECT_THAT(chunked.read_to_the_end(), StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(handled.look([](int n) { return n; }), 0);
  Socket allowed(server->port());
  allowed.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3145728\r\n\r\n" + std::string(3145728, 'x'));
  EXPECT_THAT(allowed.read_until("200 OK"), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(NetServer, what_is_not_http_is_refused) {
  const auto server = start(echo);
  for (const std::string_view nonsense :
       {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n",
        "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"}) {
    Socket client(server->port());
    client.write(nonsense);
    EXPECT_THAT(client.read_to_the_end(), StartsWith("HTTP/1.1 400 ")) << nonsense;
  }
  Socket gone(server->port());
  gone.write("GET / HT");
}

TEST_F(NetServer, half_open_connections_are_closed_after_the_idle_time) {
  const auto& identity = test_identity();
  for (const bool https : {false, true}) {
    ServerOptions options{.idle = Duration(300)};
    if (https) {
      options.certificate_pem = identity.certificate_pem;
      options.key_pem = SecretString(identity.key_pem);
    }
    const auto server = start(echo, std::move(options));
    std::vector<std::unique_ptr<Socket>> clients;
    for (int i = 0; i < 50; ++i) {
      clients.push_back(std::make_unique<Socket>(server->port()));
      const std::string_view tls_begin = "\x16\x03\x01";
      if (i % 2 == 0) clients.back()->write(https ? tls_begin : "GET / HTTP/1.1\r\nHost");
      if (i % 10 == 1 && !https) clients.back()->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
    }
    EXPECT_LT(took([&] {
                for (auto& client : clients) EXPECT_TRUE(client->closed());
              }),
              Duration(5000));
  }
}

TEST_F(NetServer, connections_beyond_the_limit_are_closed_and_the_others_served) {
  const auto server = start(echo, {.max_connections = 20});
  std::vector<std::unique_ptr<Socket>> served;
  for (int i = 0; i < 20; ++i) {
    served.push_back(std::make_unique<Socket>(server->port()));
    served.back()->write(kGet);
    ASSERT_THAT(served.back()->read_until("200 OK"), HasSubstr("200 OK")) << i;
  }
  Socket one_too_many(server->port());
  EXPECT_TRUE(one_too_many.closed());
  for (auto& client : served) {
    client->write("GET /again HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client->read_until("/again"), HasSubstr("/again"));
  }
  served.clear();
  // The server notices the ends by itself, sooner or later; a new client need not wait long.
  bool answered = false;
  for (int attempt = 0; attempt < 100 && !answered; ++attempt) {
    Socket next(server->port());
    next.write(kGet);
    answered = next.read_until("200 OK").find("200 OK") != std::string::npos;
  }
  EXPECT_TRUE(answered);
}

TEST_F(NetServer, a_thousand_connections_that_say_nothing_leave_nothing_behind) {
  const auto& identity = test_identity();
  const auto server =
      start(echo, {.certificate_pem = identity.certificate_pem, .key_pem = SecretString(identity.key_pem)});
  for (int i = 0; i < 1000; ++i) Socket scanner(server->port());
  const auto network = adapters().front().make(env_);
  const auto transport = *network->open({.base_url = "https://127.0.0.1:" + std::to_string(server->port()),
                                         .tls = {.ca_pem = test_ca().certificate_pem}});
  const auto answer = transport->send({.target = "/"}, {});
  EXPECT_TRUE(answer.has_value()) << describe(answer.error());
}

// A handler whose calls to "/block" wait for a word of the test, or for the server's stop.
class Blocking {
 public:
  explicit Blocking(env::Env& env) : state_(env) {}
  Served operator()(const ServedRequest& request) {
    if (request.target != "/block") return {.body = "quick", .content_type = "text/plain"};
    state_.with([](State& state) { ++state.waiting; });
    const auto freed =
        state_.await([](const State& state,
                        Instant) { return env::Poll<bool>{.value = state.free ? std::optional(true) : std::nullopt}; },
                     request.stop);
    return {.body = freed ? "freed" : "stopped", .content_type = "text/plain"};
  }
  void wait_for(int waiting) {
    state_.await(
        [&](const State& state, Instant) {
          return env::Poll<bool>{.value = state.waiting >= waiting ? std::optional(true) : std::nullopt};
        },
        {});
  }
  void free() {
    state_.with([](State& state) { state.free = true; });
  }

 private:
  struct State {
    int waiting = 0;
    bool free = false;
  };
  env::Monitor<State> state_;
};

constexpr std::string_view kBlock = "GET /block HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(NetServer, a_handler_that_blocks_does_not_stop_others) {
  Blocking handler(env_);
  const auto server = start(std::ref(handler), {.threads = 3});
  Socket first(server->port());
  Socket second(server->port());
  first.write(kBlock);
  second.write(kBlock);
  handler.wait_for(2);
  Socket quick(server->port());
  quick.write(kGet);
  EXPECT_THAT(quick.read_until("quick"), HasSubstr("quick"));
  handler.free();
  EXPECT_THAT(first.read_until("freed"), HasSubstr("freed"));
  EXPECT_THAT(second.read_until("freed"), HasSubstr("freed"));
}

TEST_F(NetServer, limits_are_kept_while_every_worker_is_blocked) {
  Blocking handler(env_);
  const auto server = start(std::ref(handler), {.threads = 1, .idle = Duration(300)});
  Socket blocked(server->port());
  blocked.write(kBlock);
  handler.wait_for(1);
  Socket half_open(server->port());
  half_open.write("GET / HT");
  EXPECT_TRUE(half_open.closed());
  handler.free();
  EXPECT_THAT(blocked.read_until("freed"), HasSubstr("freed")) << "a handler's own time is not idle time";
}

TEST_F(NetServer, a_handler_that_throws_is_an_answer_500) {
  const auto server = start([](const ServedRequest&) -> Served { throw std::runtime_error("secret detail"); });
  Socket client(server->port());
  client.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_the_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(answer, testing::Not(HasSubstr("secret detail")));
}

TEST_F(NetServer, faults_are_what_they_say) {
  const auto server = start([](const ServedRequest& request) -> Served {
    Served served{.body = "0123456789", .content_type = "text/plain"};
    if (request.target == "/close") served.fault = Served::Fault::kCloseBeforeAnswer;
    if (request.target == "/truncate") served.fault = Served::Fault::kTruncateBody;
    if (request.target == "/hang") served.fault = Served::Fault::kHang;
    return served;
  });
  Socket closed(server->port());
  closed.write("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(closed.read_to_the_end(), "");
  Socket truncated(server->port());
  truncated.write("GET /truncate HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string half = truncated.read_to_the_end();
  EXPECT_THAT(half, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(half, testing::EndsWith("\r\n\r\n01234"));
  const auto network = adapters().front().make(env_);
  const auto transport = *network->open({.base_url = "http://127.0.0.1:" + std::to_string(server->port())});
  const auto hanging = transport->send({.target = "/hang", .total = Duration(300)}, {});
  EXPECT_FALSE(hanging.has_value());
}

TEST_F(NetServer, an_answer_to_head_or_with_status_204_has_no_body) {
  const auto server = start([](const ServedRequest& request) -> Served {
    return {.status = request.method == "HEAD" ? 200 : 204, .body = "body", .content_type = "text/plain"};
  });
  Socket head(server->port());
  head.write("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = head.read_to_the_end();
  EXPECT_THAT(answer, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
  Socket none(server->port());
  none.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string empty = none.read_to_the_end();
  EXPECT_THAT(empty, StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(empty, testing::Not(HasSubstr("Content-Length")));
  EXPECT_THAT(empty, testing::EndsWith("\r\n\r\n"));
}

TEST_F(NetServer, a_client_that_waits_for_100_continue_gets_it) {
  const auto server = start(echo);
  Socket client(server->port());
  client.write("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n\r\n"));
  client.write("body");
  EXPECT_THAT(client.read_until("POST / body"), HasSubstr("POST / body"));
}

TEST_F(NetServer, a_header_that_would_split_the_answer_is_not_sent) {
  const auto server = start([](const ServedRequest&) -> Served {
    return {.headers = {{"X-Bad", "a\r\nInjected: yes"}, {"X-Good", "b"}}, .body = "{}"};
  });
  Socket client(server->port());
  client.write(kGet);
  const std::string answer = client.read_until("{}");
  EXPECT_THAT(answer, HasSubstr("X-Good: b"));
  EXPECT_THAT(answer, testing::Not(HasSubstr("Injected")));
}

TEST_F(NetServer, a_stop_lets_an_answer_that_is_being_made_go_out) {
  env::Monitor<int> entered(env_, 0);
  const auto server = start([&](const ServedRequest&) -> Served {
    entered.with([](int& n) { ++n; });
    pause_until(env_, env_.now() + Duration(300), {});
    return {.body = "made", .content_type = "text/plain"};
  });
  Socket busy(server->port());
  busy.write(kGet);
  Socket idle(server->port());
  entered.await([](int n, Instant) { return env::Poll<bool>{.value = n > 0 ? std::optional(true) : std::nullopt}; },
                {});
  const Duration time = took([&] { server->stop(); });
  EXPECT_LT(time, Duration(1000));
  const std::string answer = busy.read_to_the_end();
  EXPECT_THAT(answer, HasSubstr("made"));
  EXPECT_THAT(answer, HasSubstr("Connection: close"));
  EXPECT_TRUE(idle.closed());
  EXPECT_FALSE(Socket(server->port()).connected());
}

TEST_F(NetServer, a_stop_ends_within_a_second_whatever_the_connections_do) {
  Blocking handler(env_);
  auto server = start(
      [&](const ServedRequest& request) -> Served {
        if (request.target == "/hang") return {.fault = Served::Fault::kHang};
        if (request.target == "/large") return {.body = std::string(32U << 20U, 'x')};
        return handler(request);
      },
      {.threads = 2});
  Socket silent(server->port());
  Socket half_head(server->port());
  half_head.write("GET / HT");
  Socket half_body(server->port());
  half_body.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
  Socket hanging(server->port());
  hanging.write("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n");
  Socket not_reading(server->port());
  not_reading.write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  Socket blocked(server->port());
  blocked.write(kBlock);
  handler.wait_for(1);
  EXPECT_LT(took([&] { server->stop(); }), Duration(1000));
  EXPECT_THAT(blocked.read_to_the_end(), HasSubstr("stopped")) << "the handler looked at its stop token";
  server->stop();  // again does nothing
  server.reset();
}

}  // namespace
}  // namespace originpull::net
