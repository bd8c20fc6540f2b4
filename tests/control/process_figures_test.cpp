// SPDX-License-Identifier: Apache-2.0
// The process_* metrics are the system's figures about this very process: checked against what the test can see by
// itself.
#include "control/process_figures.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

double value_of(const std::string& text, const std::string& name) {
  const auto line = text.find("\n" + name + " ");
  return line == std::string::npos ? -1 : std::strtod(text.c_str() + line + name.size() + 2, nullptr);
}

TEST(ProcessFigures, memory_time_and_files_are_those_of_this_process) {
  support::StillEnv env;
  Metrics metrics(env, "originpullconfig");
  report_process(metrics);
  const std::string before = metrics.text();
  EXPECT_GT(value_of(before, "process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value_of(before, "process_virtual_memory_bytes"), value_of(before, "process_resident_memory_bytes"));
  env::RealEnv real;
  const auto wall = std::chrono::duration<double>(real.wall().time_since_epoch()).count();
  EXPECT_LE(value_of(before, "process_start_time_seconds"), wall + 2);
  EXPECT_GT(value_of(before, "process_start_time_seconds"), wall - 3'600);
  EXPECT_GE(value_of(before, "process_max_fds"), value_of(before, "process_open_fds"));

  const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  report_process(metrics);
  ::close(file);
  EXPECT_EQ(value_of(metrics.text(), "process_open_fds"), value_of(before, "process_open_fds") + 1);
}

}  // namespace
}  // namespace originpull::control
