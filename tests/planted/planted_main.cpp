// SPDX-License-Identifier: Apache-2.0
// planted_test: the tests; or, by --try NN [SECONDS [SCENARIO [KIND]]], a search for a trial that catches bug NN, which
// begins with that base scenario and that kind of mishap; or, by --table, the page docs/reference/planted-bugs.md.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string_view>

#include "planted/record.hpp"

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
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
