// SPDX-License-Identifier: Apache-2.0
// The operator outlives its API server: etcd and the API server killed and started again, the history gone (410),
// watch connections cut, or open and silent. It is never restarted, and a Secret that changed meanwhile is uploaded
// within 2 s of recovery. Method: a relay keeps the operator out while the admin changes the Secret on the real
// server, so that the change is a part of the outage; recovery is the moment when the relay lets it in again, or,
// where a connection stays open and says nothing, when the client may know at the earliest. `interval: 24h`, so that
// polling cannot pass.
#include "e2e/relayed.hpp"

#include <algorithm>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using cluster::Part;

constexpr auto kWithin = 2s;
constexpr auto kSilence = 90s;  // kube::WatchOptions::silence

bool is_watch(const RelayedCall& call) { return call.is_watch(); }
bool any(const RelayedCall&) { return true; }

class Outage : public Relayed {
 protected:
  void SetUp() override {
    Relayed::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    install();
    apply_token();
    apply_secret(before_);
    apply_resource("zone", {.more = "interval: 24h\nrotation: {soak: 0s}"});
    OperatorOptions options = relays().through();
    options.usual_lease = true;
    operator_ = &start_operator(options);
    ASSERT_TRUE(eventually(60s, "the resource is Ready", [&] { return is_ready(); }));
    ASSERT_TRUE(eventually(10s, "both watches are open", [&] {
      const auto calls = relays().kube.calls();
      return std::count_if(calls.begin(), calls.end(), is_watch) >= 2;
    }));
  }

  void shut_out() {
    relays().kube.refuse(true);
    EXPECT_GE(relays().kube.cut(any), 2);
  }
  // The moment at which it may come in again.
  Wall let_in() {
    relays().kube.refuse(false);
    return wall();
  }

  // That the new leaf arrives at Cloudflare by then, from the process that was there before.
  void expect_upload_by(Wall deadline, std::chrono::milliseconds patience = 30s) {
    std::optional<Wall> arrived;
    EXPECT_TRUE(eventually(patience, "the new certificate is uploaded", [&] {
      for (const auto& call : simulator().calls())
        if (call.is_upload() && call.detail == after_.fingerprint) arrived = call.at;
      return arrived.has_value();
    }));
    ASSERT_TRUE(arrived);
    EXPECT_LE((*arrived - deadline).count(), 0) << "milliseconds too late\n" << logs();
    EXPECT_TRUE(
        eventually(30s, "the edge presents it", [&] { return simulator().zone().presented == after_.fingerprint; }));
    EXPECT_TRUE(operator_->running());
  }

  const Leaf before_ = make_leaf("before");
  const Leaf after_ = make_leaf("after");
  support::Process* operator_ = nullptr;
};

TEST_F(Outage, the_api_server_and_etcd_are_killed_and_the_history_is_compacted) {
  shut_out();
  cluster().kill(Part::kApiServer);
  cluster().kill(Part::kEtcd);
  ASSERT_TRUE(cluster().start(Part::kEtcd));
  ASSERT_TRUE(cluster().start(Part::kApiServer));
  apply_secret(after_);
  ASSERT_TRUE(cluster().compact());
  ASSERT_TRUE(cluster().restart(Part::kApiServer));  // its own window of history goes with it
  EXPECT_EQ(simulator().uploads(), 1U);
  expect_upload_by(let_in() + kWithin);
}

TEST_F(Outage, an_outage_outlasts_the_lease) {
  shut_out();
  ASSERT_TRUE(eventually(30s, "the operator gives up to lead",
                         [&] { return logs().find("does not lead any more") != std::string::npos; }));
  apply_secret(after_);
  expect_upload_by(let_in() + kWithin);
}

TEST_F(Outage, the_watch_connections_are_cut) {
  shut_out();
  apply_secret(after_);
  expect_upload_by(let_in() + kWithin);
}

TEST_F(Outage, the_watch_connections_fall_silent) {
  const Wall silent_from = wall();
  EXPECT_GE(relays().kube.silence(is_watch), 2);
  apply_secret(after_);
  expect_upload_by(silent_from + kSilence + kWithin, kSilence + 30s);
}

}  // namespace
}  // namespace originpull::e2e
