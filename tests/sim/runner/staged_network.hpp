// SPDX-License-Identifier: Apache-2.0
#pragma once
// `StagedNetwork` stands between one life of a simulated process and its SimNetwork: it enters each call into the
// CallBook and lets the mishaps of the run happen at theirs. What happens to the call itself (F1-F9, F13-F15) is done
// here, by the rules of net::Transport; what people, clocks and Cloudflare do (F12, F17-F20) is the stage's, through
// `Prompter::act`, on the calling thread, before the call goes on. Thread-safe, as Network is.
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "sim/runner/call_book.hpp"
#include "sim/runner/mishap.hpp"
#include "sim/scenario_env.hpp"

namespace originpull::sim {

// What all processes of a run share.
struct Prompter {
  CallBook& book;
  ScenarioLog& log;
  const Mishaps& mishaps;
  std::function<void(const Mishap&, const std::string& process)> act = {};  // "p0.1"
  std::function<void(const std::string& what)> called_cloudflare = {};      // before each call to it
  bool tells = false;                                                       // each call into the log
  std::atomic<Instant> dark_until{};                                        // F12: no list and no watch gets through
  std::atomic<int> expiring_page = 0;     // F15.pages: lists come in pages of one, and this page is 410; 0: as they are
  std::atomic<Instant> broken_until{};    // F12.broken-lists
  std::atomic<int> expired_watches = 0;   // F12.behind: so many watches are told 410 when they begin
  std::atomic<Duration> late_renewals{};  // a script's: how late each write of the Lease is answered
  std::atomic<bool> has_quiet = false;    // no mishap any more
};

class StagedNetwork final : public net::Network {
 public:
  // `sever` makes the process crash: nothing of it gets through any more.
  StagedNetwork(SimEnv& env, net::Network& below, Prompter& prompter, std::string process, std::function<void()> sever);
  Result<std::shared_ptr<net::Transport>> open(const net::Endpoint& endpoint) override;

 private:
  SimEnv& env_;
  net::Network& below_;
  Prompter& prompter_;
  const std::string process_;
  const std::function<void()> sever_;
};

}  // namespace originpull::sim
