// SPDX-License-Identifier: Apache-2.0
// Child processes, tested with the shell as the child: what it gets, what is seen of it, and above all that none
// outlives its object or this process. Real processes and real time; each wait ends when the awaited thing happens.
#include "support/process.hpp"

#include "support/poll_until.hpp"

#include <gmock/gmock.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fstream>
#include <string>

namespace originpull::support {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Command shell(const std::string& script) { return {.argv = {"sh", "-c", script}}; }

// A zombie that nobody has reaped yet has ended, too.
bool is_alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  const auto end_of_name = stat.rfind(')');
  return end_of_name != std::string::npos && stat.substr(end_of_name + 2, 1) != "Z";
}

TEST(Process, tells_the_exit_code_and_keeps_output_and_error_apart) {
  const auto finished = run(shell("echo said; echo complained >&2; exit 3"), 30s);
  EXPECT_EQ(finished.exit, 3);
  EXPECT_EQ(finished.out, "said\n");
  EXPECT_EQ(finished.err, "complained\n");
}

TEST(Process, finds_its_input_and_then_its_end) {
  const std::string input(300'000, 'x');
  EXPECT_EQ(run({.argv = {"cat"}, .input = input}, 30s).out, input);
  EXPECT_EQ(run({.argv = {"cat"}}, 30s).out, "");
}

TEST(Process, gets_our_environment_with_the_changes_asked_for) {
  ::setenv("PROCESS_TEST_KEPT", "kept", 1);
  ::setenv("PROCESS_TEST_UNSET", "there", 1);
  const auto finished =
      run({.argv = {"sh", "-c", "echo $PROCESS_TEST_KEPT ${PROCESS_TEST_UNSET-unset} $PROCESS_TEST_NEW"},
           .env = {{"PROCESS_TEST_UNSET", ""}, {"PROCESS_TEST_NEW", "new"}}},
          30s);
  EXPECT_EQ(finished.out, "kept unset new\n");
}

TEST(Process, starts_in_the_folder_asked_for_and_appends_to_its_log) {
  const auto log = std::filesystem::temp_directory_path() / ("process_test-" + std::to_string(::getpid()));
  std::ofstream(log) << "before\n";
  run({.argv = {"pwd"}, .log = log, .directory = "/"}, 30s);
  std::ifstream file(log);
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>(file), {}}), "before\n/\n");
  std::filesystem::remove(log);
}

TEST(Process, inherits_no_file_of_ours) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const auto finished = run(shell("for f in /proc/$$/fd/*; do readlink $f; done; true"), 30s);
  EXPECT_THAT(finished.out, ::testing::Not(HasSubstr("socket:")));
  EXPECT_THAT(finished.out, HasSubstr("/memfd:out"));
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST(Process, is_killed_at_the_limit_and_says_so) {
  const auto finished = run(shell("echo begun; exec sleep 1000"), 200ms);
  EXPECT_EQ(finished.exit, 124);
  EXPECT_EQ(finished.out, "begun\n");
  EXPECT_THAT(finished.err, HasSubstr("killed"));
}

TEST(Process, that_is_not_there_is_an_error_with_its_name) {
  const auto spawned = Process::spawn({.argv = {"no-such-program"}});
  ASSERT_FALSE(spawned);
  EXPECT_EQ(spawned.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(describe(spawned.error()), HasSubstr("no-such-program"));
  EXPECT_EQ(run({.argv = {"no-such-program"}}, 1s).exit, 127);
}

TEST(Process, tells_the_signal_that_ended_it) {
  auto process = Process::spawn({.argv = {"sleep", "1000"}});
  ASSERT_TRUE(process);
  EXPECT_TRUE(process->running());
  process->signal(SIGTERM);
  const auto ended = process->wait(30s);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->signal, SIGTERM);
  EXPECT_EQ(ended->code, 128 + SIGTERM);
  EXPECT_FALSE(process->running());
  process->signal(SIGTERM);  // to one that has ended: nobody else may get it
}

TEST(Process, that_ignores_a_stop_is_killed_after_the_grace) {
  auto process = Process::spawn(shell("trap '' TERM; echo deaf; while :; do sleep 1; done"));
  ASSERT_TRUE(process);
  ASSERT_TRUE(poll_until(30s, [&] { return process->out() == "deaf\n"; }));
  EXPECT_EQ(process->stop(100ms).signal, SIGKILL);
}

TEST(Process, ends_with_its_object_and_takes_its_own_children_along) {
  pid_t child = 0;
  pid_t grandchild = 0;
  {
    auto process = Process::spawn(shell("sleep 1000 & echo $!; wait"));
    ASSERT_TRUE(process);
    ASSERT_TRUE(poll_until(30s, [&] { return process->out().ends_with('\n'); }));
    child = process->pid();
    grandchild = std::stoi(process->out());
    ASSERT_TRUE(is_alive(grandchild));
    Process moved = std::move(*process);  // a moved-from object owns nothing
  }
  EXPECT_EQ(::kill(child, 0), -1) << "reaped";
  EXPECT_TRUE(poll_until(30s, [&] { return !is_alive(grandchild); }));
}

TEST(Process, takes_its_own_children_along_also_when_it_ends_by_itself) {
  const auto finished = run(shell("sleep 1000 & echo $!"), 30s);
  ASSERT_EQ(finished.exit, 0);
  EXPECT_TRUE(poll_until(30s, [&] { return !is_alive(std::stoi(finished.out)); }));
}

TEST(Process, ends_when_this_process_is_killed) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto process = Process::spawn({.argv = {"sleep", "1000"}});
    const pid_t pid = process ? process->pid() : 0;
    if (::write(pipe[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::kill(::getpid(), SIGKILL);  // no destructor runs
  }
  pid_t child = 0;
  ASSERT_EQ(::read(pipe[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  ASSERT_GT(child, 0);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(poll_until(30s, [&] { return !is_alive(child); }));
  ::close(pipe[0]);
  ::close(pipe[1]);
}

}  // namespace
}  // namespace originpull::support
