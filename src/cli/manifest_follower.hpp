// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ManifestFollower` keeps a Kubernetes API as a folder of manifests says: `load` brings everything in once, and is
// strict, because a start that ignores half of its input helps nobody; `step` then follows the disk, and is forgiving:
// a file that is broken keeps what it had brought and is complained about once. What a file no longer says is deleted.
// One object belongs to the file that brought it first. Owned by one thread, which calls; it waits for nothing. `load`
// fails with kInvalid or kNotFound: file, line and what to do.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/log.hpp"
#include "cli/manifest_applier.hpp"
#include "cli/manifest_folder.hpp"

namespace originpull::cli {

class ManifestFollower {
 public:
  ManifestFollower(const Log& log, std::filesystem::path folder, ManifestApplier applier)
      : log_(log), folder_(std::move(folder)), applier_(std::move(applier)) {}

  Result<void> load();
  // Looks at the disk. What was refused is tried again with the next change, or some looks later.
  void step();
  // What the files have brought, types and namespaces first.
  std::vector<Manifest> brought() const;

 private:
  using Objects = std::map<std::string, Manifest>;  // by what names an object

  void take(std::vector<ManifestFolder::File> changed, std::vector<Error>& errors);
  std::vector<Manifest> wanted(std::vector<Error>& errors) const;
  void bring(std::vector<Error>& errors);
  void complain(const std::vector<Error>& errors);

  Log log_;
  ManifestFolder folder_;
  ManifestApplier applier_;
  std::map<std::string, std::vector<Manifest>> files_;  // what they said when they could last be read
  Objects applied_;                                     // what the API has taken
  std::set<std::string> complaints_;                    // that are true now
  unsigned looks_until_retry_ = 0;                      // 0: nothing was refused
};

}  // namespace originpull::cli
