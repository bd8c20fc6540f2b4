// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_modes.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <variant>
#include <vector>

namespace originpull::worlds {
namespace {

using Modes = CloudflareModes;
using Member = std::variant<Duration Modes::*, std::string Modes::*, bool Modes::*, int Modes::*>;

struct Named {
  std::string_view name;
  Member member;
  std::vector<std::string_view> choices = {};  // of a text; none: any
};

const std::vector<Named>& table() {
  static const std::vector<Named> rows = {
      {"deployDelayMs", &Modes::deploy_delay},
      {"initializingMs", &Modes::initializing},
      {"deleteDelayMs", &Modes::delete_delay},
      {"associationDelayMs", &Modes::association_delay},
      {"voidDelayMs", &Modes::void_delay},
      {"listLagMs", &Modes::list_lag},
      {"mutationTimeMs", &Modes::mutation_time},
      {"resurrectionMs", &Modes::resurrection},
      {"deploysAs", &Modes::deploys_as},
      {"deletesAs", &Modes::deletes_as},
      {"reuseIds", &Modes::reuse_ids},
      {"listTombstones", &Modes::list_tombstones},
      {"emptyListIsNull", &Modes::empty_list_is_null},
      {"tombstones", &Modes::tombstones},
      {"serialNumber", &Modes::serial_number},
      {"acceptExpired", &Modes::accept_expired},
      {"chain", &Modes::chain, {"leaf", "all", "refuse"}},
      {"caWording", &Modes::ca_wording, {"only-leaf", "missing-leaf"}},
      {"mismatchCode", &Modes::mismatch_code},
      {"quotaCode", &Modes::quota_code},
      {"deniedStatus", &Modes::denied_status},
      {"deniedCode", &Modes::denied_code},
      {"readOnlyCode", &Modes::read_only_code},
      {"scopedTokensNeedName", &Modes::scoped_tokens_need_name},
      {"maxAuthFailures", &Modes::max_auth_failures},
      {"freshTokenMs", &Modes::fresh_token},
      {"requests", &Modes::requests},
      {"windowMs", &Modes::window},
      {"throttleMs", &Modes::throttle},
      {"throttledAs", &Modes::throttled_as, {"429", "200", "empty", "null"}},
      {"extraFields", &Modes::extra_fields},
      {"vagueErrorFirst", &Modes::vague_error_first},
      {"edgeSpreadMs", &Modes::edge_spread},
      {"edgeSeed", &Modes::edge_seed},
  };
  return rows;
}

// A whole number that is not negative and fits an int: milliseconds, a code, a count.
std::int64_t number(json::Decoder& d, std::string_view name) {
  const auto value = d.need<std::int64_t>(name);
  if (value < 0 || value > std::numeric_limits<int>::max()) d.reject(name, "expected a number from 0 to 2147483647");
  return value;
}

struct Set {
  json::Decoder& d;
  Modes& modes;
  const Named& row;
  const std::string_view name = row.name;
  void operator()(Duration Modes::* member) const { modes.*member = Duration(number(d, name)); }
  void operator()(int Modes::* member) const { modes.*member = static_cast<int>(number(d, name)); }
  void operator()(bool Modes::* member) const { modes.*member = d.need<bool>(name); }
  void operator()(std::string Modes::* member) const {
    modes.*member = d.need<std::string>(name);
    const auto& choices = row.choices;
    if (choices.empty() || std::find(choices.begin(), choices.end(), modes.*member) != choices.end()) return;
    std::string all;
    for (const std::string_view one : choices) all += (all.empty() ? "" : ", ") + std::string(one);
    d.reject(name, "expected one of " + all);
  }
};

// {"without": [17, 28]} replaces the whole set, so [] turns all behaviours on again. Read from its compact text.
BehaviourSet read_without(json::Decoder& d) {
  BehaviourSet without;
  const std::string text = d.text("without");
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text == "[]") return without;
  for (char before = '['; at != end && *at == before; before = ',') {
    std::int64_t number = 0;
    at = std::from_chars(at + 1, end, number).ptr;
    const auto behaviour = behaviour_of(number);
    if (!behaviour) break;
    without.add(*behaviour);
    if (std::string_view(at, static_cast<std::size_t>(end - at)) == "]") return without;
  }
  d.reject("without", "expected numbers of behaviours, from 1 to 66, as [17, 28]");
  return without;
}

}  // namespace

Result<CloudflareModes> changed_modes(const CloudflareModes& before, json::Decoder& d) {
  Modes modes = before;
  for (const std::string& key : d.keys()) {
    if (key == "without") {
      modes.without = read_without(d);
      continue;
    }
    const auto found = std::find_if(table().begin(), table().end(), [&](const Named& one) { return one.name == key; });
    if (found == table().end()) {
      d.reject(key, "is no mode of the simulator");
    } else {
      std::visit(Set{.d = d, .modes = modes, .row = *found}, found->member);
    }
  }
  return d.finish(std::move(modes), ErrorKind::kInvalid, "change the simulator's modes");
}

void write_modes(json::Writer& w, const CloudflareModes& modes) {
  w.begin_object();
  for (const Named& one : table()) {
    w.key(one.name);
    if (const auto* time = std::get_if<Duration Modes::*>(&one.member)) w.integer((modes.**time).count());
    if (const auto* text = std::get_if<std::string Modes::*>(&one.member)) w.string(modes.**text);
    if (const auto* truth = std::get_if<bool Modes::*>(&one.member)) w.boolean(modes.**truth);
    if (const auto* count = std::get_if<int Modes::*>(&one.member)) w.integer(modes.**count);
  }
  w.key("without").begin_array();
  for (const BehaviourFacts& one : behaviours()) {
    if (modes.without.contains(one.behaviour)) w.integer(number_of(one.behaviour));
  }
  w.end_array().end_object();
}

}  // namespace originpull::worlds
