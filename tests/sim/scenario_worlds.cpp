// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario_worlds.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "api/codec.hpp"
#include "base/base64.hpp"
#include "base/bug.hpp"
#include "plan/step.hpp"
#include "worlds/cloudflare_human.hpp"
#include "worlds/handler_transport.hpp"
#include "worlds/kube_crd.hpp"

namespace originpull::sim {
namespace {

using nlohmann::json;

constexpr const char* kToken = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";
constexpr const char* kConfigs = "/apis/originpull.dev/v1alpha1/namespaces/shop/originpullconfigs";
constexpr const char* kSecrets = "/api/v1/namespaces/shop/secrets";

// The resource without its rules, which the operator's own checks repeat; tests/e2e meets them.
constexpr const char* kDefinition = R"({
  "metadata": {"name": "originpullconfigs.originpull.dev"},
  "spec": {
    "group": "originpull.dev", "scope": "Namespaced",
    "names": {"kind": "OriginPullConfig", "plural": "originpullconfigs"},
    "versions": [{
      "name": "v1alpha1", "served": true, "storage": true, "subresources": {"status": {}},
      "schema": {"openAPIV3Schema": {
        "type": "object", "x-kubernetes-preserve-unknown-fields": true,
        "properties": {"status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true,
                                  "default": {"observedGeneration": -1}}}}}}]}})";

worlds::KubeOptions kube_options() {
  static const auto catalogue = worlds::catalogue_with({kDefinition});
  worlds::KubeOptions options{.catalogue = catalogue};
  options.laws.namespaces_must_exist = false;
  return options;
}

net::ServedRequest as_served(const net::Request& request) {
  net::ServedRequest served{.method = std::string(net::to_string(request.method)),
                            .target = request.target,
                            .headers = request.headers,
                            .body = request.body};
  if (!request.content_type.empty()) served.headers.emplace_back("Content-Type", request.content_type);
  return served;
}

class KubeStream final : public ServedStream {
 public:
  explicit KubeStream(std::shared_ptr<net::ServedStream> watch) : watch_(std::move(watch)) {}
  net::Head head() override { return {.status = 200, .headers = {{"Content-Type", "application/json"}}}; }
  Next next(std::string& part, Instant deadline, const std::stop_token& stop) override {
    switch (watch_->next(part, deadline, stop)) {
      case net::ServedStream::Next::kPart: return Next::kPart;
      case net::ServedStream::Next::kEnd: return Next::kEnd;
      case net::ServedStream::Next::kSilence: break;
    }
    return Next::kSilence;
  }

 private:
  std::shared_ptr<net::ServedStream> watch_;
};

bool is_live(const worlds::SimCertificate& one) { return one.status != "deleted" && one.status != "pending_deletion"; }

}  // namespace

ScenarioWorlds::ScenarioWorlds(SimEnv& env, ScenarioLog& log, const worlds::CloudflareModes& modes)
    : servers(env),
      kube(env, kube_options(),
           [this](const worlds::KubeCommit& commit) { oracles.kubernetes_changed(commit, env_.now()); }),
      cloudflare(env, modes, {},
                 [this](const worlds::CloudflareState& state, const worlds::Moment& at) {
                   oracles.cloudflare_changed(state, at);
                 }),
      env_(env),
      log_(log) {
  servers.listen(kKubeUrl, {.answer =
                                [this](const net::Request& request) {
                                  const bool counts = request.target.find("/leases") == std::string::npos &&
                                                      request.target.find("/events") == std::string::npos;
                                  if (request.method != net::Method::kGet && counts) ++writes_;
                                  const net::Served served = kube.handle(as_served(request));
                                  return net::Response{.head = {.status = served.status,
                                                                .headers = {{"Content-Type", served.content_type}}},
                                                       .body = served.body};
                                },
                            .stream = [this](const net::Request& request) -> std::unique_ptr<ServedStream> {
                              auto watch = kube.handle(as_served(request)).stream;
                              return watch ? std::make_unique<KubeStream>(std::move(watch)) : nullptr;
                            }});
  const auto handle = [this](const net::ServedRequest& request) {
    if (request.method != "GET") ++writes_;
    if (request.method == "POST") ++uploads_;
    return cloudflare.handle(request);
  };
  servers.listen(kCloudflareUrl, {.behind = std::make_shared<worlds::HandlerTransport>(env, handle, "/client/v4")});
  cloudflare.world().add_zone("example.com");
  cloudflare.world().add_token(kToken);
  put_secret("token", "Opaque", {{"token", kToken}});
}

std::string ScenarioWorlds::send(const std::string& method, const std::string& target, const std::string& body) {
  const net::Served answer = kube.handle({.method = method, .target = target, .body = body});
  check(answer.status < 300, "a human's request was refused: " + method + " " + target + " " + answer.body);
  return answer.body;
}

void ScenarioWorlds::put_config() {
  send("POST", kConfigs,
       R"({"apiVersion":"originpull.dev/v1alpha1","kind":"OriginPullConfig","metadata":{"name":"example"},
           "spec":{"zone":{"name":"example.com"},"apiTokenSecretRef":{"name":"token"},
                   "certificate":{"source":"Custom","secretRef":{"name":"tls"}},
                   "rotation":{"soak":"10s"},"interval":"1m"}})");
}

void ScenarioWorlds::put_secret(const std::string& name, const std::string& type,
                                const std::map<std::string, std::string>& values) {
  json data = json::object();
  for (const auto& [key, value] : values) data[key] = encode_base64(value);
  const json secret = {
      {"apiVersion", "v1"}, {"kind", "Secret"}, {"type", type}, {"metadata", {{"name", name}}}, {"data", data}};
  if (kube.object("secrets", "shop", name).empty()) {
    send("POST", kSecrets, secret.dump());
  } else {
    send("PUT", kSecrets + ("/" + name), secret.dump());
  }
}

