// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/stage.hpp"

#include <algorithm>
#include <array>

#include "api/codec.hpp"
#include "cli/operator.hpp"
#include "sim/runner/bases.hpp"
#include "sim/runner/gone.hpp"

namespace originpull::sim {
namespace {

constexpr Duration kLook{1'000};  // how often a script looks
constexpr Duration kMoment{20};
constexpr Duration kGraceOfASecret{1'400'000};  // --missing-secret-grace, which an error may begin anew
constexpr Duration kStandsStill{45'000};        // what has not changed for so long is the end
constexpr Duration kReactsWithin{30'000};       // to a request for a look
constexpr Duration kAftermath{60'000};          // what a mishap changes stays so for at least so long
constexpr Duration kAllMishapsWithin{3'600'000};
constexpr std::size_t kAllLines = 1'000'000;
constexpr std::size_t kCallsOfACheck = 6;  // to Cloudflare, by a pass that finds all in order

worlds::CloudflareModes modes_of(SimEnv& env, std::uint64_t seed) {
  return seed <= 2 ? worlds::CloudflareModes{} : random_modes(env);
}

// Soon it has one digit more, in each run at another moment.
std::int64_t first_version(std::uint64_t seed) { return 999 - static_cast<std::int64_t>((seed * 7 + 5) % 40); }

}  // namespace

Stage::Stage(const Base& base, const RunId& id, const RunOptions& options)
    : base_(base),
      id_(id),
      options_(options),
      env_(SimOptions{.seed = id.seed, .keep_baton = 6, .stacks = options.stacks}),
      log_(env_, options.tells ? kAllLines : 0),
      modes_(modes_of(env_, id.seed)),
      worlds_(env_, log_, modes_, first_version(id.seed)),
      book_(secrets_),
      oracles_(secrets_),
      prompter_{.book = book_,
                .log = log_,
                .mishaps = id.mishaps,
                .act = [this](const Mishap& mishap, const std::string& process) { act(mishap, process); },
                .called_cloudflare = [this](const std::string& what) { promises_.cloudflare_called(what, env_.now()); },
                .tells = options.tells},
      elected_(base.replicas > 1 || id.seed % 2 == 1) {
  for (const ScenarioPair& pair : scenario_pairs()) secrets_.plant_key(pair.fingerprint.substr(0, 8), pair.key_pem);
  secrets_.plant_token("of the zone", kScenarioToken);
  if (base.resources > 1) book_.expect_several_workers();
  if (!elected_) worlds_.oracles.no_election();
  worlds_.oracles.forgive_for(forgiveness());
  oracles_.forgive_for(forgiveness());
  promises_.forgive_for(forgiveness());
  worlds_.heard_kubernetes = [this](const worlds::KubeCommit& commit) {
    if (commit.plural != "leases") ++news_;
    oracles_.kubernetes_changed(commit, env_.now());
    promises_.kubernetes_changed(commit, env_.now());
    if (!options_.tells) return;
    tell(commit);
    tell_breaches();
  };
  worlds_.heard_cloudflare = [this](const worlds::CloudflareState& state, const worlds::Moment& at) {
    ++news_;
    oracles_.cloudflare_changed(state, at);
    promises_.cloudflare_changed(state, at);
    if (!options_.tells) return;
    tell(state);
    tell_breaches();
  };
  log_.listen([this](const std::string& line) {
    if (const std::string leak = secrets_.find(line); !leak.empty()) breach("O15: " + leak + " is in the log");
  });
  processes_.resize(base.replicas);
  for (unsigned i = 0; i < processes_.size(); ++i) processes_[i].index = i;
}

Stage::~Stage() = default;

// A pass is over soon after its first look, unless something holds it up or shows it what was.
Duration Stage::forgiveness() const {
  static constexpr std::array kSlow = {"F9", "F10", "F11", "F12", "F13", "F14", "F15", "F17"};
  Duration time = Seconds(5) + modes_.list_lag + modes_.delete_delay;
  for (const Mishap& one : id_.mishaps) {
    if (std::ranges::any_of(kSlow, [&](const char* family) { return one.kind.starts_with(family); }))
      time += Seconds(60);
    if (one.kind == "F17.over") time += Seconds(60);  // of a Lease
    if (one.kind == "F20.lag" || one.kind == "F20.slow-delete") time += Seconds(one.value);
  }
  return time;
}

RunReport Stage::run() {
  base_.play(*this);
  expect_the_right_end();
  stop_all();
  return report();
}

void Stage::breach(std::string what) {
  const std::lock_guard lock(mutex_);
  broken_.push_back(std::move(what));
}

RunReport Stage::report() {
  RunReport report{.broken = std::move(broken_), .story = log_.text(), .calls = std::move(calls_), .end = end_};
  for (const auto& more : {worlds_.oracles.broken(), oracles_.broken(), promises_.broken(), book_.broken()})
    report.broken.insert(report.broken.end(), more.begin(), more.end());
  report.tally = tally_;
  report.gave_up = gave_up_;
  report.hash = env_.counts().hash;
  report.points = env_.counts().points;
  report.switches = env_.counts().switches;
  return report;
}

void Stage::start_all() {
  running_ = true;
  for (Process& process : processes_) start(process);
}

void Stage::stop_all() {
  running_ = false;
  for (Process& process : processes_) end(process, false);
}

void Stage::start(Process& process) {
  process.name = "p" + std::to_string(process.index) + "." + std::to_string(++process.lives);
  process.network = std::make_unique<SimNetwork>(env_, worlds_.servers);
  log_.write(process.name + " starts");
  process.thread =
      env_.spawn(process.name + "/main", [this, name = process.name, index = process.index](
                                             const std::stop_token& stop) { be_alive(processes_[index], name, stop); });
}

void Stage::be_alive(const Process& process, const std::string& name, const std::stop_token& stop) {
  ProcessEnv env(env_, name, process.clock);
  StagedNetwork staged(env_, *process.network, prompter_, name, [&process] { process.network->sever(); });
  cli::Options options;
  options.kubeconfig = scenario_kubeconfig();
  options.serve = false;
  options.workers = 2;
  options.cloudflare_base_url = kCloudflareUrl;
  options.leader_elect = elected_;
  if (base_.replicas == 1) {  // a slower Lease costs fewer renewals
    options.lease_duration = Seconds(60);
    options.renew_deadline = Seconds(40);
    options.retry_period = Seconds(15);
  }
  auto started = cli::Operator::start(env, staged, log_, options);
  if (!started) return breach("O20: the operator did not start: " + describe(started.error()));
  env::pause_until(env, Instant::max(), stop);
  (*started)->stop();
}

// A crash is not an exception: the network is cut, and what the threads still do reaches nobody.
void Stage::end(Process& process, bool by_crash) {
  if (!process.thread.joinable()) return;
  if (by_crash) {
    log_.write(process.name + " crashes");
    process.network->sever();
  }
  const Instant began = env_.now();
  process.thread.request_stop();
  process.thread.join();
  Duration longest = Seconds(30);
  for (const Mishap& one : id_.mishaps) {
    if (one.kind == "F17.pause") longest += Seconds(one.value);
    if (one.kind == "F17.over") longest += Seconds(61);
  }
  if (!by_crash && env_.now() - began > longest) breach("O20: the operator took more than 30 s to stop");
}

void Stage::restart_crashed() {
  for (Process& process : processes_) {
    if (!running_ || !process.network || !process.network->wait_severed(env_.now(), {})) continue;
    end(process, true);
    env::pause_until(env_, env_.now() + Duration(1'000 + env_.random() % 2'000), {});
    start(process);
  }
}

void Stage::live(Duration time) {
  const Instant end = env_.now() + time;
  while (env_.now() < end) {
    env::pause_until(env_, running_ ? std::min(end, env_.now() + kLook) : end, {});
    restart_crashed();
    do_what_is_due(false);
  }
}

// What only time changes at Cloudflare an operator must see first, and that is news.
bool Stage::await(const std::function<bool()>& is, Duration longest) {
  std::uint64_t seen = 0;
  for (const Instant end = env_.now() + longest; env_.now() < end; live(kLook))
    if (std::exchange(seen, news_.load()) != news_ && is()) return true;
  return is();
}

// What people wait for in vain they give up, and go on: another history. Few mishaps explain that; that the right end
// does not come, of what is there now, even fewer.
void Stage::wait_for(const std::function<bool()>& is, Duration longest) {
  if (!await(is, longest)) give_up(longest, {"F8.404", "F17.jump", "F18", "F19", "F20"});
}

void Stage::give_up(Duration longest, std::initializer_list<const char*> explanations) {
  log_.write("people go on without what they were waiting for");
  gave_up_ = true;
  const bool explained = std::ranges::any_of(id_.mishaps, [&](const Mishap& one) {
    return std::ranges::any_of(explanations, [&](const char* kind) { return one.kind.starts_with(kind); });
  });
  if (!explained)
    breach("O1: what a script waited for did not come within " + std::to_string(longest.count() / 1000) + " s");
}

void Stage::settle() {
  const auto is_right = [this] { return worlds_.unsettled().empty(); };
  if (!await(is_right, kGraceOfASecret)) give_up(kGraceOfASecret, {"F8.404", "F17.jump", "F20"});
}

void Stage::wait_for_stalled(const std::string& name, const std::string& reason) {
  wait_for([&] {
    const auto config = api::decode_config(worlds_.config(name));
    if (!config) return true;  // somebody has deleted it
    const api::Condition* stalled = api::find_condition(config->status.conditions, api::condition_type::kStalled);
    return stalled && stalled->status == api::ConditionStatus::kTrue && stalled->reason == reason;
  });
}

unsigned Stage::uploads() const {
  unsigned sum = 0;
  for (const auto& [what, count] : oracles_.tally())
    if (what.starts_with("upload ")) sum += static_cast<unsigned>(count);
  return sum;
}

void Stage::crash_the_leader() {
  const std::string leader = worlds_.oracles.leader();
  for (Process& process : processes_)
    if (process.name == leader) process.network->sever();
  restart_crashed();
}

void Stage::lose_the_leader() {
  const std::string leader = worlds_.oracles.leader();
  const auto other_leads = [&] {
    const std::string now = worlds_.oracles.leader();
    return !now.empty() && now != leader;
  };
  for (Process& process : processes_) {
    if (process.name != leader) continue;
    process.network->sever();
    end(process, true);
    process.network.reset();
    wait_for(other_leads);
    start(process);
  }
}

void Stage::freeze_the_standby() {
  const std::string leader = worlds_.oracles.leader();
  for (const Process& process : processes_)
    if (process.name != leader) worlds_.kube.set_lag(process.index, {.frozen = true});
  log_.write("the standby's front-end is frozen");
}

void Stage::thaw_all() {
  for (const Process& process : processes_) worlds_.kube.set_lag(process.index, {});
  log_.write("no front-end is frozen");
}

void Stage::replace_the_leader() {
  const std::string leader = worlds_.oracles.leader();
  for (Process& process : processes_) {
    if (process.name != leader) continue;
    log_.write(process.name + " is stopped");
    end(process, false);
    start(process);
  }
}

// What was done at Cloudflare behind its back, the operator sees at its next check.
Duration Stage::quiet_before_the_end() {
  const auto config = api::decode_config(worlds_.config());
  const bool unseen = std::ranges::any_of(id_.mishaps, [](const Mishap& one) {
    return one.kind.starts_with("F19") || one.kind.starts_with("F20") || one.kind == "F18.wiped" ||
           one.kind == "F18.recreate";
  });
  if (!config || (!unseen && config->spec.interval > Seconds(60))) return kStandsStill;
  return Duration(config->spec.interval) + kStandsStill;
}

// Each mishap has had its call and some time to do harm, and what people do a while after it is done.
bool Stage::mishaps_are_over() {
  unsigned last = 0;
  for (const Mishap& one : id_.mishaps) last = std::max(last, one.call);
  if (last == 0) return true;
  if (book_.count() < last) return false;
  const Instant now = env_.now();
  if (!harm_until_) harm_until_ = now + kAftermath;
  const std::lock_guard lock(mutex_);
  return now >= *harm_until_ && now >= prompter_.dark_until.load() && now >= prompter_.broken_until.load() &&
         later_.empty();
}

// All is as it should be, and nobody has written anything for a while. Until each mishap has befallen, this looks at
// the same things at the same times as in the run without them, so that the calls bear the same numbers.
bool Stage::stands_still() {
  bool calm = false;
  Instant limit = env_.now() + kAllMishapsWithin;
  unsigned writes = worlds_.writes() + 1;
  std::uint64_t seen = 0;
  std::string why;
  Duration still = quiet_before_the_end();
  for (Instant since = env_.now(); !calm || env_.now() - since < still; live(kLook)) {
    if (!calm && (mishaps_are_over() || env_.now() - since >= still || env_.now() >= limit)) {
      calm = true;
      calm_down();
      limit = env_.now() + longest_way_;
      since = env_.now();
      if (!id_.mishaps.empty()) still = quiet_before_the_end();
    }
    if (std::exchange(seen, news_.load()) != news_) why = worlds_.unsettled();
    if (why.empty() && std::exchange(writes, worlds_.writes()) == worlds_.writes()) continue;
    if (calm && env_.now() >= limit) {
      breach("O1: no right end within " + std::to_string(longest_way_.count() / 1000) + " s: " + why);
      return false;
    }
    since = env_.now();
  }
  return true;
}

void Stage::expect_the_right_end() {
  const bool is_reached = stands_still();
  calls_ = book_.calls();
  if (!is_reached) return;
  log_.write("the right end is reached");
  end_ = normal_form(worlds_.config(), worlds_.zone());
  tally_ = oracles_.tally();
  expect_quiet();
  expect_a_reaction();
}

// Two minutes are lived through, and the rest of a day in which the machine is suspended; or the whole day.
void Stage::expect_quiet() {
  const std::size_t began = book_.count();
  const unsigned writes = worlds_.writes();
  const std::size_t calls = worlds_.cloudflare.log().calls().size();
  const Duration lived = options_.long_quiet ? std::chrono::hours(24) : Duration(Seconds(120));
  live(lived / 2);
  if (!options_.long_quiet) {
    // A call that is under way would fail, and that is news.
    for (int i = 0; i < 1'000 && book_.is_anything_under_way(); ++i) live(kMoment);
    log_.write("the machine is suspended for a day");
    env_.hold("p", env_.now() + std::chrono::hours(24));
    env::pause_until(env_, env_.now() + std::chrono::hours(24), {});
  }
  live(lived / 2);
  const std::vector<Call> all = book_.calls();
  for (std::string& what : looks_for_what_is_gone(std::span(all).subspan(began), worlds_.config_names()))
    breach(std::move(what));
  const std::size_t looks = worlds_.cloudflare.log().calls().size() - calls;
  const auto config = api::decode_config(worlds_.config());
  const Duration interval = config ? Duration(config->spec.interval) : lived;
  const auto checks = static_cast<std::size_t>(lived / (interval - interval / 10)) + 3;
  if (worlds_.writes() != writes)
    breach("O2: " + std::to_string(worlds_.writes() - writes) + " writes although nothing had changed");
  if (const std::string why = worlds_.unsettled(); !why.empty()) breach("O2: the right end was left: " + why);
  if (looks > checks * kCallsOfACheck)
    breach("O2: " + std::to_string(looks) + " calls to Cloudflare while nothing changed");
}

// A program whose copy of the world is in step, and whose queue has lost no key, sees a request at once.
void Stage::expect_a_reaction() {
  const auto config = [this] { return api::decode_config(worlds_.config()); };
  if (const auto is = config(); !is || is->metadata.deleting) return;
  worlds_.edit(R"({"metadata":{"annotations":{"originpull.dev/reconcile-at":"now"}}})");
  const bool seen = await([&] { return config()->status.last_handled_reconcile_at == "now"; }, kReactsWithin);
  if (!seen) breach("O16, O17: a request for a look was not seen within 30 s");
  if (normal_form(worlds_.config(), worlds_.zone()) != end_) breach("O3: a request for a look changed the end");
}

}  // namespace originpull::sim
