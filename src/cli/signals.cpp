// SPDX-License-Identifier: Apache-2.0
#include "cli/signals.hpp"

#include <unistd.h>
#include <csignal>

namespace originpull::cli {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A peer that is gone is an error of a write, not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
}

int Signals::wait(unsigned seconds) {
  const sigset_t set = stop_signals();
  int number = 0;
  sigwait(&set, &number);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  alarm(seconds);
  return number;
}

}  // namespace originpull::cli
