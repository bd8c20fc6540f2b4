// SPDX-License-Identifier: Apache-2.0
#include "control/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "base/bug.hpp"
#include "env/monitor.hpp"

namespace originpull::control {
namespace {

using Labels = prometheus::Labels;
using LabelText = std::vector<std::string>;

// One metric of the table with its series; of the three pairs only the one of its kind is used.
struct Family {
  prometheus::Family<prometheus::Counter>* counters = nullptr;
  prometheus::Family<prometheus::Gauge>* gauges = nullptr;
  prometheus::Family<prometheus::Histogram>* histograms = nullptr;
  std::map<LabelText, prometheus::Counter*> counter = {};
  std::map<LabelText, prometheus::Gauge*> gauge = {};
  std::map<LabelText, prometheus::Histogram*> histogram = {};
};

struct State {
  std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
  std::vector<Family> families = {};
};

Labels common_labels(Common common, const std::string& controller) {
  switch (common) {
    case Common::kNone: return {};
    case Common::kController: return {{"controller", controller}};
    case Common::kNameAndController: return {{"controller", controller}, {"name", controller}};
  }
  return {};
}

Family make_family(prometheus::Registry& registry, const MetricRow& row, const std::string& controller) {
  const auto named = [&](auto builder) -> auto& {
    return builder.Name(std::string(row.name))
        .Help(std::string(row.help))
        .Labels(common_labels(row.common, controller))
        .Register(registry);
  };
  Family family;
  switch (row.kind) {
    case MetricKind::kCounter: family.counters = &named(prometheus::BuildCounter()); break;
    case MetricKind::kGauge: family.gauges = &named(prometheus::BuildGauge()); break;
    case MetricKind::kHistogram: family.histograms = &named(prometheus::BuildHistogram()); break;
  }
  return family;
}

Labels labels_of(const MetricRow& row, const LabelText& values) {
  Labels labels;
  for (std::size_t i = 0; i < values.size(); ++i) labels.emplace(row.labels[i], values[i]);
  return labels;
}

void sort_for_output(std::vector<prometheus::MetricFamily>& families) {
  std::sort(families.begin(), families.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (auto& family : families) {
    std::sort(family.metric.begin(), family.metric.end(), [](const auto& a, const auto& b) {
      return std::lexicographical_compare(
          a.label.begin(), a.label.end(), b.label.begin(), b.label.end(),
          [](const auto& x, const auto& y) { return std::tie(x.name, x.value) < std::tie(y.name, y.value); });
    });
  }
}

}  // namespace

class Metrics::Impl {
 public:
  Impl(env::Env& env, const std::string& controller) : state_(env) {
    state_.with([&](State& state) {
      for (const MetricRow& row : metric_table()) {
        state.families.push_back(make_family(*state.registry, row, controller));
        if (row.labels.empty()) touch(state, row, {});
        for (const std::string_view value : row.initial) touch(state, row, {std::string(value)});
      }
    });
  }

  void add(const MetricRow& row, LabelText labels, double amount) {
    use(row, MetricKind::kCounter, labels, [&](State& state) {
      auto* counter = counter_of(state, row, labels);
      if (counter != nullptr && amount > 0) counter->Increment(amount);
      return counter != nullptr;
    });
  }

  void raise(const MetricRow& row, LabelText labels, double total) {
    use(row, MetricKind::kCounter, labels, [&](State& state) {
      auto* counter = counter_of(state, row, labels);
      if (counter != nullptr && total > counter->Value()) counter->Increment(total - counter->Value());
      return counter != nullptr;
    });
  }

  void set(const MetricRow& row, LabelText labels, double value) {
    use(row, MetricKind::kGauge, labels, [&](State& state) {
      auto* gauge = gauge_of(state, row, labels);
      if (gauge != nullptr) gauge->Set(value);
      return gauge != nullptr;
    });
  }

