// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network without sockets. `SimServers` is who listens at which base URL and outlives every client; `SimNetwork` is
// the net::Network of one simulated process, which reaches them with a latency drawn from the Env, each way. A
// server's functions run on the caller's thread, at the moment of arrival; they must be thread-safe and may use the
// Env.
//
// `sever` is what a crash does to a process: nothing that it sends arrives any more, no answer comes back, and all
// its calls end at once. Errors are those of net::Transport, with the same meaning: kUnavailable before the arrival,
// kUnknownOutcome after it. Each arrival is noted in the run's hash. Thread-safe.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "env/monitor.hpp"
#include "net/transport.hpp"
#include "sim/sim_env.hpp"

namespace originpull::sim {

// The body of an answer that goes on, like a watch.
class ServedStream {
 public:
  enum class Next { kPart, kEnd, kSilence };
  virtual ~ServedStream() = default;
  virtual net::Head head() = 0;
  // Waits for the next part until `deadline` or a stop: kSilence.
  virtual Next next(std::string& part, Instant deadline, const std::stop_token& stop) = 0;
};

struct SimServer {
  std::function<net::Response(const net::Request&)> answer = {};
  // For Transport::stream; where it is absent or gives nothing, the answer above is streamed as one part.
  std::function<std::unique_ptr<ServedStream>(const net::Request&)> stream = {};
  // Instead of the two above: what arrives is passed on to it, say a worlds::HandlerTransport with its own faults.
  std::shared_ptr<net::Transport> behind = {};
};

class SimServers {
 public:
  explicit SimServers(env::Env& env) : servers_(env) {}
  void listen(const std::string& base_url, SimServer server);
  void close(const std::string& base_url);  // from now on connections to it are refused
  std::shared_ptr<const SimServer> at(const std::string& base_url) const;

 private:
  env::Monitor<std::map<std::string, std::shared_ptr<const SimServer>>> servers_;
};

struct Latency {  // of one way
  Duration least{1};
  Duration most{20};
};

class SimNetwork final : public net::Network {
 public:
  SimNetwork(SimEnv& env, const SimServers& servers, Latency latency = {});
  ~SimNetwork() override;
  Result<std::shared_ptr<net::Transport>> open(const net::Endpoint& endpoint) override;
  void sever();
  // Severs right after the server has executed the n-th request from now; 0: never.
  void sever_after(unsigned n);
  unsigned executed() const;  // requests, since the beginning
  // Waits until it is severed; false: not by `deadline`, or `stop` came first.
  bool wait_severed(Instant deadline, const std::stop_token& stop);

  struct Line;  // what its transports share

 private:
  std::shared_ptr<Line> line_;
};

}  // namespace originpull::sim
