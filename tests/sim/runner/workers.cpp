// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/workers.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ostream>
#include <sstream>

#include "base/bug.hpp"

namespace originpull::sim {
namespace {

struct Child {
  pid_t pid = 0;
  int pipe = -1;
};

void bind_to_processor(std::size_t index) {
  cpu_set_t mine, all;
  CPU_ZERO(&mine);
  CPU_ZERO(&all);
  if (sched_getaffinity(0, sizeof all, &all) != 0) return;
  const auto count = static_cast<std::size_t>(CPU_COUNT(&all));
  std::size_t left = index % count;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &all) && left-- == 0) CPU_SET(cpu, &mine);
  sched_setaffinity(0, sizeof mine, &mine);
}

void write_line(int pipe, const std::string& line) {
  const std::string whole = line + "\n";
  for (std::size_t at = 0; at < whole.size();) {
    const ssize_t n = write(pipe, whole.data() + at, whole.size() - at);
    if (n <= 0) return;
    at += static_cast<std::size_t>(n);
  }
}

// The part of one child: every `jobs`-th run.
void work(const Choice& choice, const RunOptions& options, std::size_t index, std::size_t jobs, int pipe) {
  bind_to_processor(index);
  Campaign campaign;
  const std::vector<RunId> runs = runs_of(campaign, choice);
  std::uint64_t calls = 0, switches = 0;
  for (std::size_t i = index; i < runs.size(); i += jobs) {
    write_line(pipe, "RUN " + to_text(runs[i]));
    const RunReport report = campaign.judge(runs[i], options);
    calls += report.calls.size();
    switches += report.switches;
    for (const std::string& what : report.broken) write_line(pipe, "BROKEN " + to_text(runs[i]) + " " + what);
  }
  write_line(pipe, "DONE " + std::to_string(calls) + " " + std::to_string(switches));
}

struct Figures {
  std::size_t runs = 0, broken = 0;
  std::uint64_t calls = 0, switches = 0;
};

// What one child says, line by line.
class Ear {
 public:
  Ear(Child child, Figures& figures, std::ostream& out) : child_(child), figures_(&figures), out_(&out) {}
  int pipe() const { return child_.pipe; }

  // False: it has said all.
  bool hear() {
    std::array<char, 65'536> buffer;
    const ssize_t n = read(child_.pipe, buffer.data(), buffer.size());
    if (n <= 0) return false;
    text_.append(buffer.data(), static_cast<std::size_t>(n));
    for (auto end = text_.find('\n'); end != std::string::npos; end = text_.find('\n')) {
      take(text_.substr(0, end));
      text_.erase(0, end + 1);
    }
    return true;
  }

  void finish() {
    close(child_.pipe);
    int status = 0;
    waitpid(child_.pid, &status, 0);
    if (done_ && status == 0) return;
    ++figures_->broken;
    *out_ << "BROKEN a process died in the run " << last_ << "\n  replay: sim --explain " << last_ << "\n";
  }

 private:
  void take(const std::string& line) {
    std::istringstream words(line);
    std::string word, run;
    words >> word;
    if (word == "RUN") {
      ++figures_->runs;
      words >> last_;
    } else if (word == "DONE") {
      std::uint64_t calls = 0, switches = 0;
      words >> calls >> switches;
      figures_->calls += calls;
      figures_->switches += switches;
      done_ = true;
    } else {
      ++figures_->broken;
      words >> run;
      *out_ << line << "\n  replay: sim --explain " << run << "\n" << std::flush;
    }
  }

  Child child_;
  Figures* figures_;
  std::ostream* out_;
  std::string text_ = {};
  std::string last_ = {};
  bool done_ = false;
};

void hear_all(std::vector<Ear> ears) {
  while (!ears.empty()) {
    std::vector<pollfd> wait;
    for (const Ear& ear : ears) wait.push_back({.fd = ear.pipe(), .events = POLLIN, .revents = 0});
    poll(wait.data(), wait.size(), -1);
    for (std::size_t i = wait.size(); i-- > 0;) {
      if (wait[i].revents == 0 || ears[i].hear()) continue;
      ears[i].finish();
      ears.erase(ears.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

}  // namespace

bool run_all(const Choice& choice, const RunOptions& options, std::size_t jobs, std::ostream& out) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<Child> children;
  for (std::size_t i = 0; i < jobs; ++i) {
    int ends[2];
    check(pipe(ends) == 0, "no pipe");
    const pid_t pid = fork();
    check(pid >= 0, "no process");
    if (pid == 0) {
      close(ends[0]);
      for (const Child& other : children) close(other.pipe);
      work(choice, options, i, jobs, ends[1]);
      _exit(0);
    }
    close(ends[1]);
    children.push_back({pid, ends[0]});
  }
  Figures figures;
  std::vector<Ear> ears;
  for (const Child& child : children) ears.emplace_back(child, figures, out);
  hear_all(std::move(ears));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  const auto per_run = [&](std::uint64_t n) { return figures.runs == 0 ? 0 : n / figures.runs; };
  out << figures.runs << " runs in " << static_cast<int>(seconds) << " s, "
      << static_cast<int>(static_cast<double>(figures.runs) / seconds) << " runs/s, " << figures.broken
      << " broken; a run has " << per_run(figures.calls) << " calls and " << per_run(figures.switches)
      << " switches between threads\n";
  return figures.broken == 0;
}

}  // namespace originpull::sim
