// SPDX-License-Identifier: Apache-2.0
#include "sim/runner/campaign.hpp"

#include <algorithm>
#include <array>

#include "base/bug.hpp"
#include "sim/runner/bases.hpp"

namespace originpull::sim {
namespace {

// splitmix64: the same shuffle in every process.
std::uint64_t draw(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

// What leaves the wishes of people and the state of Cloudflare as they are, must leave the end as it is. (After a long
// outage people have gone on, and another history has been.)
bool changes_the_end(const Mishap& one) {
  static constexpr std::array kHarmless = {"F18.noise", "F18.stripped",    "F20.lag",
                                           "F20.slow",  "F20.slow-delete", "F20.busy"};
  if (one.kind == "F20.down") return one.value > 60;
  const bool by_others = one.kind.starts_with("F18") || one.kind.starts_with("F19") || one.kind.starts_with("F20");
  return by_others && std::ranges::find(kHarmless, one.kind) == kHarmless.end();
}

std::string first_difference(const std::string& is, const std::string& should) {
  std::size_t from = 0;
  while (from < std::min(is.size(), should.size()) && is[from] == should[from]) ++from;
  const auto line = [&](const std::string& text) {
    const auto begin = from == 0 ? 0 : text.rfind('\n', from - 1) + 1;
    return begin >= text.size() ? std::string("nothing") : text.substr(begin, text.find('\n', begin) - begin);
  };
  return "\"" + line(is) + "\" instead of \"" + line(should) + "\"";
}

std::string tally_text(const Tally& tally) {
  std::string text;
  for (const auto& [what, count] : tally) text += (text.empty() ? "" : ", ") + what + " x" + std::to_string(count);
  return text;
}

bool suits(const Base& base, const Mishap& mishap) {
  if (base.families.empty()) return true;
  const std::string family = mishap.kind.substr(0, mishap.kind.find('.'));
  return (" " + std::string(base.families) + " ").find(" " + family + " ") != std::string::npos;
}

bool chosen(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

void add_pairs(std::vector<RunId>& runs, const RunId& plain, std::span<const Call> calls, std::size_t count) {
  static const std::array<std::string, 6> kFamilies = {"F1", "F2", "F3", "F4", "F5", "F6"};
  const std::vector<Mishap> singles = every_mishap(calls, kFamilies);
  std::uint64_t state = plain.seed * 7919 + plain.base.size();
  for (std::size_t i = 0; i < count && !singles.empty(); ++i) {
    RunId run = plain;
    const Mishap& first = singles[draw(state) % singles.size()];
    Mishap second = singles[draw(state) % singles.size()];
    // Often in the recovery from the first.
    if (draw(state) % 2 == 0) second.call = first.call + 1 + static_cast<unsigned>(draw(state) % 12);
    run.mishaps = {first, second};
    if (first.call != second.call) runs.push_back(std::move(run));
  }
}

}  // namespace

const RunReport& Campaign::reference(const std::string& base, std::uint64_t seed) {
  const auto [place, is_new] = references_.try_emplace({base, seed});
  if (is_new) {
    const Base* found = find_base(base);
    check(found != nullptr, "there is no base scenario " + base);
    const RunId id{.base = base, .mishaps = {}, .seed = seed};
    const RunOptions options;
    place->second = Stage(*found, id, options).run();
  }
  return place->second;
}

RunReport Campaign::judge(const RunId& id, const RunOptions& options) {
  const RunReport& plain = reference(id.base, id.seed);
  RunReport report = Stage(*find_base(id.base), id, options).run();
  if (id.mishaps.empty() || report.gave_up || std::ranges::any_of(id.mishaps, changes_the_end)) return report;
  if (!plain.end.empty() && !report.end.empty() && report.end != plain.end)
    report.broken.push_back("O3: the end is not that of the run without mishaps: " +
                            first_difference(report.end, plain.end));
  if (find_base(id.base)->timed) return report;
  if (!plain.end.empty() && !report.end.empty() && report.tally != plain.tally)
    report.broken.push_back("O4: done was " + tally_text(report.tally) + " instead of " + tally_text(plain.tally));
  return report;
}

namespace {

// One run for each seed: a base and up to two mishaps, drawn from it.
std::vector<RunId> random_runs(Campaign& campaign, const Choice& choice) {
  std::vector<const Base*> from;
  for (const Base& base : bases())
    if (chosen(choice.bases, base.name)) from.push_back(&base);
  std::vector<RunId> runs;
  for (std::size_t i = choice.slice; i < choice.seeds.size(); i += choice.slices) {
    std::uint64_t state = choice.seeds[i];
    RunId run{.base = std::string(from[draw(state) % from.size()]->name), .mishaps = {}, .seed = choice.seeds[i]};
    const std::vector<Mishap> all = every_mishap(campaign.reference(run.base, run.seed).calls, choice.families);
    for (std::uint64_t more = draw(state) % 3; more > 0 && !all.empty(); --more)
      run.mishaps.push_back(all[draw(state) % all.size()]);
    runs.push_back(std::move(run));
  }
  return runs;
}

}  // namespace

std::vector<RunId> runs_of(Campaign& campaign, const Choice& choice) {
  if (choice.random) return random_runs(campaign, choice);
  std::vector<RunId> plain, runs;
  for (const std::uint64_t seed : choice.seeds) {
    for (const Base& base : bases()) {
      if (!chosen(choice.bases, base.name)) continue;
      const RunId id{.base = std::string(base.name), .mishaps = {}, .seed = seed};
      plain.push_back(id);
      const std::vector<Call>& calls = campaign.reference(id.base, seed).calls;
      std::vector<Mishap> mishaps = every_mishap(calls, choice.families);
      std::erase_if(mishaps, [&](const Mishap& one) { return !suits(base, one); });
      if (!choice.whole) mishaps = thinned_out(mishaps, calls, seed);
      for (Mishap& mishap : mishaps) runs.push_back({.base = id.base, .mishaps = {std::move(mishap)}, .seed = seed});
      for (Mishaps& some : every_conspiracy(calls, choice.families))
        if (base.families.empty()) runs.push_back({.base = id.base, .mishaps = std::move(some), .seed = seed});
      add_pairs(runs, id, calls, choice.pairs);
    }
  }
  std::uint64_t state = 1;
  for (std::size_t i = runs.size(); i > 1; --i) std::swap(runs[i - 1], runs[draw(state) % i]);
  std::vector<RunId> slice = choice.slice == 0 ? std::move(plain) : std::vector<RunId>();
  for (std::size_t i = choice.slice; i < runs.size(); i += choice.slices) slice.push_back(std::move(runs[i]));
  return slice;
}

std::optional<Breach> find_breach(const Choice& choice, const std::function<bool()>& enough) {
  Campaign campaign;
  for (const RunId& id : runs_of(campaign, choice)) {
    if (enough()) return std::nullopt;
    const RunReport report = campaign.judge(id);
    if (!report.broken.empty()) return Breach{report.broken.front(), id};
  }
  return std::nullopt;
}

}  // namespace originpull::sim
