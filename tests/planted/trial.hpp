// SPDX-License-Identifier: Apache-2.0
#pragma once
// A trial is one simulated run that can be repeated: a scenario, what befalls it, and a seed; "history" is the random
// history of sim/scenario.hpp, everything else a base scenario of sim/runner with its mishaps. `first_broken` does one
// with the bug that is chosen, `search` many, the likeliest first: the base scenarios without a mishap, then with one
// mishap somewhere, in an order that mixes them, then histories. This is the one place that knows the runners of
// tests/sim, and the one that chooses the bug for a search. For the thread that has no SimEnv; a run leaves no thread
// behind. A bug that ends the process is not caught.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace originpull::planted {

struct Trial {
  std::string scenario;
  std::string fault;
  std::uint64_t seed = 0;
};
std::string to_text(const Trial&);  // "rotation:F3@17:1"

// The first sentence of the oracles; empty: all is well.
std::optional<std::string> first_broken(const Trial&);

struct Caught {
  Trial by;
  std::string says;
};
// Where a search begins: with runs of that base scenario and that kind of mishap ("F3"), then of either. May be empty.
struct Hint {
  std::string scenario;
  std::string kind;
};
Hint hint_of(const Trial&);

// A trial that breaks something with that bug, and nothing without it. Empty: there is none among all, or among those
// that were done before there were `enough`. Leaves no bug chosen.
std::optional<Caught> search(int number, const Hint& hint, const std::function<bool()>& enough);

}  // namespace originpull::planted
