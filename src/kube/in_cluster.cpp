// SPDX-License-Identifier: Apache-2.0
#include "kube/in_cluster.hpp"

namespace originpull::kube {
namespace {

constexpr const char* kFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string trimmed(std::string text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  text.erase(end == std::string::npos ? 0 : end + 1);
  return text;
}

std::string default_namespace(const Surroundings& surroundings, const std::string& folder) {
  if (const auto given = surroundings.variable("POD_NAMESPACE")) return *given;
  const auto file = read_small_file(folder + "/namespace");
  if (!file || trimmed(*file).empty()) return "default";
  return trimmed(*file);
}

}  // namespace

bool in_cluster(const Surroundings& surroundings) {
  return surroundings.variable("KUBERNETES_SERVICE_HOST") && surroundings.variable("KUBERNETES_SERVICE_PORT");
}

Result<ClusterConfig> load_in_cluster(const Surroundings& surroundings) {
  const auto host = surroundings.variable("KUBERNETES_SERVICE_HOST");
  const auto port = surroundings.variable("KUBERNETES_SERVICE_PORT");
  if (!host || !port) {
    return fail(ErrorKind::kInvalid, "find the API server of this Pod",
                "KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set: this is no Pod; give --kubeconfig");
  }
  const std::string folder = surroundings.root + kFolder;
  const bool ipv6 = host->find(':') != std::string::npos;
  ClusterConfig config;
  config.source = "the Pod's service account";
  config.server = "https://" + (ipv6 ? "kubernetes.default.svc" : *host) + ":" + *port;
  config.token.file = folder + "/token";
  config.ca.file = folder + "/ca.crt";
  config.default_namespace = default_namespace(surroundings, folder);
  for (const std::string& file : {config.token.file, config.ca.file}) {
    const auto text = read_small_file(file);
    if (text && !trimmed(*text).empty()) continue;
    return fail(ErrorKind::kInvalid, "use the Pod's service account",
                (text ? file + " is empty" : describe(text.error())) +
                    ": let the Pod mount its service account (automountServiceAccountToken), or give --kubeconfig");
  }
  return config;
}

}  // namespace originpull::kube
