// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "sim/runner/command.hpp"

int main(int argc, char** argv) {
  return originpull::sim::run_command(std::vector<std::string>(argv + 1, argv + argc), std::cout, std::cerr);
}
