// SPDX-License-Identifier: Apache-2.0
#pragma once
// The API server's warnings (`Warning: 299 - "…"`: a deprecated field, a bad finalizer name) are for people, so they
// are logged, each text once. The memory of texts is bounded: when it is full it is forgotten, so a warning may be
// logged again but never grows the process. Shared by the copies of a Client; thread-safe through a Monitor; cannot
// fail.
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "env/monitor.hpp"
#include "net/transport.hpp"

namespace originpull::kube {

class Warnings {
 public:
  static constexpr std::size_t kRemembered = 64;
  Warnings(env::Env& env, Log log) : log_(std::move(log)), seen_(env) {}

  // Logs the warnings of an answer that were not logged before.
  void report(const net::Head& head, std::string_view attempted);

 private:
  Log log_;
  env::Monitor<std::set<std::string>> seen_;
};

// The texts of the code-299 warnings in one header value, unquoted, at most 512 bytes each.
std::vector<std::string> warning_texts(std::string_view header_value);

}  // namespace originpull::kube