void ScenarioWorlds::put_pair(std::size_t index) {
  wanted = index % scenario_pairs().size();
  const ScenarioPair& pair = scenario_pairs()[wanted];
  log_.write("a human puts the pair " + plan::brief(pair.fingerprint) + " into the Secret");
  put_secret("tls", "kubernetes.io/tls", {{"tls.crt", pair.certificate_pem}, {"tls.key", pair.key_pem}});
}

void ScenarioWorlds::remove_pair() {
  if (kube.object("secrets", "shop", "tls").empty()) return;
  log_.write("a human deletes the Secret");
  send("DELETE", kSecrets + std::string("/tls"), "");
}

void ScenarioWorlds::edit(const std::string& merge_patch) {
  log_.write("a human edits the resource: " + merge_patch);
  const net::Served answer = kube.handle({.method = "PATCH",
                                          .target = kConfigs + std::string("/example"),
                                          .headers = {{"Content-Type", "application/merge-patch+json"}},
                                          .body = merge_patch});
  check(answer.status == 200, "a human's edit was refused: " + answer.body);
}

void ScenarioWorlds::deploy_as(const std::string& state) {
  log_.write("uploads become " + state);
  cloudflare.world().change([&](worlds::CloudflareState& all, const worlds::Moment&) { all.modes.deploys_as = state; });
}

void ScenarioWorlds::take_lease() {
  log_.write("a human takes the Lease away");
  for (int status = 409; status == 409;) {  // until nobody renews it in between
    const std::string text = kube.object("leases", "operators", "origin-pull-operator");
    if (text.empty()) return;
    json lease = json::parse(text);
    lease["spec"]["holderIdentity"] = "somebody else";
    status = kube.handle({.method = "PUT",
                          .target = "/apis/coordination.k8s.io/v1/namespaces/operators/leases/origin-pull-operator",
                          .body = lease.dump()})
                 .status;
    check(status < 300 || status == 409, "a human's change of the Lease was refused");
  }
}

worlds::SimZone ScenarioWorlds::zone() {
  auto state = cloudflare.world().snapshot();
  return *state.zone("example.com");
}

void ScenarioWorlds::flip(const std::string& what) {
  log_.write("a human flips " + what + " at Cloudflare");
  const worlds::SimZone now = zone();
  const json act = what == "zone-level" ? json{{"zone", now.name}, {"do", what}, {"enabled", !now.zone_level}}
                                        : json{{"zone", now.name},
                                               {"do", "setting"},
                                               {"name", what},
                                               {"value", now.tls_client_auth.value == "on" ? "off" : "on"}};
  check(worlds::act_as_human(cloudflare.world(), act.dump()).has_value(), "a human's flip was refused");
}

void ScenarioWorlds::delete_certificate(std::uint64_t chance) {
  const worlds::SimZone now = zone();
  std::vector<std::string> ids;
  for (const auto& one : now.certificates)
    if (is_live(one)) ids.push_back(one.id);
  if (ids.empty()) return;
  const std::string& id = ids[chance % ids.size()];
  log_.write("a human deletes the certificate " + id);
  const json act = {{"zone", now.name}, {"do", "delete"}, {"id", id}};
  // The operator may have been faster.
  if (!worlds::act_as_human(cloudflare.world(), act.dump())) log_.write("it was gone already");
}

void ScenarioWorlds::spoil_answers(std::uint64_t chance) {
  using Kind = worlds::HttpFault::Kind;
  constexpr std::array kKinds = {Kind::kStatus,   Kind::kHtml, Kind::kTruncatedJson, Kind::kEmptyBody,
                                 Kind::kNullBody, Kind::kHang, Kind::kClose,         Kind::kSlow};
  worlds::HttpFault fault{.kind = kKinds[chance % kKinds.size()]};
  fault.count = 1 + static_cast<int>(chance / 8 % 4);
  fault.executed = chance / 32 % 2 == 0;
  if (chance / 64 % 3 == 0) {
    fault.status = 429;
    fault.headers = {{"retry-after", "7"}};
  }
  log_.write("Cloudflare spoils its next answers");
  cloudflare.faults().add(fault);
}

std::string ScenarioWorlds::unsettled() {
  const std::string text = kube.object(std::string(api::kPlural), "shop", "example");
  const auto config = api::decode_config(text);
  if (!config) return "the resource cannot be read";
  const api::Condition* ready = api::find_condition(config->status.conditions, api::condition_type::kReady);
  if (ready == nullptr || ready->status != api::ConditionStatus::kTrue)
    return "Ready is not True: " + (ready ? ready->reason + ": " + ready->message : "no such condition");
  if (config->status.observed_generation != config->metadata.generation) return "the status is of an older generation";
  const worlds::SimZone now = zone();
  const std::string& leaf = scenario_pairs()[wanted].fingerprint;
  const std::string edge = presented(now);
  if (edge != leaf) return "the edge presents " + plan::brief(edge) + ", the Secret holds " + plan::brief(leaf);
  if (!now.zone_level || now.tls_client_auth.value != "on") return "a switch is off";
  const auto live = std::ranges::count_if(now.certificates, is_live);
  if (live != 1) return std::to_string(live) + " certificates are live";
  if (config->status.ledger.certificates.size() != 1) return "the ledger does not hold exactly one certificate";
  return {};
}

}  // namespace originpull::sim
