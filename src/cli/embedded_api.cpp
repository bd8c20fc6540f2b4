// SPDX-License-Identifier: Apache-2.0
#include "cli/embedded_api.hpp"

#include <algorithm>

#include "cli/crd_text.hpp"
#include "cli/manifest_yaml.hpp"
#include "cli/self_made.hpp"

namespace originpull::cli {
namespace {

constexpr Duration kBetweenLooks{250};
constexpr unsigned kThreads = 16;  // a list of a version that is yet to come blocks one

SecretString make_token(env::Env& env) {
  std::string token;
  for (int i = 0; i < 4; ++i) {
    std::uint64_t word = env.random();
    for (int k = 0; k < 16; ++k, word >>= 4U) token += "0123456789abcdef"[word & 0xfU];
  }
  return SecretString(token);
}

// Takes the same time wherever the first difference is.
bool same(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  return difference == 0;
}

net::Served unauthorized() {
  return {.status = 401,
          .body = R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized",)"
                  R"("reason":"Unauthorized","code":401})"};
}

// Where `kubectl get opc` looks without -n: the namespace of the first resource.
std::string namespace_of(const std::vector<Manifest>& manifests) {
  for (const Manifest& manifest : manifests)
    if (manifest.kind == "OriginPullConfig" && !manifest.ns.empty()) return manifest.ns;
  return "default";
}

}  // namespace

EmbeddedApi::EmbeddedApi(env::Env& env, const Log& log, const EmbeddedOptions& options)
    : env_(env),
      log_(log),
      world_(env, {.yaml = body_of}),
      follower_(log, options.manifests,
                ManifestApplier([this](const net::ServedRequest& request) { return world_.handle(request); })),
      follows_(!options.manifests.empty()) {}

Result<void> EmbeddedApi::fill() {
  ManifestApplier types([this](const net::ServedRequest& request) { return world_.handle(request); });
  for (const Manifest& type : TRY(read_manifests(crd_text(), "the type that is compiled in")))
    TRY(types.apply(type, nullptr));
  return follows_ ? follower_.load() : Result<void>();
}

net::Served EmbeddedApi::answer(const net::ServedRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const std::string_view said = request.header("Authorization");
  if (!said.starts_with(kBearer) || !same(said.substr(kBearer.size()), access_.token.reveal())) return unauthorized();
  return world_.handle(request);
}

Result<void> EmbeddedApi::serve(const EmbeddedOptions& options) {
  const ListenAddress& listen = options.listen;
  SelfMade identity = TRY(make_server_identity("origin-pull-operator", {listen.address}, env_.wall()));
  access_.ca_pem = std::move(identity.ca_pem);
  access_.token = make_token(env_);
  server_ = TRY(net::Server::start({.address = listen.address,
                                    .port = listen.port,
                                    .certificate_pem = std::move(identity.server.certificate_pem),
                                    .key_pem = std::move(identity.server.key_pem),
                                    .threads = kThreads},
                                   [this](const net::ServedRequest& request) { return answer(request); }));
  const bool everywhere = listen.address == "0.0.0.0" || listen.address == "::";
  access_.server =
      "https://" + (everywhere ? std::string("127.0.0.1") : listen.address) + ":" + std::to_string(server_->port());
  kubeconfig_ = TRY(EmbeddedKubeconfig::write(access_, options.kubeconfig_out));
  return {};
}

Result<std::unique_ptr<EmbeddedApi>> EmbeddedApi::start(env::Env& env, const Log& log, const EmbeddedOptions& options) {
  std::unique_ptr<EmbeddedApi> api(new EmbeddedApi(env, log, options));
  TRY(api->fill());
  api->access_.ns = namespace_of(api->follower_.brought());
  TRY(api->serve(options));
  if (api->follows_) {
    api->following_ = env.spawn("manifests", [made = api.get()](const std::stop_token& stop) {
      while (pause_until(made->env_, made->env_.now() + kBetweenLooks, stop)) made->follower_.step();
    });
  }
  return api;
}

std::string EmbeddedApi::greeting() const {
  return "The embedded Kubernetes API is on " + access_.server +
         "; what is in it is kept in memory alone and is gone at the end.\nTo look at it:\n\n  export KUBECONFIG=" +
         kubeconfig() + "\n";
}

void EmbeddedApi::stop() {
  following_ = {};
  if (server_) server_->stop();
}

}  // namespace originpull::cli
