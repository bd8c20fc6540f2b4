// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Health` answers /healthz and /readyz: a list of named checks, each a function that says what is wrong, or nothing.
// It knows no server; the program gives its answers to one. The one idea is the difference between the two: liveness
// fails only for what a restart repairs (a pass that never ends, a lease that ran out unseen), readiness for what time
// or people repair (caches not in step yet, the CRD missing). A standby is ready. Made before the threads, unchanged
// after; the checks are called on the server's threads and must be thread-safe and quick. Cannot fail.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace originpull::control {

struct HealthAnswer {
  int status = 200;  // or 500
  std::string text;  // text/plain
};

class Health {
 public:
  using Check = std::function<std::optional<std::string>()>;  // what is wrong; empty: nothing

  void add_liveness(std::string name, Check check) { liveness_.push_back({std::move(name), std::move(check)}); }
  void add_readiness(std::string name, Check check) { readiness_.push_back({std::move(name), std::move(check)}); }

  // `query` is what follows the "?": "verbose" lists all checks, "exclude=NAME" leaves one out, joined by "&". A
  // failure lists the checks; the reasons are shown (they hold nothing secret), because a probe's Event is where people
  // look.
  HealthAnswer healthz(std::string_view query = {}) const { return answer("healthz", liveness_, query); }
  HealthAnswer readyz(std::string_view query = {}) const { return answer("readyz", readiness_, query); }

 private:
  struct Named {
    std::string name;
    Check check;
  };
  static HealthAnswer answer(std::string_view what, const std::vector<Named>& checks, std::string_view query);

  std::vector<Named> liveness_;
  std::vector<Named> readiness_;
};

}  // namespace originpull::control
