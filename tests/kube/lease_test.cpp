// SPDX-License-Identifier: Apache-2.0
// The elector over the API: which calls a try makes, what it publishes, and how the Lease is given back. Method: a
// scripted wire and a clock that jumps; the rules themselves are tested in lease_machine_test.cpp.
#include "kube/lease.hpp"

#include "kube/access_fixture.hpp"

namespace originpull::kube {
namespace {

const std::string kAt = "/apis/coordination.k8s.io/v1/namespaces/n/leases";

std::string lease(const std::string& holder, int version, const std::string& renewed = "2026-11-24T05:00:00.000000Z") {
  return R"({"metadata":{"name":"l","namespace":"n","resourceVersion":")" + std::to_string(version) +
         R"("},"spec":{"holderIdentity":")" + holder +
         R"(","leaseDurationSeconds":15,"leaseTransitions":1,"renewTime":")" + renewed + "\"}}";
}

class LeaseLaws : public WithWire {
 protected:
  LeaseLaws() {
    auto made = LeaseElector::make(env_, client_, {.lease = {"n", "l"}, .identity = "me"}, Log(lines_));
    elector_ = std::move(*made);
  }
  Held tried() { return elector_->acquire_or_renew(stop_.get_token()); }
  void acquire() {
    wire_->expect("GET " + kAt + "/l").answer(404, "{}");
    wire_->expect("POST " + kAt + "*").answer(201, lease("me", 1));
    ASSERT_EQ(tried(), Held::kYes);
  }
  std::unique_ptr<LeaseElector> elector_;
};

TEST_F(LeaseLaws, a_lease_that_is_not_there_is_created_and_renewed_without_reading) {
  const Instant begin = env_.now();
  acquire();
  EXPECT_EQ(elector_->valid_until(), begin + Seconds(14));
  env_.advance(Seconds(2));
  wire_->expect("PUT " + kAt + "/l*").answer(200, lease("me", 2));
  EXPECT_EQ(tried(), Held::kYes);
  EXPECT_EQ(elector_->valid_until(), begin + Seconds(16));
  EXPECT_EQ(elector_->standing().renewals, 2U);
  EXPECT_EQ(elector_->standing().holder, "me");
  EXPECT_EQ(wire_->last().total, Duration(5'000)) << "a call that hangs must not use up the lease";
}

TEST_F(LeaseLaws, the_time_to_act_counts_from_the_start_of_the_call_however_late_the_answer) {
  const Instant begin = env_.now();
  wire_->expect("GET*").answer(404, "{}");
  wire_->expect("POST*").before([this] { env_.advance(Duration(4'900)); }).answer(201, lease("me", 1));
  EXPECT_EQ(tried(), Held::kYes);
  EXPECT_EQ(elector_->valid_until(), begin + Seconds(14));
}

TEST_F(LeaseLaws, somebody_elses_lease_is_left_alone_until_it_has_run_out_before_our_eyes) {
  wire_->expect("GET*").answer(200, lease("other", 7));
  EXPECT_EQ(tried(), Held::kNo);
  EXPECT_EQ(elector_->valid_until(), std::nullopt);
  env_.advance(Seconds(15));
  wire_->expect("GET*").answer(200, lease("other", 7));
  wire_->expect("PUT*").answer([](const support::FakeTransport::Sent& sent) {
    EXPECT_NE(sent.body.find(R"("leaseTransitions":2)"), std::string::npos);
    EXPECT_NE(sent.body.find(R"("resourceVersion":"7")"), std::string::npos);
    return net::Response{{200, {}}, lease("me", 8)};
  });
  EXPECT_EQ(tried(), Held::kYes);
}

TEST_F(LeaseLaws, of_two_that_take_it_at_once_one_is_told_no) {
  wire_->expect("GET*").answer(200, lease("", 7));
  wire_->expect("PUT*").answer(409, R"({"kind":"Status","status":"Failure","reason":"Conflict"})");
  wire_->expect("GET*").answer(200, lease("faster", 8));
  EXPECT_EQ(tried(), Held::kNo);
}

TEST_F(LeaseLaws, an_unreachable_server_is_unknown_and_the_old_time_still_counts) {
  const Instant begin = env_.now();
  acquire();
  env_.advance(Seconds(2));
  wire_->expect("PUT*").hang();
  EXPECT_EQ(tried(), Held::kUnknown);
  EXPECT_EQ(elector_->valid_until(), begin + Seconds(14));
  EXPECT_EQ(elector_->standing().failures, 1U);
  EXPECT_EQ(env_.now(), begin + Seconds(7));
}

TEST_F(LeaseLaws, a_process_that_was_stopped_for_long_finds_out_by_its_first_try) {
  acquire();
  env_.advance(Seconds(60));
  wire_->expect("PUT*").answer(409, "{}");
  wire_->expect("GET*").answer(200, lease("other", 9));
  EXPECT_EQ(tried(), Held::kNo);
  EXPECT_EQ(elector_->valid_until(), std::nullopt);
}

TEST_F(LeaseLaws, release_frees_the_lease_and_nothing_may_be_done_from_its_start) {
  acquire();
  wire_->expect("PUT " + kAt + "/l*").answer([this](const support::FakeTransport::Sent& sent) {
    EXPECT_EQ(elector_->valid_until(), std::nullopt);
    EXPECT_NE(sent.body.find(R"("holderIdentity":"")"), std::string::npos);
    return net::Response{{200, {}}, lease("", 2)};
  });
  EXPECT_TRUE(elector_->release({}));
  EXPECT_TRUE(elector_->release({})) << "once is enough";
}

TEST_F(LeaseLaws, release_sees_through_a_renewal_whose_answer_was_lost) {
  acquire();
  wire_->expect("PUT*").answer(409, "{}");
  wire_->expect("GET*").answer(200, lease("me", 5, "2026-11-24T05:00:07.000000Z"));
  wire_->expect("PUT*").answer(200, lease("", 6));
  EXPECT_TRUE(elector_->release({}));
}

TEST_F(LeaseLaws, release_leaves_another_holder_alone) {
  acquire();
  wire_->expect("PUT*").answer(409, "{}");
  wire_->expect("GET*").answer(200, lease("other", 5));
  EXPECT_TRUE(elector_->release({}));
}

TEST_F(LeaseLaws, release_that_fails_says_so_and_the_lease_runs_out) {
  acquire();
  wire_->expect("PUT*").fail(ErrorKind::kUnavailable);
  EXPECT_FALSE(elector_->release({}));
  EXPECT_EQ(elector_->valid_until(), std::nullopt);
  EXPECT_TRUE(lines_.has("it will run out"));
}

TEST_F(LeaseLaws, without_the_lease_there_is_nothing_to_release) {
  EXPECT_TRUE(elector_->release({}));
  EXPECT_TRUE(wire_->sent().empty());
}

TEST_F(LeaseLaws, durations_that_contradict_each_other_are_refused) {
  const auto make = [&](LeaseOptions options) {
    return LeaseElector::make(env_, client_, std::move(options), Log(lines_));
  };
  EXPECT_FALSE(make({.lease = {"n", "l"}, .identity = ""}));
  EXPECT_FALSE(make({.lease = {"n", "l"}, .identity = "a", .duration = Duration(1'500)}));
  EXPECT_FALSE(make({.lease = {"n", "l"}, .identity = "a", .duration = Duration(0)}));
  EXPECT_FALSE(make({.lease = {"n", "l"}, .identity = "a", .duration = Duration(2'000), .margin = Duration(2'000)}));
}

TEST(LeaseIdentity, is_another_one_at_each_start) {
  support::JumpEnv env;
  const std::string first = lease_identity("host", env);
  EXPECT_TRUE(first.starts_with("host_"));
  EXPECT_EQ(first.size(), 37U);
  EXPECT_NE(first, lease_identity("host", env));
}

}  // namespace
}  // namespace originpull::kube
