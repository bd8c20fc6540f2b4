// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "plan/planner.hpp"

namespace originpull::plan {
namespace {

struct Apply {
  Observed& o;

  void operator()(const WriteLedger& a) const { o.resource.status.ledger = a.ledger; }

  void operator()(const UploadCertificate& a) const {
    auto& all = std::get<std::vector<Certificate>>(o.certificates);
    const Pair* pair = seen(o.pair);
    all.push_back({.id = "planned",
                   .leaf = a.leaf,
                   .deployment = Deployment::kActive,
                   .word = "active",
                   .uploaded = o.now,
                   .not_after = pair ? std::optional(pair->not_after) : std::nullopt});
  }

  void operator()(const DeleteCertificate& a) const {
    std::erase_if(std::get<std::vector<Certificate>>(o.certificates),
                  [&](const Certificate& c) { return c.id == a.id; });
  }

  void operator()(const SetZoneLevel& a) const { o.zone_level = a.on; }

  void operator()(const SetGlobalSetting& a) const {
    GlobalSetting setting = *seen(o.global_setting);
    setting.on = a.on;
    o.global_setting = setting;
  }
};

}  // namespace

Observed apply(Observed o, const Action& action) {
  std::visit(Apply{o}, action);
  return o;
}

}  // namespace originpull::plan
