// SPDX-License-Identifier: Apache-2.0
#include "search/explore.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/bug.hpp"
#include "plan/ledger_edits.hpp"
#include "plan/planner.hpp"

namespace originpull::search {
namespace {

using plan::Action;
using plan::Rest;
using plan::Step;

constexpr std::size_t kMostStates = 1000000;

enum class Fate { kNotKnown, kBeingFollowed, kRight, kWrong };

struct Hash {
  std::size_t operator()(const World& w) const { return hash_of(w); }
};

class Explorer {
  struct Place {
    const std::pair<const World, Place>* parent = nullptr;
    Fate end = Fate::kNotKnown;
  };
  using Node = std::pair<const World, Place>;

 public:
  Explorer(const Planner& planner, const End& right) : planner_(planner), right_(right) {}

  Findings run(World start) {
    visit(normalised(std::move(start)), nullptr);
    for (std::size_t i = 0; i < reached_.size(); ++i) {
      check(i < kMostStates, "the search has no end: the model or the planner makes ever new worlds");
      expand(*reached_[i]);
    }
    findings_.states = reached_.size();
    for (Node* node : reached_) check_end(*node);
    return findings_;
  }

 private:
  void visit(World world, const Node* parent) {
    ++findings_.edges;
    const auto [place, is_new] = from_.try_emplace(normalised(std::move(world)), Place{parent});
    if (is_new) reached_.push_back(&*place);
  }

  void violated(const std::string& what, const Node& at) {
    if (findings_.violations++ == 0) findings_.first_violation = what + "\n" + trace(at);
  }

  std::string trace(const Node& node) const {
    std::string out;
    const Node* at = &node;
    for (int n = 0; at && n < 40; ++n, at = at->second.parent) out.insert(0, to_text(at->first).append("\n"));
    return out;
  }

  void expand(const Node& node) {
    const World& here = node.first;
    for (World& next : moves(here)) visit(std::move(next), &node);
    const plan::Observed seen = observe(here);
    const Step step = planner_(seen);
    if (const auto* rest = std::get_if<Rest>(&step)) return visit(reported(here, *rest), &node);
    const auto* action = std::get_if<Action>(&step);
    check(action != nullptr, "the planner asks for a fact that the model has given");
    act(here, *action, node);
    if (std::holds_alternative<plan::UploadCertificate>(*action)) refuse(here, seen, node);
    // The pass goes on with what it saw: the next action may be chosen on a look that is one move old.
    if (!std::holds_alternative<plan::WriteLedger>(*action)) return;
    const Step second = planner_(plan::apply(seen, *action));
    const auto* stale = std::get_if<Action>(&second);
    if (!stale) return;
    std::string broken;
    const World announced = execute(here, *action, broken);
    if (std::holds_alternative<plan::UploadCertificate>(*stale)) {
      plan::Observed then = observe(announced);
      then.first_claim = plan::first_claim(seen.resource.status.ledger, then.resource.status.ledger);
      refuse(announced, std::move(then), node);
    }
    for (const World& moved : quick_moves(announced)) {
      // The executor reads the Secret once more before an upload and gives up if it changed.
      if (std::holds_alternative<plan::UploadCertificate>(*stale) && moved.secret != here.secret) continue;
      if (moved.enabled != here.enabled) continue;  // an edit that came after the look is obeyed by the next pass
      act(moved, *stale, node);
    }
  }

  // Cloudflare will not have the certificate, and says so.
  void refuse(const World& world, plan::Observed seen, const Node& parent) {
    if (world.refusals_left == 0) return;
    World after = world;
    --after.refusals_left;
    if (world.believes_refusals) seen.first_claim = plan::seen(seen.pair)->leaf;
    const Error no{
        .kind = ErrorKind::kInvalid, .attempted = "upload", .message = "no", .http_status = 400, .code = 1412};
    visit(reported(after, plan::rest_for(seen, no)), &parent);
  }

  void act(const World& world, const Action& action, const Node& parent) {
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

  // Nothing interferes any more: step, report, and let Cloudflare and time do their part. Empty: nothing moves.
  std::optional<World> fair_step(const World& w) const {
    const Step step = planner_(observe(w));
    std::string broken;
    const auto* action = std::get_if<Action>(&step);
    World n = normalised(action ? execute(w, *action, broken) : reported(w, std::get<Rest>(step)));
    if (n != w) return n;
    const std::vector<World> rest = fair_moves(w);
    if (rest.empty()) return std::nullopt;
    n = normalised(rest.front());
    return n != w ? std::optional(std::move(n)) : std::nullopt;
  }

  bool is_right_end(const World& w) {
    ++findings_.ends;
    const Step step = planner_(observe(w));
    const Rest* rest = std::get_if<Rest>(&step);
    return rest && right_(w, *rest);
  }

  // Follows the fair steps until an end or a world whose end is known; a circle is a wrong end.
  void check_end(Node& start) {
    std::vector<Node*> path;
    Node* at = &start;
    while (at->second.end == Fate::kNotKnown) {
      at->second.end = Fate::kBeingFollowed;
      path.push_back(at);
      std::optional<World> next = fair_step(at->first);
      if (!next) {
        at->second.end = is_right_end(at->first) ? Fate::kRight : Fate::kWrong;
        break;
      }
      at = &*from_.try_emplace(std::move(*next), Place{nullptr}).first;
    }
    const Fate fate = at->second.end == Fate::kRight ? Fate::kRight : Fate::kWrong;
    for (Node* node : path) node->second.end = fate;
    if (start.second.end == Fate::kWrong && findings_.wrong_ends++ == 0)
      findings_.first_wrong_end = "ends in " + to_text(at->first) + "\nreached from\n" + trace(start);
  }

  const Planner& planner_;
  const End& right_;
  Findings findings_;
  std::unordered_map<World, Place, Hash> from_;
  std::vector<Node*> reached_;  // in the order of the search
};

}  // namespace

bool is_the_fixpoint(const World& w, const Rest& rest) {
  const auto alive = std::count_if(w.certs.begin(), w.certs.end(),
                                   [](const Cert& c) { return c.state != plan::Deployment::kDeleted; });
  return rest.verdict == plan::Verdict::kReady && presented(w) == w.secret && w.zone_level == w.enabled &&
         w.global == w.enabled && alive == 1 && w.records.size() == 1;
}

Findings explore(const Planner& planner, World start, const End& right) {
  return Explorer(planner, right).run(std::move(start));
}

}  // namespace originpull::search
