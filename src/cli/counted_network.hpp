// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CountedNetwork` opens the Transports of another Network and tells a CallCounter of each call that goes through them.
// The one idea: clients know no metrics, and metrics no clients; what a call means is the counter's to say. A call is
// told twice: when its answer begins (a watch's comes hours before its end), and when it has ended. Stands between the
// program's clients and the real network. Thread-safe if the counter is, which is told on the calling thread. Adds no
// failure of its own.
#include <memory>
#include <string_view>

#include "env/env.hpp"
#include "net/transport.hpp"

namespace originpull::cli {

class CallCounter {
 public:
  virtual ~CallCounter() = default;
  // `host`: of the endpoint, with its port if one is given. `status`: 0 where there was no answer.
  virtual void answered(const net::Request& request, std::string_view host, int status) = 0;
  virtual void ended(const net::Request& request, std::string_view host, Duration took) = 0;
};

class CountedNetwork final : public net::Network {
 public:
  // `env` and `next` outlive it and the Transports.
  CountedNetwork(env::Env& env, net::Network& next, std::shared_ptr<CallCounter> counter)
      : env_(env), next_(next), counter_(std::move(counter)) {}

  Result<std::shared_ptr<net::Transport>> open(const net::Endpoint& endpoint) override;

 private:
  env::Env& env_;
  net::Network& next_;
  std::shared_ptr<CallCounter> counter_;
};

// "10.0.0.1:6443" of "https://10.0.0.1:6443/prefix".
std::string_view host_of(std::string_view base_url);

}  // namespace originpull::cli
