// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario_worlds.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
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

// "annex/second", or a name in the namespace of most.
struct Place {
  std::string space = "shop";
  std::string name = {};
};

Place place_of(const std::string& name) {
  const auto slash = name.find('/');
  if (slash == std::string::npos) return {.name = name};
  return {.space = name.substr(0, slash), .name = name.substr(slash + 1)};
}

std::string configs_in(const std::string& space) {
  return "/apis/originpull.dev/v1alpha1/namespaces/" + space + "/originpullconfigs";
}

std::string path_of_config(const std::string& name) {
  const Place place = place_of(name);
  return configs_in(place.space) + "/" + place.name;
}

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

constexpr unsigned kFrontEnds = 2;

// "p1.3/worker-0" talks to front-end 1, people to front-end 0.
unsigned front_end_of_the_caller() {
  const std::string& name = env::thread_name();
  const bool process = name.size() > 2 && name[0] == 'p' && name[2] == '.';
  return process ? static_cast<unsigned>(name[1] - '0') % kFrontEnds : 0;
}

worlds::KubeOptions kube_options(std::int64_t first_version) {
  static const auto catalogue = worlds::catalogue_with({kDefinition});
  worlds::KubeOptions options{.catalogue = catalogue, .front_ends = kFrontEnds, .first_version = first_version};
  options.laws.namespaces_must_exist = false;
  options.laws.managed_fields = false;
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

// The same path in every process, since it is told in the log; so it is put in its place whole.
const std::string& scenario_kubeconfig() {
  static const std::string kPath = [] {
    const auto folder = std::filesystem::temp_directory_path();
    const auto path = folder / ("originpull-sim-kubeconfig-" + std::to_string(getuid()));
    const auto fresh = folder / ("originpull-sim-kubeconfig-of-" + std::to_string(getpid()));
    std::ofstream(fresh) << "apiVersion: v1\nkind: Config\ncurrent-context: sim\n"
                            "clusters: [{name: sim, cluster: {server: \""
                         << kKubeUrl
                         << "\"}}]\n"
                            "users: [{name: sim, user: {token: sim}}]\n"
                            "contexts: [{name: sim, context: {cluster: sim, user: sim, namespace: operators}}]\n";
    std::filesystem::rename(fresh, path);
    return path.string();
  }();
  return kPath;
}

worlds::CloudflareModes random_modes(env::Env& env) {
  worlds::CloudflareModes modes;
  modes.deploy_delay = Duration(500 + env.random() % 20'000);
  modes.delete_delay = Duration(500 + env.random() % 10'000);
  modes.list_lag = Duration(env.random() % 3 == 0 ? 0 : env.random() % 8'000);
  modes.mutation_time = Duration(env.random() % 2 == 0 ? 0 : env.random() % 1'500);
  modes.reuse_ids = env.random() % 2 == 0;
  modes.list_tombstones = env.random() % 2 == 0;
  modes.tombstones = env.random() % 4 != 0;
  return modes;
}

ScenarioWorlds::ScenarioWorlds(SimEnv& env, ScenarioLog& log, const worlds::CloudflareModes& modes,
                               std::int64_t first_version)
    : servers(env),
      kube(env, kube_options(first_version),
           [this](const worlds::KubeCommit& commit) {
             oracles.kubernetes_changed(commit, env_.now());
             if (heard_kubernetes) heard_kubernetes(commit);
           }),
      cloudflare(env, modes, {},
                 [this](const worlds::CloudflareState& state, const worlds::Moment& at) {
                   oracles.cloudflare_changed(state, at);
                   if (heard_cloudflare) heard_cloudflare(state, at);
                 }),
      env_(env),
      log_(log) {
  servers.listen(kKubeUrl, {.answer =
                                [this](const net::Request& request) {
                                  const bool counts = request.target.find("/leases") == std::string::npos &&
                                                      request.target.find("/events") == std::string::npos;
                                  if (request.method != net::Method::kGet && counts) ++writes_;
                                  const net::Served served = kube.handle(as_served(request), front_end_of_the_caller());
                                  return net::Response{.head = {.status = served.status,
                                                                .headers = {{"Content-Type", served.content_type}}},
                                                       .body = served.body};
                                },
                            .stream = [this](const net::Request& request) -> std::unique_ptr<ServedStream> {
                              auto watch = kube.handle(as_served(request), front_end_of_the_caller()).stream;
                              return watch ? std::make_unique<KubeStream>(std::move(watch)) : nullptr;
                            }});
  const auto handle = [this](const net::ServedRequest& request) {
    if (request.method != "GET") ++writes_;
    if (request.method == "POST") ++uploads_;
    return cloudflare.handle(request);
  };
  servers.listen(kCloudflareUrl, {.behind = std::make_shared<worlds::HandlerTransport>(env, handle, "/client/v4")});
  cloudflare.world().add_zone("example.com");
  cloudflare.world().add_token(kScenarioToken);
  put_secret("token", "Opaque", {{"token", kScenarioToken}});
}

std::string ScenarioWorlds::send(const std::string& method, const std::string& target, const std::string& body) {
  const net::Served answer = kube.handle({.method = method, .target = target, .body = body});
  check(answer.status < 300, "a human's request was refused: " + method + " " + target + " " + answer.body);
  return answer.body;
}

void ScenarioWorlds::put_config(const std::string& name, const std::string& spec_patch) {
  json spec = json::parse(
      R"({"zone":{"name":"example.com"},"apiTokenSecretRef":{"name":"token"},
          "certificate":{"source":"Custom","secretRef":{"name":"tls"}},
          "rotation":{"soak":"10s"},"interval":"1m"})");
  spec.merge_patch(json::parse(spec_patch));
  make_config(name, spec.dump());
}

void ScenarioWorlds::make_config(const std::string& name, const std::string& spec) {
  const Place place = place_of(name);
  json object = {
      {"apiVersion", "originpull.dev/v1alpha1"}, {"kind", "OriginPullConfig"}, {"metadata", {{"name", place.name}}}};
  object["spec"] = json::parse(spec);
  log_.write("a human makes the resource " + name + ": " + spec);
  send("POST", configs_in(place.space), object.dump());
  if (std::ranges::find(names_, name) == names_.end()) names_.push_back(name);
}

void ScenarioWorlds::remove_config(const std::string& name) {
  const auto is = api::decode_config(config(name));
  if (!is) return;
  log_.write("a human deletes the resource " + name);
  // What it has uploaded is nobody's for the next one.
  if (is->status.ledger.zone) memory_was_lost = true;
  send("DELETE", path_of_config(name), "");
}

void ScenarioWorlds::remake_config() {
  const std::string text = config();
  if (text.empty()) return;
  const std::string spec = json::parse(text)["spec"].dump();
  memory_was_lost = true;
  remove_config();
  if (config().empty()) make_config("example", spec);
}

std::string ScenarioWorlds::config(const std::string& name) {
  const Place place = place_of(name);
  return kube.object(std::string(api::kPlural), place.space, place.name);
}

std::vector<std::string> ScenarioWorlds::config_names() {
  std::vector<std::string> there;
  for (const std::string& name : names_)
    if (!config(name).empty()) there.push_back(place_of(name).name);
  return there;
}

void ScenarioWorlds::put_secret(const std::string& name, const std::string& type,
                                const std::map<std::string, std::string>& values) {
  json data = json::object();
  for (const auto& [key, value] : values) data[key] = encode_base64(value);
  const json object = {{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"type", type},
                       {"metadata", {{"name", place_of(name).name}}},
                       {"data", data}};
  const Place place = place_of(name);
  const std::string path = "/api/v1/namespaces/" + place.space + "/secrets";
  if (kube.object("secrets", place.space, place.name).empty()) {
    send("POST", path, object.dump());
  } else {
    send("PUT", path + "/" + place.name, object.dump());
  }
}

void ScenarioWorlds::put_pair(std::size_t index) {
  wanted = index % scenario_pairs().size();
  secret = SecretState::kGood;
  const ScenarioPair& pair = scenario_pairs()[wanted];
  log_.write("a human puts the pair " + plan::brief(pair.fingerprint) + " into the Secret");
  put_secret("tls", "kubernetes.io/tls", {{"tls.crt", pair.certificate_pem}, {"tls.key", pair.key_pem}});
}

void ScenarioWorlds::furnish(const std::string& space, std::size_t index) {
  const ScenarioPair& pair = scenario_pairs()[index];
  log_.write("a human puts a token and the pair " + plan::brief(pair.fingerprint) + " into namespace " + space);
  put_secret(space + "/token", "Opaque", {{"token", kScenarioToken}});
  put_secret(space + "/tls", "kubernetes.io/tls", {{"tls.crt", pair.certificate_pem}, {"tls.key", pair.key_pem}});
  furnished_[space] = pair.fingerprint;
}

void ScenarioWorlds::put_bad_pair() {
  secret = SecretState::kBad;
  const ScenarioPair& pair = scenario_pairs()[wanted];
  const ScenarioPair& other = scenario_pairs()[(wanted + 1) % scenario_pairs().size()];
  log_.write("a human puts a pair into the Secret whose key belongs to another certificate");
  put_secret("tls", "kubernetes.io/tls", {{"tls.crt", pair.certificate_pem}, {"tls.key", other.key_pem}});
}

void ScenarioWorlds::remove_pair() {
  if (kube.object("secrets", "shop", "tls").empty()) return;
  secret = SecretState::kMissing;
  log_.write("a human deletes the Secret");
  send("DELETE", "/api/v1/namespaces/shop/secrets/tls", "");
}

void ScenarioWorlds::edit(const std::string& merge_patch, const std::string& name) {
  if (config(name).empty()) return log_.write("a human would edit the resource " + name + ", but there is none");
  log_.write("a human edits the resource " + name + ": " + merge_patch);
  const net::Served answer = kube.handle({.method = "PATCH",
                                          .target = path_of_config(name),
                                          .headers = {{"Content-Type", "application/merge-patch+json"}},
                                          .body = merge_patch});
  check(answer.status == 200 || answer.status == 404, "a human's edit was refused: " + answer.body);
}

void ScenarioWorlds::wipe_status(const std::string& name) {
  for (int status = 409; status == 409;) {
    const std::string text = config(name);
    if (text.empty()) return;
    json object = json::parse(text);
    object["status"] = {{"observedGeneration", -1}};
    log_.write("a backup tool wipes the status of " + name);
    memory_was_lost = true;
    status = kube.handle({.method = "PUT", .target = path_of_config(name) + "/status", .body = object.dump()}).status;
    check(status < 300 || status == 409 || status == 404, "a backup tool was refused");
  }
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

void ScenarioWorlds::act(const std::string& wish) {
  // The operator may have been faster.
  if (const auto done = worlds::act_as_human(cloudflare.world(), wish); !done)
    log_.write("it could not be done: " + describe(done.error()));
}

void ScenarioWorlds::flip(const std::string& what) {
  log_.write("a human flips " + what + " at Cloudflare");
  const worlds::SimZone now = zone();
  const json wish = what == "zone-level" ? json{{"zone", now.name}, {"do", what}, {"enabled", !now.zone_level}}
                                         : json{{"zone", now.name},
                                                {"do", "setting"},
                                                {"name", what},
                                                {"value", now.tls_client_auth.value == "on" ? "off" : "on"}};
  act(wish.dump());
}

void ScenarioWorlds::set_encryption_mode(const std::string& mode) {
  log_.write("a human sets the encryption mode to " + mode + " at Cloudflare");
  act(json{{"zone", "example.com"}, {"do", "setting"}, {"name", "ssl"}, {"value", mode}}.dump());
}

void ScenarioWorlds::upload_foreign(std::size_t index) {
  const ScenarioPair& pair = scenario_pairs()[index % scenario_pairs().size()];
  log_.write("somebody else uploads the certificate " + plan::brief(pair.fingerprint) + " to Cloudflare");
  act(json{
      {"zone", "example.com"}, {"do", "upload"}, {"certificate", pair.certificate_pem}, {"private_key", pair.key_pem}}
          .dump());
}

void ScenarioWorlds::delete_certificate(std::uint64_t chance) {
  std::vector<std::string> ids;
  for (const auto& one : zone().certificates)
    if (is_live(one)) ids.push_back(one.id);
  if (ids.empty()) return;
  const std::string& id = ids[chance % ids.size()];
  log_.write("a human deletes the certificate " + id);
  act(json{{"zone", "example.com"}, {"do", "delete"}, {"id", id}}.dump());
}

bool ScenarioWorlds::delete_foreign() {
  bool any = false;
  for (const auto& one : zone().certificates) {
    if (!is_live(one) || !one.foreign) continue;
    any = true;
    log_.write("somebody else deletes their certificate " + plan::brief(one.fingerprint));
    act(json{{"zone", "example.com"}, {"do", "delete"}, {"id", one.id}}.dump());
  }
  return any;
}

void ScenarioWorlds::give_up_deploying() {
  for (const auto& one : zone().certificates)
    if (one.status == "pending_deployment" || one.status == "initializing")
      act(json{{"zone", "example.com"}, {"do", "set-status"}, {"id", one.id}, {"status", "deployment_timed_out"}}
              .dump());
}

void ScenarioWorlds::change_modes(const std::function<void(worlds::CloudflareModes&)>& edit) {
  cloudflare.world().change([&](worlds::CloudflareState& all, const worlds::Moment&) { edit(all.modes); });
}

void ScenarioWorlds::be_down_for_now() {
  log_.write("Cloudflare is down");
  cloudflare.faults().add({.kind = worlds::HttpFault::Kind::kStatus, .count = 0, .status = 503});
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

// Of several resources one has the zone, and the others say so.
std::string ScenarioWorlds::unsettled() {
  std::string manager, others;
  bool anybody = false;
  for (const std::string& name : names_) {
    const auto is = api::decode_config(config(name));
    if (!is || (is->metadata.deleting && names_.size() > 1)) continue;
    if (is->spec.zone.name != "example.com") continue;  // of no zone here
    anybody = true;
    const api::Condition* stalled = api::find_condition(is->status.conditions, api::condition_type::kStalled);
    if (stalled && stalled->status == api::ConditionStatus::kTrue && stalled->reason == "ZoneConflict") continue;
    (manager.empty() ? manager : others) += (others.empty() ? "" : ", ") + name;
  }
  if (!others.empty()) return "more than one resource has the zone: " + manager + ", " + others;
  if (manager.empty()) return anybody ? "each resource leaves the zone to another one" : "";
  const auto elsewhere = furnished_.find(place_of(manager).space);
  const bool here = elsewhere == furnished_.end();
  return why_not_the_right_end({.config = config(manager),
                                .zone = zone(),
                                .secret = here ? secret.load() : SecretState::kGood,
                                .leaf = here ? scenario_pairs()[wanted].fingerprint : elsewhere->second,
                                .memory_was_lost = memory_was_lost});
}

}  // namespace originpull::sim
