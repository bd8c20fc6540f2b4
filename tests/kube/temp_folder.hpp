// SPDX-License-Identifier: Apache-2.0
#pragma once
// A folder of a test's own with the files that it writes, gone when the test ends: for kubeconfigs and for the files of
// a Pod's service account. Owned by one test. A file that cannot be written ends the test by an exception, which gtest
// reports.
// Paths that it returns are absolute, and good until the folder is gone.
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace originpull::kube {

class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kube_test_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;

  // Writes the file, with its folders, and returns its path.
  std::string write(const std::string& name, const std::string& text) const {
    const auto file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    if (!(stream << text)) throw std::runtime_error("cannot write " + file.string());
    return file.string();
  }
  void remove(const std::string& name) const { std::filesystem::remove(path_ / name); }
  std::string path(const std::string& name = {}) const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace originpull::kube
