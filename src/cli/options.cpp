// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>

#include "api/codec.hpp"
#include "cli/version.hpp"
#include "control/lease_candidacy.hpp"
#include "control/metrics_reference.hpp"

namespace originpull::cli {
namespace {

// The words as they stand on the command line, before they are checked.
struct Words {
  std::vector<std::string> namespaces;
  bool all_namespaces = false;
  std::string secret_watch = "metadata", secret_selector, missing_secret_grace = "10m";
  std::string listen = ":8080";
  bool embedded = false, embedded_anywhere = false;
  EmbeddedOptions embedded_options;
  std::string embedded_listen = "127.0.0.1:0";
  std::string lease_duration = "15s", renew_deadline = "10s", retry_period = "2s";
  std::string log_level = "info", log_format = "json";
};

void declare_cluster(CLI::App& run, Options& o, Words& w) {
  run.add_option("--kubeconfig", o.kubeconfig,
                 "Kubeconfig to use. Default: $KUBECONFIG, the Pod's service account, ~/.kube/config")
      ->type_name("FILE");
  run.add_option("--context", o.context, "The kubeconfig's context to use. Default: its current-context")
      ->type_name("NAME");
  run.add_option("--namespace", w.namespaces,
                 "Namespaces to work in, separated by commas. Default: the Pod's own or the context's")
      ->delimiter(',')
      ->type_name("NAME");
  run.add_flag("--all-namespaces", w.all_namespaces, "Work in all namespaces; needs a ClusterRole");
  run.add_option("--secret-watch", w.secret_watch,
                 "metadata: watch all Secrets' metadata; named: only those that are referred to, one by one")
      ->type_name("HOW")
      ->capture_default_str();
  run.add_option("--secret-selector", w.secret_selector, "Only Secrets with these labels may be used")
      ->type_name("LABEL=VALUE,...");
  run.add_option("--missing-secret-grace", w.missing_secret_grace,
                 "How long a Secret may be missing before a resource is Stalled")
      ->type_name("DURATION")
      ->capture_default_str();
}

void declare_embedded(CLI::App& run, Words& w) {
  run.add_flag("--embedded", w.embedded,
               "Bring a Kubernetes API along, in this process and in memory alone, instead of using a cluster");
  run.add_option("-f,--manifests", w.embedded_options.manifests,
                 "With --embedded: folder (or file) of manifests to fill it with; changes on disk are followed")
      ->type_name("DIR");
  run.add_option("--embedded-listen", w.embedded_listen,
                 "With --embedded: where kubectl reaches it; port 0: any free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  run.add_flag("--embedded-anywhere", w.embedded_anywhere,
               "Let --embedded-listen be an address that other machines reach");
  run.add_option("--write-kubeconfig", w.embedded_options.kubeconfig_out,
                 "With --embedded: where its kubeconfig goes. Default: a temporary folder; it is removed at the end")
      ->type_name("FILE");
}

void declare_process(CLI::App& run, Options& o, Words& w) {
  run.add_option("--workers", o.workers, "How many resources are worked on at a time, 1 to 64")
      ->check(CLI::Range(1, 64).description(""))
      ->type_name("NUMBER")
      ->capture_default_str();
  run.add_option("--listen", w.listen, "Where /healthz, /readyz and /metrics are served; \"off\": nowhere")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  run.add_option("--log-level", w.log_level, "debug, info, warning or error")
      ->type_name("LEVEL")
      ->capture_default_str();
  run.add_option("--log-format", w.log_format, "json or text")->type_name("FORMAT")->capture_default_str();
}

void declare_lease(CLI::App& run, Options& o, Words& w) {
  run.add_flag("--leader-elect", o.leader_elect,
               "Take a Lease before acting, so that several replicas may run. Default: true; --leader-elect=false "
               "only with a single replica");
  run.add_option("--lease-name", o.lease_name, "Name of the Lease")->type_name("NAME")->capture_default_str();
  run.add_option("--lease-namespace", o.lease_namespace,
                 "Namespace of the Lease. Default: the Pod's own or the context's")
      ->type_name("NAME");
  const auto duration = [&](const char* name, std::string& word, const char* help) {
    run.add_option(name, word, help)->type_name("DURATION")->capture_default_str();
  };
  duration("--lease-duration", w.lease_duration, "How long a leader that is gone keeps the others waiting");
  duration("--renew-deadline", w.renew_deadline, "How long the leader tries to renew before it gives up");
  duration("--retry-period", w.retry_period, "Pause between tries");
}

void declare_cloudflare(CLI::App& run, Options& o) {
  run.add_option("--cloudflare-base-url", o.cloudflare_base_url, "Where Cloudflare's API is; change it for tests only")
      ->type_name("URL")
      ->capture_default_str();
  run.add_option("--cloudflare-ca-file", o.cloudflare_ca_file,
                 "PEM file with the only CAs to trust for it. Default: the system's")
      ->type_name("FILE");
  run.add_option("--cloudflare-budget", o.cloudflare_budget,
                 "Calls to Cloudflare per 5 minutes and API token, 10 to 1200, which is all that Cloudflare grants")
      ->check(CLI::Range(10, 1200).description(""))
      ->type_name("NUMBER")
      ->capture_default_str();
}

Failure bad(std::string_view option, std::string message) {
  return fail(ErrorKind::kInvalid, "--" + std::string(option), std::move(message));
}

// What is sent to it crosses no network. "http://127.0.0.1.example.com" is somewhere else.
bool is_this_machine(std::string_view url) {
  constexpr std::string_view kHttp = "http://";
  if (!url.starts_with(kHttp)) return false;
  const std::string_view authority = url.substr(kHttp.size(), url.find_first_of("/?#", kHttp.size()) - kHttp.size());
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host == "127.0.0.1" || host == "localhost";
}

template <class T>
Result<T> one_of(std::string_view option, std::string_view word,
                 std::initializer_list<std::pair<std::string_view, T>> choices) {
  std::string all;
  for (const auto& [name, value] : choices) {
    if (name == word) return value;
    all += (all.empty() ? "" : ", ") + std::string(name);
  }
  return bad(option, "must be one of " + all + ", not \"" + std::string(word) + "\"");
}

Result<Seconds> duration(std::string_view option, const std::string& text) {
  auto parsed = api::parse_duration(text);
  if (!parsed) return bad(option, "\"" + text + "\" is no duration; write 15s, 10m or 1h30m");
  return *parsed;
}

Result<void> set_listen(const std::string& text, Options& o) {
  if (text == "off") {
    o.serve = false;
    return {};
  }
  const auto colon = text.rfind(':');
  unsigned port = 0;
  const char* end = text.data() + text.size();
  if (colon == std::string::npos || std::from_chars(text.data() + colon + 1, end, port).ptr != end ||
      colon + 1 == text.size() || port > 65535)
    return bad("listen", "\"" + text + "\" is not ADDRESS:PORT, :PORT or off");
  if (colon > 0) o.listen_address = text.substr(0, colon);
  o.listen_port = static_cast<std::uint16_t>(port);
  return {};
}

// Empty: the three durations fit together.
std::string lease_fault(const Options& o) {
  kube::LeaseOptions lease;
  lease.duration = o.lease_duration;
  return control::fault_of(lease, {.renew_deadline = o.renew_deadline, .retry = o.retry_period},
                           {.longest_write = kLongestWrite});
}

// What only makes sense with it is refused without it, and the other way round.
Result<void> set_embedded(const Words& w, Options& o) {
  if (!w.embedded) {
    const bool asked = !w.embedded_options.manifests.empty() || !w.embedded_options.kubeconfig_out.empty();
    if (!asked) return {};
    return bad(w.embedded_options.manifests.empty() ? "write-kubeconfig" : "manifests", "goes with --embedded; add it");
  }
  if (!o.kubeconfig.empty() || !o.context.empty())
    return bad("embedded", "brings its own API: leave --kubeconfig and --context out");
  o.embedded = TRY(checked_embedded(w.embedded_options, w.embedded_listen, w.embedded_anywhere));
  if (w.namespaces.empty()) o.namespaces.clear();  // all: there is nobody else in it
  return {};
}

Result<Options> finalise(Options o, const Words& w) {
  if (w.all_namespaces && !w.namespaces.empty())
    return bad("all-namespaces", "and --namespace exclude each other; give one");
  o.namespaces = w.namespaces;
  if (!w.all_namespaces && o.namespaces.empty()) o.namespaces = {""};  // the default one, known once the cluster is
  o.secret_watch = TRY(one_of<control::SecretWatch>(
      "secret-watch", w.secret_watch,
      {{"metadata", control::SecretWatch::kMetadata}, {"named", control::SecretWatch::kNamed}}));
  auto selector = reconcile::LabelSelector::parse(w.secret_selector);
  if (!selector) return bad("secret-selector", selector.error().message);
  o.secret_selector = std::move(*selector);
  o.missing_secret_grace = TRY(duration("missing-secret-grace", w.missing_secret_grace));
  TRY(set_embedded(w, o));
  if (auto listen = set_listen(w.listen, o); !listen) return fail(std::move(listen.error()));
  o.lease_duration = TRY(duration("lease-duration", w.lease_duration));
  o.renew_deadline = TRY(duration("renew-deadline", w.renew_deadline));
  o.retry_period = TRY(duration("retry-period", w.retry_period));
  if (const std::string fault = lease_fault(o); o.leader_elect && !fault.empty())
    return bad("lease-duration", "with --renew-deadline and --retry-period: " + fault);
  if (!o.cloudflare_base_url.starts_with("https://") && !is_this_machine(o.cloudflare_base_url))
    return bad("cloudflare-base-url",
               "\"" + o.cloudflare_base_url +
                   "\" does not begin with https://, and API tokens are not sent in clear (http:// "
                   "is taken for 127.0.0.1 and localhost)");
  o.log_level = TRY(one_of<LogLevel>("log-level", w.log_level,
                                     {{"debug", LogLevel::kDebug},
                                      {"info", LogLevel::kInfo},
                                      {"warning", LogLevel::kWarning},
                                      {"error", LogLevel::kError}}));
  o.log_format =
      TRY(one_of<LogFormat>("log-format", w.log_format, {{"json", LogFormat::kJson}, {"text", LogFormat::kText}}));
  return o;
}

}  // namespace

Result<std::variant<Options, PrintAndExit>> parse_options(int argc, const char* const* argv) {
  using Answer = std::variant<Options, PrintAndExit>;
  const std::string version = std::string(kVersion) + "\n";
  CLI::App app("Keeps Cloudflare's zone-level Authenticated Origin Pulls as OriginPullConfig resources say.",
               "origin-pull-operator");
  app.set_version_flag("--version", version, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.get_formatter()->column_width(40);
  app.require_subcommand(1);
  app.footer("origin-pull-operator run --help tells the options of run.");
  Options options;
  Words words;
  CLI::App& run = *app.add_subcommand("run", "Run the operator until SIGTERM or SIGINT");
  run.footer("A DURATION is written as 90s, 10m or 1h30m.");
  declare_cluster(run, options, words);
  declare_embedded(run, words);
  declare_process(run, options, words);
  declare_lease(run, options, words);
  declare_cloudflare(run, options);
  const CLI::App& tell_version = *app.add_subcommand("version", "Print the version");
  const CLI::App& reference = *app.add_subcommand("metrics-reference", "Print the page about the metrics, as Markdown");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return Answer(PrintAndExit{success.get_name() == "CallForVersion" ? version : app.help(), 0});
  } catch (const CLI::ParseError& error) {
    const bool named = !app.get_subcommands().empty();
    return fail(ErrorKind::kInvalid, "read the command line",
                std::string(error.what()) + ". See origin-pull-operator " + (named ? "run " : "") + "--help");
  }
  if (tell_version.parsed()) return Answer(PrintAndExit{version, 0});
  if (reference.parsed()) return Answer(PrintAndExit{control::metrics_reference(), 0});
  return Answer(TRY(finalise(std::move(options), words)));
}

}  // namespace originpull::cli
