// SPDX-License-Identifier: Apache-2.0
// Each row of the table is fit to be served and read: unique and well-formed names, Prometheus' suffixes by kind,
// ascending buckets, help that is a sentence without a period. And somebody sets it, by the program's own text.
#include "control/metric_table.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

namespace originpull::control {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

TEST(MetricTable, every_metric_has_one_row_and_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (const MetricRow& row : metric_table()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(&row_of(row.metric), &row);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Metric::kCount));
}

TEST(MetricTable, names_follow_the_conventions_of_prometheus) {
  for (const MetricRow& row : metric_table()) {
    EXPECT_TRUE(is_name(row.name)) << row.name;
    EXPECT_EQ(row.name.ends_with("_total"), row.kind == MetricKind::kCounter) << row.name;
    for (const std::string_view label : row.labels) EXPECT_TRUE(is_name(label)) << row.name << ' ' << label;
  }
}

TEST(MetricTable, histograms_have_ascending_buckets_and_others_none) {
  for (const MetricRow& row : metric_table()) {
    EXPECT_EQ(!row.buckets.empty(), row.kind == MetricKind::kHistogram) << row.name;
    EXPECT_TRUE(std::is_sorted(row.buckets.begin(), row.buckets.end(), std::less_equal<>())) << row.name;
  }
}

TEST(MetricTable, help_is_a_sentence_without_a_period) {
  for (const MetricRow& row : metric_table()) {
    EXPECT_GT(row.help.size(), 10U) << row.name;
    EXPECT_NE(row.help.back(), '.') << row.name;
    EXPECT_EQ(row.help.find('|'), std::string_view::npos) << row.name << ": would break the table of the reference";
  }
}

TEST(MetricTable, known_label_values_belong_to_a_single_label) {
  for (const MetricRow& row : metric_table()) {
    EXPECT_TRUE(row.initial.empty() || row.labels.size() == 1) << row.name;
  }
}

// A row that nothing sets would be served as 0 for ever, and believed.
TEST(MetricTable, every_metric_is_set_somewhere_in_the_program) {
  namespace fs = std::filesystem;
  const fs::path src = ORIGINPULL_SOURCE_DIR "/src";
  const auto read = [](const fs::path& path) {
    std::ifstream file(path);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  std::string program;
  for (const auto& entry : fs::recursive_directory_iterator(src)) {
    if (entry.path().extension() == ".cpp" && entry.path().filename() != "metric_table.cpp") {
      program += read(entry.path());
    }
  }
  const std::string header = read(src / "control/metric_table.hpp");
  const std::string names = header.substr(header.find("enum class Metric {"), header.find("kCount,"));
  const std::regex enumerator("\n  (k[A-Za-z]+),");
  std::size_t found = 0;
  for (std::sregex_iterator it(names.begin(), names.end(), enumerator), end; it != end; ++it) {
    if ((*it)[1] == "kCount") break;
    ++found;
    const std::string use = "Metric::" + (*it)[1].str();
    const bool used = program.find(use + ",") != std::string::npos || program.find(use + ")") != std::string::npos;
    EXPECT_TRUE(used) << use;
  }
  EXPECT_EQ(found, metric_table().size());
}

}  // namespace
}  // namespace originpull::control
