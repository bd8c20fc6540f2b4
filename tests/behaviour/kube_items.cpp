// SPDX-License-Identifier: Apache-2.0
#include "behaviour/kube_items.hpp"

#include <algorithm>
#include <sstream>

#include "behaviour/kube_checks.hpp"

namespace originpull::behaviour {
namespace {

constexpr const char* kWatchMachine = "client: tests/kube/watch_machine_test.cpp";
constexpr const char* kWatch = "client: tests/kube/watch_test.cpp";
constexpr const char* kClient = "client: tests/kube/client_test.cpp";
constexpr const char* kStore = "client: tests/control/store_test.cpp";
constexpr const char* kNotOurs = "client-go's own; this operator keeps keys only and has no such part";

std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string in_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace

const std::map<int, std::string>& shown_elsewhere() {
  static const std::map<int, std::string> where = {
      {1, kWatchMachine},
      {2, "server, but half an hour long: the world draws it alike, src/worlds/kube_watch.cpp"},
      {5, kWatchMachine},
      {15, kWatchMachine},
      {16, kWatchMachine},
      {19, kWatchMachine},
      {20, kWatch},
      {28, "client: its own WatchList is not used by this operator, which lists and watches"},
      {29, "a switch of client-go"},
      {30,
       "server, but for an instant of its start: the world can play it, KubeLag::warming; "
       "client: tests/kube/status_error_test.cpp"},
      {31, "the same law as item 7"},
      {32, "server, but by its memory: the world has a bound of its own, tests/worlds/kube_store_test.cpp"},
      {33, "client: tests/kube/splitter_test.cpp, watch_test.cpp"},
      {35, kWatchMachine},
      {36, "client: tests/net/long_idle_test.cpp"},
      {37, "client: tests/net/cpprest_network_test.cpp"},
      {39, kWatch},
      {41, "client: tests/kube/status_error_test.cpp"},
      {42, "client: tests/net/cpprest_network_test.cpp"},
      {43, kWatchMachine},
      {44, "client: tests/net/cpprest_network_test.cpp"},
      {45, "client: this operator has no limiter before the API server, which has its own"},
      {46, "client: tests/net/cpprest_exchange_test.cpp"},
      {47, kClient},
      {52, "client: tests/net/cpprest_network_test.cpp"},
      {55, kStore},
      {56, kStore},
      {57, "client: tests/control/store_test.cpp, watch_set_test.cpp"},
      {58, kNotOurs},
      {59, kNotOurs},
      {60, kNotOurs},
      {61, kNotOurs},
      {62, "client: tests/control/key_queue_test.cpp"},
      {63, kStore},
      {64, kNotOurs},
      {65, "client: tests/control/loop_test.cpp, watch_set_test.cpp"},
      {66, "client: tests/reconcile/reconciler_test.cpp"},
      {67, kStore},
      {68, kNotOurs},
      {69, "a method for the tests of client-go; the simulation has front-ends that lag instead"},
      {112, "the shipped type: tests/e2e/crd_test.cpp"},
      {113, "client: tests/plan/report_test.cpp"},
      {123, "a reader's rule: tests/e2e/crd_status_test.cpp"},
      {125, "client: tests/plan/report_test.cpp"},
      {126, "client: tests/control/resource_feed_test.cpp"},
  };
  return where;
}

std::set<int> items_of(const std::string& numbers) {
  std::set<int> found;
  std::istringstream words(numbers);
  for (int number = 0; words >> number;) found.insert(number);
  return found;
}

std::string reference_page() {
  std::map<int, std::vector<std::string>> by_item;
  std::vector<std::string> beyond;
  for (const Check& check : checks()) {
    const auto numbers = items_of(check.items);
    for (const int number : numbers) by_item[number].push_back(in_words(check.name));
    if (numbers.empty()) beyond.push_back(in_words(check.name));
  }
  std::ostringstream page;
  page
      << "# The simulated Kubernetes API, and what shows that it is true\n\n"
         "<!-- Made of the table of checks: ORIGINPULL_WRITE_PAGE=1 behaviour_test --gtest_filter=KubeTable.* -->\n\n"
         "Each check below is one function that runs twice: against a real kube-apiserver 1.36 (`behaviour.Real`) and\n"
         "against the world in `src/worlds` (`behaviour.World.…`). Beside them, 200 random conversations of 50 "
         "requests\n"
         "are held with both and compared answer by answer (`behaviour.Sequences`).\n\n"
      << checks().size() << " checks, " << by_item.size() << " items.\n\n## Known differences\n\n"
      << "None of them is in what the operator uses. Each is asserted: when the world comes to agree, its test "
         "fails.\n\n"
      << "| Check | What differs |\n|---|---|\n";
  for (const KnownDifference& one : known_differences())
    page << "| " << cell(in_words(one.check)) << " | " << cell(one.reason) << " |\n";
  page
      << "\nWhat the world does not keep it refuses, and says so: of CEL optional values, bytes, unsigned and "
         "hexadecimal\n"
         "numbers, macros of two variables and the libraries beyond texts (URLs, quantities, addresses, dates); of\n"
         "schemas `multipleOf`, `uniqueItems` and formats that it does not know; of protobuf the kinds that it has "
         "not.\n"
         "Its collector of children does not look for owners that never were. The price of a rule is that of the real\n"
         "server where lengths are in the schema, and of its magnitude elsewhere.\n";
  page << "\nIn the random conversations these are not compared:\n\n";
  for (const std::string& one : not_compared()) page << "* " << one << "\n";
  page << "\n## Items\n\nThe numbers are those of the list of exact behaviours that the project keeps.\n\n"
       << "| Item | What it says | Shown by |\n|---|---|---|\n";
  for (const auto& [number, text] : items()) {
    std::string shown;
    for (const std::string& name : by_item[number]) shown += (shown.empty() ? "" : "; ") + name;
    const auto elsewhere = shown_elsewhere().find(number);
    if (elsewhere != shown_elsewhere().end()) shown += (shown.empty() ? "" : "; ") + elsewhere->second;
    page << "| " << number << " | " << cell(text) << " | " << cell(shown) << " |\n";
  }
  page << "\n## Beyond the list: what the operator and its users' tools rely on\n\n";
  for (const std::string& name : beyond) page << "* " << name << "\n";
  return page.str();
}

}  // namespace originpull::behaviour
