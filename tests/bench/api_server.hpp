// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ApiServer` is the benchmark's own hand on the real API server, as its admin: over kept connections and on
// several threads, because ten thousand objects by kubectl would take longer than everything that is measured. It
// speaks bytes of JSON and knows no kind. Any thread. A request that is not granted ends the run with an exception
// that holds the server's words.
#include "cluster/cluster.hpp"
#include "env/env.hpp"
#include "net/transport.hpp"

#include <functional>
#include <memory>
#include <string>

namespace originpull::bench {

class ApiServer {
 public:
  ApiServer(env::Env& env, net::Network& network, const cluster::Cluster& cluster);

  std::string get(const std::string& path);
  void create(const std::string& path, std::string body);
  void merge(const std::string& path, std::string body);  // a merge patch
  // `body(i)` is posted to `path` for each i from `first` to before `last`, in no order, some at a time.
  void create_many(const std::string& path, int first, int last, const std::function<std::string(int)>& body);

 private:
  std::string ask(net::Request request);

  env::Env& env_;
  std::shared_ptr<net::Transport> transport_;
  std::string token_;
};

}  // namespace originpull::bench
