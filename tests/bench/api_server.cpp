// SPDX-License-Identifier: Apache-2.0
#include "bench/api_server.hpp"

#include "e2e/or_throw.hpp"
#include "env/monitor.hpp"

#include <atomic>
#include <fstream>
#include <iterator>
#include <vector>

namespace originpull::bench {
namespace {

constexpr int kAtATime = 4;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

ApiServer::ApiServer(env::Env& env, net::Network& network, const cluster::Cluster& cluster)
    : env_(env),
      transport_(e2e::or_throw(
          network.open({.base_url = cluster.server_url(), .tls = {.ca_pem = text_of(cluster.ca_file())}}))),
      token_(cluster.admin_token()) {}

std::string ApiServer::ask(net::Request request) {
  request.bearer = SecretString(token_);
  request.max_body = std::size_t{256} << 20;
  const std::string what = std::string(to_string(request.method)) + " " + request.target;
  auto answer = e2e::or_throw(transport_->send(request, {}));
  if (answer.head.status / 100 != 2) throw std::runtime_error(what + ": " + answer.body);
  return std::move(answer.body);
}

std::string ApiServer::get(const std::string& path) { return ask({.target = path}); }

void ApiServer::create(const std::string& path, std::string body) {
  ask({.method = net::Method::kPost, .target = path, .body = std::move(body), .content_type = "application/json"});
}

void ApiServer::merge(const std::string& path, std::string body) {
  ask({.method = net::Method::kPatch,
       .target = path,
       .body = std::move(body),
       .content_type = "application/merge-patch+json"});
}

void ApiServer::create_many(const std::string& path, int first, int last, const std::function<std::string(int)>& body) {
  std::atomic<int> next = first;
  env::Monitor<std::string> failure(env_);
  std::vector<env::Thread> hands;
  for (int hand = 0; hand < kAtATime; ++hand) {
    hands.push_back(env_.spawn("bench-create", [&](const std::stop_token&) {
      try {
        for (int i = next++; i < last; i = next++) create(path, body(i));
      } catch (const std::exception& error) {
        next = last;
        failure.with([&](std::string& text) { text = error.what(); });
      }
    }));
  }
  for (auto& hand : hands) hand.join();
  const auto text = failure.look([](const std::string& t) { return t; });
  if (!text.empty()) throw std::runtime_error(text);
}

}  // namespace originpull::bench
