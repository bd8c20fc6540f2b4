// SPDX-License-Identifier: Apache-2.0
#include "cli/counted_network.hpp"

#include <functional>
#include <string>
#include <utility>

namespace originpull::cli {
namespace {

// Hands a stream on and notes the status that it began with.
class HeadNotingSink final : public net::BodySink {
 public:
  HeadNotingSink(net::BodySink& next, std::function<void(int)> note) : next_(next), note_(std::move(note)) {}

  bool on_head(const net::Head& head) override {
    note_(head.status);
    noted_ = true;
    return next_.on_head(head);
  }
  bool on_data(std::span<const char> part) override { return next_.on_data(part); }
  bool noted() const { return noted_; }

 private:
  net::BodySink& next_;
  std::function<void(int)> note_;
  bool noted_ = false;
};

class CountedTransport final : public net::Transport {
 public:
  CountedTransport(env::Env& env, std::shared_ptr<net::Transport> next, std::shared_ptr<CallCounter> counter,
                   std::string host)
      : env_(env), next_(std::move(next)), counter_(std::move(counter)), host_(std::move(host)) {}

  Result<net::Response> send(const net::Request& request, std::stop_token stop) override {
    const Instant began = env_.now();
    auto answer = next_->send(request, std::move(stop));
    counter_->answered(request, host_, answer ? answer->head.status : 0);
    counter_->ended(request, host_, env_.now() - began);
    return answer;
  }

  Result<net::Head> stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) override {
    const Instant began = env_.now();
    HeadNotingSink noting(sink, [&](int status) { counter_->answered(request, host_, status); });
    auto head = next_->stream(request, noting, std::move(stop));
    if (!noting.noted()) counter_->answered(request, host_, head ? head->status : 0);
    counter_->ended(request, host_, env_.now() - began);
    return head;
  }

 private:
  env::Env& env_;
  std::shared_ptr<net::Transport> next_;
  std::shared_ptr<CallCounter> counter_;
  const std::string host_;
};

}  // namespace

Result<std::shared_ptr<net::Transport>> CountedNetwork::open(const net::Endpoint& endpoint) {
  auto opened = TRY(next_.open(endpoint));
  return std::shared_ptr<net::Transport>(
      std::make_shared<CountedTransport>(env_, std::move(opened), counter_, std::string(host_of(endpoint.base_url))));
}

std::string_view host_of(std::string_view base_url) {
  if (const auto scheme = base_url.find("://"); scheme != std::string_view::npos) base_url.remove_prefix(scheme + 3);
  return base_url.substr(0, base_url.find('/'));
}

}  // namespace originpull::cli
