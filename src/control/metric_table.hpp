// SPDX-License-Identifier: Apache-2.0
#pragma once
// The table of all metrics: one enumerator and one row each, in the order of the reference page.
// The one idea: a new metric is a new row and nothing else, because what is served (metrics.hpp) and what the page
// docs/reference/metrics.md says both come from the row.
// Constant data, made at the first use, read by any thread. A row that is missing or out of order is a bug.
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
  kWatchLists,
  kWatchEvents,
  kWatchFailures,
  kResources,
  kReady,
  kCertificateNotAfter,
  kUploads,
  kPermitsRefused,
  kCloudflareRequests,
  kCloudflareDuration,
  kCloudflareBudget,
  kSecretWatches,
  kSecretWatchesRefused,
  kSeriesDropped,
  kBuildInfo,
  kCpuSeconds,
  kResidentMemory,
  kVirtualMemory,
  kOpenFiles,
  kMaxOpenFiles,
  kStartTime,
  kCount,  // not a metric: how many there are
};

enum class MetricKind { kCounter, kGauge, kHistogram };
// Labels that every series of the row has, with the controller's name as value, as controller-runtime has them.
enum class Common { kNone, kController, kNameAndController };

struct MetricRow {
  Metric metric;
  MetricKind kind;
  std::string_view name;
  Common common;
  std::vector<std::string_view> labels;
  std::string_view help;                       // no period at the end, as Prometheus has it
  std::vector<double> buckets = {};            // of a histogram, in its unit
  std::vector<std::string_view> initial = {};  // values of a single label whose series exist from the start
};

// One row per enumerator, in their order.
std::span<const MetricRow> metric_table();
const MetricRow& row_of(Metric metric);

}  // namespace originpull::control
