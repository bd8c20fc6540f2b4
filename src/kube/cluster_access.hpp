// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ClusterAccess` turns a ClusterConfig into what one request needs: a Transport and a fresh bearer token. Token, CA
// and client certificate files are read again each minute and after a 401; a changed CA or client certificate means new
// Transports, a changed token does not. A file that cannot be read or is empty keeps what was read before, with a
// warning. Ordinary requests, watches and the lease each have a Transport of their own, so that none waits for
// another's connection. Thread-safe through a Monitor; files are read and Transports opened outside of it. Errors:
// kInvalid (material that cannot be used), as Network says.
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/log.hpp"
#include "env/monitor.hpp"
#include "kube/cluster_config.hpp"
#include "net/transport.hpp"

namespace originpull::kube {

enum class Lane { kUnary, kWatch, kLease };

class ClusterAccess {
 public:
  static constexpr Duration kReadAgain{60'000};

  // `env` and `network` outlive it.
  ClusterAccess(env::Env& env, net::Network& network, ClusterConfig config, Log log);

  struct Way {
    std::shared_ptr<net::Transport> transport;
    SecretString bearer;        // empty: the client certificate is the identity
    std::uint64_t reading = 0;  // which reading of the files it came from
  };
  Result<Way> way(Lane);
  // The server answered 401 to a Way of that reading: the next one reads the files again, unless that has been done
  // since.
  void unauthorized(std::uint64_t reading);
  std::uint64_t readings() const;  // how often the files were read

  const std::string& default_namespace() const { return config_.default_namespace; }
  const std::string& source() const { return config_.source; }
  const std::string& server() const { return config_.server; }

 private:
  // What the files held at one reading.
  struct Reading {
    std::string ca;
    std::string certificate;
    SecretString key;
    SecretString token;
    Reading clone() const;
    bool same_tls(const Reading&) const;
  };
  struct State {
    Reading current = {};
    std::uint64_t number = 0;  // 0: never read
    Instant read_at = {};
    bool stale = false;
    std::array<std::shared_ptr<net::Transport>, 3> lanes = {};
  };

  Result<std::string> renewed(const std::string& file, std::string_view fixed, std::string_view before) const;
  Result<Reading> read(const Reading& before) const;
  Result<bool> refresh();
  net::Endpoint endpoint(const Reading&) const;

  env::Env& env_;
  net::Network& network_;
  const ClusterConfig config_;
  Log log_;
  env::Monitor<State> state_;
};

}  // namespace originpull::kube
