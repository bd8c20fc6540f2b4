// SPDX-License-Identifier: Apache-2.0
// The operator's main: wiring only. What is made here outlives everything that is started.
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "cli/embedded_api.hpp"
#include "cli/log_sink.hpp"
#include "cli/operator.hpp"
#include "cli/signals.hpp"
#include "env/real_env.hpp"
#include "net/cpprest_network.hpp"

namespace {

using namespace originpull;

constexpr unsigned kStopWithinSeconds = 5;

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", describe(error).c_str());
  return 1;
}

int run(cli::Options options) {
  // One heap for all threads: they allocate little at a time, and a heap for each would keep what is freed to itself.
  mallopt(M_ARENA_MAX, 1);
  cli::Signals signals;
  net::init_process();
  env::RealEnv env;
  const auto sink = cli::make_log_sink(env, options.log_format, options.log_level);
  const auto network = net::make_cpprest_network(env);
  std::unique_ptr<cli::EmbeddedApi> embedded;
  if (options.embedded) {
    auto api = cli::EmbeddedApi::start(env, Log(*sink), *options.embedded);
    if (!api) return complain(api.error());
    embedded = *std::move(api);
    options.kubeconfig = embedded->kubeconfig();
    std::printf("%s", embedded->greeting().c_str());
    std::fflush(stdout);
  }
  auto started = cli::Operator::start(env, *network, *sink, options);
  if (!started) return complain(started.error());
  signals.wait(kStopWithinSeconds);
  (*started)->stop();
  started->reset();
  embedded.reset();
  // A name lookup cannot be interrupted: what is still inside the HTTP library must not hold up the end.
  if (!net::drain_process(Duration(500))) _exit(0);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  auto parsed = cli::parse_options(argc, argv);
  if (!parsed) {
    std::fprintf(stderr, "%s\n", describe(parsed.error()).c_str());
    return 2;
  }
  if (const auto* print = std::get_if<cli::PrintAndExit>(&*parsed)) {
    std::fputs(print->text.c_str(), stdout);
    return print->code;
  }
  return run(std::get<cli::Options>(*parsed));
}
