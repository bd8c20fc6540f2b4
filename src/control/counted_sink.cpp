// SPDX-License-Identifier: Apache-2.0
#include "control/counted_sink.hpp"

namespace originpull::control {

void CountedSink::end_list(const std::string& resource_version) {
  metrics_.add(Metric::kWatchLists, {resource_});
  next_.end_list(resource_version);
}

void CountedSink::changed(kube::Change change, std::string_view object_json) {
  metrics_.add(Metric::kWatchEvents, {resource_});
  next_.changed(change, object_json);
}

void CountedSink::troubled(const Error& error) {
  metrics_.add(Metric::kWatchFailures, {resource_});
  next_.troubled(error);
}

}  // namespace originpull::control
