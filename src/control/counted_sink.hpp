// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CountedSink` counts what a watch brings (whole lists, events, failures) into the metrics and hands
// it on. It stands between kube's Watch and the sink that means something by it; the one idea is that
// neither of them need know metrics. Called on the watch's thread; what it refers to outlives it.
// Cannot fail.
#include <string>

#include "control/metrics.hpp"
#include "kube/watch.hpp"

namespace originpull::control {

class CountedSink final : public kube::WatchSink {
 public:
  // `resource`: the value of the label, "secrets".
  CountedSink(kube::WatchSink& next, Metrics& metrics, std::string resource)
      : next_(next), metrics_(metrics), resource_(std::move(resource)) {}

  void begin_list() override { next_.begin_list(); }
  void listed(std::string_view item_json) override { next_.listed(item_json); }
  void end_list(const std::string& resource_version) override;
  void changed(kube::Change change, std::string_view object_json) override;
  void bookmark(const std::string& resource_version) override { next_.bookmark(resource_version); }
  void troubled(const Error& error) override;
  void recovered() override { next_.recovered(); }

 private:
  kube::WatchSink& next_;
  Metrics& metrics_;
  std::string resource_;
};

}  // namespace originpull::control
