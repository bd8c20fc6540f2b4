// SPDX-License-Identifier: Apache-2.0
#pragma once
// Random conversations with a Kubernetes API: fifty requests over nine kinds and three names, valid and invalid, that
// two sides must answer alike. The one idea: a step is written before anybody has answered, so it speaks of versions,
// uids and objects by placeholder ("{version:secrets/a}"), and each side fills in what it heard itself. The same seed
// and index give the same steps on every machine. Plain values and pure functions, but for `play`, which asks a Side.
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "behaviour/kube_side.hpp"

namespace originpull::behaviour {

struct Step {
  net::Method method = net::Method::kGet;
  std::string target = {};
  std::string body = {};
  std::string content_type = {};
  std::string accept = kJson;
  std::string key = {};       // "secrets/a": whom the answer tells of; empty: nobody
  bool from_known = false;    // the body is a merge patch on the last object of `key` that was heard of
  std::string fallback = {};  // the body if none was
  std::string describe() const;
};

// Whether a part is left out of the conversations ("apply", "managedFields", or a plural), by the list of words in
// ORIGINPULL_LEAVE_OUT: for whoever builds one part of the world before another.
bool leaves_out(std::string_view part);

// 64-bit numbers from a seed, the same everywhere.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& choices) {
    return choices[below(choices.size())];
  }

 private:
  std::uint64_t state_;
};

std::vector<Step> sequence_of(std::uint64_t seed, std::size_t index, std::size_t steps = 50);

// What a side said, in the form in which two sides are compared.
struct Heard {
  std::vector<std::string> answers = {};           // one for each step
  std::map<std::string, std::string> lists = {};   // by plural, at the end
  std::map<std::string, std::string> events = {};  // by plural/name: all events, in their order
};
Heard play(Side& side, const std::string& ns, const std::vector<Step>& steps);

// The kinds of the conversation.
struct SpokenKind {
  std::string plural;
  std::string base;                        // "/api/v1"
  std::string head;                        // "apiVersion":…,"kind":…
  std::vector<std::string> fields;         // of a valid object, beside metadata: JSON members
  std::vector<std::string> broken_fields;  // of one that is refused
  std::vector<std::string> merges;         // merge patches
  std::vector<std::string> json_patches;
  std::vector<std::string> strategic;  // for custom kinds: refused
  std::vector<std::string> applied;    // members, for server-side apply
  std::vector<std::string> statuses;   // merge patches of the status; empty: there is no such subresource
  std::vector<std::string> selectors;  // field selectors
};
const std::vector<SpokenKind>& spoken_kinds();

}  // namespace originpull::behaviour
