// SPDX-License-Identifier: Apache-2.0
// Two replicas, one leader: only it acts, the other takes over when it is gone, and a leader that slept through its
// lease begins no mutation when it wakes. Then the end of one: SIGTERM within 5 s, whatever hangs, and a second one
// at once. Method: each replica has relays of its own, so the calls of each are known; SIGKILL and SIGSTOP make a
// leader vanish, and a request that its relay holds open is what it was doing then.
#include "e2e/relayed.hpp"

#include <algorithm>
#include <csignal>

namespace originpull::e2e {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

bool is_upload(const RelayedCall& call) {
  return call.method == "POST" && call.target.ends_with("/origin_tls_client_auth");
}
bool is_list(const RelayedCall& call) {
  return call.method == "GET" && call.target.find("/origin_tls_client_auth") != std::string::npos;
}
bool is_lease(const RelayedCall& call) { return call.target.find("/leases/") != std::string::npos; }

class Leadership : public Relayed {
 protected:
  // `first` leads and has enabled the zone, `second` stands by.
  void begin(bool usual_lease) {
    install();
    apply_token();
    apply_secret(before_);
    apply_resource("zone", {.more = "interval: 24h\nrotation: {soak: 0s}"});
    OperatorOptions options = relays().through();
    options.usual_lease = usual_lease;
    first_ = &start_operator(options);
    options = second_relays().through();
    options.usual_lease = usual_lease;
    second_ = &spawn_operator(options);
    ASSERT_TRUE(eventually(60s, "the resource is Ready", [&] { return is_ready(); }));
    ASSERT_TRUE(eventually(30s, "the second one looks at the lease", [&] {
      const auto calls = second_relays().kube.calls();
      return std::any_of(calls.begin(), calls.end(), is_lease);
    }));
  }
  Relays& second_relays() {
    if (second_relays_ == nullptr) {
      relays();
      second_relays_ = &add_relays();
    }
    return *second_relays_;
  }

  std::optional<Wall> upload_of(const Leaf& leaf) {
    for (const auto& call : simulator().calls())
      if (call.is_upload() && call.detail == leaf.fingerprint && call.status == 200) return call.at;
    return std::nullopt;
  }
  bool rests_on(const Leaf& leaf) {
    const SimZone zone = simulator().zone();
    return zone.presented == leaf.fingerprint && zone.live().size() == 1 && condition("Ready") == "True Ready";
  }
  // What the first one changed since its relays were told to forget; trying for the Lease is not a change.
  std::vector<std::string> changes_by_the_first() {
    std::vector<std::string> changes;
    for (const auto& call : relays().cloudflare.calls())
      if (call.is_mutation()) changes.push_back(call.what());
    for (const auto& call : relays().kube.calls())
      if (call.is_mutation() && !is_lease(call)) changes.push_back(call.what());
    return changes;
  }

  // The first one is stopped while its relay holds a call open; the second one takes over and finishes; the first one
  // goes on, with something to do before its eyes.
  void stop_the_first_while_it_waits_for(Relay::At at, const Relay::Which& which) {
    relays().cloudflare.hold(at, which);
    apply_secret(after_);
    ASSERT_TRUE(relays().cloudflare.await_held(Duration(20'000)));
    first_->signal(SIGSTOP);
    ASSERT_TRUE(eventually(60s, "the second one takes over", [&] { return rests_on(after_); }));
    relays().kube.forget_calls();
    relays().cloudflare.forget_calls();
    first_->signal(SIGCONT);
  }

  const Leaf before_ = make_leaf("before");
  const Leaf after_ = make_leaf("after");
  const Leaf last_ = make_leaf("last");
  support::Process* first_ = nullptr;
  support::Process* second_ = nullptr;

 private:
  Relays* second_relays_ = nullptr;
};

TEST_F(Leadership, only_one_acts_and_the_other_takes_over_within_25_s) {
  begin(true);
  EXPECT_THAT(second_relays().cloudflare.calls(), IsEmpty());
  const Wall killed = wall();
  first_->kill();
  apply_secret(after_);
  ASSERT_TRUE(eventually(60s, "the second one uploads", [&] { return upload_of(after_).has_value(); }));
  EXPECT_LE(*upload_of(after_) - killed, 25s);
  EXPECT_TRUE(eventually(30s, "it finishes", [&] { return rests_on(after_); }));
}

TEST_F(Leadership, a_mutation_that_a_stopped_leader_had_begun_ends_by_its_deadline) {
  begin(false);
  stop_the_first_while_it_waits_for(Relay::At::kRequest, is_upload);
  EXPECT_TRUE(relays().cloudflare.await_given_up(Duration(5'000)));
  relays().cloudflare.let_go();
  apply_secret(last_);
  EXPECT_TRUE(eventually(30s, "the second one goes on", [&] { return rests_on(last_); }));
  EXPECT_THAT(changes_by_the_first(), IsEmpty());
  EXPECT_TRUE(first_->running());
}

TEST_F(Leadership, a_stopped_leader_begins_no_mutation_when_it_continues) {
  begin(false);
  // It has just looked; what it saw asks for an upload, which is next.
  stop_the_first_while_it_waits_for(Relay::At::kAnswer, is_list);
  relays().cloudflare.let_go();
  apply_secret(last_);
  EXPECT_TRUE(eventually(30s, "the second one goes on", [&] { return rests_on(last_); }));
  EXPECT_TRUE(throughout(6s, "the first one changes nothing", [&] { return changes_by_the_first().empty(); }));
  EXPECT_THAT(changes_by_the_first(), IsEmpty());
  // It is a good standby again.
  second_->kill();
  apply_secret(before_);
  EXPECT_TRUE(eventually(40s, "the first one takes over again", [&] { return rests_on(before_); }));
}

TEST_F(Leadership, sigterm_ends_it_within_5_s_though_all_it_waits_for_hangs) {
  begin(true);
  relays().cloudflare.hold(Relay::At::kRequest, is_upload);
  apply_secret(after_);
  ASSERT_TRUE(relays().cloudflare.await_held(Duration(20'000)));
  cluster().signal(cluster::Part::kApiServer, SIGSTOP);
  first_->signal(SIGTERM);
  const auto end = first_->wait(5s);
  cluster().signal(cluster::Part::kApiServer, SIGCONT);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->code, 0);
}

TEST_F(Leadership, a_second_sigterm_ends_it_at_once) {
  begin(true);
  // Giving the lease back hangs, so there is a while in which it is on its way out.
  cluster().signal(cluster::Part::kApiServer, SIGSTOP);
  first_->signal(SIGTERM);
  EXPECT_FALSE(first_->wait(150ms)) << "it was gone before there was a second one";
  first_->signal(SIGTERM);
  const auto end = first_->wait(300ms);
  cluster().signal(cluster::Part::kApiServer, SIGCONT);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->signal, SIGTERM);
}

}  // namespace
}  // namespace originpull::e2e
