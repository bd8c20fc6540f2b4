// SPDX-License-Identifier: Apache-2.0
// bench: measures the operator on a real API server and prints a table. tools/bench starts it; options.hpp says what it
// takes. Progress goes to standard error, the table to standard output. Exit code 2: the arguments are wrong.
#include "bench/measure.hpp"
#include "bench/options.hpp"
#include "net/cpprest_network.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  using namespace originpull;
  const auto options = bench::parse_options({argv + 1, argv + argc});
  if (!options) {
    std::cerr << describe(options.error()) << '\n';
    return 2;
  }
  if (options->help) {
    std::cout << bench::kUsage;
    return 0;
  }
  net::init_process();
  try {
    bench::Stand stand(*options);
    bench::Measurement measurement(stand);
    measurement.run();
    std::cout << measurement.markdown();
  } catch (const std::exception& error) {
    std::cerr << "bench: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
