// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CallLog` stands before a handler and remembers who asked what, when, and what came of it, so that a test can say
// "exactly upload, PUT, PATCH, in that order" or "within two seconds". Bodies are not kept: a function of the API's
// own says what is worth knowing of one, and never a key. The oldest calls are dropped beyond a limit. Thread-safe;
// nothing fails.
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "env/monitor.hpp"
#include "json/writer.hpp"
#include "net/server.hpp"

namespace originpull::worlds {

struct LoggedCall {
  Wall at{};  // of its arrival
  Instant arrived{};
  Duration took{0};
  std::string method = {};
  std::string path = {};    // the target, with its query
  std::string detail = {};  // of the body: "enabled=true", a fingerprint
  int status = 0;           // 0: the connection was cut or left hanging
};
void write_call(json::Writer&, const LoggedCall&);

class CallLog {
 public:
  using Detail = std::function<std::string(const net::ServedRequest&)>;
  using Listener = std::function<void(const LoggedCall&)>;  // after each call, on its thread

  static constexpr std::size_t kMostCalls = 100'000;
  static constexpr std::size_t kMostText = 1'024;  // of a path or a detail; the rest is cut off

  CallLog(env::Env&, net::Handler inner, Detail, Listener = {}, std::size_t most_calls = kMostCalls);
  net::Served handle(const net::ServedRequest&);
  std::vector<LoggedCall> calls();
  void clear();

 private:
  env::Env& env_;
  const net::Handler inner_;
  const Detail detail_;
  const Listener listener_;
  const std::size_t most_calls_;
  env::Monitor<std::deque<LoggedCall>> calls_;
};

}  // namespace originpull::worlds
