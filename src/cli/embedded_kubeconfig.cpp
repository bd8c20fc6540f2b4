// SPDX-License-Identifier: Apache-2.0
#include "cli/embedded_kubeconfig.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/base64.hpp"
#include "json/writer.hpp"

namespace originpull::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFirstLine = "# Written by origin-pull-operator run --embedded; its API ends with that process.";

Failure cannot(const fs::path& path, const std::string& why) {
  return fail(ErrorKind::kInvalid, "write the kubeconfig " + path.string(), why);
}

std::string text_of(const EmbeddedAccess& access) {
  return std::string(kFirstLine) +
         "\napiVersion: v1\nkind: Config\ncurrent-context: embedded\ncontexts:\n- name: embedded\n  context: {cluster: "
         "embedded, user: embedded, namespace: " +
         json::quote(access.ns) +
         "}\nclusters:\n- name: embedded\n  cluster:\n    server: " + json::quote(access.server) +
         "\n    certificate-authority-data: " + encode_base64(access.ca_pem) +
         "\nusers:\n- name: embedded\n  user: {token: " + json::quote(access.token.reveal()) + "}\n";
}

bool is_ours(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && line == kFirstLine;
}

Result<void> write_for_owner(const fs::path& path, const std::string& text) {
  const std::string part = path.string() + ".part";
  ::unlink(part.c_str());
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return cannot(path, std::strerror(errno));
  const bool whole = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (::close(file) == 0 && whole && ::rename(part.c_str(), path.c_str()) == 0) return {};
  const std::string why = std::strerror(errno);
  ::unlink(part.c_str());
  return cannot(path, why);
}

}  // namespace

Result<std::unique_ptr<EmbeddedKubeconfig>> EmbeddedKubeconfig::write(const EmbeddedAccess& access,
                                                                      const std::string& path) {
  fs::path where = path;
  fs::path own_folder;
  std::error_code ignored;
  if (path.empty()) {
    std::string pattern = (fs::temp_directory_path(ignored) / "originpull-embedded-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return cannot(pattern, std::strerror(errno));
    own_folder = pattern;
    where = own_folder / "kubeconfig";
  } else if (fs::exists(where, ignored) && !is_ours(where)) {
    return cannot(where, "there is a file that this program did not write: choose another name, or remove it");
  }
  where = fs::absolute(where, ignored);
  std::unique_ptr<EmbeddedKubeconfig> made(new EmbeddedKubeconfig(where, own_folder));
  if (auto written = write_for_owner(where, text_of(access)); !written) return fail(std::move(written.error()));
  return made;
}

// Unless another process has put its own there meanwhile.
EmbeddedKubeconfig::~EmbeddedKubeconfig() {
  std::error_code ignored;
  if (is_ours(path_)) fs::remove(path_, ignored);
  if (!own_folder_.empty()) fs::remove(own_folder_, ignored);
}

}  // namespace originpull::cli
