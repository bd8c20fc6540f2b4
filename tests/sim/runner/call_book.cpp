// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/call_book.hpp"

#include <algorithm>

namespace originpull::sim {
namespace {

constexpr Duration kMinute{60'000};
constexpr Duration kBudgetWindow{300'000};
constexpr std::size_t kBudget = 600;         // half of what Cloudflare grants, the operator's default
constexpr std::size_t kHotCloudflare = 240;  // in a minute; who follows five pairs in one, while lists lag, needs 190
constexpr std::size_t kFailing = 20;         // calls in a minute, all of which fail: they come less and less often
constexpr std::size_t kHotKubernetes = 120;  // in a minute, Leases apart

// The zone's part of a target, empty if it is about none.
std::string zone_of(const std::string& target) {
  constexpr std::string_view kZones = "/zones/";
  const auto at = target.find(kZones);
  return at == std::string::npos ? std::string() : target.substr(at + kZones.size(), 32);
}

// How many of `times`, which are in order, are later than `from`.
std::size_t since(const std::vector<Instant>& times, Instant from) {
  return static_cast<std::size_t>(times.end() - std::upper_bound(times.begin(), times.end(), from));
}

}  // namespace

std::string to_text(const Call& call) {
  return "#" + std::to_string(call.number) + " " + (call.cloudflare ? "C " : "K ") +
         std::string(net::to_string(call.method)) + " " + call.target;
}

unsigned CallBook::begin(const net::Request& request, bool cloudflare, bool stream, const std::string& who,
                         Instant now) {
  const std::lock_guard lock(mutex_);
  Call call{.number = static_cast<unsigned>(calls_.size() + 1),
            .at = now,
            .who = who,
            .cloudflare = cloudflare,
            .method = request.method,
            .target = request.target,
            .stream = stream};
  const bool uploads = cloudflare && request.method == net::Method::kPost;
  std::string leak = secrets_.find(request.target);
  if (leak.empty()) leak = uploads ? secrets_.find_token(request.body) : secrets_.find(request.body);
  for (const auto& [name, value] : request.headers)
    if (leak.empty()) leak = secrets_.find(value);
  if (leak.empty())
    leak = cloudflare ? secrets_.find_key(request.bearer.reveal()) : secrets_.find(request.bearer.reveal());
  if (!leak.empty()) breach("O15: " + leak + " is in the request " + to_text(call));
  if (cloudflare) judge_workers(call);
  judge_rate(call);
  calls_.push_back(std::move(call));
  return static_cast<unsigned>(calls_.size());
}

void CallBook::judge_workers(const Call& call) {
  const std::string process = call.who.substr(0, call.who.find('/'));
  if (const auto silent = silent_until_.find(process); silent != silent_until_.end() && call.at < silent->second)
    breach("O18: " + to_text(call) + " although Cloudflare had asked for silence for " +
           std::to_string((silent->second - call.at).count()) + " ms more");
  const std::string zone = zone_of(call.target);
  if (zone.empty()) return;
  const auto [there, is_new] = at_zone_.try_emplace(process + " " + zone, call.number);
  if (is_new) return;
  const Call& other = calls_[there->second - 1];
  if (!several_ && !other.over && other.who != call.who)
    breach("O16: two workers at one zone: " + to_text(other) + " by " + other.who + " and " + to_text(call) + " by " +
           call.who);
  there->second = call.number;
}

void CallBook::judge_rate(const Call& call) {
  if (call.is_lease()) return;
  const std::string place = call.who.substr(0, call.who.find('/')) + " " + call.target.substr(0, call.target.find('?'));
  auto& times = call.cloudflare ? cloudflare_times_ : kubernetes_times_[place];
  times.push_back(call.at);
  const std::size_t in_a_minute = since(times, call.at - kMinute);
  if (in_a_minute > (call.cloudflare ? kHotCloudflare : kHotKubernetes))
    breach(std::string("O18: a hot loop, ") + std::to_string(in_a_minute) + " calls in a minute to " +
           (call.cloudflare ? "Cloudflare" : "Kubernetes"));
  if (call.cloudflare && since(times, call.at - kBudgetWindow) > kBudget)
    breach("O18: more calls to Cloudflare than the budget allows");
}

void CallBook::end(unsigned number, const std::string& answer, Instant now) {
  const std::lock_guard lock(mutex_);
  Call& call = calls_[number - 1];
  call.over = true;
  call.took = now - call.at;
  call.answer = answer;
  if (call.cloudflare) judge_back_off(call);
}

// Where nothing but failures comes back, whoever asks must ask less often.
void CallBook::judge_back_off(const Call& call) {
  auto& times = failing_[call.who.substr(0, call.who.find('/'))];
  const bool fails = call.answer.size() != 3 || call.answer.front() == '5' || call.answer == "429";
  if (!fails) return times.clear();
  times.push_back(call.at);
  if (const std::size_t count = since(times, call.at - kMinute); count > kFailing)
    breach("O18: no back-off, " + std::to_string(count) + " calls to Cloudflare in a minute, all of which failed");
}

void CallBook::silence(const std::string& process, Instant until) {
  const std::lock_guard lock(mutex_);
  Instant& known = silent_until_[process];
  known = std::max(known, until);
}

std::vector<Call> CallBook::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

unsigned CallBook::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<unsigned>(calls_.size());
}

bool CallBook::is_anything_under_way() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(calls_,
                             [](const Call& call) { return !call.over && !call.is_watch() && !call.is_lease(); });
}

void CallBook::breach(std::string what) {
  if (broken_.size() < 20) broken_.push_back(std::move(what));
}

std::vector<std::string> CallBook::broken() const {
  const std::lock_guard lock(mutex_);
  return broken_;
}

}  // namespace originpull::sim
