// SPDX-License-Identifier: Apache-2.0
// The reference page in docs/ is the one that the table renders today, and tells of every metric.
#include "control/metrics_reference.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "control/metric_table.hpp"

namespace originpull::control {
namespace {

TEST(MetricsReference, the_page_in_docs_is_up_to_date) {
  std::ifstream file(ORIGINPULL_SOURCE_DIR "/docs/reference/metrics.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(page, metrics_reference())
      << "run `origin-pull-operator metrics-reference > docs/reference/metrics.md` and commit it";
}

TEST(MetricsReference, every_metric_has_a_line_with_its_help) {
  const std::string page = metrics_reference();
  for (const MetricRow& row : metric_table()) {
    EXPECT_THAT(page, testing::HasSubstr("| `" + std::string(row.name) + "` | "));
    if (row.help.find('<') == std::string_view::npos) {
      EXPECT_THAT(page, testing::HasSubstr(" | " + std::string(row.help) + " |\n"));
    }
  }
}

TEST(MetricsReference, nothing_in_it_is_taken_for_a_tag) {
  const std::string page = metrics_reference();
  EXPECT_THAT(page, testing::HasSubstr("by HTTP status; &lt;error> where there was no answer |\n"));
  EXPECT_EQ(page.find("<error"), std::string::npos);
}

}  // namespace
}  // namespace originpull::control
