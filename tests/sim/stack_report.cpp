// SPDX-License-Identifier: Apache-2.0
#include "sim/stack_report.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace originpull::sim {
namespace {

constexpr int kMostPlaces = 4;

bool tells_nothing(std::string_view place) {
  for (std::string_view common : {"/sim/scheduler.cpp", "/sim/sim_env.cpp", "/src/env/", "/include/c++/", "?? ??:0"}) {
    if (place.find(common) != std::string_view::npos) return true;
  }
  return false;
}

std::string hex(std::uintptr_t value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace

void print_stack(void* const* frames, int depth) {
  std::array<char, 4096> program{};
  if (readlink("/proc/self/exe", program.data(), program.size() - 1) <= 0) return;
  std::string command = "addr2line -Cfipe '" + std::string(program.data()) + "'";
  int ours = 0;
  for (int i = 0; i < depth; ++i) {
    Dl_info where{};
    if (dladdr(frames[i], &where) == 0 || where.dli_fname == nullptr) continue;
    if (std::string_view(where.dli_fname).find(".so") != std::string_view::npos) continue;
    // The frame is where the call returns to; one byte before is the call.
    command +=
        " " + hex(reinterpret_cast<std::uintptr_t>(frames[i]) - reinterpret_cast<std::uintptr_t>(where.dli_fbase) - 1);
    ++ours;
  }
  if (ours == 0) return;
  int printed = 0;
  if (FILE* lines = popen((command + " 2>/dev/null").c_str(), "r")) {
    std::array<char, 2048> line{};
    while (fgets(line.data(), line.size(), lines) != nullptr) {
      if (tells_nothing(line.data()) || printed == kMostPlaces) continue;
      std::fprintf(stderr, "    at %s", line.data());
      ++printed;
    }
    pclose(lines);
  }
  if (printed == 0) std::fprintf(stderr, "    to see where: %s\n", command.c_str());
}

}  // namespace originpull::sim
