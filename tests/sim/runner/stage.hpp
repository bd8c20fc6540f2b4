// SPDX-License-Identifier: Apache-2.0
#pragma once
// A `Stage` is one run: the shipped program, one or two replicas of it, over both simulated worlds, a script of what
// people do (bases.hpp), and the mishaps that befall it. It plays the script, lets all come to rest, and then asks for
// what must be: the right end (O1) that stays (O2), and a program that still reacts (O16, O17). The oracles of each
// commit and call stand in the worlds and the networks all the while. The same base, mishaps and seed give the same run
// in any process. Made, used and destroyed by one thread that has no SimEnv; it leaves no thread behind.
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sim/runner/commit_oracles.hpp"
#include "sim/runner/promise_oracles.hpp"
#include "sim/runner/run_id.hpp"
#include "sim/runner/staged_network.hpp"
#include "sim/scenario_env.hpp"
#include "sim/scenario_worlds.hpp"

namespace originpull::sim {

struct Base;

struct RunOptions {
  bool tells = false;       // keep the whole story
  bool long_quiet = false;  // live through 24 hours of quiet, not only a few minutes and a jump over the rest
  bool stacks = false;      // say where each thread is when the run gets stuck
};

struct RunReport {
  std::vector<std::string> broken = {};  // "O8: …"
  std::string story = {};
  std::vector<Call> calls = {};  // up to the quiet
  std::string end = {};          // the end state without versions, ids and times (O3)
  Tally tally = {};              // what was done at Cloudflare, and how often (O4)
  bool gave_up = false;          // people went on without what they were waiting for
  std::uint64_t hash = 0;
  std::uint64_t points = 0;
  std::uint64_t switches = 0;
};

class Stage {
 public:
  Stage(const Base& base, const RunId& id, const RunOptions& options);
  ~Stage();
  RunReport run();

  // For scripts, which run on this thread.
  ScenarioWorlds& worlds() { return worlds_; }
  void start_all();
  void stop_all();  // in order
  void live(Duration time);
  void wait_for(const std::function<bool()>& is, Duration longest = Seconds(600));
  void settle();             // until the right end, but not for ever
  unsigned uploads() const;  // that operators have done
  void crash_the_leader();
  void lose_the_leader();                                             // its machine is off until another one leads
  void renew_late(Duration time) { prompter_.late_renewals = time; }  // from now on
  void freeze_the_standby();  // of two: what happens from now on its watches do not see
  void thaw_all();
  void replace_the_leader();  // stops it in order and starts it anew
  // Until the resource says that it is stalled for that reason.
  void wait_for_stalled(const std::string& name, const std::string& reason);

 private:
  struct Process {
    unsigned index = 0;
    unsigned lives = 0;
    std::string name = {};  // "p0.1"
    std::unique_ptr<SimNetwork> network = {};
    std::shared_ptr<ProcessEnv::Clock> clock = std::make_shared<ProcessEnv::Clock>(0);  // of its machine
    env::Thread thread = {};
  };

  void start(Process& process);
  void end(Process& process, bool by_crash);
  void be_alive(const Process& process, const std::string& name, const std::stop_token& stop);
  void restart_crashed();
  void act(const Mishap& mishap, const std::string& process);
  void lose_the_watches();
  void stand_still_until_the_lease_is_over(const std::string& process, const std::string& first_thread);
  void restart(unsigned index, const std::string& process);  // if it is that life of it
  void act_at_cloudflare(const Mishap& mishap);
  void act_on_the_resource(const Mishap& mishap);
  void later(std::function<void()> what, Duration after = Seconds(20));
  void do_what_is_due(bool all);
  void give_up(Duration longest, std::initializer_list<const char*> explanations);  // kinds of mishaps
  void calm_down();
  void expect_the_right_end();
  void expect_a_reaction();
  void expect_quiet();
  bool await(const std::function<bool()>& is, Duration longest);  // true: it holds before that
  Duration forgiveness() const;
  Duration quiet_before_the_end();
  bool mishaps_are_over();
  bool stands_still();
  void tell(const worlds::KubeCommit& commit);
  void tell(const worlds::CloudflareState& state);
  void tell_breaches();
  void breach(std::string what);
  RunReport report();

  const Base& base_;
  const RunId& id_;
  const RunOptions& options_;
  SimEnv env_;
  ScenarioLog log_;
  const worlds::CloudflareModes modes_;
  ScenarioWorlds worlds_;
  SecretWatcher secrets_;
  CallBook book_;
  CommitOracles oracles_;
  PromiseOracles promises_;
  Prompter prompter_;
  const bool elected_;
  std::mutex mutex_ = {};  // never waited for; over `later_`, `broken_` and what was told
  std::vector<std::pair<Instant, std::function<void()>>> later_ = {};  // what people do a while after a mishap
  std::vector<Process> processes_ = {};
  bool running_ = false;
  bool gave_up_ = false;
  std::atomic<std::uint64_t> news_ = 1;  // moves with each change that anybody could see
  std::optional<Instant> harm_until_ = {};
  Duration longest_way_{};  // to the right end, once nothing goes wrong any more
  std::string told_zone_ = {};
  std::atomic<std::size_t> told_breaches_ = 0;
  std::vector<std::string> broken_ = {};
  std::vector<Call> calls_ = {};
  std::string end_ = {};
  Tally tally_ = {};
};

}  // namespace originpull::sim
