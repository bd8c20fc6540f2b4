// SPDX-License-Identifier: Apache-2.0
// The main of cloudflare-sim, and of its origin: wiring only. The port file is written last, so whoever waits for it
// finds everything ready.
#include <cstdio>
#include <fstream>
#include <string_view>

#include "cli/cloudflare_sim.hpp"
#include "cli/origin.hpp"
#include "cli/signals.hpp"
#include "env/real_env.hpp"

namespace {

using namespace originpull;

constexpr unsigned kStopWithinSeconds = 5;

// By way of a second name, so that nobody reads half a file.
bool write_file(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  {
    std::ofstream file(part, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush()) return false;
  }
  return std::rename(part.c_str(), path.c_str()) == 0;
}

int complain(const std::string& what) {
  std::fprintf(stderr, "cloudflare-sim: %s\n", what.c_str());
  return 1;
}

int run(const cli::CloudflareSimOptions& options) {
  cli::Signals signals;
  env::RealEnv env;
  worlds::CallLog::Listener print;
  if (!options.quiet) {
    print = [](const worlds::LoggedCall& call) {
      std::printf("%s\n", cli::call_line(call).c_str());
      std::fflush(stdout);
    };
  }
  auto sim = cli::CloudflareSim::start(env, options, print);
  if (!sim) return complain(describe(sim.error()));
  if (!options.ca_out.empty() && !write_file(options.ca_out, (*sim)->ca_pem())) {
    return complain("cannot write " + options.ca_out);
  }
  std::printf("cloudflare-sim listens on %s\n", (*sim)->base_url().c_str());
  if (cli::Edge* edge = (*sim)->edge()) std::printf("its edge serves visitors on http://%s\n", edge->address().c_str());
  std::fflush(stdout);
  if (!options.port_file.empty() && !write_file(options.port_file, std::to_string((*sim)->port()) + "\n")) {
    return complain("cannot write " + options.port_file);
  }
  signals.wait(kStopWithinSeconds);
  return 0;
}

void print_line(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

int run_origin(const cli::OriginOptions& options) {
  cli::Signals signals;
  env::RealEnv env;
  auto origin = cli::TlsOrigin::start(env, options, options.quiet ? cli::TlsOrigin::Listener() : print_line);
  if (!origin) return complain(describe(origin.error()));
  if (!options.ca_out.empty() && !write_file(options.ca_out, (*origin)->ca_pem())) {
    return complain("cannot write " + options.ca_out);
  }
  print_line("the origin listens on https://" + (*origin)->address());
  if (const std::string url = (*origin)->status_url(); !url.empty()) print_line("its counts are at " + url);
  if (!options.port_file.empty() && !write_file(options.port_file, std::to_string((*origin)->port()) + "\n")) {
    return complain("cannot write " + options.port_file);
  }
  signals.wait(kStopWithinSeconds);
  return 0;
}

// Runs what the command line asks for, or says what is wrong with it.
template <class Options>
int begin(const Result<std::variant<Options, cli::SimHelp>>& parsed, int (*body)(const Options&)) {
  if (!parsed) {
    std::fprintf(stderr, "cloudflare-sim: %s\n", describe(parsed.error()).c_str());
    return 2;
  }
  if (const auto* help = std::get_if<cli::SimHelp>(&*parsed)) {
    std::fputs(help->text.c_str(), stdout);
    return help->code;
  }
  return body(std::get<Options>(*parsed));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "origin") {
    return begin(cli::parse_origin_options(argc - 1, argv + 1), run_origin);
  }
  return begin(cli::parse_cloudflare_sim_options(argc, argv), run);
}
