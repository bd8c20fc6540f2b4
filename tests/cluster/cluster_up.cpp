// SPDX-License-Identifier: Apache-2.0
// cluster-up: a real Kubernetes API for as long as this program runs. For tools/demo and for looking around by hand.
//
//   cluster-up KUBECONFIG [--directory DIR] [--controller-manager]
//
// Writes the admin's kubeconfig to KUBECONFIG when the API server is ready, then prints the cluster's folder (its logs
// are there) and stays until SIGINT or SIGTERM, or until a part ends by itself, which is an error.
#include "cluster/cluster.hpp"

#include <signal.h>
#include <array>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

namespace {

using originpull::cluster::Cluster;
using originpull::cluster::Options;
using originpull::cluster::Part;

struct Request {
  std::filesystem::path kubeconfig;
  Options options;
};

std::optional<Request> parse(const std::vector<std::string>& args) {
  Request request;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--controller-manager") {
      request.options.controller_manager = true;
    } else if (args[i] == "--directory" && i + 1 < args.size()) {
      request.options.directory = args[++i];
    } else if (!args[i].starts_with("-") && request.kubeconfig.empty()) {
      request.kubeconfig = args[i];
    } else {
      return std::nullopt;
    }
  }
  if (request.kubeconfig.empty()) return std::nullopt;
  return request;
}

// Blocked from the start, so that a signal that comes while the cluster starts is found here and not lost.
sigset_t block_end_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  sigprocmask(SIG_BLOCK, &ends, nullptr);
  return ends;
}

int stay(Cluster& cluster, const Options& options, const sigset_t& ends) {
  const timespec second{.tv_sec = 1, .tv_nsec = 0};
  for (;;) {
    if (sigtimedwait(&ends, nullptr, &second) > 0) return 0;
    for (const Part part : {Part::kEtcd, Part::kApiServer, Part::kControllerManager}) {
      if (part == Part::kControllerManager && !options.controller_manager) continue;
      if (cluster.runs(part)) continue;
      std::cerr << "cluster-up: a part of the cluster ended by itself; its log is in " << cluster.directory() << '\n';
      return 1;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const sigset_t ends = block_end_signals();
  const auto request = parse({argv + 1, argv + argc});
  if (!request) {
    std::cerr << "usage: cluster-up KUBECONFIG [--directory DIR] [--controller-manager]\n";
    return 2;
  }
  auto cluster = Cluster::start(request->options);
  if (!cluster) {
    std::cerr << "cluster-up: " << describe(cluster.error()) << '\n';
    return 1;
  }
  std::error_code failed;
  std::filesystem::copy_file((*cluster)->admin_kubeconfig(), request->kubeconfig,
                             std::filesystem::copy_options::overwrite_existing, failed);
  if (failed) {
    std::cerr << "cluster-up: cannot write " << request->kubeconfig << ": " << failed.message() << '\n';
    return 1;
  }
  std::cout << (*cluster)->directory().string() << std::endl;
  return stay(**cluster, request->options, ends);
}
