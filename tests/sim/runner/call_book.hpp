// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CallBook` numbers the calls that the operators of a run make, to Kubernetes and to Cloudflare, in the order in which
// they begin, and remembers what came of each. It also judges what only calls can show: how many there are in a time
// (O18), silence that was asked for and not kept (O18), two workers of one process at one zone (O16), and secrets where
// they do not belong (O15). Thread-safe by a mutex that is never waited for, since one thread runs at a time; nothing
// fails, what is broken is kept in words.
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "net/transport.hpp"
#include "sim/runner/secret_watcher.hpp"

namespace originpull::sim {

struct Call {
  unsigned number = 0;  // from 1
  Instant at{};
  std::string who = {};     // "p0.1/worker-0": process 0, its first life, that thread
  bool cloudflare = false;  // else Kubernetes
  net::Method method = net::Method::kGet;
  std::string target = {};
  bool stream = false;  // a list or a watch
  bool over = false;
  Duration took{0};
  std::string answer = {};  // "200", or what failed; empty: none yet

  bool is_mutation() const { return method != net::Method::kGet; }
  bool is_watch() const { return stream && target.find("watch=1") != std::string::npos; }
  bool is_lease() const { return target.find("/leases") != std::string::npos; }
  bool is_event() const { return target.find("/events") != std::string::npos; }
};
std::string to_text(const Call&);

class CallBook {
 public:
  explicit CallBook(const SecretWatcher& secrets) : secrets_(secrets) {}

  unsigned begin(const net::Request&, bool cloudflare, bool stream, const std::string& who, Instant now);
  void end(unsigned number, const std::string& answer, Instant now);
  // Cloudflare has asked the process ("p0.1", this life of it) for silence until then.
  void silence(const std::string& process, Instant until);

  // Two resources may be worked on at once, for one zone, too, when it passes from one to the other.
  void expect_several_workers() { several_ = true; }

  std::vector<Call> calls() const;
  unsigned count() const;
  bool is_anything_under_way() const;  // but watches, and all to do with Leases
  std::vector<std::string> broken() const;

 private:
  void judge_workers(const Call&);
  void judge_rate(const Call&);
  void judge_back_off(const Call&);
  void breach(std::string what);

  const SecretWatcher& secrets_;
  mutable std::mutex mutex_;
  std::vector<Call> calls_ = {};
  std::map<std::string, unsigned> at_zone_ = {};  // process and zone: its last call
  std::vector<Instant> cloudflare_times_ = {};
  std::map<std::string, std::vector<Instant>> failing_ = {};           // by process: since the last success
  std::map<std::string, std::vector<Instant>> kubernetes_times_ = {};  // by process and path
  bool several_ = false;
  std::map<std::string, Instant> silent_until_ = {};
  std::vector<std::string> broken_ = {};
};

}  // namespace originpull::sim
