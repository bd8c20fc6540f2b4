// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Report` is the table that the benchmark prints: each figure beside its aim and beside what a Go controller-
// runtime operator with a metadata cache needed for a smaller job (no ledger, no look-up of the zone or of its
// mode) on such a machine. The figures of Go are constants: they and the aims are those of the issue in which this
// benchmark was asked for, and nothing here measures them again. Figures are added as they come, and printed at
// once to standard error, so a run that breaks off was not for nothing. Values only, one thread.
#include "bench/process_figures.hpp"
#include "e2e/simulator.hpp"

#include <string>
#include <vector>

namespace originpull::bench {

struct Beside {
  std::string aim = {};
  std::string go = {};
};

class Report {
 public:
  void add(const std::string& what, const std::string& measured, const Beside& beside = {});
  void add(const std::string& what, const Memory& memory, const Beside& beside = {});
  std::string markdown() const;

 private:
  struct Row {
    std::string what;
    std::string measured;
    Beside beside;
  };
  std::vector<Row> rows_;
};

std::string mebibytes(std::int64_t kib);                      // "16.2 MiB"
std::string milliseconds(Microseconds time);                  // "2.31 ms"
std::string with_digits(double number, int digits);           // "9.03"
Duration quantile(std::vector<Duration> times, double part);  // of at least one; the smallest that `part` do not exceed

// "GET /zones/{id}/settings/ssl 1.00, …": what each of `count` things took, a line for each kind of call.
std::string calls_by_kind(const std::vector<e2e::SimCall>& calls, double count);

}  // namespace originpull::bench
