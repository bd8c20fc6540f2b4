// SPDX-License-Identifier: Apache-2.0
// edge-load: 20,000 visitors' requests through the edge of cloudflare-sim during 20 rotations, once for each way in
// which an edge and an origin may behave. Prints a table of counts, and ends with 1 if a refused handshake is not
// explained.
#include <charconv>
#include <cstdio>
#include <cstring>

#include "bench/edge/load.hpp"
#include "net/cpprest_network.hpp"

namespace {

using namespace originpull;

constexpr const char* kUsage =
    "edge-load [--requests N] [--rotations N] [--visitors N] [--only NAME]\n"
    "Sends requests through cloudflare-sim's edge while certificates rotate, and counts the handshakes that the "
    "origin\n"
    "refuses. NAME is the beginning of a row's name.\n";

void print(const bench::Scenario& scenario, const bench::Figures& f) {
  const auto n = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf("| %-41s | %8llu | %7llu | %6llu | %6llu | %6llu | %6llu | %6llu | %5llu | %5llu | %6.1f |\n",
              scenario.name.c_str(), n(f.answered), n(f.refused), n(f.refused_former), n(f.refused_behind), n(f.fresh),
              n(f.pooled), n(f.behind), n(f.stale), n(f.api_calls), f.seconds);
  std::fflush(stdout);
}

int run_all(const bench::Load& load, const std::string& only) {
  std::printf("%u requests, %u rotations, %u visitors at a time\n\n", load.requests, load.rotations, load.visitors);
  std::printf("| %-41s | answered | refused | former | behind |  fresh | pooled | at old | stale |   API | seconds|\n",
              "");
  std::printf(
      "|-------------------------------------------|---------:|--------:|-------:|-------:|-------:|-------:|"
      "-------:|------:|------:|-------:|\n");
  int exit = 0;
  for (const bench::Scenario& scenario : bench::scenarios()) {
    if (!scenario.name.starts_with(only)) continue;
    const auto figures = bench::run(scenario, load);
    if (!figures) {
      std::fprintf(stderr, "edge-load: %s\n", describe(figures.error()).c_str());
      exit = 1;
      continue;
    }
    print(scenario, *figures);
    for (const std::string& what : bench::contradictions(scenario, load, *figures)) {
      std::fprintf(stderr, "edge-load: not so: %s\n", what.c_str());
      exit = 1;
    }
  }
  std::printf(
      "\nrefused: handshakes that the origin refused. former: of them, with a leaf of the first CA. behind: of them, "
      "at a"
      " node\nthat did not know the newest deployment. at old: requests at such nodes. stale: over a kept connection "
      "that"
      " had\npresented another certificate. API: calls of Cloudflare's API.\n");
  return exit;
}

bool read_number(const char* text, unsigned& number) {
  const char* end = text + std::strlen(text);
  const auto [at, fault] = std::from_chars(text, end, number);
  return fault == std::errc() && at == end && number > 0 && number <= 1'000'000;
}

}  // namespace

int main(int argc, char** argv) {
  bench::Load load;
  std::string only;
  for (int i = 1; i < argc; i += 2) {  // each word has its value behind it
    const std::string name = argv[i];
    unsigned* const number = name == "--requests"    ? &load.requests
                             : name == "--rotations" ? &load.rotations
                             : name == "--visitors"  ? &load.visitors
                                                     : nullptr;
    if (name == "--help") {
      std::fputs(kUsage, stdout);
      return 0;
    }
    const bool understood = i + 1 < argc && (number != nullptr ? read_number(argv[i + 1], *number) : name == "--only");
    if (!understood) {
      std::fputs(kUsage, stderr);
      return 2;
    }
    if (number == nullptr) only = argv[i + 1];
  }
  net::init_process();
  return run_all(load, only);
}
