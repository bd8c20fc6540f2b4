// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario.hpp"

#include "cli/operator.hpp"
#include "sim/scenario_worlds.hpp"
#include "sim/sim_process.hpp"

namespace originpull::sim {
namespace {

constexpr FaultRates kRates{.drop_request_one_in = 25,
                            .lose_answer_one_in = 25,
                            .break_stream_one_in = 3,
                            .delay_one_in = 12,
                            .longest_delay = Duration(9'000)};
constexpr Duration kConvergeWithin{7'200'000};
constexpr Duration kStandsStill{300'000};
constexpr Duration kQuietFor{900'000};

class Scenario {
 public:
  explicit Scenario(const ScenarioOptions& options)
      : options_(options),
        env_(SimOptions{.seed = options.seed, .stall_one_in = options.stall_one_in}),
        log_(env_),
        worlds_(env_, log_, random_modes(env_)) {}

  ScenarioResult run() {
    worlds_.put_pair(env_.random());
    worlds_.put_config();
    processes_.resize(1 + env_.random() % 2);
    for (unsigned i = 0; i < processes_.size(); ++i) start(i, true);
    for (unsigned step = 0; step < options_.steps; ++step) {
      let_live(Duration(env_.random() % (env_.random() % 2 == 0 ? 3'000 : 40'000)));
      disturb();
    }
    quiet_ = true;
    calm_down();
    if (!options_.only_first_phase) expect_the_right_end();
    for (Process& one : processes_) one.life->stop();
    processes_.clear();
    ScenarioResult result{.broken = std::move(broken_), .log = log_.text()};
    for (std::string& what : worlds_.oracles.broken()) result.broken.push_back(std::move(what));
    result.hash = env_.counts().hash;
    result.points = env_.counts().points;
    result.crashes = crashes_;
    result.uploads = worlds_.uploads();
    return result;
  }

 private:
  struct Process {
    unsigned lives = 0;
    bool may_crash = false;
    std::unique_ptr<SimProcess> life = {};
  };

  void start(unsigned index, bool may_crash) {
    Process& process = processes_[index];
    const std::string name = "p" + std::to_string(index) + "." + std::to_string(++process.lives);
    process.may_crash = may_crash && env_.random() % 2 == 0;
    const auto after = process.may_crash ? 1 + static_cast<unsigned>(env_.random() % 80) : 0U;
    log_.write(name + " starts" + (after ? ", to crash after call " + std::to_string(after) : ""));
    process.life = std::make_unique<SimProcess>(
        env_, worlds_.servers, name + "/main", LifeOptions{.crash_after_call = after},
        [this, name](net::Network& network, const std::stop_token& stop) { live(name, network, stop); });
  }

  void live(const std::string& name, net::Network& network, const std::stop_token& stop) {
    ProcessEnv env(env_, name);
    FaultyNetwork faulty(env, network, [this, choose = random_faults(env_, kRates)](const net::Request& request) {
      return quiet_ ? Fault{} : choose(request);
    });
    const auto planted = options_.plant ? options_.plant(faulty) : nullptr;
    cli::Options options;
    options.kubeconfig = scenario_kubeconfig();
    options.serve = false;
    options.workers = 2;
    options.cloudflare_base_url = kCloudflareUrl;
    auto started = cli::Operator::start(env, planted ? *planted : faulty, log_, options);
    if (!started) {
      broken_.push_back("the operator did not start: " + describe(started.error()));
      return;
    }
    env::pause_until(env, Instant::max(), stop);
    (*started)->stop();
  }

  // Lets time pass; who crashed meanwhile is started again a little later.
  void let_live(Duration time) {
    const Instant end = env_.now() + time;
    while (env_.now() < end) {
      const Instant slice = std::min(end, env_.now() + Seconds(5));
      for (unsigned i = 0; i < processes_.size(); ++i) {
        if (processes_[i].life->run_until(slice) == SimProcess::State::kRunning) continue;
        ++crashes_;
        log_.write("p" + std::to_string(i) + " has crashed");
        env::pause_until(env_, env_.now() + Duration(env_.random() % 4'000), {});
        start(i, !quiet_);
      }
    }
  }

  void disturb() {
    const std::uint64_t chance = env_.random();
    switch (env_.random() % 17) {
      case 0:
      case 1:
      case 2: return worlds_.put_pair(chance);
      case 3: return worlds_.remove_pair();
      case 4: return worlds_.kube.cut_watches();
      case 5: return worlds_.kube.compact();
      case 6: return worlds_.flip("zone-level");
      case 7: return worlds_.flip("tls_client_auth");
      case 8: return worlds_.delete_certificate(chance);
      case 9: return worlds_.spoil_answers(chance);
      case 10: return worlds_.take_lease();
      case 11: log_.write("a process is killed"); return processes_[chance % processes_.size()].life->crash();
      case 12:
        log_.write("a process is stopped");
        processes_[chance % processes_.size()].life->stop();
        return start(static_cast<unsigned>(chance % processes_.size()), true);
      case 13: return worlds_.edit(R"({"spec":{"enabled":)" + std::string(chance % 2 == 0 ? "true" : "false") + "}}");
      case 14:
        return worlds_.edit(R"({"spec":{"mode":")" + std::string(chance % 2 == 0 ? "Manage" : "Suspend") + R"("}})");
      case 15: return worlds_.deploy_as(chance % 2 == 0 ? "active" : "deployment_timed_out");
      default: env_.jump_wall(Duration(static_cast<Duration::rep>(chance % 4'000) - 2'000));
    }
  }

  // From here on nothing goes wrong any more; half of the processes live on with all they remember.
  void calm_down() {
    log_.write("quiet begins");
    worlds_.cloudflare.faults().clear();
    worlds_.deploy_as("active");
    worlds_.edit(R"({"spec":{"enabled":true,"mode":"Manage"}})");
    worlds_.put_pair(env_.random());
    for (unsigned i = 0; i < processes_.size(); ++i) {
      const bool goes = processes_[i].may_crash || env_.random() % 2 == 0;
      if (goes) processes_[i].life->crash();
      if (goes) start(i, false);
    }
  }

  void expect_the_right_end() {
    const Instant limit = env_.now() + kConvergeWithin;
    std::string why;
    unsigned writes = 0;
    // What looks right at a glance may be on its way elsewhere: it must have stood still for a while.
    for (Instant since = env_.now(); env_.now() - since < kStandsStill; let_live(Seconds(5))) {
      why = worlds_.unsettled();
      if (why.empty() && worlds_.writes() == writes) continue;
      if (env_.now() >= limit) return broken_.push_back("no right end within the bound: " + why);
      writes = worlds_.writes();
      since = env_.now();
    }
    log_.write("the right end is reached");
    const std::size_t calls = worlds_.cloudflare.log().calls().size();
    let_live(kQuietFor);
    if (worlds_.writes() != writes)
      broken_.push_back(std::to_string(worlds_.writes() - writes) + " writes although nothing had changed");
    if (why = worlds_.unsettled(); !why.empty()) broken_.push_back("the right end was left: " + why);
    const auto looks = worlds_.cloudflare.log().calls().size() - calls;
    if (looks > 6U * static_cast<std::size_t>(kQuietFor / Duration(54'000) + 1))
      broken_.push_back(std::to_string(looks) + " calls to Cloudflare while nothing changed");
  }

  const ScenarioOptions& options_;
  SimEnv env_;
  ScenarioLog log_;
  ScenarioWorlds worlds_;
  std::atomic<bool> quiet_ = false;
  std::vector<Process> processes_;
  std::vector<std::string> broken_;
  unsigned crashes_ = 0;
};

}  // namespace

ScenarioResult run_scenario(const ScenarioOptions& options) { return Scenario(options).run(); }

}  // namespace originpull::sim
