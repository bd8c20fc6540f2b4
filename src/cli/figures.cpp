// SPDX-License-Identifier: Apache-2.0
#include "cli/figures.hpp"

#include <utility>

#include "cli/version.hpp"
#include "control/process_figures.hpp"

namespace originpull::cli {
namespace {

using control::Metric;

bool is_ready(const api::Status& status) {
  const api::Condition* ready = api::find_condition(status.conditions, api::condition_type::kReady);
  return ready != nullptr && ready->status == api::ConditionStatus::kTrue;
}

double unix_seconds(Wall wall) { return std::chrono::duration<double>(wall.time_since_epoch()).count(); }

}  // namespace

Figures::Figures(env::Env& env, control::Metrics& metrics, FigureSources sources)
    : metrics_(metrics), sources_(std::move(sources)), state_(env) {
  metrics_.set(Metric::kBuildInfo, {kVersion}, 1);
}

void Figures::report(const control::Leadership::Figures& leadership) {
  metrics_.set(Metric::kLeaderStatus, {sources_.lease_name}, leadership.leading ? 1 : 0);
  metrics_.raise(Metric::kPermitsRefused, {}, static_cast<double>(leadership.refused));
  const auto watches = sources_.secret_watches.figures();
  metrics_.set(Metric::kSecretWatches, {}, static_cast<double>(watches.watches));
  metrics_.set(Metric::kSecretWatchesRefused, {}, static_cast<double>(watches.refused));
  metrics_.set(Metric::kCloudflareBudget, {}, sources_.budgets.fewest_left());
  report_resources();
  control::report_process(metrics_);
}

void Figures::report_resources() {
  // The series are set outside of the lock (Metrics has its own), so a second scrape leaves them to the first.
  auto before = state_.with([](State& state) {
    if (state.busy) return std::optional<State>();
    state.busy = true;
    return std::optional<State>(state);
  });
  if (!before) return;
  State now;
  const auto all = sources_.store.all();
  for (const auto& [key, copy] : all) {
    now.ready.insert(key);
    metrics_.set(Metric::kReady, {key.ns, key.name}, is_ready(copy.value->status) ? 1 : 0);
    const auto until = presented_until(copy.value->status.ledger);
    if (!until) continue;
    now.dated.insert(key);
    metrics_.set(Metric::kCertificateNotAfter, {key.ns, key.name}, unix_seconds(*until));
  }
  for (const auto& key : before->ready)
    if (!now.ready.contains(key)) metrics_.remove(Metric::kReady, {key.ns, key.name});
  for (const auto& key : before->dated)
    if (!now.dated.contains(key)) metrics_.remove(Metric::kCertificateNotAfter, {key.ns, key.name});
  metrics_.set(Metric::kResources, {}, static_cast<double>(all.size()));
  state_.with([&](State& state) { state = std::move(now); });
}

std::optional<Wall> presented_until(const api::Ledger& ledger) {
  const api::CertificateRecord* presented = nullptr;
  for (const api::CertificateRecord& record : ledger.certificates) {
    if (record.state != "active" || !record.active_since) continue;
    if (presented == nullptr || *record.active_since >= *presented->active_since) presented = &record;
  }
  return presented == nullptr ? std::nullopt : presented->not_after;
}

}  // namespace originpull::cli
