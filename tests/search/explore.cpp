// SPDX-License-Identifier: Apache-2.0
#include "search/explore.hpp"

#include <deque>
#include <map>
#include <variant>

#include "base/bug.hpp"
#include "plan/planner.hpp"

namespace originpull::search {
namespace {

using plan::Action;
using plan::Rest;
using plan::Step;

class Explorer {
 public:
  explicit Explorer(const Planner& planner) : planner_(planner) {}

  Findings run(World start) {
    visit(normalised(std::move(start)), nullptr);
    while (!queue_.empty()) {
      const World* here = queue_.front();
      queue_.pop_front();
      expand(*here);
    }
    findings_.states = from_.size();
    for (const auto& [world, parent] : from_) check_end(world);
    return findings_;
  }

 private:
  void visit(World world, const World* parent) {
    ++findings_.edges;
    const auto [place, is_new] = from_.emplace(normalised(std::move(world)), parent);
    if (is_new) queue_.push_back(&place->first);
  }

  void violated(const std::string& what, const World& at) {
    if (findings_.violations++ == 0) findings_.first_violation = what + "\n" + trace(at);
  }

  std::string trace(const World& world) const {
    std::string out;
    const World* at = &world;
    for (int n = 0; at && n < 40; ++n) {
      out = to_text(*at) + "\n" + out;
      const auto it = from_.find(*at);
      at = it == from_.end() ? nullptr : it->second;
    }
    return out;
  }

  void expand(const World& here) {
    for (World& next : moves(here)) visit(std::move(next), &here);
    const plan::Observed seen = observe(here);
    const Step step = planner_(seen);
    if (const auto* rest = std::get_if<Rest>(&step)) return visit(reported(here, *rest), &here);
    const auto* action = std::get_if<Action>(&step);
    check(action != nullptr, "the planner asks for a fact that the model has given");
    act(here, *action, here);
    // The pass goes on with what it saw: the next action may be chosen on a look that is one move old.
    if (!std::holds_alternative<plan::WriteLedger>(*action)) return;
    const Step second = planner_(plan::apply(seen, *action));
    const auto* stale = std::get_if<Action>(&second);
    if (!stale) return;
    std::string broken;
    const World announced = execute(here, *action, broken);
    for (const World& moved : quick_moves(announced)) {
      // The executor reads the Secret once more before an upload and gives up if it changed.
      if (std::holds_alternative<plan::UploadCertificate>(*stale) && moved.secret != here.secret) continue;
      act(moved, *stale, here);
    }
  }

  void act(const World& world, const Action& action, const World& parent) {
    std::string broken;
    World after = execute(world, action, broken);
    if (!broken.empty()) return violated(broken, parent);
    visit(std::move(after), &parent);
    if (world.late_left == 0 || world.in_flight) return;
    World late = world;
    --late.late_left;
    if (const auto* u = std::get_if<plan::UploadCertificate>(&action))
      late.in_flight = {true, leaf_of(u->leaf), 0};
    else if (const auto* d = std::get_if<plan::DeleteCertificate>(&action))
      late.in_flight = {false, leaf_of(d->leaf), std::stoi(d->id)};
    else
      return;
    visit(std::move(late), &parent);
  }

  // From here on nothing interferes: step, report, and let Cloudflare and time do their part, until nothing moves.
  void check_end(const World& start) {
    World w = start;
    Rest last;
    for (int i = 0; i < 400; ++i) {
      const Step step = planner_(observe(w));
      World n = w;
      std::string broken;
      if (const auto* action = std::get_if<Action>(&step)) {
        n = execute(w, *action, broken);
      } else {
        last = std::get<Rest>(step);
        n = reported(w, last);
      }
      n = normalised(std::move(n));
      if (n == w) {
        const std::vector<World> rest = fair_moves(w);
        if (rest.empty()) break;
        n = normalised(rest.front());
      }
      if (n == w) break;
      w = std::move(n);
    }
    std::size_t alive = 0;
    for (const Cert& c : w.certs) alive += c.state == plan::Deployment::kDeleted ? 0U : 1U;
    const bool good = last.verdict == plan::Verdict::kReady && presented(w) == w.secret && w.zone_level && w.global &&
                      alive == 1 && w.records.size() == 1;
    if (!good && findings_.wrong_ends++ == 0)
      findings_.first_wrong_end =
          "ends in " + to_text(w) + "\nwith " + last.message + "\nreached from\n" + trace(start);
  }

  const Planner& planner_;
  Findings findings_;
  std::map<World, const World*> from_;
  std::deque<const World*> queue_;
};

}  // namespace

Findings explore(const Planner& planner, World start) { return Explorer(planner).run(std::move(start)); }

}  // namespace originpull::search
