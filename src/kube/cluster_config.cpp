// SPDX-License-Identifier: Apache-2.0
#include "kube/cluster_config.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

#include "kube/in_cluster.hpp"
#include "kube/kubeconfig.hpp"

namespace originpull::kube {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;

}  // namespace

Surroundings Surroundings::of_process() {
  return {.variable = [](const std::string& name) -> std::optional<std::string> {
    // Read at start, before there are threads that could change the environment.
    const char* const value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr || *value == '\0') return {};
    return std::string(value);
  }};
}

Result<ClusterConfig> find_cluster_config(const ConfigChoice& choice, const Surroundings& surroundings) {
  if (!choice.kubeconfig.empty()) return load_kubeconfig({choice.kubeconfig}, choice.context);
  if (const auto list = surroundings.variable("KUBECONFIG")) {
    return load_kubeconfig(split_kubeconfig_list(*list), choice.context);
  }
  if (in_cluster(surroundings)) return load_in_cluster(surroundings);
  const auto home = surroundings.variable("HOME");
  const std::string usual = home.value_or("") + "/.kube/config";
  if (home && std::ifstream(usual).good()) return load_kubeconfig({usual}, choice.context);
  return fail(ErrorKind::kInvalid, "find a Kubernetes cluster",
              "this is no Pod, and there is no kubeconfig: give --kubeconfig, set KUBECONFIG, or make ~/.kube/config");
}

Result<std::string> read_small_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kLargestFile + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    const std::string why = errno == 0 ? "it cannot be read" : std::strerror(errno);  // NOLINT(concurrency-mt-unsafe)
    return fail(ErrorKind::kInvalid, "read " + path, why);
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestFile) return fail(ErrorKind::kInvalid, "read " + path, "it is larger than 1 MiB");
  text.shrink_to_fit();
  return text;
}

}  // namespace originpull::kube
