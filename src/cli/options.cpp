// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <CLI/CLI.hpp>
#include <charconv>

#include "api/codec.hpp"
#include "cli/version.hpp"

namespace originpull::cli {
namespace {

// The words as they stand on the command line, before they are checked.
struct Words {
  std::vector<std::string> namespaces;
  bool all_namespaces = false;
  std::string secret_watch = "metadata", secret_selector, missing_secret_grace = "10m";
  std::string listen = ":8080";
  std::string lease_duration = "15s", renew_deadline = "10s", retry_period = "2s";
  std::string log_level = "info", log_format = "json";
};

void declare(CLI::App& run, Options& o, Words& w) {
  run.add_option("--kubeconfig", o.kubeconfig,
                 "Path of a kubeconfig. Default: $KUBECONFIG, the Pod's service account, ~/.kube/config");
  run.add_option("--context", o.context, "The kubeconfig's context to use. Default: its current-context");
  run.add_option("--namespace", w.namespaces,
                 "Namespaces to work in, separated by commas. Default: the Pod's own or the context's")
      ->delimiter(',');
  run.add_flag("--all-namespaces", w.all_namespaces, "Work in all namespaces; needs a ClusterRole");
  run.add_option("--secret-watch", w.secret_watch,
                 "metadata: watch all Secrets' metadata; named: only those that are referred to, one by one");
  run.add_option("--secret-selector", w.secret_selector, "Only Secrets with these labels may be used (label=value,…)");
  run.add_option("--missing-secret-grace", w.missing_secret_grace,
                 "How long a Secret may be missing before a resource is Stalled");
  run.add_option("--workers", o.workers, "How many resources are worked on at a time")->check(CLI::Range(1, 64));
  run.add_option("--listen", w.listen, "ADDRESS:PORT of /healthz, /readyz and /metrics; \"off\" for none");
  run.add_option("--leader-elect", o.leader_elect,
                 "Whether to take a Lease before acting, so that several replicas may run");
  run.add_option("--lease-name", o.lease_name, "Name of the Lease");
  run.add_option("--lease-namespace", o.lease_namespace,
                 "Namespace of the Lease. Default: the Pod's own or the context's");
  run.add_option("--lease-duration", w.lease_duration, "How long a leader that is gone keeps the others waiting");
  run.add_option("--renew-deadline", w.renew_deadline, "How long the leader tries to renew before it gives up");
  run.add_option("--retry-period", w.retry_period, "Pause between tries");
  run.add_option("--cloudflare-base-url", o.cloudflare_base_url, "Where Cloudflare's API is; for tests");
  run.add_option("--cloudflare-ca-file", o.cloudflare_ca_file,
                 "PEM file with the only CAs to trust for it. Default: the system's");
  run.add_option("--cloudflare-budget", o.cloudflare_budget, "Calls to Cloudflare per 5 minutes and API token")
      ->check(CLI::Range(10, 1200));
  run.add_option("--log-level", w.log_level, "debug, info, warning or error");
  run.add_option("--log-format", w.log_format, "json or text");
}

Failure bad(std::string_view option, std::string message) {
  return fail(ErrorKind::kInvalid, "--" + std::string(option), std::move(message));
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
  if (auto listen = set_listen(w.listen, o); !listen) return fail(std::move(listen.error()));
  o.lease_duration = TRY(duration("lease-duration", w.lease_duration));
  o.renew_deadline = TRY(duration("renew-deadline", w.renew_deadline));
  o.retry_period = TRY(duration("retry-period", w.retry_period));
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
  CLI::App app("Keeps Cloudflare's zone-level Authenticated Origin Pulls as OriginPullConfig resources say.",
               "origin-pull-operator");
  app.set_version_flag("--version", std::string(kVersion));
  app.require_subcommand(1);
  Options options;
  Words words;
  CLI::App& run = *app.add_subcommand("run", "Run the operator");
  declare(run, options, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    std::string text = success.get_name() == "CallForVersion" ? std::string(kVersion) + "\n" : app.help();
    return std::variant<Options, PrintAndExit>(PrintAndExit{std::move(text), 0});
  } catch (const CLI::ParseError& error) {
    return fail(ErrorKind::kInvalid, "read the command line",
                std::string(error.what()) + ". See origin-pull-operator run --help");
  }
  return std::variant<Options, PrintAndExit>(TRY(finalise(std::move(options), words)));
}

}  // namespace originpull::cli
