// SPDX-License-Identifier: Apache-2.0
#include "worlds/cloudflare_modes.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <variant>

namespace originpull::worlds {
namespace {

using Modes = CloudflareModes;
using Member = std::variant<Duration Modes::*, std::string Modes::*, bool Modes::*, int Modes::*>;

struct Named {
  std::string_view name;
  Member member;
};

const std::array<Named, 20>& table() {
  static const std::array<Named, 20> rows = {{
      {"deployDelayMs", &Modes::deploy_delay},
      {"initializingMs", &Modes::initializing},
      {"deleteDelayMs", &Modes::delete_delay},
      {"listLagMs", &Modes::list_lag},
      {"mutationTimeMs", &Modes::mutation_time},
      {"resurrectionMs", &Modes::resurrection},
      {"deploysAs", &Modes::deploys_as},
      {"deletesAs", &Modes::deletes_as},
      {"reuseIds", &Modes::reuse_ids},
      {"listTombstones", &Modes::list_tombstones},
      {"emptyListIsNull", &Modes::empty_list_is_null},
      {"tombstones", &Modes::tombstones},
      {"acceptExpired", &Modes::accept_expired},
      {"acceptChain", &Modes::accept_chain},
      {"mismatchCode", &Modes::mismatch_code},
      {"deniedStatus", &Modes::denied_status},
      {"maxAuthFailures", &Modes::max_auth_failures},
      {"requests", &Modes::requests},
      {"windowMs", &Modes::window},
      {"throttleMs", &Modes::throttle},
  }};
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
  std::string_view name;
  void operator()(Duration Modes::* member) const { modes.*member = Duration(number(d, name)); }
  void operator()(int Modes::* member) const { modes.*member = static_cast<int>(number(d, name)); }
  void operator()(bool Modes::* member) const { modes.*member = d.need<bool>(name); }
  void operator()(std::string Modes::* member) const { modes.*member = d.need<std::string>(name); }
};

}  // namespace

Result<CloudflareModes> changed_modes(const CloudflareModes& before, json::Decoder& d) {
  Modes modes = before;
  for (const std::string& key : d.keys()) {
    const auto* found = std::find_if(table().begin(), table().end(), [&](const Named& one) { return one.name == key; });
    if (found == table().end()) {
      d.reject(key, "is no mode of the simulator");
    } else {
      std::visit(Set{.d = d, .modes = modes, .name = found->name}, found->member);
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
  w.end_object();
}

}  // namespace originpull::worlds
