// SPDX-License-Identifier: Apache-2.0
// Rotation, end to end: a replaced Secret is acted upon at once, because the watch says so and not because somebody
// polls (`interval: 24h`); the edge goes from one certificate of ours to the next without a gap; and a Secret that
// goes A, B, A ends with A at the edge, which no API call of Cloudflare's can tell and the simulator's back door
// does. Method: the times of the calls are the simulator's own, compared with the moment at which the API server had
// taken the Secret.
#include "e2e/installation.hpp"

#include <algorithm>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr Duration kOnTheWire = 2s;

class Rotation : public Installation {
 protected:
  // At rest with this leaf: nothing else is live, and nothing was changed for longer than a change may take to begin.
  bool rests_with(const Leaf& leaf) {
    const SimZone zone = simulator().zone();
    const auto mutations = simulator().mutations();
    const Wall last = mutations.empty() ? Wall{} : mutations.back().at;
    return zone.presented == leaf.fingerprint && zone.live().size() == 1 &&
           wall() - std::max(last, replaced_) > kOnTheWire + 1s && is_ready();
  }
  void replace_by(const Leaf& leaf) { replaced_ = apply_secret(leaf); }

  // Once enabled the edge presented ours all along, and nothing was deleted (since the calls were forgotten) while the
  // edge presented it.
  void expect_no_gap(const std::vector<Leaf>& ours) {
    bool enabled = false;
    for (const auto& change : simulator().zone().history) {
      const bool is_ours =
          std::any_of(ours.begin(), ours.end(), [&](const Leaf& leaf) { return leaf.fingerprint == change.what; });
      enabled = enabled || is_ours;
      EXPECT_TRUE(is_ours || !enabled) << "the edge presented " << change.what;
    }
    EXPECT_TRUE(enabled);
    for (const auto& call : simulator().mutations()) {
      if (!call.is_deletion()) continue;
      EXPECT_NE(deleted_by(call), presented_at(call.at)) << "what the edge presented was deleted";
    }
  }

  std::string deleted_by(const SimCall& call) {
    for (const auto& one : simulator().zone().certificates)
      if (call.path.ends_with("/" + one.id)) return one.fingerprint;
    return "a certificate that never was";
  }
  std::string presented_at(Wall time) {
    std::string presented;
    for (const auto& change : simulator().zone().history)
      if (change.at <= time) presented = change.what;
    return presented;
  }

  const Leaf a_ = make_leaf("a");
  const Leaf b_ = make_leaf("b");
  Wall replaced_{};
};

TEST_F(Rotation, a_replaced_secret_is_on_the_wire_within_two_seconds_and_the_old_one_goes_after_the_soak) {
  install({.deploy_delay = "2s"});
  enable(a_, {.more = "interval: 24h\nrotation: {soak: 3s}"});
  simulator().forget_calls();
  replace_by(b_);
  ASSERT_TRUE(eventually(60s, "only the new certificate is live", [&] { return rests_with(b_); }));

  const auto mutations = simulator().mutations();
  ASSERT_THAT(mutations, SizeIs(2));
  EXPECT_TRUE(mutations[0].is_upload());
  EXPECT_LE(mutations[0].at - replaced_, kOnTheWire);
  EXPECT_TRUE(mutations[1].is_deletion());
  const auto history = simulator().zone().history;
  const auto active = std::find_if(history.begin(), history.end(),
                                   [&](const SimPresented& change) { return change.what == b_.fingerprint; });
  ASSERT_NE(active, history.end());
  EXPECT_GE(mutations[1].at - active->at, 3s) << "the old one is deleted when the new one has soaked";
  expect_no_gap({a_, b_});
  const auto records = resource().status.ledger.certificates;
  ASSERT_THAT(records, SizeIs(1)) << "what is deleted is forgotten";
  EXPECT_EQ(records.front().fingerprint, b_.fingerprint);
}

TEST_F(Rotation, a_secret_that_goes_a_b_a_at_once_ends_with_a_at_the_edge) {
  install({.deploy_delay = "1s"});
  enable(a_, {.more = "interval: 24h\nrotation: {soak: 2s}"});
  simulator().forget_calls();
  replace_by(b_);
  replace_by(a_);
  ASSERT_TRUE(eventually(90s, "only A is live", [&] { return rests_with(a_); }));
  // Whether B was seen in between is chance. If it was: B, and A again; else nothing.
  EXPECT_THAT(simulator().uploads(), AnyOf(0U, 2U));
  expect_no_gap({a_, b_});
}

TEST_F(Rotation, a_secret_that_goes_a_b_a_while_b_is_deployed_ends_with_a_at_the_edge) {
  install({.deploy_delay = "3s"});
  enable(a_, {.more = "interval: 24h\nrotation: {soak: 2s}"});
  simulator().forget_calls();
  replace_by(b_);
  ASSERT_TRUE(eventually(30s, "B is uploaded", [&] { return simulator().uploads() == 1; }));
  replace_by(a_);
  ASSERT_TRUE(eventually(90s, "only A is live", [&] { return rests_with(a_); }));
  EXPECT_THAT(simulator().mutations_in_words(), ElementsAre("upload", "delete", "upload", "delete"));
  expect_no_gap({a_, b_});

  // And once more, when B is already what the edge presents.
  simulator().forget_calls();
  replace_by(b_);
  ASSERT_TRUE(eventually(60s, "the edge presents B", [&] { return simulator().zone().presented == b_.fingerprint; }));
  replace_by(a_);
  ASSERT_TRUE(eventually(90s, "only A is live", [&] { return rests_with(a_); }));
  EXPECT_EQ(simulator().uploads(), 2U);
  expect_no_gap({a_, b_});
}

}  // namespace
}  // namespace originpull::e2e
