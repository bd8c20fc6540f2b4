// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CloudflareWorld` is a Cloudflare in memory, as far as Authenticated Origin Pulls go: it answers requests below
// "/client/v4" as the real API has been seen to, deploys and deletes in its own time, and lets tests look at what the
// edge presents, which no API call tells. No sockets and no threads: cloudflare-sim puts it behind a server, tests
// behind a Transport (handler_transport.hpp). What is chance or time comes from the Env, so a simulation replays
// exactly.
//
// Thread-safe. Every request has an answer; nothing fails. Faults of HTTP are not here but round it
// (http_faults.hpp).
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "env/monitor.hpp"
#include "net/server.hpp"
#include "worlds/cloudflare_edge.hpp"
#include "worlds/cloudflare_state.hpp"

namespace originpull::worlds {

class CloudflareWorld {
 public:
  // Called after each change by a request or by `change`, outside the world's lock, on the thread that made it.
  using Observer = std::function<void(const CloudflareState&, const Moment&)>;

  explicit CloudflareWorld(env::Env&, CloudflareModes = {}, Observer = {});

  // An id of 32 hex digits is derived from the name if none is given. A zone or token that is there already is
  // replaced.
  std::string add_zone(const std::string& name, const std::string& id = {});
  std::string put_zone(SimZone);  // its id may be empty
  void add_token(const std::string& text, const std::vector<std::string>& permissions = all_permissions());
  void put_token(const std::string& text, SimToken);  // likewise

  net::Served handle(const net::ServedRequest&);

  // What tests and humans do past the API, on the settled state.
  void change(const std::function<void(CloudflareState&, const Moment&)>&);
  CloudflareState snapshot();
  CloudflareModes modes();
  Moment now();
  void advance(Duration);  // moves the world's time forward, without waiting
  std::string fresh_uuid();

  // What the edge knows of a Host now, at one of its nodes, and the CA of what it presents as "shared".
  std::optional<EdgeView> edge(std::string_view host, unsigned node = 0);
  std::string shared_ca();

 private:
  // As `change`, on one zone or none: thousands of others are not settled for it.
  void put(const std::function<void(CloudflareState&, const Moment&)>&);

  env::Env& env_;
  const Observer observer_;
  env::Monitor<CloudflareState> state_;
  env::Monitor<Duration> offset_;
};

}  // namespace originpull::worlds
