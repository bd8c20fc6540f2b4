// SPDX-License-Identifier: Apache-2.0
#include "cli/edge.hpp"

#include <cstdio>

namespace originpull::cli {
namespace {

using probe::Happened;
using worlds::EdgeEnding;
using worlds::EdgeTls;

constexpr unsigned kMostConnections = 8192;
constexpr std::size_t kMostClients = 256;

EdgeEnding ending_of(Happened happened) {
  switch (happened) {
    case Happened::kConnected:
    case Happened::kAnswered: return EdgeEnding::kAnswered;
    case Happened::kRefused: return EdgeEnding::kNobodyListens;
    case Happened::kUnreachable: return EdgeEnding::kUnreachable;
    case Happened::kConnectTimedOut: return EdgeEnding::kConnectTimedOut;
    case Happened::kHandshakeRefused: return EdgeEnding::kHandshakeRefused;
    case Happened::kHandshakeTimedOut:
    case Happened::kHandshakeFailed: return EdgeEnding::kHandshakeFailed;
    case Happened::kUntrusted: return EdgeEnding::kUntrusted;
    case Happened::kClosed:
    case Happened::kNotHttp: return EdgeEnding::kNoAnswer;
    case Happened::kAnswerTimedOut: return EdgeEnding::kAnswerTimedOut;
    case Happened::kStopped: return EdgeEnding::kStopped;
  }
  return EdgeEnding::kNoAnswer;
}

std::string ray_of(std::uint64_t random, unsigned node) {
  char text[32];
  std::snprintf(text, sizeof text, "%016llx-N%u", static_cast<unsigned long long>(random), node);
  return text;
}

// May be sent again when a kept connection turns out to have ended: RFC 9110 section 9.2.2.
bool is_idempotent(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "PUT" || method == "DELETE" || method == "OPTIONS";
}

std::string name_of(std::string_view host) { return std::string(host.substr(0, host.find(':'))); }

}  // namespace

struct Edge::Passage {
  std::string host = {};
  unsigned node = 0;
  std::string ray = {};
  Habits habits = {};
  std::stop_token stop = {};
  std::optional<worlds::EdgeView> view = {};
  EdgeEnding ending = EdgeEnding::kUnknownHost;
  std::string detail = {};
  probe::Answer answer = {};
  std::string presented = {};
  bool pooled = false;
  bool retried = false;

