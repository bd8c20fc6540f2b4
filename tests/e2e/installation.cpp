// SPDX-License-Identifier: Apache-2.0
#include "e2e/installation.hpp"

#include "api/codec.hpp"
#include "base/base64.hpp"
#include "base/rfc3339.hpp"
#include "json/decoder.hpp"
#include "json/writer.hpp"
#include "pki/certificate.hpp"
#include "support/poll_until.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>

namespace originpull::e2e {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kSource = ORIGINPULL_SOURCE_DIR;
const std::string kApi = "/apis/originpull.dev/v1alpha1";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string tail(const std::string& text, int lines) {
  std::size_t at = text.size();
  for (; lines >= 0 && at != std::string::npos && at > 0; --lines) at = text.rfind('\n', at - 1);
  return at == std::string::npos ? text : text.substr(at + 1);
}

std::string indented(const std::string& yaml) {
  std::istringstream lines(yaml);
  std::string out;
  for (std::string line; std::getline(lines, line);) out += "  " + line + "\n";
  return out;
}

std::string secret_manifest(const std::string& name, const std::string& type,
                            const std::map<std::string, std::string>& data) {
  json::Writer w;
  w.begin_object().field("apiVersion", "v1").field("kind", "Secret").field("type", type);
  w.key("metadata").begin_object().field("name", name).end_object().key("data").begin_object();
  for (const auto& [key, value] : data) w.field(key, encode_base64(value));
  return w.end_object().end_object().take();
}

}  // namespace

Leaf leaf_of(const support::Identity& identity) {
  const auto read = pki::read_certificates(identity.certificate_pem);
  if (read.certificates.empty()) throw std::runtime_error("the leaf of a test cannot be read");
  return {.certificate_pem = identity.bundle_pem(),
          .key_pem = identity.key_pem,
          .fingerprint = read.certificates.front().fingerprint()};
}

void Installation::install(const SimulatorOptions& options, const std::vector<std::string>& values) {
  cluster::Cluster& real = cluster();
  simulator_ = std::make_unique<Simulator>(options, real.directory() / "cloudflare-sim.log");
  const auto must = [&](support::Finished done, const std::string& what) {
    if (done.exit != 0) throw std::runtime_error(what + ": " + done.err);
    return done.out;
  };
  must(real.kubectl({"apply", "-k", kSource + "/crds"}), "apply the type");
  must(real.kubectl({"create", "namespace", kNamespace}), "make the namespace");
  std::vector<std::string> render = {"template", kAccount, kSource + "/charts/origin-pull-operator", "--namespace",
                                     kNamespace};
  for (const char* file : {"serviceaccount", "rbac", "leader-election"})
    render.insert(render.end(), {"--show-only", "templates/" + std::string(file) + ".yaml"});
  for (const auto& value : values) render.insert(render.end(), {"--set", value});
  must(real.kubectl({"apply", "-f", "-"}, must(real.helm(render), "render the chart's RBAC")), "apply the RBAC");
  must(real.kubectl({"wait", "--for=condition=Established", "--timeout=30s", "crd/originpullconfigs.originpull.dev"}),
       "wait for the type");
  account_token_ = or_throw(real.token_for(kAccount, kNamespace));
  const bool served =
      support::poll_until(seconds(20), [&] { return real.get(kApi + "/originpullconfigs").status == 200; });
  if (!served) throw std::runtime_error("the API server does not serve the type");
}

void Installation::TearDown() {
  // Before the cluster, so that an operator does not fill its log with an outage that nobody asked for.
  stop_operators();
  simulator_.reset();
}

Simulator& Installation::simulator() {
  if (!simulator_) install();
  return *simulator_;
}

support::Process& Installation::spawn_operator(const OperatorOptions& options) {
  const std::string base_url =
      options.cloudflare_base_url.empty() ? simulator().base_url() : options.cloudflare_base_url;
  const auto kubeconfig = cluster().kubeconfig_for(account_token_, kNamespace, options.kube_server);
  std::vector<std::string> argv = {ORIGIN_PULL_OPERATOR_PROGRAM, "run", "--kubeconfig", kubeconfig.string()};
  argv.insert(argv.end(), {"--cloudflare-base-url", base_url, "--listen", "off", "--log-level", "debug"});
  if (!options.usual_lease)
    argv.insert(argv.end(), {"--lease-duration", "9s", "--renew-deadline", "6s", "--retry-period", "1s"});
  argv.insert(argv.end(), options.flags.begin(), options.flags.end());
  const auto log = cluster().directory() / ("operator-" + std::to_string(++started_) + ".log");
  auto process = or_throw(support::Process::spawn({.argv = std::move(argv), .log = log}));
  operators_.push_back({.log = log, .process = std::move(process)});
  return operators_.back().process;
}

support::Process& Installation::start_operator(const OperatorOptions& options) {
  support::Process& started = spawn_operator(options);
  const auto log = operators_.back().log;
  const bool leads = support::poll_until(
      seconds(40), [&] { return !started.running() || text_of(log).find("leads now") != std::string::npos; });
  if (!leads || !started.running())
    throw std::runtime_error("the operator does not lead; the end of its log:\n" + tail(text_of(log), 20));
  return started;
}

void Installation::stop_operators() {
  for (auto& replica : operators_) replica.process.signal(SIGCONT);
  for (auto& replica : operators_) replica.process.stop(seconds(7));
  operators_.clear();
}

std::filesystem::path Installation::log_of(const support::Process& process) const {
  for (const auto& replica : operators_)
    if (&replica.process == &process) return replica.log;
  throw std::runtime_error("no operator of this test");
}

