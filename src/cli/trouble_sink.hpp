// SPDX-License-Identifier: Apache-2.0
#pragma once
// `TroubleSink` hands a watch's news on and remembers the failure of its last attempt, so that /readyz can say why a
// list does not come. The one idea: what people must repair (a missing CRD, a Role) is told where a probe's Event shows
// it. Stands between kube's Watch and the sink that means something by it, which outlives it. Fed on the watch's
// thread; `trouble` from any. Cannot fail.
//
// `unready` turns that into the sentence of a readiness check.
#include <optional>
#include <string>

#include "env/monitor.hpp"
#include "kube/watch.hpp"

namespace originpull::cli {

class TroubleSink final : public kube::WatchSink {
 public:
  TroubleSink(env::Env& env, kube::WatchSink& next) : next_(next), trouble_(env) {}

  void begin_list() override { next_.begin_list(); }
  void listed(std::string_view item_json) override { next_.listed(item_json); }
  void end_list(const std::string& resource_version) override;
  void changed(kube::Change change, std::string_view object_json) override { next_.changed(change, object_json); }
  void bookmark(const std::string& resource_version) override { next_.bookmark(resource_version); }
  void troubled(const Error& error) override;
  void recovered() override;

  // The failure of the last attempt; empty: it is in step.
  std::optional<Error> trouble() const;

 private:
  kube::WatchSink& next_;
  env::Monitor<std::optional<Error>> trouble_;
};

// Why the caches of `what` ("OriginPullConfigs") are not ready; empty: they are. Before the first list whatever failed
// last is told, after `advice`; after it only what people must repair, because the rest passes.
std::optional<std::string> unready(bool synced, const std::optional<Error>& trouble, const std::string& what,
                                   const std::string& advice);

}  // namespace originpull::cli
