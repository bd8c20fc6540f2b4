// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ManifestFolder` is the folder of manifests on disk: which of its files have changed since the last look, and what
// they say now. The one idea is that nothing is believed at the first sight: a file that has changed is read when two
// looks in a row have found it the same, or gone, because an editor may be half-way through writing it, and half a
// file is often valid YAML. A file that cannot be read or understood changes nothing but the complaint about it. Not
// recursive, as `kubectl apply -f DIR` is not; takes *.yaml, *.yml and *.json, and not kustomization.yaml. Owned by
// one thread. Fails only where the folder itself cannot be listed (kInvalid): then everything stays as it is.
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/manifest.hpp"

namespace originpull::cli {

class ManifestFolder {
 public:
  struct File {
    std::string path;
    bool gone = false;
    Result<std::vector<Manifest>> manifests;  // what it says, unless it is gone
  };

  // A folder, or a single file.
  explicit ManifestFolder(std::filesystem::path path) : path_(std::move(path)) {}

  // The files that are new, have changed and settled, or are gone, by name. `at_once`: without waiting for a second
  // look.
  Result<std::vector<File>> look(bool at_once = false);

 private:
  // What tells one content of a file from another.
  struct Stamp {
    std::int64_t modified = 0;
    std::uintmax_t size = 0;
    std::uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct Known {
    Stamp seen = {};   // at the last look
    Stamp taken = {};  // of what was handed out
    bool was_taken = false;
    bool missing = false;  // at the last look
  };
  Result<std::map<std::string, Stamp>> list() const;

  const std::filesystem::path path_;
  std::map<std::string, Known> known_;
};

}  // namespace originpull::cli
