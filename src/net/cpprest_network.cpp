// SPDX-License-Identifier: Apache-2.0
#include "net/cpprest_network.hpp"

#include "env/env.hpp"
#include "net/cpprest_exchange.hpp"

#include <arpa/inet.h>
#include <cpprest/base_uri.h>
#include <openssl/crypto.h>
#include <pplx/threadpool.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace originpull::net {
namespace {

// These are the transport's own: a caller that set them could change the verified name or break the framing.
constexpr std::array<std::string_view, 9> kOwnHeaders = {"Host",       "Content-Length", "Transfer-Encoding",
                                                         "Connection", "Expect",         "Accept-Encoding",
                                                         "TE",         "Content-Type",   "Authorization"};

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// Origin form, with nothing that RFC 3986 does not allow in a path or query.
bool valid_target(std::string_view target) {
  if (!target.starts_with('/')) return false;
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c == '%') {
      if (i + 2 >= target.size() || !is_hex(target[i + 1]) || !is_hex(target[i + 2])) return false;
      continue;
    }
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!alphanumeric && (c == '\0' || std::string_view("-._~!$&'()*+,;=:@/?").find(c) == std::string_view::npos))
      return false;
  }
  return true;
}

// Why the request cannot be put into HTTP, or empty.
std::string objection(const Request& request) {
  if (!valid_target(request.target)) return "its target must begin with \"/\" and be percent-encoded";
  if (!request.bearer.empty() && !valid_header("Authorization", request.bearer.reveal())) {
    return "its bearer token holds a control character; look for a line break in the file or Secret that it comes from";
  }
  if (!valid_header("Content-Type", request.content_type)) return "its content type holds a control character";
  for (const auto& [name, value] : request.headers) {
    if (!valid_header(name, value))
      return "its header " + percent_encode(name) + " holds a character that a header cannot hold";
    const Headers probe = {{name, {"x"}}};
    const bool own = std::any_of(kOwnHeaders.begin(), kOwnHeaders.end(),
                                 [&](std::string_view reserved) { return !find_header(probe, reserved).empty(); });
    if (own) return "its header " + name + " is the transport's to set";
  }
  return {};
}

std::string describe(const Request& request, const std::string& base_url) {
  return std::string(to_string(request.method)) + " " + base_url + request.target.substr(0, request.target.find('?'));
}

// The whole body, up to a limit.
class Collector final : public BodySink {
 public:
  explicit Collector(std::size_t limit) : limit_(limit) {}

  bool on_head(const Head& head) override {
    response.head = head;
    return true;
  }
  bool on_data(std::span<const char> part) override {
    too_large = response.body.size() + part.size() > limit_;
    if (!too_large) response.body.append(part.data(), part.size());
    return !too_large;
  }

  Response response;
  bool too_large = false;

 private:
  std::size_t limit_;
};

class CpprestTransport final : public Transport {
 public:
  CpprestTransport(env::Env& env, Origin origin, Duration idle, std::shared_ptr<Connections> pool)
      : env_(env), origin_(std::move(origin)), idle_(idle), pool_(std::move(pool)) {}

  Result<Response> send(const Request& request, std::stop_token stop) override {
    Collector collector(request.max_body);
    if (auto streamed = stream(request, collector, std::move(stop)); !streamed)
      return tl::unexpected(std::move(streamed).error());
    if (collector.too_large) {
      const Fault fault{.broke_http = true,
                        .why = "the answer is larger than " + std::to_string(request.max_body) + " bytes"};
      return fail(to_error(fault, request.method, describe(request, origin_.base_url)));
    }
    return std::move(collector.response);
  }

  Result<Head> stream(const Request& request, BodySink& sink, std::stop_token stop) override {
    env::forbid_in_monitor("a request");
    const std::string attempted = describe(request, origin_.base_url);
    if (std::string why = objection(request); !why.empty()) return fail(ErrorKind::kInvalid, attempted, std::move(why));
    if (stop.stop_requested()) return fail(ErrorKind::kUnavailable, attempted, "stopped before it was sent");
    const Limits limits{.deadline = deadline_of(request, env_.now()),
                        .idle = request.idle.count() > 0 ? request.idle : idle_};
    const auto once = [&] { return Connections::open(env_, origin_, Connections::Use::kOnce, request.not_after); };
    const auto pool = this->pool();
    const auto first = request.at_most_once ? TRY(once()) : pool;
    if (env_.now() >= request.not_after) return fail(ErrorKind::kUnavailable, attempted, "too late to be sent");
    auto answer = exchange(env_, *first, request, sink, limits, stop);
    if (!answer && answer.error().dead_connection && request.method == Method::kGet) {
      // The peer had reset an idle connection of the pool. Reading is harmless, so once more, on a new one.
      answer = exchange(env_, *TRY(once()), request, sink, limits, stop);
    }
    if (!answer && answer.error().broke_http) forsake(pool);
    if (!answer) return fail(to_error(answer.error(), request.method, attempted));
    return *std::move(answer);
  }

