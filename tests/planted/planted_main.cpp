// SPDX-License-Identifier: Apache-2.0
// planted_test: the tests; or, by --try NN [SECONDS [SCENARIO [KIND]]], a search for a trial that catches bug NN, which
// begins with that base scenario and that kind of mishap; or, by --explain NN RUN, the story of a run with bug NN; or,
// by --table, the page docs/reference/planted-bugs.md.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

#include "planted/planted.hpp"
#include "planted/record.hpp"
#include "sim/runner/command.hpp"

namespace {

using namespace originpull::planted;

constexpr int kSeconds = 60;

// 0: caught, and the line of the record was printed; 3: not caught.
int look_for(int number, int seconds, const Hint& hint) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  const auto caught = search(number, hint, [&] { return std::chrono::steady_clock::now() > end; });
  if (!caught) return 3;
  std::cout << line_of(number, *caught) << "\n";
  return 0;
}

int explain(int number, const std::string& run) {
  choose(number);
  const int broken = originpull::sim::run_command({"--explain", run}, std::cout, std::cerr);
  choose(0);
  return broken;
}

int print_table() {
  std::ifstream file(ORIGINPULL_SOURCE_DIR "/tests/planted/caught.txt");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::cout << table(read_record(text));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "--table") return print_table();
  const auto argument = [&](int place) { return place < argc ? std::string(argv[place]) : std::string(); };
  if (command == "--try" && argc > 2)
    return look_for(std::stoi(argv[2]), argc > 3 ? std::stoi(argv[3]) : kSeconds, {argument(4), argument(5)});
  if (command == "--explain" && argc > 3) return explain(std::stoi(argv[2]), argv[3]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
