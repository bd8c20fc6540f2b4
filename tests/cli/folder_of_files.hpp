// SPDX-License-Identifier: Apache-2.0
#pragma once
// A folder of a test's own below the temporary directory, with files that it writes and removes. The one idea:
// whatever the test does, the folder goes with the object, so that nothing is left behind. Files are written in place,
// as the rudest editor does it. Owned by one thread; what cannot be written ends the test with an exception, and what
// cannot be removed is left.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace originpull::cli {

class FolderOfFiles {
 public:
  FolderOfFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "originpull-files-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~FolderOfFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  FolderOfFiles(const FolderOfFiles&) = delete;
  FolderOfFiles& operator=(const FolderOfFiles&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string name(const std::string& file) const { return (path_ / file).string(); }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream out(path_ / file, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + file);
  }
  void remove(const std::string& file) const { std::filesystem::remove(path_ / file); }

 private:
  std::filesystem::path path_;
};

}  // namespace originpull::cli
