// SPDX-License-Identifier: Apache-2.0
#pragma once
// A `Mishap` is one thing that goes wrong in a run, at one call: what, how much, and before or after which call, as
// the calls of a run are numbered. The one idea: as long as nothing has gone wrong a run is the same as the one without
// mishaps, so a number taken from that one names the same call here, and the set of all single mishaps can be listed.
// Its text is what a failure prints and a replay reads: "F3@17", "F17.pause=20@9", two of them "F1@4+F3@9".
//
// The kinds are those of operator-engineering.md 3.3. Plain values, any thread; a text that is none is kInvalid.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/runner/call_book.hpp"

namespace originpull::sim {

struct Mishap {
  std::string kind = {};  // of mishap_kinds()
  std::int64_t value = 0;
  unsigned call = 0;
  bool operator==(const Mishap&) const = default;
};
using Mishaps = std::vector<Mishap>;

std::string to_text(const Mishap&);
std::string to_text(const Mishaps&);  // "none" if there are none
Result<Mishaps> read_mishaps(std::string_view text);

struct MishapKind {
  std::string_view name;  // "F8.429"
  std::string_view what;  // in words, for the story of a run
  bool (*applies)(const Call&);
  std::vector<std::int64_t> values = {0};
};
std::span<const MishapKind> mishap_kinds();
const MishapKind* find_kind(std::string_view name);

// Every mishap of the families ("F1", "F8"; empty: all) at every call that it applies to, in a fixed order.
std::vector<Mishap> every_mishap(std::span<const Call> calls, std::span<const std::string> families);
// What hurts only together, at each upload: an answer that is lost, say, while lists lag and the Secret changes.
std::vector<Mishaps> every_conspiracy(std::span<const Call> calls, std::span<const std::string> families);
// Of `all` at these calls, what the exhaustive set has: all kinds but those that are drawn, of which each family keeps
// one at each call, by lot from the seed; nothing at a renewal of the Lease that has only a renewal before it.
std::vector<Mishap> thinned_out(const std::vector<Mishap>& all, std::span<const Call> calls, std::uint64_t seed);

}  // namespace originpull::sim
