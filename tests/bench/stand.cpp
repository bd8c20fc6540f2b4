// SPDX-License-Identifier: Apache-2.0
#include "bench/stand.hpp"

#include "bench/objects.hpp"
#include "e2e/or_throw.hpp"
#include "json/decoder.hpp"
#include "net/cpprest_network.hpp"
#include "support/poll_until.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace originpull::bench {
namespace {

using std::chrono::seconds;

const std::string kSource = ORIGINPULL_SOURCE_DIR;
constexpr const char* kAccount = "origin-pull-operator";

std::string must(const support::Finished& done, const std::string& what) {
  if (done.exit != 0) throw std::runtime_error(what + ": " + done.err);
  return done.out;
}

e2e::SimulatorOptions simulator_options(const Options& options) {
  e2e::SimulatorOptions sim{.deploy_delay = "100ms", .delete_delay = "100ms", .zones = {}, .tokens = {}};
  sim.flags = {"--requests", "0", "--quiet"};
  for (int i = 0; i < options.many; ++i) {
    sim.zones.push_back(zone_of(i));
    sim.tokens.push_back(token_of(i));
  }
  return sim;
}

}  // namespace

double sum_of(const std::string& metrics, const std::string& name) {
  std::istringstream lines(metrics);
  double sum = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + "{") || line.starts_with(name + " ")) sum += std::stod(line.substr(line.rfind(' ')));
  }
  return sum;
}

Stand::Stand(const Options& options)
    : options_(options),
      network_(net::make_cpprest_network(env_)),
      cluster_(e2e::or_throw(cluster::Cluster::start({.directory = options.directory}))),
      metrics_port_(e2e::or_throw(support::Port::take())),
      metrics_transport_(e2e::or_throw(network_->open({.base_url = "http://" + metrics_port_.address()}))) {
  prepare();
}

void Stand::prepare() {
  simulator_ =
      std::make_unique<e2e::Simulator>(simulator_options(options_), cluster_->directory() / "cloudflare-sim.log");
  api_ = std::make_unique<ApiServer>(env_, *network_, *cluster_);
  must(cluster_->kubectl({"apply", "-k", kSource + "/crds"}), "apply the type");
  must(cluster_->kubectl({"create", "namespace", kNamespace}), "make the namespace");
  std::vector<std::string> render = {"template", kAccount, kSource + "/charts/origin-pull-operator", "--namespace",
                                     kNamespace};
  for (const char* file : {"serviceaccount", "rbac", "leader-election"})
    render.insert(render.end(), {"--show-only", "templates/" + std::string(file) + ".yaml"});
  const auto rbac = must(cluster_->helm(render), "render the chart's RBAC");
  must(cluster_->kubectl({"apply", "-f", "-"}, rbac), "apply the RBAC");
  await(seconds(30), "the type is served", [&] { return cluster_->get(kResourcesPath).status == 200; });
  kubeconfig_ = cluster_->kubeconfig_for(e2e::or_throw(cluster_->token_for(kAccount, kNamespace)), kNamespace);
}

void Stand::create_resources(int first, int last, const std::function<void()>& before_the_resources) {
  api_->create_many(kSecretsPath, first, last, token_secret);
  api_->create_many(kSecretsPath, first, last,
                    [&](int i) { return pair_secret(i, support::issue_client(authority_, numbered("leaf", i))); });
  before_the_resources();
  api_->create_many(kResourcesPath, first, last, resource);
}

int Stand::count_ready() {
  const auto body = api_->get(kResourcesPath);
  return e2e::or_throw(json::decode(body,
                                    [](json::Decoder& d) {
                                      int ready = 0;
                                      d.each("items", [&](json::Decoder& item) {
                                        item.at("status").each("conditions", [&](json::Decoder& one) {
                                          if (one.need<std::string>("type") == "Ready" &&
                                              one.need<std::string>("status") == "True")
                                            ++ready;
                                        });
                                      });
                                      return ready;
                                    },
                                    {.bytes = std::size_t{256} << 20}));
}

void Stand::spawn() {
  log_ = cluster_->directory() / ("operator-" + std::to_string(++started_) + ".log");
  operator_.emplace(e2e::or_throw(support::Process::spawn(
      {.argv = {options_.program.string(), "run", "--kubeconfig", kubeconfig_.string(), "--cloudflare-base-url",
                simulator_->base_url(), "--listen", metrics_port_.address()},
       .log = log_})));
}

void Stand::start_operator() {
  spawn();
  await(seconds(60), "the operator leads", [&] {
    std::ifstream in(log_);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return text.find("leads now") != std::string::npos;
  });
}

Duration Stand::start_operator_and_see_it_work() {
  simulator_->forget_calls();
  const Wall begin = env_.wall();
  spawn();
  await(seconds(60), "the operator calls Cloudflare", [&] { return !simulator_->calls().empty(); }, Duration(50));
  return simulator_->calls().front().at - begin;
}

void Stand::stop_operator() {
  if (operator_) operator_->stop(seconds(7));
  operator_.reset();
}

std::string Stand::metrics() {
  auto answer = e2e::or_throw(metrics_transport_->send({.target = "/metrics"}, {}));
  if (answer.head.status != 200) throw std::runtime_error("the operator serves no metrics: " + answer.body);
  return std::move(answer.body);
}

Totals Stand::totals() {
  const auto processor = processor_time_of(operator_->pid());  // before the metrics, which cost some themselves
  const auto text = metrics();
  return {.at = env_.now(),
          .processor = processor,
          .kubernetes_calls = sum_of(text, "rest_client_requests_total"),
          .passes = sum_of(text, "controller_runtime_reconcile_total")};
}

void Stand::await(seconds limit, const std::string& what, const std::function<bool()>& holds, Duration pause) {
  const auto asked = [&] {
    if (operator_ && !operator_->running())
      throw std::runtime_error("the operator ended by itself; the end of its log:\n" + end_of_log());
    return holds();
  };
  if (!support::poll_until(limit, asked, pause))
    throw std::runtime_error("not within " + std::to_string(limit.count()) + " s: " + what +
                             "; the end of the operator's log:\n" + end_of_log());
}

void Stand::await_rest() {
  double passes = -1;
  Instant since = env_.now();
  await(seconds(120), "the operator is at rest", [&] {
    const auto text = metrics();
    const double now_passes = sum_of(text, "controller_runtime_reconcile_total");
    if (now_passes != passes || sum_of(text, "workqueue_depth") > 0) since = env_.now();
    passes = now_passes;
    return env_.now() - since >= seconds(2);
  });
}

void Stand::let_pass(seconds time) {
  const Instant end = env_.now() + time;
  await(time + seconds(1), "time has passed", [&] { return env_.now() >= end; }, Duration(250));
}

std::string Stand::end_of_log() const {
  std::ifstream in(log_);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return text.size() > 2'000 ? text.substr(text.size() - 2'000) : text;
}

}  // namespace originpull::bench
