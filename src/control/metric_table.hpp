// SPDX-License-Identifier: Apache-2.0
#pragma once
// The table of all metrics: one enumerator and one row each, in the order of the reference. A new metric is a new row and
// nothing else; its documentation is the row. Constant data without threads; cannot fail.
#include <span>
#include <string_view>
#include <vector>

namespace originpull::control {

enum class Metric {
  kQueueDepth,
  kQueueAdds,
  kQueueWait,
  kQueueWork,
  kQueueUnfinished,
  kQueueLongestRunning,
  kQueueRetries,
  kReconciles,
  kReconcileErrors,
  kReconcilePanics,
  kReconcileTime,
  kMaxConcurrentReconciles,
  kActiveWorkers,
  kRestRequests,
  kRestDuration,
  kLeaderStatus,
  kStaleSyncSkips,
  kWatchLists,
  kWatchEvents,
  kWatchFailures,
  kBuildInfo,
  kResources,
  kCertificateNotAfter,
  kConditionReady,
  kUploads,
  kAdopted,
  kPermitsRefused,
  kCloudflareRequests,
  kCloudflareDuration,
  kCloudflareBudget,
  kSecretWatches,
  kSecretWatchesRefused,
  kSeriesDropped,
  kCpuSeconds,
  kResidentMemory,
  kOpenFiles,
  kStartTime,
  kCount,  // not a metric: how many there are
};

enum class MetricKind { kCounter, kGauge, kHistogram };

struct MetricRow {
  Metric metric;
  std::string_view name;
  MetricKind kind;
  std::vector<std::string_view> labels;
  std::string_view help;             // one sentence, ends without a period, as Prometheus has it
  std::vector<double> buckets = {};  // of a histogram
  // Label values whose series exist from the start, one list per series.
  std::vector<std::vector<std::string_view>> initial = {};
};

// One row per enumerator, in their order.
std::span<const MetricRow> metric_table();
const MetricRow& row_of(Metric metric);

}  // namespace originpull::control
