// SPDX-License-Identifier: Apache-2.0
#pragma once
// A child process of a test: the operator, the simulator, a real API server, one kubectl call. It stands between the
// tests and fork/exec, and the one idea is that no child outlives its object, nor this process: the object kills and
// reaps its child, what the child started in its process group ends with it, and the system kills it if we die.
// Each wait has a limit; it waits on the child's pidfd, so an end is seen at once and nothing is slept through.
// Owned by one thread. The system's promise is tied to the *thread* that spawned: spawn from one that lives as long as
// the child should (a test's main thread). A signal may be sent to a child that has ended; it is then ignored.
// Spawning fails where the program is not there; what the program itself does wrong is in its Exit and its output.
#include "base/result.hpp"

#include <sys/types.h>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace originpull::support {

struct Command {
  std::vector<std::string> argv;                // argv[0] is looked up in PATH unless it has a slash
  std::map<std::string, std::string> env = {};  // beside this process's own environment; an empty value unsets
  std::string input = {};                       // what it finds on standard input; nothing more comes
  std::filesystem::path log = {};        // standard output and error are appended here; empty: kept apart, in memory
  std::filesystem::path directory = {};  // where it starts; empty: where we are
};

// How a process ended: by itself with `code`, or by `signal` (then code is 128 + signal, as a shell says it).
struct Exit {
  int code = 0;
  int signal = 0;
};

struct Finished {
  int exit = 0;  // as Exit::code; 124 if it was still running at the limit and was killed
  std::string out;
  std::string err;
};

class Process {
 public:
  static Result<Process> spawn(Command command);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process() { kill(); }

  pid_t pid() const { return pid_; }
  bool running() { return !wait(std::chrono::milliseconds(0)).has_value(); }
  void signal(int number) const;                              // to the process alone: SIGTERM, SIGSTOP, …
  std::optional<Exit> wait(std::chrono::milliseconds limit);  // empty: still running
  Exit kill();                                                // SIGKILL to its whole group, reaped on return
  Exit stop(std::chrono::milliseconds grace);                 // SIGTERM, and SIGKILL if that is not enough in time

  // What it has written so far. With a log file both are that file (and hold what was in it before).
  std::string out() const;
  std::string err() const;

 private:
  Process() = default;
  std::string name_;
  pid_t pid_ = -1;
  int pidfd_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::optional<Exit> exit_;
};

// Runs a command to its end, at most `limit` long. A program that is not there is exit 127, as a shell says it.
Finished run(Command command, std::chrono::milliseconds limit);

}  // namespace originpull::support
