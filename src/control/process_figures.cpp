// SPDX-License-Identifier: Apache-2.0
#include "control/process_figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

namespace originpull::control {
namespace {

// Fields of /proc/self/stat after the name, which may hold spaces itself; numbered as in proc(5) minus 3.
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return {};
  std::istringstream rest(text.substr(name_end + 1));
  return {std::istream_iterator<std::string>(rest), {}};
}

std::optional<double> boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return std::nullopt;
}

std::optional<double> open_files() {
  std::error_code failed;
  const std::filesystem::directory_iterator files("/proc/self/fd", failed);
  if (failed) return std::nullopt;
  return static_cast<double>(std::distance(begin(files), end(files)) - 1);  // one of them is this very look
}

}  // namespace

void report_process(Metrics& metrics) {
  constexpr std::size_t kUserTime = 11, kSystemTime = 12, kStart = 19, kVirtual = 20, kResident = 21;
  const auto fields = stat_fields();
  if (fields.size() > kResident) {
    const auto number = [&](std::size_t field) { return std::strtod(fields[field].c_str(), nullptr); };
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    metrics.raise(Metric::kCpuSeconds, {}, (number(kUserTime) + number(kSystemTime)) / ticks);
    metrics.set(Metric::kVirtualMemory, {}, number(kVirtual));
    metrics.set(Metric::kResidentMemory, {}, number(kResident) * static_cast<double>(sysconf(_SC_PAGESIZE)));
    if (const auto boot = boot_time()) metrics.set(Metric::kStartTime, {}, *boot + number(kStart) / ticks);
  }
  if (const auto files = open_files()) metrics.set(Metric::kOpenFiles, {}, *files);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    metrics.set(Metric::kMaxOpenFiles, {}, static_cast<double>(limit.rlim_cur));
}

}  // namespace originpull::control
