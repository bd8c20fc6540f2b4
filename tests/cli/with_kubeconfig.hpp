// SPDX-License-Identifier: Apache-2.0
#pragma once
// `KubeconfigFile` is a kubeconfig of a cluster at an address of the test's choice, with the namespace "team" and a
// token, in a folder of its own that goes with it. It lets the tests of the program begin where a user does: at a file.
// Owned by one test.
// A file that cannot be written ends the test by an exception.
#include <string>

#include "kube/temp_folder.hpp"

namespace originpull::cli {

class KubeconfigFile {
 public:
  explicit KubeconfigFile(const std::string& server)
      : path_(folder_.write("config",
                            "apiVersion: v1\n"
                            "kind: Config\n"
                            "current-context: here\n"
                            "contexts: [{name: here, context: {cluster: c, user: u, namespace: team}}]\n"
                            "clusters: [{name: c, cluster: {server: \"" +
                                server +
                                "\"}}]\n"
                                "users: [{name: u, user: {token: t}}]\n")) {}

  const std::string& path() const { return path_; }
  const kube::TempFolder& folder() const { return folder_; }

 private:
  kube::TempFolder folder_;
  std::string path_;
};

}  // namespace originpull::cli
