// SPDX-License-Identifier: Apache-2.0
#include "planted/trial.hpp"

#include <algorithm>
#include <random>

#include "base/bug.hpp"
#include "planted/planted.hpp"
#include "sim/runner/campaign.hpp"
#include "sim/scenario.hpp"

namespace originpull::planted {
namespace {

constexpr std::string_view kHistory = "history";
constexpr std::uint64_t kHistories = 100;

std::optional<std::string> front(const std::vector<std::string>& broken) {
  return broken.empty() ? std::nullopt : std::optional(broken.front());
}

Trial trial_of(const sim::RunId& id) { return {id.base, to_text(id.mishaps), id.seed}; }

// What is like the hint first, the rest well mixed.
std::vector<sim::RunId> in_order(std::vector<sim::RunId> runs, const Hint& hint) {
  const auto strangeness = [&](const sim::RunId& id) {
    if (id.mishaps.empty()) return 0;
    const bool kind = std::any_of(id.mishaps.begin(), id.mishaps.end(),
                                  [&](const sim::Mishap& mishap) { return mishap.kind == hint.kind; });
    if (kind) return id.base == hint.scenario ? 1 : 2;
    return id.base == hint.scenario ? 3 : 4;
  };
  std::shuffle(runs.begin(), runs.end(), std::mt19937_64(1));
  std::stable_sort(runs.begin(), runs.end(),
                   [&](const sim::RunId& a, const sim::RunId& b) { return strangeness(a) < strangeness(b); });
  return runs;
}

}  // namespace

std::string to_text(const Trial& trial) {
  return trial.scenario + ":" + trial.fault + ":" + std::to_string(trial.seed);
}

std::optional<std::string> first_broken(const Trial& trial) {
  if (trial.scenario == kHistory) return front(sim::run_scenario({.seed = trial.seed}).broken);
  const auto id = sim::read_run_id(to_text(trial));
  check(id.has_value(), "the record of planted bugs names a run that is none");
  return front(sim::Campaign().judge(*id).broken);
}

Hint hint_of(const Trial& trial) { return {trial.scenario, trial.fault.substr(0, trial.fault.find_first_of("@=+"))}; }

std::optional<Caught> search(int number, const Hint& hint, const std::function<bool()>& enough) {
  const struct ChooseNone {
    ~ChooseNone() { choose(0); }
  } at_the_end;
  sim::Campaign campaign;  // of the program with the bug
  const auto clean_without = [&](const Trial& trial) {
    choose(0);
    const bool clean = number == 0 || !first_broken(trial);
    choose(number);
    return clean;
  };
  choose(number);
  for (const sim::RunId& id : in_order(runs_of(campaign, {.whole = true}), hint)) {
    if (enough()) return std::nullopt;
    auto says = front(campaign.judge(id).broken);
    if (says && clean_without(trial_of(id))) return Caught{trial_of(id), std::move(*says)};
  }
  for (std::uint64_t seed = 1; seed <= kHistories && !enough(); ++seed) {
    const Trial trial{std::string(kHistory), "seeded", seed};
    auto says = first_broken(trial);
    if (says && clean_without(trial)) return Caught{trial, std::move(*says)};
  }
  return std::nullopt;
}

}  // namespace originpull::planted
