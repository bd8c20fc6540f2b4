// SPDX-License-Identifier: Apache-2.0
// The main of cloudflare-sim: wiring only. The port file is written last, so whoever waits for it finds everything
// ready.
#include <cstdio>
#include <fstream>

#include "cli/cloudflare_sim.hpp"
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
  std::fflush(stdout);
  if (!options.port_file.empty() && !write_file(options.port_file, std::to_string((*sim)->port()) + "\n")) {
    return complain("cannot write " + options.port_file);
  }
  signals.wait(kStopWithinSeconds);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = cli::parse_cloudflare_sim_options(argc, argv);
  if (!parsed) {
    std::fprintf(stderr, "cloudflare-sim: %s\n", describe(parsed.error()).c_str());
    return 2;
  }
  if (const auto* help = std::get_if<cli::SimHelp>(&*parsed)) {
    std::fputs(help->text.c_str(), stdout);
    return help->code;
  }
  return run(std::get<cli::CloudflareSimOptions>(*parsed));
}
