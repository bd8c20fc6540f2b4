// SPDX-License-Identifier: Apache-2.0
#include "sim/sim_network.hpp"

#include <algorithm>

namespace originpull::sim {

using env::Poll;

void SimServers::listen(const std::string& base_url, SimServer server) {
  auto shared = std::make_shared<const SimServer>(std::move(server));
  servers_.with([&](auto& servers) { servers[base_url] = std::move(shared); });
}

void SimServers::close(const std::string& base_url) {
  servers_.with([&](auto& servers) { servers.erase(base_url); });
}

std::shared_ptr<const SimServer> SimServers::at(const std::string& base_url) const {
  return servers_.look([&](const auto& servers) -> std::shared_ptr<const SimServer> {
    const auto found = servers.find(base_url);
    return found == servers.end() ? nullptr : found->second;
  });
}

struct SimNetwork::Line {
  Line(SimEnv& e, const SimServers& s, Latency l) : env(e), servers(s), latency(l), cut(e), calls(e) {}

  SimEnv& env;
  const SimServers& servers;
  const Latency latency;
  struct Calls {
    unsigned executed = 0;
    unsigned last = 0;  // the one that is executed and then cut off; 0: none
  };
  env::Monitor<bool> cut;
  env::Monitor<Calls> calls;
  std::stop_source severed = {};  // ends the streams that wait in a server

  void sever() {
    cut.with([](bool& is_cut) { is_cut = true; });
    severed.request_stop();
  }

  // A server has executed a request.
  void count() {
    if (calls.with([](Calls& c) { return ++c.executed == c.last; })) sever();
  }

  enum class Trip { kArrived, kCut, kStopped, kTooLate };

  // One way over the wire.
  Trip travel(Instant deadline, const std::stop_token& stop) {
    const auto spread = static_cast<std::uint64_t>((latency.most - latency.least).count()) + 1;
    const Instant arrival = env.now() + latency.least + Duration(env.random() % spread);
    const auto trip = cut.await(
        [&](bool& is_cut, Instant now) -> Poll<Trip> {
          if (is_cut) return {Trip::kCut};
          if (now >= deadline) return {Trip::kTooLate};
          if (now >= arrival) return {Trip::kArrived};
          return {.again = std::min(arrival, deadline)};
        },
        stop);
    return trip.value_or(Trip::kStopped);
  }
};

namespace {

using Line = SimNetwork::Line;

std::string attempted(const net::Request& request) {
  return std::string(net::to_string(request.method)) + " " + request.target;
}

std::string why(Line::Trip trip) {
  if (trip == Line::Trip::kCut) return "the connection was cut";
  if (trip == Line::Trip::kStopped) return "stopped";
  return "no answer within the time allowed";
}

// The stop of the caller or of the whole line.
class EitherStop {
 public:
  EitherStop(const std::stop_token& caller, const std::stop_token& line)
      : first_(caller, Pass{&source_}), second_(line, Pass{&source_}) {}
  std::stop_token token() const { return source_.get_token(); }

 private:
  struct Pass {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };
  std::stop_source source_;
  std::stop_callback<Pass> first_;
  std::stop_callback<Pass> second_;
};

class SimTransport final : public net::Transport {
 public:
  SimTransport(std::shared_ptr<Line> line, const net::Endpoint& endpoint)
      : line_(std::move(line)), base_url_(endpoint.base_url), idle_(endpoint.idle) {}

  Result<net::Response> send(const net::Request& request, std::stop_token stop) override {
    env::forbid_in_monitor("send a request");
    const Instant deadline = net::deadline_of(request, line_->env.now());
    Result<net::Response> response = be_served(request, deadline, stop);
    if (!response) return response;
    const auto back = line_->travel(deadline, stop);
    // An answer that has arrived is delivered before a stop is; one on its way is lost.
    if (back != Line::Trip::kArrived) return fail(ErrorKind::kUnknownOutcome, attempted(request), why(back));
    return response;
  }

