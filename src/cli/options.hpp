// SPDX-License-Identifier: Apache-2.0
#pragma once
// The operator's options as a type that cannot be wrong: `parse_options` reads the command line once, checks every
// value and every pair that must fit together, and nothing else ever sees an argument. `--help` and `--version` are
// answers, too: a text to print and an exit code. Called at the start on one thread. Fails with kInvalid: the sentence
// names the option.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "cli/embedded_options.hpp"
#include "control/watch_set.hpp"
#include "reconcile/label_selector.hpp"

namespace originpull::cli {

// No write to the outside takes longer: a Permit covers one, and the durations of the Lease must leave room for it.
inline constexpr Duration kLongestWrite{5'000};

enum class LogFormat { kJson, kText };

struct Options {
  std::string kubeconfig = {};
  std::string context = {};
  std::vector<std::string> namespaces = {};  // empty: all
  control::SecretWatch secret_watch = control::SecretWatch::kMetadata;
  reconcile::LabelSelector secret_selector = {};
  Seconds missing_secret_grace{600};
  unsigned workers = 4;

  std::string listen_address = "0.0.0.0";
  std::uint16_t listen_port = 8080;  // 0: any free one
  bool serve = true;

  bool leader_elect = true;
  std::string lease_name = "origin-pull-operator";
  std::string lease_namespace = {};  // empty: the Pod's or the kubeconfig's
  Seconds lease_duration{15};
  Seconds renew_deadline{10};
  Seconds retry_period{2};

  std::string cloudflare_base_url = "https://api.cloudflare.com/client/v4";
  std::string cloudflare_ca_file = {};
  int cloudflare_budget = 600;

  std::optional<EmbeddedOptions> embedded = {};  // instead of a cluster

  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kJson;
};

// The answer to --help, --version, `version` and `metrics-reference`.
struct PrintAndExit {
  std::string text;
  int code = 0;
};

Result<std::variant<Options, PrintAndExit>> parse_options(int argc, const char* const* argv);

}  // namespace originpull::cli
