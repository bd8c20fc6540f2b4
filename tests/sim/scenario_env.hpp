// SPDX-License-Identifier: Apache-2.0
#pragma once
// `ProcessEnv` is the SimEnv of one life of one simulated process: the same, but its threads bear the process's name
// before their own ("p1.3/worker"), so that a world knows whose request it serves, and a report whose thread waits.
// `ScenarioLog` keeps the log lines of all processes with their simulated time, and makes each a part of the run's
// hash. Both outlive what uses them; thread-safe; nothing fails.
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/log.hpp"
#include "sim/sim_env.hpp"

namespace originpull::sim {

class ProcessEnv final : public env::Env {
 public:
  // How far the wall clock of the process's machine is from the true time; it may change.
  using Clock = std::atomic<Duration::rep>;
  ProcessEnv(SimEnv& env, std::string process, std::shared_ptr<const Clock> ahead = nullptr)
      : env_(env), process_(std::move(process)), ahead_(std::move(ahead)) {}
  Wall wall() override { return env_.wall() + Duration(ahead_ ? ahead_->load() : 0); }
  Instant now() override { return env_.now(); }
  std::uint64_t random() override { return env_.random(); }
  env::Thread spawn(std::string name, std::function<void(std::stop_token)> body) override {
    return env_.spawn(process_ + "/" + name, std::move(body));
  }
  std::unique_ptr<env::Gate> make_gate() override { return env_.make_gate(); }

 private:
  SimEnv& env_;
  const std::string process_;
  const std::shared_ptr<const Clock> ahead_;
};

class ScenarioLog final : public LogSink {
 public:
  // Keeps the last `lines`.
  explicit ScenarioLog(SimEnv& env, std::size_t lines = 600) : env_(env), start_(env.now()), most_(lines) {}
  // Hears each line of a process; set before anything runs.
  void listen(std::function<void(const std::string&)> ear) { ear_ = std::move(ear); }
  bool wants(LogLevel level) const override { return level != LogLevel::kDebug || ear_; }
  void write(LogLevel level, std::string_view message, std::span<const LogField> fields) override;
  void write(const std::string& line);  // what the scenario itself has to say
  std::string text() const;             // the last lines

 private:
  SimEnv& env_;
  const Instant start_;
  const std::size_t most_;
  std::function<void(const std::string&)> ear_ = {};
  mutable std::mutex mutex_;
  std::deque<std::string> lines_ = {};
};

}  // namespace originpull::sim
