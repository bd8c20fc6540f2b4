// SPDX-License-Identifier: Apache-2.0
#include "cli/parts.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "api/codec.hpp"
#include "cli/call_counters.hpp"
#include "cli/version.hpp"
#include "control/lease_candidacy.hpp"
#include "control/secret_watch.hpp"

namespace originpull::cli {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "unknown";
  return name.data();
}

std::string user_agent() { return "origin-pull-operator/" + std::string(kVersion) + " (linux)"; }

kube::ClientOptions client_options() {
  kube::ClientOptions options;
  options.user_agent = user_agent();
  options.total = kLongestWrite;
  return options;
}

cloudflare::BudgetOptions budget_options(const Options& options) {
  cloudflare::BudgetOptions budget;
  budget.requests = options.cloudflare_budget;
  return budget;
}

control::WatchSetOptions watch_set_options(const Foundations& f) {
  return {.mode = f.options.secret_watch, .namespaces = f.namespaces};
}

Result<std::shared_ptr<net::Transport>> open_cloudflare(env::Env& env, net::Network& network, const Options& options,
                                                        control::Metrics& metrics) {
  CountedNetwork counted(env, network, count_cloudflare_calls(metrics));
  net::Endpoint endpoint{.base_url = options.cloudflare_base_url, .idle = Duration(15'000)};
  const std::string& file = options.cloudflare_ca_file;
  if (file.empty()) return counted.open(endpoint);
  auto pem = kube::read_small_file(file);
  if (!pem) return fail(ErrorKind::kInvalid, "use --cloudflare-ca-file", describe(pem.error()));
  endpoint.tls.ca_pem = std::move(*pem);
  auto opened = counted.open(endpoint);
  if (!opened) return fail(opened.error().kind, "use --cloudflare-ca-file " + file, describe(opened.error()));
  return opened;
}

}  // namespace

Result<Foundations> lay_foundations(env::Env& env, net::Network& network, const Options& options, const Log& log) {
  auto config = TRY(kube::find_cluster_config({options.kubeconfig, options.context}, kube::Surroundings::of_process()));
  log.info("using the cluster", {{"source", config.source}, {"server", config.server}});
  const std::string own_namespace = config.default_namespace;
  auto metrics = std::make_unique<control::Metrics>(env, "originpullconfig");
  auto kube_network = std::make_unique<CountedNetwork>(env, network, count_kubernetes_calls(*metrics));
  auto access = std::make_shared<kube::ClusterAccess>(env, *kube_network, std::move(config), log);
  auto cloudflare = TRY(open_cloudflare(env, network, options, *metrics));
  Foundations f{.options = options,
                .namespaces = options.namespaces,
                .lease_namespace = options.lease_namespace,
                .metrics = std::move(metrics),
                .kube_network = std::move(kube_network),
                .kube = kube::Client(env, std::move(access), client_options(), log),
                .cloudflare = std::move(cloudflare)};
  for (std::string& ns : f.namespaces)
    if (ns.empty()) ns = own_namespace;
  // A namespace given twice would have two watches that take each other's lists for deletions.
  std::sort(f.namespaces.begin(), f.namespaces.end());
  f.namespaces.erase(std::unique(f.namespaces.begin(), f.namespaces.end()), f.namespaces.end());
  if (f.lease_namespace.empty()) f.lease_namespace = own_namespace;
  return f;
}

Parts::Parts(env::Env& env, const Log& log, Foundations made)
    : foundations(std::move(made)),
      metrics(*foundations.metrics),
      store(env, foundations.namespaces),
      index(env),
      queue(env),
      secret_watches(env, log, watch_set_options(foundations),
                     control::run_secret_watch(env, metrics, foundations.kube,
                                               foundations.options.secret_selector.text(), {}, log),
                     index, queue),
      pairs(env),
      budgets(std::make_shared<cloudflare::BudgetRegistry>(env, budget_options(foundations.options))),
      events(env, foundations.kube, {.reporter = {.instance = host_name()}}, log),
      reconciler(surroundings(env, log)),
      loop(
          env, log, metrics, queue,
          [this] {
            store.doubt_all();
            return store.keys();
          },
          [this](const control::Key& key, control::PermitSource& permits, const std::stop_token& stop) {
            return reconciler.pass(key, permits, stop);
          },
          {.workers = foundations.options.workers}),
      figures(env, metrics,
              {.store = store,
               .secret_watches = secret_watches,
               .budgets = *budgets,
               .lease_name = foundations.options.lease_name}) {
  watch_resources(env, log);
}

reconcile::Surroundings Parts::surroundings(env::Env& env, const Log& log) {
  return {.env = env,
          .log = log,
          .kube = foundations.kube,
          .secrets = reconcile::SecretReader(foundations.kube, foundations.options.secret_selector),
          .cloudflare = reconcile::CloudflareAccess(foundations.cloudflare, budgets, log, user_agent()),
          .store = store,
          .index = index,
          .watches = secret_watches,
          .pairs = pairs,
          .events = events,
          .metrics = metrics,
          .config = {.missing_secret_grace = foundations.options.missing_secret_grace}};
}

void Parts::watch_resources(env::Env& env, const Log& log) {
  std::vector<std::string> scopes = foundations.namespaces;
  if (scopes.empty()) scopes.emplace_back();
  for (const std::string& ns : scopes) {
    auto feed = std::make_unique<control::ResourceFeed<api::OriginPullConfig>>(
        log, api::decode_config, reconcile::references, store, secret_watches, queue, ns, reconcile::concerns);
    auto trouble = std::make_unique<TroubleSink>(env, *feed);
    auto counted = std::make_unique<control::CountedSink>(*trouble, metrics, std::string(api::kPlural));
    auto watch = std::make_unique<kube::Watch>(env, foundations.kube,
                                               kube::Selection{.type = reconcile::config_type(), .ns = ns}, *counted,
                                               kube::WatchOptions{}, log);
    resource_watches.push_back({std::move(feed), std::move(trouble), std::move(counted), std::move(watch)});
  }
}

Result<void> Parts::elect(env::Env& env, const Log& log) {
  const Options& o = foundations.options;
  const control::LeadershipOptions options{.longest_write = kLongestWrite};
  control::Leadership::Stand stand;
  if (o.leader_elect) {
    const kube::LeaseOptions lease{.lease = {foundations.lease_namespace, o.lease_name},
                                   .identity = kube::lease_identity(host_name(), env),
                                   .duration = o.lease_duration};
    const control::LeaseTimes times{.renew_deadline = o.renew_deadline, .retry = o.retry_period};
    auto made = control::stand_for_lease(env, foundations.kube, lease, times, options, log);
    if (!made) return fail(std::move(made.error()));
    stand = std::move(*made);
  }
  leadership = std::make_unique<control::Leadership>(env, log, options, std::move(stand), loop);
  return {};
}

void Parts::add_health_checks() {
  health.add_liveness("loop", [this] { return loop.fault(); });
  health.add_liveness("leadership", [this] { return leadership ? leadership->fault() : std::nullopt; });
  health.add_readiness("resources", [this] {
    return unready(store.synced(), resource_trouble(), "OriginPullConfigs",
                   "is the CRD installed (kubectl get crd originpullconfigs.originpull.dev), and may this "
                   "ServiceAccount list and watch them?");
  });
  health.add_readiness("secrets", [this] {
    return unready(secret_watches.synced(), secret_trouble(), "Secrets",
                   "may this ServiceAccount list and watch Secrets?");
  });
}

std::optional<Error> Parts::resource_trouble() const {
  for (const ResourceWatch& watch : resource_watches)
    if (auto trouble = watch.trouble->trouble()) return trouble;
  return std::nullopt;
}

// Watches of single Secrets are told by the resources that refer to them.
std::optional<Error> Parts::secret_trouble() const {
  if (foundations.options.secret_watch == control::SecretWatch::kNamed) return std::nullopt;
  if (foundations.namespaces.empty()) return secret_watches.trouble({});
  for (const std::string& ns : foundations.namespaces)
    if (auto trouble = secret_watches.trouble({.ns = ns, .name = {}})) return trouble;
  return std::nullopt;
}

std::string Parts::scrape() {
  loop.report();
  figures.report(leadership ? leadership->figures() : control::Leadership::Figures());
  return metrics.text();
}

net::Served Parts::serve(const net::ServedRequest& request) {
  const auto mark = request.target.find('?');
  const std::string path = request.target.substr(0, mark);
  const std::string query = mark == std::string::npos ? "" : request.target.substr(mark + 1);
  if (request.method != "GET")
    return {.status = 405, .body = "only GET is served here\n", .content_type = "text/plain"};
  if (path == "/metrics") {
    return {.body = scrape(), .content_type = std::string(control::Metrics::kContentType)};
  }
  if (path == "/healthz" || path == "/readyz") {
    const control::HealthAnswer answer = path == "/healthz" ? health.healthz(query) : health.readyz(query);
    return {.status = answer.status, .body = answer.text, .content_type = "text/plain"};
  }
  return {.status = 404, .body = "serves /healthz, /readyz and /metrics\n", .content_type = "text/plain"};
}

}  // namespace originpull::cli
