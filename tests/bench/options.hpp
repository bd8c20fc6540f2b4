// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a run of the benchmark measures, from its command line: which operator, and how much of everything. It
// stands before the rest so that a wrong word is refused before a cluster is started. The defaults are the numbers
// that the aims speak of; --quick is for seeing that it all still works, and its times mean little. Plain values,
// one thread; the error is kInvalid and its sentence names the option.
#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace originpull::bench {

struct Options {
  std::filesystem::path program = {};  // the operator
  int few = 100;                       // resources at the first look
  int many = 1'000;                    // and at the second
  int secrets = 10'000;                // TLS Secrets that no resource names
  int updates = 200;                   // of a Secret, for the latencies
  int starts = 5;                      // for the median
  int idle_seconds = 20;
  int fixpoint_seconds = 60;
  std::filesystem::path directory = {};  // logs and data stay there; empty: a temporary one, removed
  bool help = false;
};

inline constexpr const char* kUsage =
    "usage: bench --operator PROGRAM [--quick] [--resources N] [--secrets N] [--updates N] [--directory DIR]\n"
    "\n"
    "Measures the operator on a real API server beside a simulated Cloudflare and prints a table in Markdown.\n"
    "tools/bench builds what it needs and runs it. --quick: small numbers, to see that it works.\n"
    "--directory: where the cluster's and the operators' logs stay.\n";

Result<Options> parse_options(const std::vector<std::string>& arguments);

}  // namespace originpull::bench
