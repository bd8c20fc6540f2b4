// SPDX-License-Identifier: Apache-2.0
// What a scrape gets, read from the served text itself: names, labels, zeros from the start, sums, the bound on series,
// and that equal counts give equal text.
#include "control/metrics.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  support::StillEnv env_;
  Metrics metrics_{env_, "originpullconfig"};
};

TEST_F(MetricsTest, results_of_passes_are_0_from_the_start) {
  const std::string text = metrics_.text();
  for (const char* result : {"success", "error", "requeue", "requeue_after"}) {
    EXPECT_THAT(text, HasSubstr("controller_runtime_reconcile_total{controller=\"originpullconfig\",result=\"" +
                                std::string(result) + "\"} 0\n"));
  }
  EXPECT_THAT(text, HasSubstr("originpull_certificate_uploads_total 0\n"));
}

TEST_F(MetricsTest, the_queue_bears_the_name_of_its_controller) {
  metrics_.set(Metric::kQueueDepth, {}, 3);
  EXPECT_THAT(metrics_.text(),
              HasSubstr("workqueue_depth{controller=\"originpullconfig\",name=\"originpullconfig\"} 3\n"));
}

TEST_F(MetricsTest, every_row_of_the_table_is_served_with_its_help_and_type) {
  metrics_.add(Metric::kRestRequests, {"200", "GET", "10.0.0.1:6443"});
  const std::string text = metrics_.text();
  EXPECT_THAT(text, HasSubstr("rest_client_requests_total{code=\"200\",host=\"10.0.0.1:6443\",method=\"GET\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE rest_client_requests_total counter\n"));
  for (const MetricRow& row : metric_table()) {
    if (row.labels.empty()) {
      EXPECT_THAT(text, HasSubstr("# HELP " + std::string(row.name) + " " + std::string(row.help) + "\n"));
    }
  }
}

TEST_F(MetricsTest, counts_add_up_and_totals_never_go_back) {
  metrics_.add(Metric::kUploads);
  metrics_.add(Metric::kUploads, {}, 2);
  EXPECT_THAT(metrics_.text(), HasSubstr("originpull_certificate_uploads_total 3\n"));
  metrics_.raise(Metric::kWatchEvents, {"secrets"}, 10);
  metrics_.raise(Metric::kWatchEvents, {"secrets"}, 7);
  EXPECT_THAT(metrics_.text(), HasSubstr("originpull_watch_events_total{resource=\"secrets\"} 10\n"));
}

TEST_F(MetricsTest, a_histogram_counts_into_its_buckets) {
  metrics_.observe(Metric::kReconcileTime, {}, 0.02);
  metrics_.observe(Metric::kReconcileTime, {}, 100);
  const std::string text = metrics_.text();
  const std::string bucket = "controller_runtime_reconcile_time_seconds_bucket{controller=\"originpullconfig\",le=";
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.01\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.025\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"60\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"+Inf\"} 2\n"));
}

TEST_F(MetricsTest, the_series_of_a_resource_goes_with_it) {
  metrics_.set(Metric::kReady, {"ns", "a"}, 1);
  EXPECT_THAT(metrics_.text(), HasSubstr("originpull_ready{name=\"a\",namespace=\"ns\"} 1\n"));
  metrics_.remove(Metric::kReady, {"ns", "a"});
  EXPECT_THAT(metrics_.text(), Not(HasSubstr("originpull_ready{")));
  metrics_.remove(Metric::kReady, {"ns", "never-there"});
}

TEST_F(MetricsTest, a_label_cannot_eat_the_memory) {
  for (std::size_t i = 0; i < Metrics::kMaxSeries + 7; ++i) metrics_.set(Metric::kReady, {"ns", std::to_string(i)}, 1);
  EXPECT_THAT(metrics_.text(), HasSubstr("originpull_metrics_series_dropped_total 7\n"));
}

TEST_F(MetricsTest, equal_counts_give_equal_text_in_whatever_order_they_came) {
  Metrics other(env_, "originpullconfig");
  for (const char* code : {"200", "404", "500"}) metrics_.add(Metric::kCloudflareRequests, {"GetZone", code});
  for (const char* code : {"500", "200", "404"}) other.add(Metric::kCloudflareRequests, {"GetZone", code});
  EXPECT_EQ(metrics_.text(), other.text());
}

using MetricsDeathTest = MetricsTest;

TEST_F(MetricsDeathTest, a_call_that_does_not_fit_its_row_is_a_bug) {
  EXPECT_DEATH(metrics_.add(Metric::kQueueDepth), "another kind");
  EXPECT_DEATH(metrics_.set(Metric::kReady, {"ns"}, 1), "other labels");
}

}  // namespace
}  // namespace originpull::control
