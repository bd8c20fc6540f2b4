// SPDX-License-Identifier: Apache-2.0
#include "reconcile/house.hpp"

#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "base/base64.hpp"
#include "base/bug.hpp"
#include "base/rfc3339.hpp"
#include "worlds/handler_transport.hpp"

namespace originpull::reconcile {
namespace {

using nlohmann::json;

constexpr const char* kBase = "/client/v4";
const std::string kConfigPath = "/apis/originpull.dev/v1alpha1/namespaces/shop/originpullconfigs/example";

std::string secret_path(const std::string& name) { return "/api/v1/namespaces/shop/secrets/" + name; }

net::Served status(int code, const std::string& reason) {
  return {
      .status = code,
      .body = json{{"kind", "Status"}, {"status", "Failure"}, {"reason", reason}, {"message", reason}, {"code", code}}
                  .dump()};
}

kube::ClusterConfig cluster_config() {
  kube::ClusterConfig config;
  config.source = "test";
  config.server = "http://kubernetes";
  return config;
}

}  // namespace

support::Identity leaf(const std::string& name) {
  static const support::Identity ca = support::make_ca();
  const Wall now = support::JumpEnv().wall();
  return support::issue(ca, {.common_name = name,
                             .not_before = now - Seconds(3600),
                             .not_after = now + Seconds(30 * 24 * 3600),
                             .extended_key_usage = "clientAuth"});
}

struct House::OneNetwork final : net::Network {
  explicit OneNetwork(House& house) : house_(house) {}
  Result<std::shared_ptr<net::Transport>> open(const net::Endpoint&) override {
    return std::shared_ptr<net::Transport>(std::make_shared<worlds::HandlerTransport>(
        house_.env, [this](const net::ServedRequest& request) { return house_.serve_kube(request); }));
  }
  House& house_;
};

class House::Permits final : public control::PermitSource {
 public:
  explicit Permits(House& house) : house_(house) {}
  Result<control::Permit> permit() override {
    if (house_.leading) return issue(Instant::max());
    return fail(Error{.kind = ErrorKind::kUnavailable,
                      .attempted = "write",
                      .message = "not leading",
                      .reason = std::string(control::kNotLeading)});
  }

 private:
  House& house_;
};

House::House()
    : cloudflare_(env),
      network_(std::make_shared<OneNetwork>(*this)),
      metrics_(env, "test"),
      store_(env),
      index_(env),
      queue_(env),
      watches_(
          env, Log::silent(), {}, [](const control::WatchScope&, kube::WatchSink&, const std::stop_token&) {}, index_,
          queue_),
      pairs_(env),
      kube_(env, std::make_shared<kube::ClusterAccess>(env, *network_, cluster_config(), Log::silent()), {},
            Log::silent()),
      events_(env, kube_, {}, Log::silent()),
      surroundings_{
          .env = env,
          .log = Log::silent(),
          .kube = kube_,
          .secrets = SecretReader(kube_, {}),
          .cloudflare = CloudflareAccess(std::make_shared<worlds::HandlerTransport>(env, cloudflare_.handler(), kBase),
                                         std::make_shared<cloudflare::BudgetRegistry>(env), Log::silent()),
          .store = store_,
          .index = index_,
          .watches = watches_,
          .pairs = pairs_,
          .events = events_,
          .metrics = metrics_,
          .config = {}},
      reconciler_(surroundings_) {
  cloudflare_.world().add_zone("example.com");
  cloudflare_.world().add_token(kToken);
  put_secret("token", "Opaque", {{"token", kToken}});
}

void House::apply(const std::string& more_spec) {
  json spec = json::parse(R"({"zone":{"name":"example.com"},"apiTokenSecretRef":{"name":"token"},
    "certificate":{"source":"Custom","secretRef":{"name":"tls"}},"rotation":{"soak":"10s"}})");
  if (!more_spec.empty()) spec.merge_patch(json::parse(more_spec));
  json object = objects_.contains(kConfigPath) ? json::parse(objects_[kConfigPath])
                                               : json{{"apiVersion", "originpull.dev/v1alpha1"},
                                                      {"kind", "OriginPullConfig"},
                                                      {"metadata",
                                                       {{"name", "example"},
                                                        {"namespace", "shop"},
                                                        {"uid", "u1"},
                                                        {"creationTimestamp", format_rfc3339(env.wall())}}},
                                                      {"status", {{"observedGeneration", -1}}}};
  object["spec"] = spec;
  object["metadata"]["generation"] = ++generation_;
  object["metadata"]["resourceVersion"] = next_version();
  objects_[kConfigPath] = object.dump();
}

