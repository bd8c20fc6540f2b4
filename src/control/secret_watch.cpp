// SPDX-License-Identifier: Apache-2.0
#include "control/secret_watch.hpp"

#include <utility>

#include "control/counted_sink.hpp"

namespace originpull::control {

RunWatch run_secret_watch(env::Env& env, Metrics& metrics, kube::Client client, std::string label_selector,
                          kube::WatchOptions options, Log log) {
  return [&env, &metrics, client = std::move(client), label_selector = std::move(label_selector), options,
          log = std::move(log)](const WatchScope& scope, kube::WatchSink& sink, const std::stop_token& stop) {
    const kube::Selection selection{.type = {.group = "", .version = "v1", .plural = "secrets", .kind = "Secret"},
                                    .ns = scope.ns,
                                    .name = scope.name,
                                    .label_selector = label_selector,
                                    .view = kube::View::kMetadata};
    CountedSink counted(sink, metrics, "secrets");
    kube::Watch(env, client, selection, counted, options, log).run(stop);
  };
}

}  // namespace originpull::control
