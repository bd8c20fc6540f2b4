// SPDX-License-Identifier: Apache-2.0
#include "cloudflare/budget.hpp"

#include <algorithm>
#include <functional>

namespace originpull::cloudflare {
namespace {

// A token that was accepted so recently is a valid one, so an unclear refusal is about a permission.
constexpr Duration kRecently{60'000};
constexpr std::string_view kWholeToken;
constexpr std::size_t kFirstPrune = 64;

Error come_again(const Call& call, Duration rest, std::string why) {
  return Error{.kind = ErrorKind::kRateLimited,
               .attempted = call.attempted,
               .message = std::move(why),
               .retry_after = std::max(rest, Duration(1))};
}

// "Try again after 0 seconds" is no invitation to a hot loop.
constexpr Duration kLeastThrottle{1'000};

}  // namespace

std::shared_ptr<Budget> Budget::make(env::Env& env, BudgetOptions options) {
  return std::shared_ptr<Budget>(new Budget(env, options));
}

Budget::Turn::~Turn() {
  if (budget_ && !zone_.empty()) budget_->give_back(zone_);
}

// Reads and writes need different permissions, so they are refused apart.
std::string Budget::place(const Call& call) {
  return call.zone + "/" + std::to_string(static_cast<int>(call.family)) + (call.mutation() ? "w" : "r");
}

int Budget::share(Priority priority) const {
  switch (priority) {
    case Priority::kUserChange: return options_.requests;
    case Priority::kRotation: return std::max(1, options_.requests * options_.rotation_percent / 100);
    case Priority::kDrift: return std::max(1, options_.requests * options_.drift_percent / 100);
  }
  return 1;
}

Result<Budget::Turn> Budget::take(const Call& call) {
  const Instant now = env_.now();
  const bool guarded = call.mutation() && !call.zone.empty();
  auto refusal = state_.with([&](State& state) -> std::optional<Error> {
    std::erase_if(state.used, [&](Instant at) { return at + options_.window <= now; });
    if (auto error = verdict(state, call, now)) return error;
    state.used.push_back(now);
    state.turned_away = std::max(0, state.turned_away - 1);
    if (guarded) ++state.mutations[call.zone];
    return std::nullopt;
  });
  if (refusal) return fail(std::move(*refusal));
  return Turn(guarded ? shared_from_this() : nullptr, guarded ? call.zone : std::string());
}

std::optional<Error> Budget::verdict(State& state, const Call& call, Instant now) const {
  for (const std::string& key : {std::string(kWholeToken), place(call)}) {
    const auto denial = state.denials.find(key);
    if (denial == state.denials.end() || denial->second.until <= now) continue;
    Error again = denial->second.error;
    again.retry_after = denial->second.until - now;
    return again;
  }
  if (state.silent_until > now) {
    return come_again(call, state.silent_until - now, "Cloudflare has asked this API token to wait");
  }
  if (call.mutation() && state.mutations.contains(call.zone)) {
    return come_again(call, options_.zone_busy, "another change of this zone is under way");
  }
  const auto share_of_class = static_cast<std::size_t>(share(call.priority));
  if (state.used.size() < share_of_class) return std::nullopt;
  // The first one turned away comes when the first place in its share is free, the next one a place later.
  const std::size_t freed = state.used.size() - share_of_class + static_cast<std::size_t>(state.turned_away++);
  const Instant free_at = state.used[std::min(freed, state.used.size() - 1)] + options_.window;
  return come_again(
      call, free_at - now,
      "the request budget of this API token is used up for calls of class " + std::string(to_string(call.priority)));
}

void Budget::accepted(const Call& call) {
  const Instant now = env_.now();
  state_.with([&](State& state) {
    state.last_accepted = now;
    state.denials.erase(std::string(kWholeToken));
    state.denials.erase(place(call));
  });
}

Duration Budget::throttled(std::optional<Duration> rest) {
  const Duration wait = std::clamp(rest.value_or(options_.throttled), kLeastThrottle, options_.longest_throttle);
  const Instant now = env_.now();
  return state_.with([&](State& state) {
    state.silent_until = std::max(state.silent_until, now + wait);
    return state.silent_until - now;
  });
}

Duration Budget::refused(const Call& call, Refusal refusal, const Error& error) {
  if (refusal == Refusal::kNone) return Duration(0);
  const Instant now = env_.now();
  return state_.with([&](State& state) {
    const bool known_good = state.last_accepted && now - *state.last_accepted <= kRecently;
    const bool whole = refusal == Refusal::kCredential || (refusal == Refusal::kUnclear && !known_good);
    std::erase_if(state.denials, [&](const auto& one) { return one.second.until + options_.longest_refusal <= now; });
    Denial& denial = state.denials[whole ? std::string(kWholeToken) : place(call)];
    // Several calls that were under way together count once.
    if (denial.until > now) return denial.until - now;
    denial.wait =
        denial.wait == Duration(0) ? options_.first_refusal : std::min(denial.wait * 2, options_.longest_refusal);
    denial.until = now + denial.wait;
    denial.error = error;
    return denial.wait;
  });
}

void Budget::give_back(const std::string& zone) {
  state_.with([&](State& state) { state.mutations.erase(zone); });
}

int Budget::left() {
  const Instant now = env_.now();
  return state_.look([&](const State& state) {
    const auto used =
        std::count_if(state.used.begin(), state.used.end(), [&](Instant at) { return at + options_.window > now; });
    return std::max(0, options_.requests - static_cast<int>(used));
  });
}

bool Budget::idle() {
  const Instant now = env_.now();
  return state_.look([&](const State& state) {
    const bool denied = std::any_of(state.denials.begin(), state.denials.end(),
                                    [&](const auto& one) { return one.second.until + options_.longest_refusal > now; });
    const bool counted = !state.used.empty() && state.used.back() + options_.window > now;
    return !denied && !counted && state.mutations.empty() && state.silent_until <= now;
  });
}

BudgetRegistry::BudgetRegistry(env::Env& env, BudgetOptions options)
    : env_(env), options_(options), salt_(env.random()), known_(env, Known{.budgets = {}, .prune_at = kFirstPrune}) {}

std::shared_ptr<Budget> BudgetRegistry::of(const SecretString& token) {
  const std::uint64_t key = std::hash<std::string_view>()(token.reveal()) ^ salt_;
  auto known = known_.look([&](const Known& all) {
    const auto found = all.budgets.find(key);
    return found == all.budgets.end() ? nullptr : found->second;
  });
  if (known) return known;
  forget_idle();
  auto fresh = Budget::make(env_, options_);
  return known_.with([&](Known& all) { return all.budgets.try_emplace(key, std::move(fresh)).first->second; });
}

// Asks each Budget outside the registry's lock, and drops one only if nobody has taken it meanwhile.
void BudgetRegistry::forget_idle() {
  auto all = known_.look([](const Known& known) {
    return known.budgets.size() < known.prune_at ? std::map<std::uint64_t, std::shared_ptr<Budget>>() : known.budgets;
  });
  if (all.empty()) return;
  std::vector<std::uint64_t> idle;
  for (const auto& [key, budget] : all) {
    if (budget->idle()) idle.push_back(key);
  }
  all.clear();
  known_.with([&](Known& known) {
    for (const std::uint64_t key : idle) {
      const auto found = known.budgets.find(key);
      if (found != known.budgets.end() && found->second.use_count() == 1) known.budgets.erase(found);
    }
    known.prune_at = std::max(kFirstPrune, 2 * known.budgets.size());
  });
}

std::size_t BudgetRegistry::size() {
  return known_.look([](const Known& known) { return known.budgets.size(); });
}

int BudgetRegistry::fewest_left() {
  const auto all = known_.look([](const Known& known) { return known.budgets; });
  int fewest = options_.requests;
  for (const auto& [key, budget] : all) fewest = std::min(fewest, budget->left());
  return fewest;
}

}  // namespace originpull::cloudflare
