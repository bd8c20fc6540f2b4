// SPDX-License-Identifier: Apache-2.0
#pragma once
// A real Kubernetes API on this machine: etcd, kube-apiserver and, if asked for, kube-controller-manager, on loopback
// ports and in a folder of their own. No kubelet and no containers: the operator is a process that talks to an API
// server. The one idea: each part can be killed, stopped and started again on its own with the same ports, keys and
// data, so a test can do to the cluster what a bad night does. The admin's kubeconfig holds a token of system:masters;
// for anybody else make a ServiceAccount, give it roles, and use `token_for` and `kubeconfig_for`. Owned by one thread,
// whose end kills the parts (support/process.hpp). Everything waits with a limit; a start that fails says so with the
// last lines of the part's log. Logs are `<part>.log` in the folder, which is removed with the object.
#include "base/result.hpp"
#include "support/port.hpp"
#include "support/process.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace originpull::cluster {

struct Options {
  bool controller_manager = false;                 // namespace termination, garbage collection, kube-root-ca.crt
  std::vector<std::string> api_server_flags = {};  // beside ours, "--min-request-timeout=10"
  std::filesystem::path directory = {};            // made if missing and left in place; empty: a temporary one
};

// The parts that can be killed and started alone.
enum class Part { kEtcd, kApiServer, kControllerManager };

struct Answer {
  int status = 0;  // of HTTP; 0: no answer
  std::string body;
};

class Cluster {
 public:
  // Returns when /readyz is ok and the namespace `default` is there (and kube-root-ca.crt in it, with a controller
  // manager). Fails where the real parts are missing, or are not ready after 90 s.
  static Result<std::unique_ptr<Cluster>> start(Options options = {});

  Cluster(const Cluster&) = delete;
  ~Cluster();

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path admin_kubeconfig() const { return directory_ / "admin.kubeconfig"; }
  std::filesystem::path ca_file() const { return directory_ / "certs" / "apiserver.crt"; }
  std::string server_url() const { return "https://" + api_port_.address(); }
  const std::string& admin_token() const { return admin_token_; }

  // As the admin, with a home of their own. At most 60 s; see support::run for what exit 124 and 127 mean.
  support::Finished kubectl(std::vector<std::string> args, std::string input = {}) const;
  support::Finished helm(std::vector<std::string> args, std::string input = {}) const;
  // GET of a path of the API as the admin, for what kubectl hides: "/api/v1/secrets?watch=1&resourceVersion=1". A watch
  // ends after `limit` with what has come.
  Answer get(const std::string& path, std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

  // A token of an existing ServiceAccount, good for an hour.
  Result<std::string> token_for(const std::string& service_account, const std::string& name_space) const;
  // A kubeconfig file with that token; `server` where another address leads to the API server (a relay before it).
  std::filesystem::path kubeconfig_for(const std::string& token, const std::string& name_space = "default",
                                       const std::string& server = {});

  // SIGKILL, reaped on return. A part that does not run stays so.
  void kill(Part part);
  // Starts a part that does not run, with the ports and the data that it had; returns when it is ready. The API server
  // is ready only with an etcd.
  Result<void> start(Part part);
  Result<void> restart(Part part);
  // To a part that runs: SIGSTOP, SIGCONT, SIGTERM.
  void signal(Part part, int number);
  bool runs(Part part);

  // Forgets etcd's history up to now and returns the revision that it was, which is a resourceVersion. An API server
  // that has watched since before still remembers its own window: restart it, too, for older versions to be 410 Gone.
  Result<std::int64_t> compact();

 private:
  Cluster(Options options, std::filesystem::path parts, std::filesystem::path directory, support::Port etcd,
          support::Port etcd_peer, support::Port api, support::Port controller);

  Result<void> prepare();
  Result<void> spawn(Part part);
  Result<void> await(Part part);
  bool is_ready(Part part) const;
  support::Command command_of(Part part) const;
  std::optional<support::Process>& process(Part part) { return processes_[static_cast<std::size_t>(part)]; }
  std::filesystem::path file(const std::string& name) const { return directory_ / name; }
  void write_kubeconfig(const std::filesystem::path& path, const std::string& token, const std::string& name_space,
                        const std::string& server) const;
  support::Finished as_admin(const std::string& program, std::vector<std::string> args, std::string input) const;
  Result<std::string> ask_etcd(const std::string& path, const std::string& body) const;

  Options options_;
  std::filesystem::path parts_;
  std::filesystem::path directory_;
  support::Port etcd_port_;
  support::Port etcd_peer_port_;
  support::Port api_port_;
  support::Port controller_port_;
  std::string admin_token_;
  int kubeconfigs_ = 0;
  std::optional<support::Process> processes_[3];
};

}  // namespace originpull::cluster
