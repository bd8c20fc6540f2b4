// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Figures` brings what the parts know at this moment into the metrics, when somebody scrapes: how many resources there
// are and how each stands, who leads, how many watches and calls are left. The one idea: a gauge is read where the
// truth is, at the scrape, so it can be neither forgotten nor out of date; what a resource leaves behind is removed at
// the next scrape after it is gone. Refers to the parts, which outlive it. Called on the server's threads; two at once
// count once. Cannot fail.
#include <set>
#include <string>

#include "api/origin_pull_config.hpp"
#include "cloudflare/budget.hpp"
#include "control/leadership.hpp"
#include "control/metrics.hpp"
#include "control/store.hpp"
#include "control/watch_set.hpp"

namespace originpull::cli {

struct FigureSources {
  const control::Store<api::OriginPullConfig>& store;
  const control::WatchSet& secret_watches;
  cloudflare::BudgetRegistry& budgets;
  std::string lease_name;
};

class Figures {
 public:
  Figures(env::Env& env, control::Metrics& metrics, FigureSources sources);

  void report(const control::Leadership::Figures& leadership);

 private:
  // Of which resources there are series; `busy` while a scrape works on them.
  struct State {
    bool busy = false;
    std::set<control::Key> ready = {};
    std::set<control::Key> dated = {};
  };
  void report_resources();

  control::Metrics& metrics_;
  FigureSources sources_;
  env::Monitor<State> state_;
};

// The end of validity of the certificate that the edge presents for it, as far as the resource's status says: of those
// that are active the one that became so last. Empty: none is.
std::optional<Wall> presented_until(const api::Ledger& ledger);

}  // namespace originpull::cli
