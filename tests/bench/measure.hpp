// SPDX-License-Identifier: Apache-2.0
#pragma once
// The phases of the benchmark, each on the state that the one before it left: starts, idle, few and many
// resources, the unrelated Secrets, replaced Secrets, the fixpoint. A phase changes the world, waits until the
// operator rests, and adds its figures to the report; the calls by kind go to `details`. The one idea: whatever
// takes longer than a moment is counted as a difference of totals, and what an idle operator uses anyway (the
// Lease) is measured first and taken off. Owned by one thread; fails with an exception.
#include "bench/report.hpp"
#include "bench/stand.hpp"

#include <string>

namespace originpull::bench {

class Measurement {
 public:
  explicit Measurement(Stand& stand) : stand_(stand) {}
  void run();
  std::string markdown() const { return report_.markdown() + details_; }

 private:
  void size();
  void starts();
  void idle();
  void converge(int first, int last);
  void unrelated_secrets();
  void replaced_secrets();
  void fixpoint();

  Stand& stand_;
  Report report_;
  std::string details_;
  double idle_calls_per_second_ = 0;  // to Kubernetes: the Lease
  double idle_processor_per_second_ = 0;
};

}  // namespace originpull::bench