  Result<net::Head> stream(const net::Request& request, net::BodySink& sink, std::stop_token stop) override {
    env::forbid_in_monitor("open a stream");
    const Instant deadline = net::deadline_of(request, line_->env.now());
    const auto server = TRY(arrive(request, deadline, stop));
    if (server->behind) return pass_on(request, *server->behind, sink, stop);
    auto served = server->stream ? server->stream(request) : nullptr;
    const auto whole = served ? net::Response{} : server->answer(request);
    net::Head head = served ? served->head() : whole.head;
    line_->count();
    const auto back = line_->travel(deadline, stop);
    if (back != Line::Trip::kArrived) return fail(ErrorKind::kUnknownOutcome, attempted(request), why(back));
    if (!sink.on_head(head)) return head;
    if (served) return pump(request, *served, head, sink, deadline, stop);
    if (!whole.body.empty()) sink.on_data(whole.body);
    return head;
  }

 private:
  Result<net::Response> be_served(const net::Request& request, Instant deadline, const std::stop_token& stop) {
    const SimEnv::Elsewhere elsewhere(line_->env);
    const auto server = TRY(arrive(request, deadline, stop));
    Result<net::Response> response = server->behind ? server->behind->send(request, stop) : server->answer(request);
    line_->env.note(response ? std::to_string(response->head.status) : describe(response.error()));
    line_->count();
    return response;
  }

  Result<std::shared_ptr<const SimServer>> arrive(const net::Request& request, Instant deadline,
                                                  const std::stop_token& stop) {
    const auto there = line_->travel(deadline, stop);
    if (there != Line::Trip::kArrived) return fail(ErrorKind::kUnavailable, attempted(request), why(there));
    auto server = line_->servers.at(base_url_);
    if (!server) return fail(ErrorKind::kUnavailable, attempted(request), base_url_ + " refuses the connection");
    line_->env.note(attempted(request));
    return server;
  }

  Result<net::Head> pass_on(const net::Request& request, net::Transport& behind, net::BodySink& sink,
                            const std::stop_token& stop) {
    const EitherStop either(stop, line_->severed.get_token());
    auto head = behind.stream(request, sink, either.token());
    line_->count();
    if (is_cut()) return fail(ErrorKind::kUnknownOutcome, attempted(request), why(Line::Trip::kCut));
    return head;
  }

  bool is_cut() const {
    return line_->cut.look([](bool cut) { return cut; });
  }

  Result<net::Head> pump(const net::Request& request, ServedStream& served, const net::Head& head, net::BodySink& sink,
                         Instant deadline, const std::stop_token& stop) {
    const EitherStop either(stop, line_->severed.get_token());
    const Duration idle = request.idle == Duration(0) ? idle_ : request.idle;
    for (;;) {
      std::string part;
      const auto next = served.next(part, std::min(deadline, line_->env.now() + idle), either.token());
      if (is_cut()) return fail(ErrorKind::kUnknownOutcome, attempted(request), why(Line::Trip::kCut));
      if (next == ServedStream::Next::kEnd) return head;
      if (next == ServedStream::Next::kPart) {
        const auto trip = line_->travel(deadline, stop);
        if (trip != Line::Trip::kArrived) return fail(ErrorKind::kUnknownOutcome, attempted(request), why(trip));
        if (!sink.on_data(part)) return head;
      } else {
        const auto reason = stop.stop_requested() ? Line::Trip::kStopped : Line::Trip::kTooLate;
        return fail(ErrorKind::kUnknownOutcome, attempted(request), why(reason));
      }
    }
  }

  std::shared_ptr<Line> line_;
  std::string base_url_;
  Duration idle_;
};

}  // namespace

SimNetwork::SimNetwork(SimEnv& env, const SimServers& servers, Latency latency)
    : line_(std::make_shared<Line>(env, servers, latency)) {}

SimNetwork::~SimNetwork() = default;

Result<std::shared_ptr<net::Transport>> SimNetwork::open(const net::Endpoint& endpoint) {
  return std::make_shared<SimTransport>(line_, endpoint);
}

void SimNetwork::sever() { line_->sever(); }

void SimNetwork::sever_after(unsigned n) {
  line_->calls.with([n](Line::Calls& c) { c.last = n == 0 ? 0 : c.executed + n; });
}

unsigned SimNetwork::executed() const {
  return line_->calls.look([](const Line::Calls& c) { return c.executed; });
}

bool SimNetwork::wait_severed(Instant deadline, const std::stop_token& stop) {
  const auto severed = line_->cut.await(
      [&](bool& is_cut, Instant now) -> Poll<bool> {
        if (is_cut) return {true};
        if (now >= deadline) return {false};
        return {.again = deadline};
      },
      stop);
  return severed.value_or(false);
}

}  // namespace originpull::sim
