// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Edge` plays Cloudflare's edge for the zones of cloudflare-sim: a plain HTTP listener that takes the zone by Host and
// forwards each request to the zone's origin, in the zone's SSL mode, over a fresh or a kept connection, presenting
// exactly what the control plane says to the node that serves the visitor. What is presented is the world's decision
// (worlds/cloudflare_edge.hpp), what a visitor sees of a failure a rule (worlds/edge_rules.hpp); here are the sockets.
// Requests run on the server's workers and share the pool and the counts, each under its Monitor. Destroying it stops
// it. `start` fails with kInvalid (an address) or kUnavailable (the port is taken).
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "cli/edge_pool.hpp"
#include "cli/listen_address.hpp"
#include "net/server.hpp"
#include "probe/tls_client.hpp"
#include "worlds/cloudflare_edge.hpp"
#include "worlds/edge_counts.hpp"

namespace originpull::cli {

// Which kept connections a request may use: none; those to the same origin that presented what is to be presented now;
// any to the same origin.
enum class EdgePooling { kOff, kByIdentity, kByOrigin };
std::string_view to_string(EdgePooling);  // "off", "identity", "origin"
std::optional<EdgePooling> edge_pooling(std::string_view text);

struct EdgeOptions {
  ListenAddress listen = {};
  unsigned nodes = 1;
  EdgePooling pooling = EdgePooling::kByIdentity;
  int refused_status = 525;
  Duration connect_limit{5'000};  // for TCP and TLS
  Duration answer_limit{30'000};
  Duration idle{30'000};  // how long a connection is kept
  unsigned threads = 64;  // requests at a time
};

class Edge {
 public:
  using Views = std::function<std::optional<worlds::EdgeView>(std::string_view host, unsigned node)>;

  static Result<std::unique_ptr<Edge>> start(env::Env&, const EdgeOptions&, Views);

  std::string address() const;  // "127.0.0.1:41234"
  std::uint16_t port() const { return server_->port(); }
  worlds::EdgeCounts counts() const;
  void forget_counts();

  // What can be changed while it runs.
  struct Habits {
    EdgePooling pooling = EdgePooling::kByIdentity;
    int refused_status = 525;
  };
  Habits habits() const;
  void change(const Habits&);
  unsigned nodes() const { return options_.nodes; }

 private:
  using Clients = std::map<std::string, std::shared_ptr<const probe::Client>>;
  // A request on its way, and what came of it.
  struct Passage;

  Edge(env::Env& env, const EdgeOptions& options, Views views);
  net::Served serve(const net::ServedRequest&);
  net::Served pass(const net::ServedRequest&, Passage&);
  void forward(const net::ServedRequest&, Passage&);
  bool over_kept(const probe::HttpRequest&, const std::string& key, Instant deadline, Passage&);
  void over_fresh(const probe::HttpRequest&, const std::string& key, Instant deadline, Passage&);
  std::string pool_key(const Passage&) const;
  std::shared_ptr<const probe::Client> client_for(const worlds::EdgeView&, Passage&);

  env::Env& env_;
  const EdgeOptions options_;
  const Views views_;
  std::atomic<unsigned> next_node_;
  env::Monitor<Habits> habits_;
  env::Monitor<worlds::EdgeCounts> counts_;
  env::Monitor<Clients> clients_;
  EdgePool pool_;
  std::unique_ptr<net::Server> server_;  // last: stops before the rest goes
};

}  // namespace originpull::cli
