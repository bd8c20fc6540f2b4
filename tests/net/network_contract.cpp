// SPDX-License-Identifier: Apache-2.0
#include "net/network_contract.hpp"

#include "base/bug.hpp"
#include "net/cpprest_network.hpp"

#include <openssl/crypto.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace originpull::net {
namespace {

class ProcessEnvironment final : public testing::Environment {
 public:
  void SetUp() override {
    // As init_process does, but before the certificates below are made.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
    char path[] = "/tmp/originpull-net-test-XXXXXX";
    const int handle = ::mkstemp(path);
    check(handle >= 0, "net tests: no temporary file for the system root");
    ::close(handle);
    std::ofstream(path) << system_root().certificate_pem;
    path_ = path;
    ::setenv("SSL_CERT_FILE", path, 1);
    init_process(2);
  }

  void TearDown() override {
    EXPECT_TRUE(drain_process(Duration(15'000))) << "an exchange was never finished";
    ::unlink(path_.c_str());
  }

 private:
  std::string path_;
};

const auto* const environment = testing::AddGlobalTestEnvironment(new ProcessEnvironment);

}  // namespace

std::vector<Adapter> adapters() { return {{"cpprest", make_cpprest_network}}; }

std::string adapter_name(const testing::TestParamInfo<Adapter>& info) { return info.param.name; }

const support::Identity& test_ca() {
  static const auto* made = new support::Identity(support::make_ca("net test CA"));
  return *made;
}

const support::Identity& test_identity() {
  static const auto* made = new support::Identity(support::issue_server(test_ca(), {"127.0.0.1", "localhost"}));
  return *made;
}

const support::Identity& system_root() {
  static const auto* made = new support::Identity(support::make_ca("net test system root"));
  return *made;
}

bool Recorder::on_head(const Head& head) {
  state_.with([&](State& state) { state.head = head; });
  return true;
}

bool Recorder::on_data(std::span<const char> part) {
  state_.with([&](State& state) { state.body.append(part.data(), part.size()); });
  return true;
}

Head Recorder::head() const {
  return state_.look([](const State& state) { return state.head; });
}

std::string Recorder::body() const {
  return state_.look([](const State& state) { return state.body; });
}

bool Recorder::wait_for_bytes(env::Env& env, std::size_t count, Duration limit) {
  const Instant deadline = env.now() + limit;
  const auto came = state_.await(
      [&](const State& state, Instant now) {
        if (state.body.size() >= count) return env::Poll<bool>{.value = true};
        if (now >= deadline) return env::Poll<bool>{.value = false};
        return env::Poll<bool>{.again = deadline};
      },
      std::stop_token());
  return came.value_or(false);
}

Call::Call(env::Env& env, std::shared_ptr<Transport> transport, const Request& request)
    : env_(env), recorder_(env), outcome_(env) {
  auto copy = std::make_shared<Request>(Request{.method = request.method,
                                                .target = request.target,
                                                .headers = request.headers,
                                                .body = request.body,
                                                .content_type = request.content_type,
                                                .bearer = request.bearer.clone(),
                                                .at_most_once = request.at_most_once,
                                                .total = request.total,
                                                .idle = request.idle,
                                                .max_body = request.max_body});
  thread_ = env_.spawn("test-call", [this, copy, transport](const std::stop_token&) {
    auto outcome = transport->stream(*copy, recorder_, stop_.get_token());
    outcome_.with([&](auto& slot) { slot.emplace(std::move(outcome)); });
  });
}

Call::~Call() {
  stop_.request_stop();
  thread_.join();
}

Result<Head> Call::wait(Duration limit) {
  const Instant deadline = env_.now() + limit;
  const auto came = outcome_.await(
      [&](const std::optional<Result<Head>>& slot, Instant now) {
        if (slot) return env::Poll<bool>{.value = true};
        if (now >= deadline) return env::Poll<bool>{.value = false};
        return env::Poll<bool>{.again = deadline};
      },
      std::stop_token());
  if (!came.value_or(false)) {
    ADD_FAILURE() << "the call did not return in time";
    return fail(ErrorKind::kInternal, "wait for the call");
  }
  return outcome_.look([](const std::optional<Result<Head>>& slot) { return *slot; });
}

Endpoint NetworkContract::endpoint_of(const TlsTestServer& server, std::string_view host) {
  return {.base_url = server.url(host), .tls = {.ca_pem = test_ca().certificate_pem}};
}

std::shared_ptr<Transport> NetworkContract::open(const Endpoint& endpoint) {
  auto opened = network_->open(endpoint);
  check(opened.has_value(), "net tests: the endpoint cannot be opened: " + (opened ? "" : describe(opened.error())));
  return *std::move(opened);
}

Result<Response> NetworkContract::get(const Endpoint& endpoint, std::string target) {
  return open(endpoint)->send(get_request(std::move(target)), {});
}

Request NetworkContract::get_request(std::string target) {
  return {.target = std::move(target), .total = Duration(10'000)};
}

Request NetworkContract::mutation(std::string target, bool at_most_once) {
  return {.method = Method::kPost,
          .target = std::move(target),
          .body = R"({"certificate":"x"})",
          .content_type = "application/json",
          .at_most_once = at_most_once,
          .total = Duration(10'000)};
}

}  // namespace originpull::net
