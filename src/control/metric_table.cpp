// SPDX-License-Identifier: Apache-2.0
#include "control/metric_table.hpp"

#include "base/bug.hpp"

namespace originpull::control {
namespace {

using Buckets = std::vector<double>;

const Buckets& queue_buckets() {
  static const Buckets buckets{1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000};
  return buckets;
}

const Buckets& reconcile_buckets() {
  static const Buckets buckets{0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
                               0.7,   0.8,  0.9,   1.0,  1.25, 1.5,  1.75, 2.0,  2.5, 3.0,  3.5, 4.0,  4.5, 5,
                               6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60};
  return buckets;
}

const Buckets& call_buckets() {
  static const Buckets buckets{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60};
  return buckets;
}

// What controller-runtime's queue serves under these names.
std::vector<MetricRow> queue_rows() {
  using enum Metric;
  using enum MetricKind;
  using enum Common;
  return {
      {kQueueDepth, kGauge, "workqueue_depth", kNameAndController, {}, "Resources that are due and wait for a worker"},
      {kQueueAdds, kCounter, "workqueue_adds_total", kNameAndController, {}, "Times a resource was queued"},
      {kQueueWait,
       kHistogram,
       "workqueue_queue_duration_seconds",
       kNameAndController,
       {},
       "Time from being due to being taken by a worker",
       queue_buckets()},
      {kQueueWork,
       kHistogram,
       "workqueue_work_duration_seconds",
       kNameAndController,
       {},
       "Time that a worker took for a resource",
       queue_buckets()},
      {kQueueUnfinished,
       kGauge,
       "workqueue_unfinished_work_seconds",
       kNameAndController,
       {},
       "Sum of the ages of the passes that are under way; grows without bound when workers are stuck"},
      {kQueueLongestRunning,
       kGauge,
       "workqueue_longest_running_processor_seconds",
       kNameAndController,
       {},
       "Age of the oldest pass that is under way"},
      {kQueueRetries, kCounter, "workqueue_retries_total", kNameAndController, {}, "Passes that followed a failed one"},
  };
}

// What controller-runtime and client-go serve under these names.
std::vector<MetricRow> controller_rows() {
  using enum Metric;
  using enum MetricKind;
  using enum Common;
  return {
      {kReconciles,
       kCounter,
       "controller_runtime_reconcile_total",
       kController,
       {"result"},
       "Passes by result: success, error, requeue (could not be tried yet) or requeue_after (went well, looks again)",
       {},
       {"success", "error", "requeue", "requeue_after"}},
      {kReconcileErrors, kCounter, "controller_runtime_reconcile_errors_total", kController, {}, "Passes that failed"},
      {kReconcilePanics,
       kCounter,
       "controller_runtime_reconcile_panics_total",
       kController,
       {},
       "Passes that threw an exception; more than 0 is a fault of the operator"},
      {kReconcileTime,
       kHistogram,
       "controller_runtime_reconcile_time_seconds",
       kController,
       {},
       "Length of a pass",
       reconcile_buckets()},
      {kMaxConcurrentReconciles,
       kGauge,
       "controller_runtime_max_concurrent_reconciles",
       kController,
       {},
       "Workers (--workers)"},
      {kActiveWorkers, kGauge, "controller_runtime_active_workers", kController, {}, "Workers that are busy"},
      {kRestRequests,
       kCounter,
       "rest_client_requests_total",
       kNone,
       {"code", "method", "host"},
       "Requests to the Kubernetes API by HTTP status; <error> where there was no answer"},
      {kRestDuration,
       kHistogram,
       "rest_client_request_duration_seconds",
       kNone,
       {"verb", "host"},
       "Length of a request to the Kubernetes API, watches not counted",
       call_buckets()},
      {kLeaderStatus,
       kGauge,
       "leader_election_master_status",
       kNone,
       {"name"},
       "1 if this process leads, 0 if it stands by, by the name of the lease"},
  };
}

std::vector<MetricRow> watch_and_resource_rows() {
  using enum Metric;
  using enum MetricKind;
  using enum Common;
  return {
      {kWatchLists,
       kCounter,
       "originpull_watch_lists_total",
       kNone,
       {"resource"},
       "Whole lists read by the watches; rises without a restart when the API server forgot its history"},
      {kWatchEvents, kCounter, "originpull_watch_events_total", kNone, {"resource"}, "Events that the watches brought"},
      {kWatchFailures,
       kCounter,
       "originpull_watch_failures_total",
       kNone,
       {"resource"},
       "Lists and watches that failed; the log says why"},
      {kResources, kGauge, "originpull_resources", kNone, {}, "OriginPullConfigs known"},
      {kReady,
       kGauge,
       "originpull_ready",
       kNone,
       {"namespace", "name"},
       "1 if the resource's condition Ready is True, else 0"},
      {kCertificateNotAfter,
       kGauge,
       "originpull_certificate_not_after_timestamp_seconds",
       kNone,
       {"namespace", "name"},
       "End of validity of the certificate that the edge presents for the resource, in Unix time"},
  };
}

std::vector<MetricRow> effect_rows() {
  using enum Metric;
  using enum MetricKind;
  using enum Common;
  return {
      {kUploads, kCounter, "originpull_certificate_uploads_total", kNone, {}, "Certificates uploaded to Cloudflare"},
      {kPermitsRefused,
       kCounter,
       "originpull_permits_refused_total",
       kNone,
       {},
       "External writes that were not begun, because this process did not lead or not for long enough"},
      {kCloudflareRequests,
       kCounter,
       "originpull_cloudflare_requests_total",
       kNone,
       {"operation", "code"},
       "Requests to Cloudflare by HTTP status; <error> where there was no answer"},
      {kCloudflareDuration,
       kHistogram,
       "originpull_cloudflare_request_duration_seconds",
       kNone,
       {"operation"},
       "Length of a request to Cloudflare",
       call_buckets()},
      {kCloudflareBudget,
       kGauge,
       "originpull_cloudflare_budget_remaining",
       kNone,
       {},
       "Requests left in the present window of the token that has the fewest left"},
      {kSecretWatches, kGauge, "originpull_secret_watches", kNone, {}, "Watches of Secrets that are open"},
      {kSecretWatchesRefused,
       kGauge,
       "originpull_secret_watches_refused",
       kNone,
       {},
       "Secrets that are not watched because --secret-watch=named has no watch left for them"},
      {kSeriesDropped,
       kCounter,
       "originpull_metrics_series_dropped_total",
       kNone,
       {},
       "Measurements dropped because their metric has too many series already"},
      {kBuildInfo, kGauge, "originpull_build_info", kNone, {"version"}, "Always 1; which build this is"},
  };
}

// What Prometheus' own client libraries serve of every process.
std::vector<MetricRow> process_rows() {
  using enum Metric;
  using enum MetricKind;
  using enum Common;
  return {
      {kCpuSeconds, kCounter, "process_cpu_seconds_total", kNone, {}, "User and system time that the process used"},
      {kResidentMemory, kGauge, "process_resident_memory_bytes", kNone, {}, "Resident memory"},
      {kVirtualMemory, kGauge, "process_virtual_memory_bytes", kNone, {}, "Virtual memory"},
      {kOpenFiles, kGauge, "process_open_fds", kNone, {}, "Open file descriptors"},
      {kMaxOpenFiles, kGauge, "process_max_fds", kNone, {}, "File descriptors that may be open"},
      {kStartTime, kGauge, "process_start_time_seconds", kNone, {}, "Start of the process, in Unix time"},
  };
}

std::vector<MetricRow> all_rows() {
  std::vector<MetricRow> rows;
  for (auto part : {queue_rows, controller_rows, watch_and_resource_rows, effect_rows, process_rows})
    for (MetricRow& row : part()) rows.push_back(std::move(row));
  check(rows.size() == static_cast<std::size_t>(Metric::kCount), "a metric without a row");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    check(rows[i].metric == static_cast<Metric>(i), "the rows of the metrics are not in the order of their names");
  }
  return rows;
}

const std::vector<MetricRow>& rows() {
  static const std::vector<MetricRow> all = all_rows();
  return all;
}

}  // namespace

std::span<const MetricRow> metric_table() { return rows(); }

const MetricRow& row_of(Metric metric) { return rows().at(static_cast<std::size_t>(metric)); }

}  // namespace originpull::control
