// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ClusterConfig` is how one API server is reached and with which identity: what a kubeconfig's context or the files of
// a Pod come down to (kubeconfig.hpp and in_cluster.hpp make it, ClusterAccess uses it). Where a credential lives in a
// file, the path stays here, because such files are replaced while the process runs. `find_cluster_config` chooses
// between the sources as kubectl users expect. Values only; reads files at start, on the caller's thread; kInvalid says
// what to repair.
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret_string.hpp"

namespace originpull::kube {

// PEM or token text that is given once (`text`) or lives in a file that is read again and again (`file`, absolute).
struct Material {
  std::string text = {};
  std::string file = {};
  bool given() const { return !text.empty() || !file.empty(); }
};

struct SecretMaterial {
  SecretString text = {};
  std::string file = {};
  bool given() const { return !text.empty() || !file.empty(); }
};

struct ClusterConfig {
  std::string source;  // "context dev of /home/me/.kube/config", "the Pod's service account": for logs and messages
  std::string server;  // "https://10.0.0.1:6443", no trailing slash
  Material ca = {};    // not given with https: the system's roots
  std::string tls_server_name = {};
  bool insecure_skip_tls_verify = false;
  Material client_certificate = {};
  SecretMaterial client_key = {};
  SecretMaterial token = {};
  std::string default_namespace = "default";
};

// What a process is started into; tests give their own.
struct Surroundings {
  std::function<std::optional<std::string>(const std::string& name)> variable;  // an environment variable
  std::string root = {};  // put before the absolute paths of a Pod's service account
  static Surroundings of_process();
};

struct ConfigChoice {
  std::string kubeconfig = {};  // --kubeconfig
  std::string context = {};     // --context; empty: current-context
};

// --kubeconfig, else $KUBECONFIG, else the Pod's service account, else ~/.kube/config.
Result<ClusterConfig> find_cluster_config(const ConfigChoice&, const Surroundings&);

// A file's text, at most 1 MiB; kInvalid with the path and the reason.
Result<std::string> read_small_file(const std::string& path);

}  // namespace originpull::kube
