// SPDX-License-Identifier: Apache-2.0
#include "control/metrics_reference.hpp"

#include "control/metric_table.hpp"

namespace originpull::control {
namespace {

std::string_view to_string(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter: return "counter";
    case MetricKind::kGauge: return "gauge";
    case MetricKind::kHistogram: return "histogram";
  }
  return "";
}

std::string labels_of(const MetricRow& row) {
  std::string text;
  const auto add = [&](std::string_view label) {
    if (!text.empty()) text += ", ";
    text += "`" + std::string(label) + "`";
  };
  if (row.common == Common::kNameAndController) add("name");
  if (row.common != Common::kNone) add("controller");
  for (const std::string_view label : row.labels) add(label);
  return text;
}

// Markdown would take "<error>" for a tag, and show nothing.
std::string markdown(std::string_view help) {
  std::string text;
  for (const char c : help) text += c == '<' ? std::string("&lt;") : std::string(1, c);
  return text;
}

}  // namespace

std::string metrics_reference() {
  std::string page =
      "# Metrics\n\n"
      "<!-- Written by `origin-pull-operator metrics-reference` from src/control/metric_table.cpp; change it there. "
      "-->\n\n"
      "Served as text at `/metrics`, by standbys too. Names that other controllers use as well mean the same here, so "
      "that\n"
      "dashboards for controller-runtime work. No label holds a zone, a fingerprint, a URL or the text of an error. A "
      "metric\n"
      "that would get more than 5,000 series drops the rest and counts them in "
      "`originpull_metrics_series_dropped_total`.\n\n"
      "| Name | Type | Labels | What it is |\n"
      "|---|---|---|---|\n";
  for (const MetricRow& row : metric_table()) {
    page += "| `" + std::string(row.name) + "` | " + std::string(to_string(row.kind)) + " | " + labels_of(row) + " | " +
            markdown(row.help) + " |\n";
  }
  return page;
}

}  // namespace originpull::control
