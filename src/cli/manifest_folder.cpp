// SPDX-License-Identifier: Apache-2.0
#include "cli/manifest_folder.hpp"

#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <utility>

namespace originpull::cli {
namespace {

namespace fs = std::filesystem;

bool is_manifest(const fs::path& path) {
  const std::string name = path.filename().string();
  const std::string extension = path.extension().string();
  if (name.starts_with('.') || path.stem() == "kustomization") return false;
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

Result<std::string> contents_of(const std::string& path) {
  const auto refuse = [&](const char* why) { return fail(ErrorKind::kInvalid, "read " + path, why); };
  std::ifstream file(path, std::ios::binary);
  if (!file) return refuse("it cannot be opened: may this user read it?");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return refuse("it cannot be read");
  return text;
}

Result<std::vector<Manifest>> manifests_of(const std::string& path) {
  return read_manifests(TRY(contents_of(path)), path);
}

}  // namespace

Result<std::map<std::string, ManifestFolder::Stamp>> ManifestFolder::list() const {
  std::map<std::string, Stamp> found;
  const auto add = [&](const fs::path& path) {
    struct stat about{};
    if (::stat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return;
    found.emplace(path.string(), Stamp{.modified = about.st_mtim.tv_sec * 1'000'000'000 + about.st_mtim.tv_nsec,
                                       .size = static_cast<std::uintmax_t>(about.st_size),
                                       .inode = about.st_ino});
  };
  std::error_code failed;
  if (fs::is_regular_file(path_, failed)) {
    add(path_);
    return found;
  }
  fs::directory_iterator entries(path_, failed);
  for (const fs::directory_iterator end; !failed && entries != end; entries.increment(failed))
    if (is_manifest(entries->path())) add(entries->path());
  if (failed) {
    return fail(ErrorKind::kInvalid, "list the manifests in " + path_.string(),
                failed.message() + "; give a folder with YAML or JSON files");
  }
  return found;
}

Result<std::vector<ManifestFolder::File>> ManifestFolder::look(bool at_once) {
  const std::map<std::string, Stamp> here = TRY(list());
  std::vector<File> changed;
  for (const auto& [path, stamp] : here) {
    Known& known = known_[path];
    const bool settled = at_once || known.seen == stamp;
    known.seen = stamp;
    known.missing = false;
    if (!settled || (known.was_taken && known.taken == stamp)) continue;
    known.taken = stamp;
    known.was_taken = true;
    changed.push_back({.path = path, .manifests = manifests_of(path)});
  }
  for (auto known = known_.begin(); known != known_.end();) {
    const bool gone = !here.contains(known->first) && std::exchange(known->second.missing, true);
    if (gone && known->second.was_taken) changed.push_back({.path = known->first, .gone = true, .manifests = {}});
    known = gone ? known_.erase(known) : std::next(known);
  }
  return changed;
}

}  // namespace originpull::cli
