// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Metrics` counts what the program does, for Prometheus. The one idea: a metric is named by its row in
// metric_table.hpp, never by a string, so that what is counted, served and documented cannot differ. Upstream's names
// are kept (controller-runtime, client-go), so that existing dashboards work; ours begin with originpull_. A metric
// takes at most kMaxSeries series; a measurement beyond is dropped and counted, so no label can eat the memory.
// Thread-safe through a Monitor; prometheus-cpp stays behind the .cpp. Cannot fail; a call that does not fit its row
// (kind, number of labels) is a bug.
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "control/metric_table.hpp"
#include "env/env.hpp"

namespace originpull::control {

class Metrics {
 public:
  using LabelValues = std::initializer_list<std::string_view>;  // in the order of the row's labels
  static constexpr std::size_t kMaxSeries = 5'000;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

  // `controller` is the value of the labels `controller` and `name`. What has no label of its own, or known values of
  // one, starts at 0, so that a rate works from the first failure on.
  Metrics(env::Env& env, const std::string& controller);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void add(Metric metric, LabelValues labels = {}, double amount = 1);  // a counter
  void raise(Metric metric, LabelValues labels, double total);          // a counter whose total is kept elsewhere
  void set(Metric metric, LabelValues labels, double value);            // a gauge
  void observe(Metric metric, LabelValues labels, double value);        // a histogram, in its unit
  void remove(Metric metric, LabelValues labels);                       // the series of a thing that is gone

  // Prometheus' text format, families by name and series by labels, so that equal counts give equal text.
  std::string text() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace originpull::control
