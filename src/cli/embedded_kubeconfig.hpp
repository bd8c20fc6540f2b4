// SPDX-License-Identifier: Apache-2.0
#pragma once
// The kubeconfig of the embedded API as a file: written whole or not at all, readable by its owner alone, because its
// token opens all Secrets, and removed with this object, because the API is gone then. A file that somebody else wrote
// is never replaced: `--write-kubeconfig ~/.kube/config` must not cost anybody their clusters. Owned by one thread;
// `write` fails with kInvalid, which says what is in the way.
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/secret_string.hpp"

namespace originpull::cli {

struct EmbeddedAccess {
  std::string server;  // "https://127.0.0.1:41234"
  std::string ca_pem;
  SecretString token;
  std::string ns = "default";
};

class EmbeddedKubeconfig {
 public:
  // `path` empty: in a new folder of the temporary directory.
  static Result<std::unique_ptr<EmbeddedKubeconfig>> write(const EmbeddedAccess&, const std::string& path);
  ~EmbeddedKubeconfig();
  EmbeddedKubeconfig(const EmbeddedKubeconfig&) = delete;
  EmbeddedKubeconfig& operator=(const EmbeddedKubeconfig&) = delete;

  std::string path() const { return path_.string(); }

 private:
  EmbeddedKubeconfig(std::filesystem::path path, std::filesystem::path own_folder)
      : path_(std::move(path)), own_folder_(std::move(own_folder)) {}

  const std::filesystem::path path_;
  const std::filesystem::path own_folder_;  // empty: the file is in somebody else's
};

}  // namespace originpull::cli
