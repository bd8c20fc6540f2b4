// SPDX-License-Identifier: Apache-2.0
// The program whole, in this process and on real sockets, where its API server does not answer: it starts, says what it
// lacks, and stops in time. And what it refuses to start with.
#include "cli/operator.hpp"

#include <gmock/gmock.h>

#include "cli/with_kubeconfig.hpp"
#include "env/real_env.hpp"
#include "net/cpprest_network.hpp"
#include "net/server.hpp"
#include "support/poll_until.hpp"
#include "support/port.hpp"

namespace originpull::cli {
namespace {

using testing::HasSubstr;

struct Quiet final : LogSink {
  bool wants(LogLevel) const override { return false; }
  void write(LogLevel, std::string_view, std::span<const LogField>) override {}
};

class OperatorTest : public testing::Test {
 protected:
  OperatorTest() {
    options_.kubeconfig = kubeconfig_.path();
    options_.namespaces = {""};
    options_.listen_address = "127.0.0.1";
    options_.listen_port = 0;
    options_.cloudflare_base_url = "http://" + closed_->address();
  }
  Result<std::unique_ptr<Operator>> start() { return Operator::start(env_, *network_, sink_, options_); }
  net::Response get(const Operator& program, const std::string& path) {
    auto transport = network_->open({.base_url = "http://127.0.0.1:" + std::to_string(program.port())});
    EXPECT_TRUE(transport);
    auto answer = (*transport)->send({.target = path}, {});
    EXPECT_TRUE(answer) << describe(answer.error());
    return answer ? *answer : net::Response{};
  }

  env::RealEnv env_;
  Quiet sink_;
  std::unique_ptr<net::Network> network_ = net::make_cpprest_network(env_);
  Result<support::Port> closed_ = support::Port::take();  // nobody listens there
  KubeconfigFile kubeconfig_{"http://" + closed_->address()};
  Options options_;
};

TEST_F(OperatorTest, without_an_api_server_it_is_alive_and_says_what_it_lacks) {
  auto program = start();
  ASSERT_TRUE(program) << describe(program.error());
  EXPECT_EQ(get(**program, "/healthz").head.status, 200);
  EXPECT_TRUE(support::poll_until(std::chrono::seconds(10), [&] {
    const net::Response ready = get(**program, "/readyz");
    EXPECT_EQ(ready.head.status, 500);
    EXPECT_THAT(ready.body, HasSubstr("[-]resources failed: OriginPullConfigs have not been listed yet"));
    EXPECT_THAT(ready.body, HasSubstr("[-]secrets failed: Secrets have not been listed yet"));
    return ready.body.find("Last attempt: ") != std::string::npos;
  }));
  EXPECT_THAT(get(**program, "/metrics").body, HasSubstr("rest_client_requests_total{code=\"<error>\",host=\"" +
                                                         closed_->address() + "\",method=\"GET\"}"));
}

TEST_F(OperatorTest, it_stops_within_5_seconds) {
  auto program = start();
  ASSERT_TRUE(program) << describe(program.error());
  const Instant began = env_.now();
  (*program)->stop();
  EXPECT_LT(env_.now() - began, Duration(5'000));
  (*program)->stop();  // harmless
}

TEST_F(OperatorTest, it_need_not_serve) {
  options_.serve = false;
  auto program = start();
  ASSERT_TRUE(program) << describe(program.error());
  EXPECT_EQ((*program)->port(), 0);
}

TEST_F(OperatorTest, a_port_that_is_taken_refuses_the_start) {
  auto other = net::Server::start({.address = "127.0.0.1"}, [](const net::ServedRequest&) { return net::Served{}; });
  ASSERT_TRUE(other) << describe(other.error());
  options_.listen_port = (*other)->port();
  const auto program = start();
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(describe(program.error()), HasSubstr("127.0.0.1:" + std::to_string(options_.listen_port)));
}

TEST_F(OperatorTest, a_ca_file_without_a_certificate_refuses_the_start) {
  options_.cloudflare_base_url = "https://" + closed_->address();
  options_.cloudflare_ca_file = kubeconfig_.folder().write("ca.pem", "this is no certificate\n");
  const auto program = start();
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(describe(program.error()), HasSubstr("--cloudflare-ca-file"));
}

}  // namespace
}  // namespace originpull::cli
