// SPDX-License-Identifier: Apache-2.0
#include "kube/kubeconfig.hpp"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>

#include "base/base64.hpp"

namespace originpull::kube {
namespace {

namespace fs = std::filesystem;

// One named entry, and the file that it came from.
struct Entry {
  YAML::Node node;
  std::string file;
};
using Entries = std::map<std::string, Entry, std::less<>>;

struct Merged {
  Entries clusters;
  Entries users;
  Entries contexts;
  std::string current_context;
};

Failure refuse(const std::string& file, std::string message) {
  return fail(ErrorKind::kInvalid, "use the kubeconfig " + file, std::move(message));
}

// The text under `key`; empty if absent. A list or a map is as good as absent: what needs the field says so.
std::string text(const YAML::Node& node, const char* key) {
  const YAML::Node found = node.IsMap() ? node[key] : YAML::Node();
  return found && found.IsScalar() ? found.Scalar() : std::string();
}

bool has(const YAML::Node& node, const char* key) { return node.IsMap() && node[key] && !node[key].IsNull(); }

void merge_entries(const YAML::Node& top, const char* list, const char* inner, const std::string& file, Entries& into) {
  const YAML::Node entries = top[list];
  if (!entries || !entries.IsSequence()) return;
  for (const YAML::Node& entry : entries) {
    if (!entry.IsMap() || !entry[inner]) continue;
    into.try_emplace(text(entry, "name"), Entry{entry[inner], file});
  }
}

Result<bool> merge_file(const std::string& file, Merged& merged) {
  const std::string content = TRY(read_small_file(file));
  try {
    const YAML::Node top = YAML::Load(content);
    if (top.IsNull()) return true;
    if (!top.IsMap()) return refuse(file, "it is not a YAML map: is it a kubeconfig?");
    merge_entries(top, "clusters", "cluster", file, merged.clusters);
    merge_entries(top, "users", "user", file, merged.users);
    merge_entries(top, "contexts", "context", file, merged.contexts);
    if (merged.current_context.empty()) merged.current_context = text(top, "current-context");
  } catch (const YAML::Exception& error) {
    // Its text names line and column; it never quotes the document's values.
    return refuse(file, std::string("it is not YAML: ") + error.what());
  }
  return true;
}

std::string absolute(const std::string& path, const std::string& file) {
  if (path.empty() || fs::path(path).is_absolute()) return path;
  return (fs::absolute(file).parent_path() / path).lexically_normal().string();
}

// `<key>-data` in base64, else the file under `key`.
Result<Material> material(const Entry& entry, const std::string& key) {
  const std::string data = text(entry.node, (key + "-data").c_str());
  if (data.empty()) return Material{.file = absolute(text(entry.node, key.c_str()), entry.file)};
  auto decoded = decode_base64(data);
  if (!decoded) return refuse(entry.file, key + "-data is not base64: write it in one piece, without quotes inside");
  return Material{.text = std::move(*decoded)};
}

Result<bool> read_cluster(const Entry& entry, ClusterConfig& config) {
  config.server = text(entry.node, "server");
  while (config.server.ends_with('/')) config.server.pop_back();
  if (!config.server.starts_with("https://") && !config.server.starts_with("http://")) {
    return refuse(entry.file, "the cluster's server must begin with https:// (or http://, for tests)");
  }
  if (config.server.find("://[") != std::string::npos) {
    return refuse(entry.file, "an IPv6 address as server is not supported: use a host name, with tls-server-name");
  }
  if (has(entry.node, "proxy-url")) {
    return refuse(entry.file, "proxy-url is not supported: reach the API server directly, or by a port forward");
  }
  config.ca = TRY(material(entry, "certificate-authority"));
  config.tls_server_name = text(entry.node, "tls-server-name");
  config.insecure_skip_tls_verify = text(entry.node, "insecure-skip-tls-verify") == "true";
  if (config.insecure_skip_tls_verify && config.ca.given()) {
    return refuse(entry.file, "insecure-skip-tls-verify and a certificate-authority exclude each other: remove one");
  }
  return true;
}

std::string unsupported(const YAML::Node& user) {
  if (has(user, "exec")) {
    return "exec plugins are not run: make a kubeconfig with a token, for example by `kubectl create token` for a "
           "ServiceAccount";
  }
  if (has(user, "auth-provider")) {
    return "auth-provider is no longer supported by Kubernetes: make a kubeconfig with a token or a client certificate";
  }
  if (has(user, "username") || has(user, "password")) {
    return "user names and passwords are no longer accepted by Kubernetes: use a token or a client certificate";
  }
  if (has(user, "as") || has(user, "as-groups") || has(user, "as-uid") || has(user, "as-user-extra")) {
    return "impersonation (as, as-groups) is not supported: use that identity's own token";
  }
  return {};
}

Result<bool> read_user(const Entry& entry, ClusterConfig& config) {
  if (const std::string why = unsupported(entry.node); !why.empty()) return refuse(entry.file, why);
  config.client_certificate = TRY(material(entry, "client-certificate"));
  Material key = TRY(material(entry, "client-key"));
  if (config.client_certificate.given() != key.given()) {
    return refuse(entry.file, "a client certificate needs its key, and a key its certificate: give both");
  }
  config.client_key = {.text = SecretString(std::move(key.text)), .file = std::move(key.file)};
  config.token = {.text = SecretString(text(entry.node, "token")),
                  .file = absolute(text(entry.node, "tokenFile"), entry.file)};
  return true;
}

Result<const Entry*> find(const Entries& entries, const std::string& name, const std::string& what,
                          const std::string& files) {
  const auto found = entries.find(name);
  if (found != entries.end()) return &found->second;
  std::string known;
  for (const auto& [other, entry] : entries) known += (known.empty() ? "" : ", ") + other;
  return refuse(files,
                "there is no " + what + " \"" + name + "\"; there " + (known.empty() ? "are none" : "is: " + known));
}

Result<ClusterConfig> choose(const Merged& merged, std::string_view wanted, const std::string& files) {
  const std::string name = wanted.empty() ? merged.current_context : std::string(wanted);
  if (name.empty()) return refuse(files, "it has no current-context: set one, or give --context");
  const Entry* context = TRY(find(merged.contexts, name, "context", files));
  ClusterConfig config;
  config.source = "context " + name + " of " + context->file;
  const Entry* cluster = TRY(find(merged.clusters, text(context->node, "cluster"), "cluster", files));
  TRY(read_cluster(*cluster, config));
  const std::string user = text(context->node, "user");
  // As kubectl does, credentials are never sent in the clear.
  if (!user.empty() && config.server.starts_with("https://")) {
    const Entry* entry = TRY(find(merged.users, user, "user", files));
    TRY(read_user(*entry, config));
  }
  if (const std::string ns = text(context->node, "namespace"); !ns.empty()) config.default_namespace = ns;
  return config;
}

}  // namespace

std::vector<std::string> split_kubeconfig_list(std::string_view list) {
  std::vector<std::string> files;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end != 0) files.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return files;
}

Result<ClusterConfig> load_kubeconfig(const std::vector<std::string>& files, std::string_view context) {
  Merged merged;
  std::string names;
  bool any = false;
  for (const std::string& file : files) {
    names += (names.empty() ? "" : ":") + file;
    std::error_code ignored;
    if (!fs::exists(file, ignored)) continue;
    any = TRY(merge_file(file, merged));
  }
  if (!any) return refuse(names, "no such file: check --kubeconfig and KUBECONFIG");
  try {
    return choose(merged, context, names);
  } catch (const YAML::Exception& error) {
    return refuse(names, std::string("it has not the form of a kubeconfig: ") + error.what());
  }
}

}  // namespace originpull::kube
