// SPDX-License-Identifier: Apache-2.0
#include "support/process.hpp"

#include "base/bug.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace originpull::support {
namespace {

using std::chrono::milliseconds;

// Where the parent's environment and the command's are one list of "NAME=value", with the pointers that execve wants.
struct Block {
  std::vector<std::string> texts;
  std::vector<char*> pointers;

  explicit Block(std::vector<std::string> lines) : texts(std::move(lines)) {
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
  }
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string text = *line;
    if (!changes.contains(text.substr(0, text.find('=')))) lines.push_back(text);
  }
  for (const auto& [name, value] : changes) {
    if (!value.empty()) lines.emplace_back(name).append("=").append(value);
  }
  return lines;
}

// The program's path, or an empty string. Looked up before the fork: after it only async-signal-safe calls may be made.
std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return ::access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  std::string rest = path == nullptr ? "/usr/bin:/bin" : path;
  while (!rest.empty()) {
    const auto colon = rest.find(':');
    const std::string candidate = rest.substr(0, colon) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return "";
}

int memory_file(const char* name) {
  const int file = ::memfd_create(name, MFD_CLOEXEC);
  check(file >= 0, "memfd_create failed: is this a Linux of 2014 or later?");
  return file;
}

int file_of(const std::string& text) {
  const int file = memory_file("input");
  for (std::size_t written = 0; written < text.size();) {
    const auto n = ::write(file, text.data() + written, text.size() - written);
    check(n > 0, "no memory for a child's input");
    written += static_cast<std::size_t>(n);
  }
  ::lseek(file, 0, SEEK_SET);
  return file;
}

// pread, so that neither the child's place in the file nor another reader's matters.
std::string whole(int file) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const auto n = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (n <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

struct Launch {
  std::string program;
  Block argv;
  Block env;
  std::string directory;
  int in, out, err;
  pid_t parent;
};

// Between fork and exec: nothing that allocates or locks.
[[noreturn]] void become(const Launch& launch) {
  ::setpgid(0, 0);  // a Ctrl-C at the terminal is for us to pass on, and the whole group can be killed
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(126);  // the parent died before the line above
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  if (!launch.directory.empty() && ::chdir(launch.directory.c_str()) != 0) ::_exit(126);
  ::dup2(launch.in, 0);
  ::dup2(launch.out, 1);
  ::dup2(launch.err, 2);
  ::close_range(3, ~0U, 0);  // a listening socket of ours must not live on in a child
  ::execve(launch.program.c_str(), launch.argv.pointers.data(), launch.env.pointers.data());
  ::_exit(127);
}

Exit exit_of(int status) {
  if (WIFSIGNALED(status)) return {.code = 128 + WTERMSIG(status), .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status)};
}

void close_if_open(int& file) {
  if (file >= 0) ::close(std::exchange(file, -1));
}

}  // namespace

Result<Process> Process::spawn(Command command) {
  const std::string attempted = "start " + (command.argv.empty() ? std::string("nothing") : command.argv.front());
  if (command.argv.empty()) return fail(ErrorKind::kInvalid, attempted, "the command is empty");
  const std::string program = find_program(command.argv.front());
  if (program.empty()) return fail(ErrorKind::kNotFound, attempted, "there is no such program");

  Process process;
  process.name_ = command.argv.front();
  if (command.log.empty()) {
    process.out_ = memory_file("out");
    process.err_ = memory_file("err");
  } else {
    process.out_ = ::open(command.log.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (process.out_ < 0) return fail(ErrorKind::kInvalid, attempted, "cannot write its log " + command.log.string());
    process.err_ = ::dup(process.out_);
  }
  int in = file_of(command.input);
  const Launch launch{.program = program,
                      .argv = Block(std::move(command.argv)),
                      .env = Block(environment_with(command.env)),
                      .directory = command.directory.string(),
                      .in = in,
                      .out = process.out_,
                      .err = process.err_,
                      .parent = ::getpid()};
  process.pid_ = ::fork();
  if (process.pid_ == 0) become(launch);
  close_if_open(in);
  if (process.pid_ < 0) return fail(ErrorKind::kUnavailable, attempted, std::string("fork: ") + std::strerror(errno));
  ::setpgid(process.pid_, process.pid_);  // by both sides: whichever comes first, a kill of the group finds it
  process.pidfd_ = static_cast<int>(::syscall(SYS_pidfd_open, process.pid_, 0));
  check(process.pidfd_ >= 0, "pidfd_open failed: the tests need Linux 5.3 or later");
  return process;
}

Process::Process(Process&& other) noexcept
    : name_(std::move(other.name_)),
      pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::exchange(other.pidfd_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      exit_(other.exit_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  kill();
  close_if_open(out_);
  close_if_open(err_);
  name_ = std::move(other.name_);
  pid_ = std::exchange(other.pid_, -1);
  pidfd_ = std::exchange(other.pidfd_, -1);
  out_ = std::exchange(other.out_, -1);
  err_ = std::exchange(other.err_, -1);
  exit_ = other.exit_;
  return *this;
}

void Process::signal(int number) const {
  if (pid_ > 0 && !exit_) ::kill(pid_, number);
}

std::optional<Exit> Process::wait(milliseconds limit) {
  if (exit_ || pid_ <= 0) return exit_.value_or(Exit{});
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&end, 1, static_cast<int>(std::max(left, milliseconds(0)).count()));
    if (ready == 0) return std::nullopt;
    if (ready > 0) break;
    check(errno == EINTR, "poll of a child failed");
  }
  // What it started ends with it, and before it is reaped: after that its number may be somebody else's group.
  ::kill(-pid_, SIGKILL);
  int status = 0;
  check(::waitpid(pid_, &status, 0) == pid_, "somebody else reaped a child of support::Process");
  exit_ = exit_of(status);
  close_if_open(pidfd_);
  return exit_;
}

Exit Process::kill() {
  if (exit_ || pid_ <= 0) return exit_.value_or(Exit{});
  ::kill(-pid_, SIGKILL);
  const auto ended = wait(std::chrono::seconds(30));
  check(ended.has_value(), "a child survived SIGKILL for 30 s");
  return *ended;
}

Exit Process::stop(milliseconds grace) {
  signal(SIGTERM);
  if (const auto ended = wait(grace)) return *ended;
  return kill();
}

std::string Process::out() const { return out_ < 0 ? "" : whole(out_); }
std::string Process::err() const { return err_ < 0 ? "" : whole(err_); }

Finished run(Command command, milliseconds limit) {
  auto process = Process::spawn(std::move(command));
  if (!process) return {.exit = 127, .out = "", .err = describe(process.error())};
  const auto ended = process->wait(limit);
  if (!ended) process->kill();
  Finished finished{.exit = ended ? ended->code : 124, .out = process->out(), .err = process->err()};
  if (!ended) finished.err += "\n(killed: it had not ended after " + std::to_string(limit.count()) + " ms)";
  return finished;
}

}  // namespace originpull::support
