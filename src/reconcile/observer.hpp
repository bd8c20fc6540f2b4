// SPDX-License-Identifier: Apache-2.0
#pragma once
// `Observer` fills in the facts that the planner asks for, one `Look` at a time, for one pass over one resource. It
// reads and never writes; what cannot be seen becomes a failed fact, so a pass never stops in the middle. It holds the
// Cloudflare client of the pass, made from the token that it read, and lends it to the executor. Owned by one worker's
// stack; blocks.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/observed.hpp"
#include "plan/step.hpp"
#include "reconcile/surroundings.hpp"

namespace originpull::reconcile {

class Observer {
 public:
  Observer(Surroundings& surroundings, control::Key key) : s_(surroundings), key_(std::move(key)) {}

  void fill(plan::Look look, plan::Observed& seen, const std::stop_token& stop);

  // Made by looking at the token, which the planner asks for before anything at Cloudflare.
  cloudflare::Client& cloudflare();
  // A Secret was not found that the watch shows. One of the two is wrong, and news may not come again.
  bool is_contradicted() const { return contradicted_; }
  // How urgent the calls of this pass are (product.md section 7), by what has been seen so far.
  static cloudflare::Ask ask(const plan::Observed& seen, const std::stop_token& stop);

 private:
  plan::Fact<std::vector<plan::Rival>> rivals(const plan::Observed&) const;
  // A live read, of which the index learns.
  Result<Secret> read(const control::Key&, const std::vector<std::string>& keys, const std::stop_token&);
  plan::Fact<plan::Token> token(const plan::Observed&, const std::stop_token&);
  plan::Fact<plan::Pair> pair(const plan::Observed&, const std::stop_token&);
  plan::Fact<std::optional<plan::Certificate>> awaited(const plan::Observed&, const std::stop_token&);
  plan::Fact<plan::Zone> zone(const plan::Observed&, const std::stop_token&);
  plan::Fact<std::vector<plan::Certificate>> certificates(const plan::Observed&, const std::stop_token&);
  plan::Fact<plan::GlobalSetting> global_setting(const plan::Observed&, const std::stop_token&);
  plan::Fact<std::string> encryption_mode(const plan::Observed&, const std::stop_token&);

  Surroundings& s_;
  const control::Key key_;
  std::unique_ptr<cloudflare::Client> client_;
  bool contradicted_ = false;
};

// Cloudflare's certificate as the planner sees it.
plan::Certificate translate(const cloudflare::Certificate&);
// The id of the zone that this pass is about; the zone must be seen.
const std::string& zone_id(const plan::Observed&);
// Marks an error as Kubernetes', so that the planner names the right side.
Error from_kubernetes(Error);

}  // namespace originpull::reconcile
