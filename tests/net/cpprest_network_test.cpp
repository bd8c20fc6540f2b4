// SPDX-License-Identifier: Apache-2.0
// What an adapter puts on the wire, how often, and what it says of it afterwards: requests as they were asked for, no
// credential where it does not belong, a mutation at most once, and "it may have been executed" whenever the server saw
// the request. The server's record of what it read is the judge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "net/network_contract.hpp"

namespace originpull::net {
namespace {

using testing::HasSubstr;

class NetworkWire : public NetworkContract {
 protected:
  static void answer_all(Peer& peer) {
    while (peer.read()) peer.answer(200, "hello");
  }
};

INSTANTIATE_TEST_SUITE_P(Network, NetworkWire, testing::ValuesIn(adapters()), adapter_name);

TEST_P(NetworkWire, a_request_arrives_as_it_was_asked_for) {
  TlsTestServer server(tls(), answer_all);
  Endpoint endpoint = endpoint_of(server);
  endpoint.base_url += "/client/v4";
  const auto transport = open(endpoint);
  const std::string body(200'000, 'b');
  for (const Method method : {Method::kGet, Method::kPut, Method::kPost, Method::kPatch, Method::kDelete}) {
    const bool has_body = method != Method::kGet && method != Method::kDelete;
    const auto answer = transport->send({.method = method,
                                         .target = "/zones/a%2Fb?labelSelector=x%3Dy&watch=1",
                                         .headers = {{"X-Test", "one two"}, {"Accept", "application/json"}},
                                         .body = has_body ? body : "",
                                         .content_type = has_body ? "application/merge-patch+json" : "",
                                         .bearer = SecretString("the-token")},
                                        {});
    ASSERT_TRUE(answer.has_value()) << describe(answer.error());
    const SeenRequest seen = server.seen().back();
    EXPECT_EQ(seen.method, to_string(method));
    EXPECT_EQ(seen.target, "/client/v4/zones/a%2Fb?labelSelector=x%3Dy&watch=1");
    EXPECT_EQ(seen.header("X-Test"), "one two");
    EXPECT_EQ(seen.header("Accept"), "application/json");
    EXPECT_EQ(seen.header("Authorization"), "Bearer the-token");
    EXPECT_EQ(seen.header("Accept-Encoding"), "");
    EXPECT_EQ(seen.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
    if (has_body) {
      EXPECT_EQ(seen.header("Content-Type"), "application/merge-patch+json");
      EXPECT_EQ(seen.body, body);
    }
  }
}

TEST_P(NetworkWire, every_status_is_a_value_with_its_headers_and_body) {
  TlsTestServer server(tls(), [](Peer& peer) {
    while (const auto request = peer.read())
      peer.answer(std::stoi(request->target.substr(1)), "why", "Retry-After: 7\r\n");
  });
  const auto transport = open(endpoint_of(server));
  for (const int status : {200, 201, 301, 400, 401, 403, 404, 409, 410, 429, 500, 503}) {
    const auto answer = transport->send(get_request("/" + std::to_string(status)), {});
    ASSERT_TRUE(answer.has_value()) << status << describe(answer.error());
    EXPECT_EQ(answer->head.status, status);
    EXPECT_EQ(answer->head.header("retry-after"), "7");
    EXPECT_EQ(answer->body, "why");
  }
}

TEST_P(NetworkWire, a_request_that_http_cannot_express_is_refused_and_nothing_is_sent) {
  TlsTestServer server(tls(), answer_all);
  const auto transport = open(endpoint_of(server));
  const auto kind = [&](const Request& request) {
    const auto answer = transport->send(request, {});
    return answer ? std::string("sent") : std::string(to_string(answer.error().kind));
  };
  const std::string invalid(to_string(ErrorKind::kInvalid));
  for (const std::string target :
       {"", "zones", "/a b", "/a\r\nX: y", "/{id}", "/%zz", "/%4", "/\xc3\xa9", "/a#b", "/a|b", "/a\"b"}) {
    EXPECT_EQ(kind({.target = target}), invalid) << target;
  }
  EXPECT_EQ(kind({.target = "/", .headers = {{"X-Test", "a\r\nInjected: yes"}}}), invalid);
  EXPECT_EQ(kind({.target = "/", .headers = {{"X Test", "a"}}}), invalid);
  for (const std::string own :
       {"host", "Content-Length", "Transfer-Encoding", "connection", "Expect", "accept-encoding", "Authorization"}) {
    EXPECT_EQ(kind({.target = "/", .headers = {{own, "a"}}}), invalid) << own;
  }
  EXPECT_EQ(kind({.target = "/", .body = "{}", .content_type = "a\nb"}), invalid);
  EXPECT_EQ(kind({.target = "/", .bearer = SecretString("token\n")}), invalid);
  EXPECT_EQ(server.connections(), 0U);
}

TEST_P(NetworkWire, a_bearer_token_is_in_no_error_message) {
  const FullPort full;
  const auto transport = open({.base_url = "http://127.0.0.1:" + std::to_string(full.port())});
  for (const std::string token : {"sesame", "sesame\n"}) {
    const auto answer = transport->send({.target = "/", .bearer = SecretString(token), .total = Duration(100)}, {});
    ASSERT_FALSE(answer.has_value());
    EXPECT_THAT(describe(answer.error()), testing::Not(HasSubstr("sesame")));
  }
}

TEST_P(NetworkWire, an_endpoint_that_cannot_be_used_is_refused_with_a_sentence) {
  const auto message = [&](std::string url) {
    const auto opened = network_->open({.base_url = std::move(url)});
    if (opened) return std::string("opened");
    EXPECT_EQ(opened.error().kind, ErrorKind::kInvalid);
    return opened.error().message;
  };
  EXPECT_THAT(message("https://[::1]:6443"), HasSubstr("IPv6 address cannot be used"));
  EXPECT_THAT(message("http://[fd00::1]"), HasSubstr("use a DNS name"));
  EXPECT_THAT(message("ftp://host"), HasSubstr("only https:// and http://"));
  EXPECT_THAT(message("https://user:password@host"), HasSubstr("do not belong"));
  EXPECT_THAT(message("https://host/?query=1"), HasSubstr("must end with its path"));
  EXPECT_NE(message(""), "opened");
  EXPECT_NE(message("host:6443"), "opened");
  EXPECT_NE(message("https://"), "opened");
  EXPECT_NE(message("https://ho st"), "opened");
}

TEST_P(NetworkWire, a_redirect_is_a_value_and_no_credential_goes_to_its_target) {
  TlsTestServer target(tls(), answer_all);  // one that the client would trust
  for (const int status : {301, 302, 303, 307, 308}) {
    TlsTestServer server(tls(), [&](Peer& peer) {
      while (peer.read()) peer.answer(status, "", "Location: " + target.url() + "/elsewhere\r\n");
    });
    for (const Method method : {Method::kGet, Method::kPost}) {
      Request request = get_request("/start");
      request.method = method;
      request.bearer = SecretString("the-token");
      const auto answer = open(endpoint_of(server))->send(request, {});
      ASSERT_TRUE(answer.has_value()) << describe(answer.error());
      EXPECT_EQ(answer->head.status, status);
      EXPECT_EQ(answer->head.header("Location"), target.url() + "/elsewhere");
    }
    EXPECT_EQ(server.seen().size(), 2U);
  }
  EXPECT_EQ(target.connections(), 0U);
}

TEST_P(NetworkWire, connections_are_kept_for_the_next_request) {
  TlsTestServer server(tls(), answer_all);
  const auto transport = open(endpoint_of(server));
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(transport->send(get_request(), {}).has_value());
  EXPECT_EQ(server.seen().size(), 50U);
  EXPECT_LE(server.connections(), 5U);
}

TEST_P(NetworkWire, a_mutation_that_must_arrive_at_most_once_has_a_connection_of_its_own) {
  TlsTestServer server(tls(), answer_all);
  const auto transport = open(endpoint_of(server));
  ASSERT_TRUE(transport->send(get_request(), {}).has_value());
  for (unsigned i = 0; i < 3; ++i) {
    const unsigned before = server.connections();
    ASSERT_TRUE(transport->send(mutation(), {}).has_value());
    EXPECT_EQ(server.connections(), before + 1);
  }
}

TEST_P(NetworkWire, a_mutation_is_on_the_wire_at_most_once_when_the_server_executes_it_and_drops_the_connection) {
  for (const Method method : {Method::kPost, Method::kPut, Method::kPatch, Method::kDelete}) {
    for (const bool reset : {false, true}) {
      TlsTestServer server(tls(), [&](Peer& peer) {
        while (const auto request = peer.read()) {
          if (request->method == "GET") {
            peer.answer(200, "");
          } else {
            if (reset) peer.reset();
            return;
          }
        }
      });
      const auto transport = open(endpoint_of(server));
      // Several idle connections in the pool, for an adapter that tries them one after the other.
      std::vector<std::unique_ptr<Call>> calls;
      for (int i = 0; i < 5; ++i) calls.push_back(std::make_unique<Call>(env_, transport, get_request()));
      for (auto& call : calls) ASSERT_TRUE(call->wait().has_value());

      Request request = mutation();
      request.method = method;
      const auto answer = transport->send(request, {});
      ASSERT_FALSE(answer.has_value());
      EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome);
      const auto seen = server.seen();
      EXPECT_EQ(std::count_if(seen.begin(), seen.end(), [](const SeenRequest& r) { return r.method != "GET"; }), 1);
    }
  }
}

TEST_P(NetworkWire, the_outcome_is_unknown_in_every_case_where_the_server_saw_the_mutation) {
  struct Case {
    const char* name;
    TlsTestServer::Script after;
  };
  const std::vector<Case> cases = {
      {"closed", [](Peer&) {}},
      {"reset", [](Peer& peer) { peer.reset(); }},
      {"silent", [](Peer& peer) { peer.wait_until_gone(); }},
      {"half a status line", [](Peer& peer) { peer.write("HTTP/1."); }},
      {"not HTTP", [](Peer& peer) { peer.write("220 smtp.example ESMTP\r\n\r\n"); }},
      {"half a head", [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Le"); }},
      {"half a body", [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"); }},
      {"half a chunk",
       [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf"); }},
      {"no last chunk",
       [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"); }},
      {"a chunk of no number",
       [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf\r\n"); }},
      {"an interim answer", [](Peer& peer) { peer.write("HTTP/1.1 100 Continue\r\n\r\n"), peer.wait_until_gone(); }},
      {"gzip", [](Peer& peer) { peer.answer(200, "\x1f\x8b", "Content-Encoding: gzip\r\n"); }},
      {"too large", [](Peer& peer) { peer.answer(200, std::string(5000, 'x')); }},
      {"silent in the body",
       [](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), peer.wait_until_gone(); }},
  };
  for (const auto& [name, after] : cases) {
    for (const bool at_most_once : {true, false}) {
      SCOPED_TRACE(name);
      TlsTestServer server(tls(), [&](Peer& peer) {
        if (peer.read()) after(peer);
      });
      Request request = mutation("/", at_most_once);
      request.total = Duration(500);
      request.max_body = 1000;
      const auto answer = open(endpoint_of(server))->send(request, {});
      ASSERT_FALSE(answer.has_value());
      EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome) << describe(answer.error());
      EXPECT_EQ(server.seen().size(), 1U);
    }
  }
}

TEST_P(NetworkWire, a_mutation_that_no_server_can_have_seen_is_only_unavailable) {
  const auto kind = [&](const Endpoint& endpoint) {
    const auto answer = open(endpoint)->send(mutation(), {});
    return answer ? std::string("answered") : std::string(to_string(answer.error().kind));
  };
  const std::string unavailable(to_string(ErrorKind::kUnavailable));
  std::string closed_url;
  {
    TlsTestServer gone({}, answer_all);
    closed_url = gone.url();
  }
  EXPECT_EQ(kind({.base_url = closed_url}), unavailable);
  EXPECT_EQ(kind({.base_url = "https://no-such-host.invalid"}), unavailable);
  TlsTestServer plain({}, [](Peer& peer) { peer.write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
  EXPECT_EQ(kind({.base_url = "https://127.0.0.1:" + std::to_string(plain.port())}), unavailable);
  TlsTestServer untrusted({.identity = support::make_self_signed({})}, answer_all);
  EXPECT_EQ(kind(endpoint_of(untrusted)), unavailable);
}

TEST_P(NetworkWire, a_mutation_that_ran_out_of_time_before_the_handshake_was_done_is_only_unavailable) {
  const FullPort full;
  TlsTestServer silent({.identity = test_identity(), .handshake = false}, nullptr);
  for (const std::string& url : {"https://127.0.0.1:" + std::to_string(full.port()), silent.url()}) {
    Request request = mutation();
    request.total = Duration(300);
    const auto answer = open({.base_url = url, .tls = {.ca_pem = test_ca().certificate_pem}})->send(request, {});
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable) << describe(answer.error());
  }
}

TEST_P(NetworkWire, a_request_that_is_too_late_is_not_sent) {
  TlsTestServer server(tls(), answer_all);
  Request request = mutation();
  request.not_after = env_.now();
  const auto answer = open(endpoint_of(server))->send(request, {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable) << describe(answer.error());
  EXPECT_EQ(server.connections(), 0U);
}

TEST_P(NetworkWire, a_request_is_given_up_when_it_must_have_ended) {
  TlsTestServer server(tls(), [](Peer& peer) {
    peer.read();
    peer.wait_until_gone();
  });
  Request request = mutation();
  request.not_after = env_.now() + Duration(500);
  const auto answer = open(endpoint_of(server))->send(request, {});
  EXPECT_LT(env_.now(), request.not_after + request.total / 2);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnknownOutcome) << describe(answer.error());
  EXPECT_EQ(server.seen().size(), 1U);
}

// Where the calling thread was kept waiting, its clock stands still: an hour passes while the connection is made.
class LateElsewhere final : public env::Env {
 public:
  Instant now() override {
    const bool here = std::this_thread::get_id() == home_;
    return real_.now() + (here ? std::chrono::hours(0) : std::chrono::hours(1));
  }
  Wall wall() override { return real_.wall(); }
  std::uint64_t random() override { return real_.random(); }
  env::Thread spawn(std::string name, std::function<void(std::stop_token)> body) override {
    return real_.spawn(std::move(name), std::move(body));
  }
  std::unique_ptr<env::Gate> make_gate() override { return real_.make_gate(); }

 private:
  env::RealEnv real_;
  std::thread::id home_ = std::this_thread::get_id();
};

TEST_P(NetworkWire, a_mutation_whose_connection_stands_too_late_is_not_sent) {
  LateElsewhere env;
  TlsTestServer server(tls(), answer_all);
  const auto network = GetParam().make(env);
  const auto transport = *network->open(endpoint_of(server));
  Request request = mutation();
  ASSERT_TRUE(transport->send(request, {}).has_value());
  request.not_after = env.now() + std::chrono::minutes(1);
  const auto answer = transport->send(request, {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kUnavailable) << describe(answer.error());
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST_P(NetworkWire, a_get_that_met_a_dead_idle_connection_is_sent_once_more) {
  for (const bool reset : {false, true}) {
    TlsTestServer server(tls(), [&](Peer& peer) {
      // One answer per connection, which then dies while it lies in the client's pool.
      if (peer.read()) peer.answer(200, "hello");
      if (reset) peer.reset();
    });
    const auto transport = open(endpoint_of(server));
    for (int i = 0; i < 30; ++i) {
      const auto answer = transport->send(get_request(), {});
      EXPECT_TRUE(answer.has_value()) << (reset ? "reset " : "closed ") << i << ": " << describe(answer.error());
      server.wait_until_idle();
    }
    EXPECT_EQ(server.seen().size(), 30U);
  }
}

TEST_P(NetworkWire, an_answer_that_breaks_the_rules_is_an_error_and_never_the_answer_to_the_next_request) {
  TlsTestServer server(tls(), [](Peer& peer) {
    while (const auto request = peer.read()) {
      if (request->target == "/interim") {
        peer.write("HTTP/1.1 100 Continue\r\n\r\n");
        peer.answer(200, "to the first");
      } else if (request->target == "/gzip") {
        peer.answer(200, "\x1f\x8b", "Content-Encoding: gzip\r\n");
      } else {
        peer.answer(200, "to " + request->target);
      }
    }
  });
  const auto transport = open(endpoint_of(server));
  for (int i = 0; i < 10; ++i) {
    for (const std::string target : {"/interim", "/gzip"}) {
      const auto broken = transport->send(get_request(target), {});
      ASSERT_FALSE(broken.has_value());
      EXPECT_EQ(broken.error().kind, ErrorKind::kInternal);
      EXPECT_THAT(broken.error().message, HasSubstr("not asked for"));
      const auto next = transport->send(get_request("/next"), {});
      ASSERT_TRUE(next.has_value()) << describe(next.error());
      EXPECT_EQ(next->body, "to /next");
    }
  }
}

TEST_P(NetworkWire, an_answer_larger_than_the_limit_is_an_error) {
  TlsTestServer server(tls(), [](Peer& peer) {
    while (peer.read()) peer.answer(200, std::string(1000, 'x'));
  });
  const auto transport = open(endpoint_of(server));
  Request request = get_request();
  request.max_body = 1000;
  EXPECT_TRUE(transport->send(request, {}).has_value());
  request.max_body = 999;
  const auto answer = transport->send(request, {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::kInternal);
  EXPECT_THAT(answer.error().message, HasSubstr("larger than 999 bytes"));
}

TEST_P(NetworkWire, a_transport_may_be_used_by_many_threads) {
  TlsTestServer server(tls(), [](Peer& peer) {
    while (const auto request = peer.read()) peer.answer(200, request->target);
  });
  const auto transport = open(endpoint_of(server));
  env::Monitor<int> wrong(env_, 0);
  {
    std::vector<env::Thread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.push_back(env_.spawn("many", [&, t](const std::stop_token&) {
        for (int i = 0; i < 25; ++i) {
          const std::string target = "/" + std::to_string(t) + "/" + std::to_string(i);
          const auto answer = transport->send(get_request(target), {});
          if (!answer || answer->body != target) wrong.with([](int& n) { ++n; });
        }
      }));
    }
  }
  EXPECT_EQ(wrong.look([](int n) { return n; }), 0);
  EXPECT_EQ(server.seen().size(), 200U);
}

TEST(NetworkDeath, a_request_under_a_monitor_ends_the_process) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  env::RealEnv env;
  const auto network = adapters().front().make(env);
  const auto transport = *network->open({.base_url = "http://127.0.0.1:1"});
  env::Monitor<int> monitor(env);
  EXPECT_DEATH(monitor.with([&](int&) { (void)transport->send({.target = "/"}, {}); }), "a request");
}

}  // namespace
}  // namespace originpull::net