  void observe(const MetricRow& row, LabelText labels, double value) {
    use(row, MetricKind::kHistogram, labels, [&](State& state) {
      auto* histogram = histogram_of(state, row, labels);
      if (histogram != nullptr) histogram->Observe(value);
      return histogram != nullptr;
    });
  }

  void remove(const MetricRow& row, const LabelText& labels) {
    state_.with([&](State& state) {
      Family& family = of(state, row);
      if (const auto node = family.counter.extract(labels)) family.counters->Remove(node.mapped());
      if (const auto node = family.gauge.extract(labels)) family.gauges->Remove(node.mapped());
      if (const auto node = family.histogram.extract(labels)) family.histograms->Remove(node.mapped());
    });
  }

  std::string text() const {
    const auto registry = state_.look([](const State& state) { return state.registry; });
    auto families = registry->Collect();
    sort_for_output(families);
    return prometheus::TextSerializer().Serialize(families);
  }

 private:
  static Family& of(State& state, const MetricRow& row) {
    return state.families.at(static_cast<std::size_t>(row.metric));
  }

  // Finds or makes a series; null when the metric has too many.
  template <class Known, class Source, class... Extra>
  static auto series(Known& known, Source* source, const MetricRow& row, const LabelText& labels, Extra&&... extra) ->
      typename Known::mapped_type {
    if (const auto found = known.find(labels); found != known.end()) return found->second;
    if (known.size() >= kMaxSeries) return nullptr;
    auto* made = &source->Add(labels_of(row, labels), std::forward<Extra>(extra)...);
    known.emplace(labels, made);
    return made;
  }

  static prometheus::Counter* counter_of(State& state, const MetricRow& row, const LabelText& labels) {
    return series(of(state, row).counter, of(state, row).counters, row, labels);
  }
  static prometheus::Gauge* gauge_of(State& state, const MetricRow& row, const LabelText& labels) {
    return series(of(state, row).gauge, of(state, row).gauges, row, labels);
  }
  static prometheus::Histogram* histogram_of(State& state, const MetricRow& row, const LabelText& labels) {
    return series(of(state, row).histogram, of(state, row).histograms, row, labels, row.buckets);
  }

  static void touch(State& state, const MetricRow& row, const LabelText& labels) {
    switch (row.kind) {
      case MetricKind::kCounter: counter_of(state, row, labels); break;
      case MetricKind::kGauge: gauge_of(state, row, labels); break;
      case MetricKind::kHistogram: histogram_of(state, row, labels); break;
    }
  }

  template <class F>
  void use(const MetricRow& row, MetricKind kind, const LabelText& labels, F&& f) {
    check(row.kind == kind, "a metric is used as another kind than its row says");
    check(row.labels.size() == labels.size(), "a metric is used with other labels than its row has");
    state_.with([&](State& state) {
      if (!f(state)) counter_of(state, row_of(Metric::kSeriesDropped), {})->Increment();
    });
  }

  mutable env::Monitor<State> state_;
};

Metrics::Metrics(env::Env& env, const std::string& controller) : impl_(std::make_unique<Impl>(env, controller)) {}
Metrics::~Metrics() = default;

void Metrics::add(Metric metric, LabelValues labels, double amount) {
  impl_->add(row_of(metric), {labels.begin(), labels.end()}, amount);
}
void Metrics::raise(Metric metric, LabelValues labels, double total) {
  impl_->raise(row_of(metric), {labels.begin(), labels.end()}, total);
}
void Metrics::set(Metric metric, LabelValues labels, double value) {
  impl_->set(row_of(metric), {labels.begin(), labels.end()}, value);
}
void Metrics::observe(Metric metric, LabelValues labels, double value) {
  impl_->observe(row_of(metric), {labels.begin(), labels.end()}, value);
}
void Metrics::remove(Metric metric, LabelValues labels) {
  impl_->remove(row_of(metric), {labels.begin(), labels.end()});
}
std::string Metrics::text() const { return impl_->text(); }

}  // namespace originpull::control
