// SPDX-License-Identifier: Apache-2.0
// planted_test: the tests; or, by --try NN [SEEDS], a search for a trial that catches bug NN; or, by --table, the page
// docs/reference/planted-bugs.md.
#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

#include "planted/planted.hpp"
#include "planted/record.hpp"

namespace {

using namespace originpull::planted;

constexpr std::uint64_t kSeeds = 200;

// 0: caught, and the line of the record was printed; 3: not caught.
int look_for(int number, std::uint64_t seeds) {
  choose(number);
  for (const Trial& trial : trials(seeds)) {
    if (const auto says = first_broken(trial)) {
      std::cout << line_of(number, {trial, *says}) << "\n";
      return 0;
    }
  }
  return 3;
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
  if (command == "--try" && argc > 2) return look_for(std::stoi(argv[2]), argc > 3 ? std::stoull(argv[3]) : kSeeds);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
