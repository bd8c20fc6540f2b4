// SPDX-License-Identifier: Apache-2.0
#include "cli/operator.hpp"

#include "cli/parts.hpp"

namespace originpull::cli {
namespace {

class Running final : public Operator {
 public:
  Running(env::Env& env, const Log& log, Foundations foundations)
      : env_(env), log_(log), parts_(env, log, std::move(foundations)) {}
  ~Running() override { stop(); }

  Result<void> begin() {
    if (auto elected = parts_.elect(env_, log_); !elected) return elected;
    parts_.add_health_checks();
    if (auto serving = serve(); !serving) return serving;
    events_ = env_.spawn("events", [this](const std::stop_token& stop) { parts_.events.run(stop); });
    parts_.secret_watches.start();
    for (auto& resource : parts_.resource_watches)
      watches_.push_back(env_.spawn("watch", [&resource](const std::stop_token& stop) { resource.watch->run(stop); }));
    parts_.loop.start();
    lead_ = env_.spawn("lead", [this](const std::stop_token& stop) {
      // To act on a copy of the world, there must be one.
      if (parts_.store.await_synced(stop)) parts_.leadership->start();
    });
    return {};
  }

  void stop() override {
    if (stopped_) return;
    stopped_ = true;
    lead_ = {};
    if (parts_.leadership) parts_.leadership->stop();
    parts_.loop.stop();
    for (auto& watch : watches_) watch.request_stop();
    watches_.clear();
    parts_.secret_watches.stop();
    events_ = {};
    if (server_) server_->stop();
    log_.info("stopped");
  }

  std::uint16_t port() const override { return server_ ? server_->port() : std::uint16_t{0}; }

 private:
  Result<void> serve() {
    const Options& options = parts_.foundations.options;
    if (!options.serve) return {};
    auto server =
        net::Server::start({.address = options.listen_address, .port = options.listen_port, .max_connections = 64},
                           [this](const net::ServedRequest& request) { return parts_.serve(request); });
    if (!server) return fail(std::move(server.error()));
    server_ = std::move(*server);
    log_.info("serving health and metrics",
              {{"address", options.listen_address + ":" + std::to_string(server_->port())}});
    return {};
  }

  env::Env& env_;
  Log log_;
  Parts parts_;
  std::unique_ptr<net::Server> server_;
  env::Thread events_;
  std::vector<env::Thread> watches_;
  env::Thread lead_;
  bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Operator>> Operator::start(env::Env& env, net::Network& network, LogSink& sink,
                                                  const Options& options) {
  const Log log(sink);
  auto running = std::make_unique<Running>(env, log, TRY(lay_foundations(env, network, options, log)));
  if (auto begun = running->begin(); !begun) return fail(std::move(begun.error()));
  return std::unique_ptr<Operator>(std::move(running));
}

}  // namespace originpull::cli