  void end(const probe::Outcome& outcome) {
    ending = ending_of(outcome.happened);
    detail = outcome.detail;
  }
};

std::string_view to_string(EdgePooling pooling) {
  if (pooling == EdgePooling::kOff) return "off";
  return pooling == EdgePooling::kByIdentity ? "identity" : "origin";
}

std::optional<EdgePooling> edge_pooling(std::string_view text) {
  for (const auto one : {EdgePooling::kOff, EdgePooling::kByIdentity, EdgePooling::kByOrigin}) {
    if (text == to_string(one)) return one;
  }
  return std::nullopt;
}

Edge::Edge(env::Env& env, const EdgeOptions& options, Views views)
    : env_(env),
      options_(options),
      views_(std::move(views)),
      next_node_(0),
      habits_(env, Habits{.pooling = options.pooling, .refused_status = options.refused_status}),
      counts_(env),
      clients_(env),
      pool_(env, options.idle) {}

Result<std::unique_ptr<Edge>> Edge::start(env::Env& env, const EdgeOptions& options, Views views) {
  std::unique_ptr<Edge> edge(new Edge(env, options, std::move(views)));
  net::ServerOptions server{.address = options.listen.address,
                            .port = options.listen.port,
                            .threads = options.threads,
                            .max_connections = kMostConnections,
                            .idle = options.idle};
  edge->server_ = TRY(net::Server::start(
      std::move(server), [raw = edge.get()](const net::ServedRequest& request) { return raw->serve(request); }));
  return edge;
}

net::Served Edge::serve(const net::ServedRequest& request) {
  Passage passage;
  passage.host = request.header("host");
  passage.node = next_node_.fetch_add(1, std::memory_order_relaxed) % options_.nodes;
  passage.ray = ray_of(env_.random(), passage.node);
  passage.habits = habits();
  passage.stop = request.stop;
  net::Served answer = pass(request, passage);
  worlds::EdgeVisit visit{.at = env_.wall(),
                          .host = passage.host,
                          .node = passage.node,
                          .ending = passage.ending,
                          .status = answer.status,
                          .detail = std::move(passage.detail),
                          .presented = std::move(passage.presented),
                          .pooled = passage.pooled,
                          .retried = passage.retried};
  if (passage.view) {
    visit.zone = passage.view->zone_name;
    visit.known = passage.view->presented;
    visit.newest = passage.view->newest;
    visit.newest_since = passage.view->newest_since;
  }
  counts_.with([&](worlds::EdgeCounts& counts) { counts.note(visit); });
  return answer;
}

net::Served Edge::pass(const net::ServedRequest& request, Passage& passage) {
  passage.view = views_(passage.host, passage.node);
  if (passage.view) forward(request, passage);
  if (passage.ending != EdgeEnding::kAnswered) {
    const bool versioned = passage.view && passage.view->versioned;
    const int status = worlds::edge_status(passage.ending, passage.habits.refused_status, versioned);
    return worlds::edge_page(status, passage.host, passage.ray);
  }
  net::Served served{.status = passage.answer.status,
                     .headers = worlds::headers_for_visitor(passage.answer.headers, passage.ray),
                     .body = std::move(passage.answer.body)};
  served.content_type = probe::find_header(passage.answer.headers, "content-type");
  if (served.content_type.empty()) served.content_type = "application/octet-stream";
  return served;
}

void Edge::forward(const net::ServedRequest& request, Passage& passage) {
  const worlds::EdgeView& view = *passage.view;
  if (view.origin.empty()) {
    passage.ending = EdgeEnding::kNoOrigin;
    return;
  }
  const probe::HttpRequest asked{.method = request.method,
                                 .target = request.target,
                                 .host = passage.host,
                                 .headers = worlds::headers_for_origin(request, passage.ray),
                                 .body = request.body};
  const std::string key = pool_key(passage);
  const Instant deadline = env_.now() + options_.answer_limit;
  if (over_kept(asked, key, deadline, passage)) return;
  over_fresh(asked, key, deadline, passage);
}

// Whether the request has come to an end over a kept connection.
bool Edge::over_kept(const probe::HttpRequest& asked, const std::string& key, Instant deadline, Passage& passage) {
  if (key.empty()) return false;
  auto kept = pool_.take(key);
  if (!kept) return false;
  probe::Outcome outcome = kept->connection->exchange(asked, deadline, passage.stop);
  const bool gone_before = outcome.is(Happened::kClosed) && !outcome.answer_began;
  if (gone_before && is_idempotent(asked.method)) {
    passage.retried = true;
    return false;
  }
  passage.pooled = true;
  passage.presented = kept->presented;
  passage.end(outcome);
  passage.answer = std::move(outcome.answer);
  if (outcome.is(Happened::kAnswered)) pool_.put(key, std::move(*kept));
  return true;
}

void Edge::over_fresh(const probe::HttpRequest& asked, const std::string& key, Instant deadline, Passage& passage) {
  const worlds::EdgeView& view = *passage.view;
  const bool tls = worlds::edge_tls(view.ssl) != EdgeTls::kNone;
  passage.presented = tls ? view.presented : "none";
  const auto client = client_for(view, passage);
  if (!client) return;
  probe::Opened opened = client->open({.address = view.origin, .server_name = name_of(passage.host)},
                                      std::min(deadline, env_.now() + options_.connect_limit), passage.stop);
  if (!opened.connection) return passage.end(opened.outcome);
  probe::Outcome outcome = opened.connection->exchange(asked, deadline, passage.stop);
  passage.end(outcome);
  passage.answer = std::move(outcome.answer);
  if (outcome.is(Happened::kAnswered) && !key.empty()) {
    pool_.put(key, {.connection = std::move(opened.connection), .presented = passage.presented});
  }
}

// Empty: nothing is kept.
std::string Edge::pool_key(const Passage& passage) const {
  if (passage.habits.pooling == EdgePooling::kOff) return {};
  const worlds::EdgeView& view = *passage.view;
  std::string key = view.zone_id + " " + std::to_string(passage.node) + " " + view.origin + " " + view.ssl + " " +
                    name_of(passage.host);
  // Whom the edge trusts is judged at the handshake, too.
  if (worlds::edge_tls(view.ssl) == EdgeTls::kVerified) key += " " + view.origin_ca;
  if (passage.habits.pooling == EdgePooling::kByIdentity) key += " " + view.presented;
  return key;
}

// Made once for each way to connect.
std::shared_ptr<const probe::Client> Edge::client_for(const worlds::EdgeView& view, Passage& passage) {
  const EdgeTls tls = worlds::edge_tls(view.ssl);
  if (tls == EdgeTls::kNone) return std::make_shared<const probe::Client>(probe::Client::plain(env_));
  std::string key = std::to_string(static_cast<int>(tls)) + " " + view.presented;
  if (view.identity) key += " " + view.identity->pem;
  if (tls == EdgeTls::kVerified) key += " " + view.origin_ca;
  auto known = clients_.look([&](const Clients& clients) {
    const auto found = clients.find(key);
    return found == clients.end() ? nullptr : found->second;
  });
  if (known) return known;
  probe::TlsOptions options{.trust = probe::Trust::kAnything};
  if (tls == EdgeTls::kVerified) {
    options.trust = view.origin_ca.empty() ? probe::Trust::kSystem : probe::Trust::kGiven;
    options.ca_pem = view.origin_ca;
  }
  if (view.identity) {
    options.chain_pem = view.identity->pem;
    options.key_pem = view.identity->key.clone();
  }
  auto made = probe::Client::make(env_, options);
  if (!made) {
    passage.ending = EdgeEnding::kIdentityUnusable;
    passage.detail = made.error().message;
    return nullptr;
  }
  auto client = std::make_shared<const probe::Client>(std::move(*made));
  clients_.with([&](Clients& clients) {
    if (clients.size() >= kMostClients) clients.clear();
    clients[key] = client;
  });
  return client;
}

std::string Edge::address() const { return options_.listen.address + ":" + std::to_string(server_->port()); }

worlds::EdgeCounts Edge::counts() const {
  return counts_.look([](const worlds::EdgeCounts& counts) { return counts; });
}

void Edge::forget_counts() {
  counts_.with([](worlds::EdgeCounts& counts) { counts = {}; });
}

Edge::Habits Edge::habits() const {
  return habits_.look([](const Habits& habits) { return habits; });
}

void Edge::change(const Habits& habits) {
  habits_.with([&](Habits& now) { now = habits; });
  pool_.clear();
}

}  // namespace originpull::cli
