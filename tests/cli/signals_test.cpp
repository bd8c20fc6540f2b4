// SPDX-License-Identifier: Apache-2.0
// How signals end the program, in processes of their own (death tests): the first one is told, the second one and the
// passing of the time that a stop may take end the process at once.
#include "cli/signals.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace originpull::cli {
namespace {

class SignalsDeathTest : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

[[noreturn]] void wait_for_what_ends_us() {
  for (;;) pause();
}

TEST_F(SignalsDeathTest, the_first_signal_is_told_by_its_number) {
  const auto first = [](int number) {
    Signals signals;
    kill(getpid(), number);
    std::_Exit(signals.wait(60) == number ? 7 : 8);
  };
  EXPECT_EXIT(first(SIGTERM), testing::ExitedWithCode(7), "");
  EXPECT_EXIT(first(SIGINT), testing::ExitedWithCode(7), "");
}

TEST_F(SignalsDeathTest, the_second_signal_ends_the_process_at_once) {
  const auto second = [](int number) {
    Signals signals;
    kill(getpid(), SIGTERM);
    signals.wait(60);
    kill(getpid(), number);
    wait_for_what_ends_us();
  };
  EXPECT_EXIT(second(SIGTERM), testing::KilledBySignal(SIGTERM), "");
  EXPECT_EXIT(second(SIGINT), testing::KilledBySignal(SIGINT), "");
}

TEST_F(SignalsDeathTest, a_stop_that_takes_too_long_ends_the_process) {
  const auto slow = [] {
    Signals signals;
    kill(getpid(), SIGTERM);
    signals.wait(1);
    wait_for_what_ends_us();
  };
  EXPECT_EXIT(slow(), testing::KilledBySignal(SIGALRM), "");
}

TEST_F(SignalsDeathTest, a_peer_that_is_gone_does_not_end_the_process) {
  const auto write_to_nobody = [] {
    Signals signals;
    int ends[2] = {-1, -1};
    if (pipe(ends) != 0) std::_Exit(8);
    close(ends[0]);
    std::_Exit(write(ends[1], "x", 1) == -1 ? 7 : 8);
  };
  EXPECT_EXIT(write_to_nobody(), testing::ExitedWithCode(7), "");
}

}  // namespace
}  // namespace originpull::cli
