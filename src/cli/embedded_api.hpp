// SPDX-License-Identifier: Apache-2.0
#pragma once
// `EmbeddedApi` is `run --embedded`: a Kubernetes API in memory, with the type of the operator, filled from a folder
// of manifests that is followed, and served to kubectl over HTTPS with a kubeconfig. The operator talks to it by the
// same kubeconfig, so nothing in it knows that its cluster is next door. What is stored is forgotten at the end. Owns
// the world, the server, the kubeconfig's file and the thread that follows the folder; destroying it ends them in the
// opposite order. `start` fails with kInvalid (a manifest, a file, an address) or kUnavailable (the port is taken).
#include <memory>
#include <string>

#include "cli/embedded_kubeconfig.hpp"
#include "cli/embedded_options.hpp"
#include "cli/manifest_follower.hpp"
#include "env/env.hpp"
#include "net/server.hpp"
#include "worlds/kube_world.hpp"

namespace originpull::cli {

class EmbeddedApi {
 public:
  static Result<std::unique_ptr<EmbeddedApi>> start(env::Env&, const Log&, const EmbeddedOptions&);
  ~EmbeddedApi() { stop(); }
  EmbeddedApi(const EmbeddedApi&) = delete;
  EmbeddedApi& operator=(const EmbeddedApi&) = delete;

  std::string kubeconfig() const { return kubeconfig_->path(); }
  const std::string& server() const { return access_.server; }
  // What a person must know, to print: how to talk to it, and that nothing is kept.
  std::string greeting() const;
  void stop();

 private:
  EmbeddedApi(env::Env&, const Log&, const EmbeddedOptions&);
  Result<void> fill();
  Result<void> serve(const EmbeddedOptions&);
  net::Served answer(const net::ServedRequest&);

  env::Env& env_;
  Log log_;
  worlds::KubeWorld world_;
  ManifestFollower follower_;
  const bool follows_;
  EmbeddedAccess access_;
  std::unique_ptr<net::Server> server_;
  std::unique_ptr<EmbeddedKubeconfig> kubeconfig_;
  env::Thread following_;
};

}  // namespace originpull::cli
