// SPDX-License-Identifier: Apache-2.0
#pragma once
// The edge's connections to origins that wait for their next request. The one idea: a kept connection goes on
// presenting what it presented at its handshake, so that is kept beside it; whether a new certificate makes the edge
// forget the connections of the old one is the caller's choice of key. Bounded in number and in time; the newest is
// used first. Thread-safe; connections are closed and looked at outside the lock. Nothing fails.
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "env/monitor.hpp"
#include "probe/tls_client.hpp"

namespace originpull::cli {

class EdgePool {
 public:
  struct Kept {
    std::unique_ptr<probe::Connection> connection = {};
    std::string presented = {};
    Instant since{};  // last used
  };

  EdgePool(env::Env& env, Duration idle) : env_(env), idle_(idle), kept_(env) {}

  // One that the origin has not ended, as far as can be seen.
  std::optional<Kept> take(const std::string& key);
  void put(const std::string& key, Kept kept);
  void clear();
  std::size_t size() const;

 private:
  using Shelf = std::map<std::string, std::deque<Kept>>;

  env::Env& env_;
  const Duration idle_;
  env::Monitor<Shelf> kept_;
};

}  // namespace originpull::cli
