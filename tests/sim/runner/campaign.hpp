// SPDX-License-Identifier: Apache-2.0
#pragma once
// Many runs: which there are, doing them, and judging each against the run without mishaps (O3, O4). The one idea: the
// reference run of a base and a seed gives the calls at which mishaps can befall, so the set is listed, not guessed; a
// slice of it takes each n-th, by a fixed shuffle, so that every slice has something of everything. Used by one thread;
// nothing fails, what is broken is in the results.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/runner/stage.hpp"

namespace originpull::sim {

class Campaign {
 public:
  // The run without mishaps, done once per base and seed. `base` is the name of one.
  const RunReport& reference(const std::string& base, std::uint64_t seed);
  // A run, judged on its own and against its reference.
  RunReport judge(const RunId& id, const RunOptions& options = {});

 private:
  std::map<std::pair<std::string, std::uint64_t>, RunReport> references_ = {};
};

struct Choice {
  std::vector<std::string> bases = {};     // empty: all
  std::vector<std::string> families = {};  // "F1"; empty: all
  std::vector<std::uint64_t> seeds = {1};
  bool random = false;    // instead: one run for each seed, with a base and up to two mishaps drawn from it
  bool whole = false;     // also the kinds that thinned_out leaves to the lot
  std::size_t pairs = 0;  // of F1-F6, so many per base and seed, drawn from the seed
  std::size_t slice = 0, slices = 1;
};
// The runs of that choice, those without mishaps first.
std::vector<RunId> runs_of(Campaign& campaign, const Choice& choice);

struct Breach {
  std::string what;  // "O8: …"
  RunId run;
};
// Does runs until one breaks something; empty: none does. For planted bugs: what the oracles say of the first breach.
std::optional<Breach> find_breach(const Choice& choice, const std::function<bool()>& enough = [] { return false; });

}  // namespace originpull::sim
