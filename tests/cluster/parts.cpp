// SPDX-License-Identifier: Apache-2.0
#include "cluster/parts.hpp"

#include <unistd.h>
#include <cstdlib>
#include <string>
#include <string_view>

namespace originpull::cluster {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

Result<std::filesystem::path> real_parts() {
  const std::string attempted = "find the real Kubernetes parts";
  std::string folder = variable("ORIGINPULL_REAL_PARTS");
  if (folder.empty()) folder = ORIGINPULL_REAL_PARTS_DEFAULT;
  if (folder.empty()) {
    return fail(ErrorKind::kNotFound, attempted,
                "ORIGINPULL_REAL_PARTS is not set; set it to the folder that `tools/setup --real-parts` prints");
  }
  for (const char* part : {"kube-apiserver", "kube-controller-manager", "kubectl", "etcd", "helm"}) {
    const auto program = std::filesystem::path(folder) / part;
    if (::access(program.c_str(), X_OK) != 0) {
      return fail(ErrorKind::kNotFound, attempted,
                  "there is no " + program.string() + "; `tools/setup --real-parts` builds it and prints the folder");
    }
  }
  return std::filesystem::path(folder);
}

bool real_parts_are_required() { return variable("ORIGINPULL_REQUIRE_REAL_PARTS") == "1"; }

}  // namespace originpull::cluster