std::string Installation::logs() const {
  std::string all;
  for (const auto& replica : operators_) all += text_of(replica.log);
  return all;
}

std::string Installation::kubectl(std::vector<std::string> args, std::string input) {
  args.insert(args.begin(), {"--namespace", kNamespace});
  const auto done = cluster().kubectl(args, std::move(input));
  if (done.exit != 0) throw std::runtime_error("kubectl " + args[2] + " failed: " + done.err);
  return done.out;
}

void Installation::apply(const std::string& yaml) {
  simulator();  // installs, if nothing has
  kubectl({"apply", "-f", "-"}, yaml);
}

void Installation::apply_resource(const std::string& name, const ResourceOptions& options) {
  apply("apiVersion: originpull.dev/v1alpha1\nkind: OriginPullConfig\nmetadata: {name: " + name + "}\nspec:\n" +
        "  zone: {name: " + options.zone + "}\n  apiTokenSecretRef: {name: " + options.token_secret + "}\n" +
        "  certificate: {secretRef: {name: " + options.secret + "}}\n" + indented(options.more));
}

void Installation::apply_token(const std::string& token, const std::string& name) {
  apply(secret_manifest(name, "Opaque", {{"token", token}}));
}

Wall Installation::apply_secret(const Leaf& leaf, const std::string& name, const std::string& ca_pem) {
  return apply_secret(leaf.certificate_pem, leaf.key_pem, name, ca_pem);
}

Wall Installation::apply_secret(const std::string& certificate, const std::string& key, const std::string& name,
                                const std::string& ca_pem) {
  std::map<std::string, std::string> data = {{"tls.crt", certificate}, {"tls.key", key}};
  if (!ca_pem.empty()) data["ca.crt"] = ca_pem;
  simulator();
  // Server-side: a client-side apply keeps a copy of the object in an annotation, which bounds its size.
  kubectl({"apply", "--server-side", "--force-conflicts", "-f", "-"}, secret_manifest(name, "kubernetes.io/tls", data));
  return wall();
}

void Installation::touch(const std::string& name) {
  kubectl({"annotate", "--overwrite", "originpullconfig", name,
           "originpull.dev/reconcile-at=" + std::to_string(++touched_)});
}

api::OriginPullConfig Installation::resource(const std::string& name) {
  const auto answer = cluster().get(kApi + "/namespaces/" + kNamespace + "/originpullconfigs/" + name);
  if (answer.status != 200) throw std::runtime_error("read resource " + name + ": " + answer.body);
  return or_throw(api::decode_config(answer.body));
}

std::string Installation::condition(const std::string& type, const std::string& name) {
  const auto object = resource(name);
  const auto* found = api::find_condition(object.status.conditions, type);
  if (found == nullptr || found->observed_generation != object.metadata.generation) return "";
  return std::string(to_string(found->status)) + " " + found->reason;
}

std::string Installation::message(const std::string& type, const std::string& name) {
  const auto object = resource(name);
  const auto* found = api::find_condition(object.status.conditions, type);
  return found == nullptr ? "" : found->message;
}

std::vector<std::string> Installation::events() {
  const auto answer = cluster().get(std::string("/apis/events.k8s.io/v1/namespaces/") + kNamespace + "/events");
  return or_throw(json::decode(answer.body, [](json::Decoder& d) {
    std::vector<std::string> all;
    d.each("items", [&](json::Decoder& one) {
      if (one.at("regarding").want<std::string>("kind") != api::kKind) return;
      all.push_back(one.want<std::string>("type") + " " + one.want<std::string>("reason"));
    });
    return all;
  }));
}

std::string Installation::dump() {
  std::ostringstream out;
  out << "\n--- resources\n"
      << cluster().kubectl({"get", "originpullconfigs", "-A", "-o", "yaml", "--show-managed-fields=false"}).out;
  out << "--- at Cloudflare\n";
  for (const auto& one : simulator().zone().certificates)
    out << one.fingerprint << " " << one.status << (one.foreign ? " foreign" : "") << "\n";
  for (const auto& one : simulator().zone().history)
    out << format_rfc3339_micros(one.at) << " presents " << one.what << "\n";
  std::string calls;
  for (const auto& call : simulator().calls())
    calls += format_rfc3339_micros(call.at) + " " + call.method + " " + call.path + " " + call.detail + " " +
             std::to_string(call.status) + "\n";
  out << tail(calls, 60);
  for (const auto& replica : operators_)
    out << "--- " << replica.log.filename() << "\n" << tail(text_of(replica.log), 60);
  return out.str();
}

::testing::AssertionResult Installation::eventually(milliseconds limit, const std::string& what,
                                                    const std::function<bool()>& holds) {
  if (support::poll_until(limit, holds, milliseconds(100))) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "not within " << limit.count() << " ms: " << what << dump();
}

::testing::AssertionResult Installation::throughout(milliseconds time, const std::string& what,
                                                    const std::function<bool()>& holds) {
  // Not so often over a long time that the looking itself is what keeps the machine busy.
  const auto pause = std::clamp(time / 100, milliseconds(100), milliseconds(2'000));
  if (!support::poll_until(time, [&] { return !holds(); }, pause)) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "not for all of " << time.count() << " ms: " << what << dump();
}

void Installation::enable(const Leaf& leaf, const ResourceOptions& options, const OperatorOptions& operator_options) {
  apply_token(kToken, options.token_secret);
  apply_secret(leaf, options.secret);
  apply_resource("zone", options);
  start_operator(operator_options);
  const auto ready = eventually(seconds(60), "the resource is Ready", [&] { return is_ready(); });
  if (!ready) throw std::runtime_error(ready.message());
}

}  // namespace originpull::e2e
