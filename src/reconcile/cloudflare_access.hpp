// SPDX-License-Identifier: Apache-2.0
#pragma once
// `CloudflareAccess` makes a Cloudflare client for one pass from the token that the pass has read: all passes share the
// transport (connections are kept) and the budget of their token; the token itself lives as long as the pass.
// Thread-safe; cannot fail.
// The one idea: a changed token is a new client, and nothing of the old one is kept but what Cloudflare has answered.
#include <memory>

#include "cloudflare/client.hpp"

namespace originpull::reconcile {

class CloudflareAccess {
 public:
  CloudflareAccess(std::shared_ptr<net::Transport> transport, std::shared_ptr<cloudflare::BudgetRegistry> budgets,
                   Log log, std::string user_agent = "origin-pull-operator")
      : transport_(std::move(transport)),
        budgets_(std::move(budgets)),
        log_(std::move(log)),
        user_agent_(std::move(user_agent)) {}

  std::unique_ptr<cloudflare::Client> client(SecretString token) const {
    auto budget = budgets_->of(token);
    return std::make_unique<cloudflare::Client>(transport_, std::move(token), std::move(budget), log_, user_agent_);
  }

 private:
  std::shared_ptr<net::Transport> transport_;
  std::shared_ptr<cloudflare::BudgetRegistry> budgets_;
  Log log_;
  std::string user_agent_;
};

}  // namespace originpull::reconcile