 private:
  std::shared_ptr<Connections> pool() {
    const std::lock_guard lock(mutex_);
    return pool_;
  }

  // An answer that was refused may have left the rest of itself in a connection. It is closed, but cpprestsdk may have
  // taken it back before that, when the answer came while it was being asked for; so nothing of the pool is used again.
  void forsake(const std::shared_ptr<Connections>& spoiled) {
    auto fresh = Connections::open(env_, origin_, Connections::Use::kPool);
    const std::lock_guard lock(mutex_);
    if (fresh && pool_ == spoiled) pool_ = *std::move(fresh);
  }

  env::Env& env_;
  const Origin origin_;
  const Duration idle_;
  std::mutex mutex_;
  std::shared_ptr<Connections> pool_;
};

Failure unusable(const Endpoint& endpoint, std::string why) {
  return fail(ErrorKind::kInvalid, "open " + endpoint.base_url, std::move(why));
}

Result<Origin> read_endpoint(const Endpoint& endpoint) {
  Origin origin{.base_url = endpoint.base_url};
  if (endpoint.idle.count() <= 0) return unusable(endpoint, "its idle time must be positive");
  web::uri url;
  try {
    url = web::uri(endpoint.base_url);
  } catch (const std::exception&) {
    return unusable(endpoint, "it is no URL; write https://host:port");
  }
  origin.https = url.scheme() == "https";
  if (!origin.https && url.scheme() != "http") return unusable(endpoint, "only https:// and http:// are spoken");
  if (url.host().empty()) return unusable(endpoint, "it names no host");
  if (url.host().starts_with('[')) {
    return unusable(endpoint,
                    "an IPv6 address cannot be used here (a limit of cpprestsdk); use a DNS name that leads to it");
  }
  if (!url.user_info().empty()) return unusable(endpoint, "credentials do not belong into a URL");
  if (!url.query().empty() || !url.fragment().empty()) return unusable(endpoint, "it must end with its path");
  in_addr address{};
  origin.ipv4_literal = ::inet_pton(AF_INET, url.host().c_str(), &address) == 1;
  if (!origin.https) return origin;
  origin.tls = TRY(ClientTls::load(endpoint.tls, url.host()));
  origin.verify = !endpoint.tls.insecure_skip_verify;
  if (!endpoint.tls.server_name.empty()) {
    if (!valid_header("Host", endpoint.tls.server_name))
      return unusable(endpoint, "its TLS server name is no host name");
    origin.host_header = endpoint.tls.server_name;
  }
  return origin;
}

class CpprestNetwork final : public Network {
 public:
  explicit CpprestNetwork(env::Env& env) : env_(env) {}
  Result<std::shared_ptr<Transport>> open(const Endpoint& endpoint) override {
    Origin origin = TRY(read_endpoint(endpoint));
    auto pool = TRY(Connections::open(env_, origin, Connections::Use::kPool));
    return std::shared_ptr<Transport>(
        std::make_shared<CpprestTransport>(env_, std::move(origin), endpoint.idle, std::move(pool)));
  }

 private:
  env::Env& env_;
};

}  // namespace

void init_process(unsigned io_threads) {
  static std::once_flag once;
  std::call_once(once, [io_threads] {
    // Else OpenSSL's clean-up at exit frees what the I/O threads still use.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
    take_over_system_roots();
    try {
      crossplat::threadpool::initialize_with_threads(io_threads);
    } catch (const std::exception&) {
      return;  // somebody has used cpprestsdk before us, and its pool has 40 threads: slower, not wrong
    }
  });
}

bool drain_process(Duration limit) { return wait_for_exchanges(limit); }

std::unique_ptr<Network> make_cpprest_network(env::Env& env) {
  init_process();
  return std::make_unique<CpprestNetwork>(env);
}

}  // namespace originpull::net
