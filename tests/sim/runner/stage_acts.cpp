// SPDX-License-Identifier: Apache-2.0
// What mishaps do that befall no call but the world round it: people, clocks, the Lease, Cloudflare (F12, F15.pages,
// F17-F20); and how a run calms down after them.
#include <algorithm>
#include <array>

#include "api/codec.hpp"
#include "plan/step.hpp"
#include "sim/runner/bases.hpp"
#include "sim/runner/stage.hpp"

namespace originpull::sim {
namespace {

constexpr std::size_t kForeignPair = 3;
constexpr Duration kSoonEnough{480'000};
constexpr Duration kUntilTheNextCheck{700'000};  // of a drift that no event tells
constexpr Duration kHours{3 * 3'600'000};        // a deployment that timed out is tried again after growing pauses

constexpr Duration kJustOver{100};      // a Lease, as the server reckons
constexpr Duration kWakesLater{1'000};  // the rest of a process than its first thread

// What is done in here is done by somebody else, and by no thread of a process.
class Somebody {
 public:
  explicit Somebody(SimEnv& env) : elsewhere_(env), name_(env::thread_name()) { env::thread_name() = "somebody"; }
  ~Somebody() { env::thread_name() = name_; }
  Somebody(const Somebody&) = delete;
  Somebody& operator=(const Somebody&) = delete;

 private:
  const SimEnv::Elsewhere elsewhere_;
  const std::string name_;
};

}  // namespace

void Stage::act(const Mishap& mishap, const std::string& process) {
  const std::string who = env::thread_name();
  const Somebody somebody(env_);
  const std::string& kind = mishap.kind;
  if (kind.starts_with("F18")) return act_on_the_resource(mishap);
  if (kind.starts_with("F19") || kind.starts_with("F20")) return act_at_cloudflare(mishap);
  const auto index = static_cast<unsigned>(process[1] - '0');
  if (kind == "F10" || kind == "F11" || kind == "F12.behind") {
    worlds_.kube.set_lag(index, {.versions = mishap.value});
    later([this, index] { worlds_.kube.set_lag(index, {}); });
    if (kind == "F11") processes_[index].network->sever();
    if (kind == "F12.behind") {
      prompter_.expired_watches = 2;  // of resources and of Secrets
      worlds_.kube.cut_watches();
    }
  } else if (kind == "F12") {
    prompter_.dark_until = env_.now() + Seconds(mishap.value);
    lose_the_watches();
  } else if (kind == "F12.broken-lists") {
    prompter_.broken_until = env_.now() + Seconds(mishap.value);
    lose_the_watches();
  } else if (kind == "F15.pages") {
    prompter_.expiring_page = static_cast<int>(mishap.value);
  } else if (kind == "F17.pause") {
    env_.hold(process, env_.now() + Seconds(mishap.value));
  } else if (kind == "F17.over") {
    stand_still_until_the_lease_is_over(process, who);
  } else if (kind == "F17.stop") {
    later([this, index, process] { restart(index, process); }, Duration(0));
  } else if (kind == "F17.jump") {
    // Of that machine alone: Cloudflare and Kubernetes keep theirs.
    const Duration by = Seconds(mishap.value);
    processes_[index].clock->fetch_add(by.count());
    // A soak that was begun on a clock that is slow is over early on another's.
    oracles_.clocks_jump(processes_.size() > 1 ? std::chrono::abs(by) : by);
  } else if (kind == "F17.taken") {
    worlds_.take_lease();
  }
}

void Stage::lose_the_watches() {
  worlds_.kube.cut_watches();
  worlds_.kube.compact();
}

// The processors of a machine that wakes up do not begin with the thread that would notice how late it is.
void Stage::stand_still_until_the_lease_is_over(const std::string& process, const std::string& first_thread) {
  const Instant end = std::max(worlds_.oracles.lease_until(), env_.now()) + kJustOver;
  env_.hold(process, end + kWakesLater);
  env_.hold(first_thread, end);
}

void Stage::restart(unsigned index, const std::string& process) {
  Process& one = processes_[index];
  if (!running_ || one.name != process || !one.thread.joinable()) return;
  log_.write(process + " is stopped");
  end(one, false);
  start(one);
}

void Stage::act_on_the_resource(const Mishap& mishap) {
  const std::string what = mishap.kind.substr(4);
  const std::size_t other = (worlds_.wanted + 1) % scenario_pairs().size();
  const std::size_t wanted = worlds_.wanted;
  if (what == "spec") worlds_.edit(R"({"spec":{"rotation":{"soak":"20s"}}})");
  if (what.starts_with("toggle")) worlds_.edit(R"({"spec":{"enabled":false}})");
  if (what == "toggle-twice") later([this] { worlds_.edit(R"({"spec":{"enabled":true}})"); });
  if (what.starts_with("swap")) worlds_.put_pair(other);
  if (what == "swap-back")
    later([this, wanted, other] {
      if (worlds_.wanted == other) worlds_.put_pair(wanted);
    });
  if (what == "bad-pair") worlds_.put_bad_pair();
  if (what.ends_with("secret")) worlds_.remove_pair();
  if (what == "renew-secret")
    later([this] {
      if (worlds_.secret == SecretState::kMissing) worlds_.put_pair(worlds_.wanted);
    });
  if (what == "delete") worlds_.remove_config();
  if (what == "recreate") worlds_.remake_config();
  if (what == "finalizer") {
    worlds_.edit(R"({"metadata":{"finalizers":["example.com/keep"]}})");
    worlds_.remove_config();
  }
  if (what == "stripped") worlds_.edit(R"({"metadata":{"finalizers":null}})");
  if (what == "wiped") worlds_.wipe_status();
  if (what == "noise") worlds_.edit(R"({"metadata":{"annotations":{"example.com/noise":"yes"}}})");
  if (what == "suspend") worlds_.edit(R"({"spec":{"mode":"Suspend"}})");
}

void Stage::act_at_cloudflare(const Mishap& mishap) {
  const std::string what = mishap.kind.substr(4);
  const Duration time = Seconds(mishap.value);
  if (what == "zone-level") worlds_.flip("zone-level");
  if (what == "global") worlds_.flip("tls_client_auth");
  if (what == "delete") worlds_.delete_certificate(mishap.call);
  if (what == "upload") worlds_.upload_foreign(kForeignPair);
  if (what == "ssl") worlds_.set_encryption_mode("flexible");
  if (what == "never") worlds_.deploy_as("");
  if (what == "timed-out") worlds_.deploy_as("deployment_timed_out");
  if (what == "lag") worlds_.change_modes([time](worlds::CloudflareModes& modes) { modes.list_lag = time; });
  if (what == "slow") worlds_.change_modes([time](worlds::CloudflareModes& modes) { modes.deploy_delay = time; });
  if (what == "slow-delete")
    worlds_.change_modes([time](worlds::CloudflareModes& modes) { modes.delete_delay = time; });
  if (what == "busy") worlds_.change_modes([time](worlds::CloudflareModes& modes) { modes.mutation_time = time; });
  if (what == "down") {
    worlds_.be_down_for_now();
    const auto be_back = [this] {
      log_.write("Cloudflare is back");
      worlds_.cloudflare.faults().clear();
    };
    later(be_back, time);
  }
  // Only the uploads of the next moment.
  if (what == "never" || what == "timed-out") later([this] { worlds_.deploy_as("active"); });
}

void Stage::later(std::function<void()> what, Duration after) {
  const Instant when = env_.now() + after;
  const std::lock_guard lock(mutex_);
  later_.emplace_back(when, std::move(what));
}

// What people and Cloudflare do a while after a mishap, on the scenario's own thread.
void Stage::do_what_is_due(bool all) {
  const Instant now = env_.now();
  for (;;) {
    std::function<void()> what;
    {
      const std::lock_guard lock(mutex_);
      const auto due = std::ranges::find_if(later_, [&](const auto& one) { return all || one.first <= now; });
      if (due == later_.end()) return;
      what = std::move(due->second);
      later_.erase(due);
    }
    what();
  }
}

// From here on nothing goes wrong any more. How long the way to the right end may take is what the mishaps explain.
void Stage::calm_down() {
  log_.write("from here on nothing goes wrong");
  prompter_.has_quiet = true;
  do_what_is_due(true);
  if (!id_.mishaps.empty()) worlds_.change_modes([this](worlds::CloudflareModes& modes) { modes = modes_; });
  longest_way_ = kSoonEnough;
  for (const Mishap& one : id_.mishaps) {
    // What was forgotten while lists do not show it, too.
    if (one.kind.starts_with("F19") || one.kind == "F18.wiped" || one.kind == "F18.recreate")
      longest_way_ += kUntilTheNextCheck;
    if (one.kind == "F20.never" || one.kind == "F20.timed-out" || one.kind == "F20.gone") longest_way_ += kHours;
    if (one.kind.starts_with("F18.no-secret") || one.kind == "F8.404") longest_way_ += kUntilTheNextCheck;
    if (one.kind == "F20.down") longest_way_ += kUntilTheNextCheck;
    if (one.kind == "F17.jump") longest_way_ += Seconds(std::abs(one.value));
    if (one.kind == "F20.never") worlds_.give_up_deploying();
    if (one.kind == "F20.gone") worlds_.delete_certificate(one.call);
  }
}

void Stage::tell(const worlds::KubeCommit& commit) {
  if (commit.plural == "leases") return;
  std::string line = "  Kubernetes: " + commit.type + " " + commit.plural + " " + commit.name;
  if (const auto config = api::decode_config(commit.text); commit.plural == api::kPlural && config) {
    for (const api::Condition& one : config->status.conditions)
      line += "\n      " + one.type + "=" + std::string(to_string(one.status)) + " " + one.reason +
              (one.message.empty() ? "" : ": " + one.message);
    for (const api::CertificateRecord& one : config->status.ledger.certificates)
      line += "\n      ledger: " + plan::brief(one.fingerprint) + " " + std::string(to_string(one.role)) + ", " +
              std::string(to_string(one.intent)) + ", " + (one.state.empty() ? "never seen" : one.state);
  }
  log_.write(line);
}

// Where in the story a promise was broken.
void Stage::tell_breaches() {
  std::size_t count = 0;
  std::vector<std::string> news;
  for (const auto& all : {worlds_.oracles.broken(), oracles_.broken(), promises_.broken(), book_.broken()})
    for (const std::string& what : all)
      if (++count > told_breaches_) news.push_back(what);
  told_breaches_ = std::max<std::size_t>(told_breaches_, count);
  for (const std::string& what : news) log_.write("BROKEN " + what);
}

void Stage::tell(const worlds::CloudflareState& state) {
  std::string now;
  for (const auto& [id, zone] : state.zones) now += normal_form("", zone);
  now = now.substr(0, now.find("no resource"));
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(told_zone_, now) == now) return;
  }
  std::string line = "  Cloudflare:";
  for (const char c : now) line += c == '\n' ? std::string("\n      ") : std::string(1, c);
  log_.write(line.substr(0, line.find_last_not_of(" \n") + 1));
}

}  // namespace originpull::sim
