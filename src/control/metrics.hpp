// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Metrics` counts what the program does, for Prometheus. The one idea: every metric is a row of one table (metric_table.hpp),
// which gives its name, kind, labels and help, so the reference in docs/reference/metrics.md is rendered from what is served.
// Upstream's names are kept (controller-runtime, client-go), so that existing dashboards work; ours begin with originpull_.
// Label values are bounded: a family takes at most kMaxSeries series, what comes beyond is counted and dropped. Thread-safe;
// prometheus-cpp stays behind the .cpp. Cannot fail; a call that does not fit its row (kind, number of labels) is a bug.
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "control/metric_table.hpp"

namespace originpull::control {

class Metrics {
 public:
  using LabelValues = std::initializer_list<std::string_view>;  // in the order of the row's labels
  static constexpr std::size_t kMaxSeries = 5'000;

  // Series whose label values are known beforehand start at 0, so that a rate works from the first failure on.
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void add(Metric metric, LabelValues labels = {}, double amount = 1);  // a counter
  void set(Metric metric, LabelValues labels, double value);            // a gauge, or a counter that is kept elsewhere
  void observe(Metric metric, LabelValues labels, double value);        // a histogram, in its unit (seconds)
  void remove(Metric metric, LabelValues labels);                       // the series of a thing that is gone

  // The text format of Prometheus, version 0.0.4.
  std::string text() const;
  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// docs/reference/metrics.md, whole.
std::string metrics_reference();

}  // namespace originpull::control