void House::annotate(const std::string& name, const std::string& value) {
  json object = json::parse(objects_[kConfigPath]);
  object["metadata"]["annotations"][name] = value;
  object["metadata"]["resourceVersion"] = next_version();
  objects_[kConfigPath] = object.dump();
}

void House::put_secret(const std::string& name, const std::string& type,
                       const std::map<std::string, std::string>& values) {
  json data = json::object();
  for (const auto& [k, v] : values) data[k] = encode_base64(v);
  objects_[secret_path(name)] =
      json{{"apiVersion", "v1"},
           {"kind", "Secret"},
           {"type", type},
           {"data", data},
           {"metadata",
            {{"name", name}, {"namespace", "shop"}, {"uid", "s-" + name}, {"resourceVersion", next_version()}}}}
          .dump();
}

void House::put_pair(const support::Identity& pair, const std::string& ca, const std::string& type) {
  put_secret("tls", type, {{"tls.crt", pair.certificate_pem}, {"tls.key", pair.key_pem}, {"ca.crt", ca}});
}

void House::remove_secret(const std::string& name) { objects_.erase(secret_path(name)); }

// What the watches would have told by now.
void House::follow() {
  auto config = api::decode_config(objects_.at(kConfigPath));
  check(config.has_value(), "the resource cannot be decoded");
  index_.refer(key, references(key, *config));
  for (const auto& [path, text] : objects_) {
    if (path == kConfigPath) continue;
    const json meta = json::parse(text)["metadata"];
    index_.saw({"shop", meta["name"]}, {meta["uid"], meta["resourceVersion"]});
  }
  for (const control::Key& secret : {control::Key{"shop", "tls"}, control::Key{"shop", "token"}})
    if (!objects_.contains(secret_path(secret.name))) index_.gone(secret);
  control::Copy<api::OriginPullConfig> copy{config->metadata.uid, config->metadata.resource_version,
                                            std::make_shared<const api::OriginPullConfig>(*config)};
  store_.changed(key, std::move(copy));
}

control::Outcome House::pass() {
  follow();
  Permits permits(*this);
  return reconciler_.pass(key, permits, {});
}

void House::settle(Duration limit) {
  const Instant end = env.now() + limit;
  for (int i = 0; i < 200; ++i) {
    const control::Outcome outcome = pass();
    const Duration wait =
        outcome.after.value_or(outcome.kind == control::Outcome::Kind::kFailed ? Duration(1'000) : limit);
    if (outcome.kind == control::Outcome::Kind::kDone || env.now() + wait >= end) return;
    env.advance(wait);
  }
}

api::OriginPullConfig House::resource() {
  auto config = api::decode_config(objects_.at(kConfigPath));
  check(config.has_value(), "the resource cannot be decoded");
  return std::move(*config);
}

const api::Condition& House::condition(std::string_view type) {
  static api::OriginPullConfig last;
  last = resource();
  const api::Condition* found = api::find_condition(last.status.conditions, type);
  static const api::Condition none;
  return found ? *found : none;
}

std::string House::presented() {
  const auto state = cloudflare_.world().snapshot();
  for (const auto& [id, zone] : state.zones)
    if (zone.name == "example.com") return worlds::presented(zone);
  return "no zone";
}

std::vector<std::string> House::mutations() {
  std::vector<std::string> out;
  for (const auto& call : cloudflare_.log().calls())
    if (call.method != "GET") out.push_back(call.method);
  cloudflare_.log().clear();
  return out;
}

net::Served House::serve_kube(const net::ServedRequest& request) {
  kube_calls.push_back(request.method + " " + request.target);
  if (kube_fault)
    if (auto fault = kube_fault(request)) return *fault;
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (request.method == "PUT" && path == kConfigPath + "/status") return put_status(kConfigPath, request.body);
  const auto found = objects_.find(path);
  if (request.method != "GET" || found == objects_.end()) return status(404, "NotFound");
  return {.body = found->second};
}

net::Served House::put_status(const std::string& path, const std::string& body) {
  json object = json::parse(objects_.at(path));
  const json sent = json::parse(body);
  if (sent["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"]) return status(409, "Conflict");
  object["status"] = sent["status"];
  object["metadata"]["resourceVersion"] = next_version();
  objects_[path] = object.dump();
  return {.body = objects_[path]};
}

}  // namespace originpull::reconcile
