// SPDX-License-Identifier: Apache-2.0
// When a candidacy tries, and what ends a term, with a lease that the test scripts and time that it moves. That two
// processes never act at once is kube's fence and Leadership's permits; here it is about the beginning and the end.
#include "control/lease_candidacy.hpp"

#include <gmock/gmock.h>

#include "support/fake_transport.hpp"
#include "support/jump_env.hpp"
#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using kube::Held;
using support::StillEnv;
using testing::HasSubstr;

constexpr LeaseTimes kTimes{.renew_deadline = Duration(10'000), .retry = Duration(2'000)};

class FakeKeeper final : public LeaseKeeper {
 public:
  struct State {
    Held answer = Held::kNo;
    bool hangs = false;
    std::int64_t transitions = 1;
    std::optional<Instant> valid_until = {};
    int tries = 0;
    int releases = 0;
  };
  explicit FakeKeeper(env::Env& env) : env_(env), state(env) {}

  Held acquire_or_renew(const std::stop_token& stop) override {
    const Instant began = env_.now();
    const State now = state.with([](State& s) {
      ++s.tries;
      return s;
    });
    if (now.hangs) env::pause_until(env_, Instant::max(), stop);
    if (now.answer != Held::kYes || now.hangs) return now.hangs ? Held::kUnknown : now.answer;
    state.with([&](State& s) { s.valid_until = began + Seconds(14); });
    return Held::kYes;
  }
  std::optional<Instant> valid_until() const override {
    return state.look([](const State& s) { return s.valid_until; });
  }
  std::int64_t transitions() const override {
    return state.look([](const State& s) { return s.transitions; });
  }
  bool release(const std::stop_token&) override {
    state.with([](State& s) { ++s.releases; });
    return true;
  }

 private:
  env::Env& env_;

 public:
  mutable env::Monitor<State> state;
};

constexpr Duration kSoon{500};

class LeaseCandidacyTest : public testing::Test {
 protected:
  void SetUp() override {
    env_.set_random(121 * 7);  // the smallest jitter
    runner_ = env_.spawn("lease", [this](const std::stop_token& stop) { candidacy_.run(stop); });
  }
  void answer(Held held) {
    keeper_->state.with([&](FakeKeeper::State& s) { s.answer = held; });
  }
  // Waits for so many tries in all, then for the pause that follows.
  void await_tries(int tries) {
    keeper_->state.await(
        [&](FakeKeeper::State& s, Instant) -> env::Poll<bool> {
          if (s.tries < tries) return {};
          return {.value = true};
        },
        {});
  }
  void step(Duration pause, int tries) {
    ASSERT_TRUE(env_.await_deadline(env_.now() + pause));
    env_.advance(pause);
    await_tries(tries);
  }

  // A term that began 2 s after the start; its first pause is under way.
  void lead() {
    await_tries(1);
    answer(Held::kYes);
    step(Duration(2'000), 2);
    ASSERT_TRUE(candidacy_.await_leading({}));
    ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Duration(4'000)));
  }

  StillEnv env_;
  std::shared_ptr<FakeKeeper> keeper_ = std::make_shared<FakeKeeper>(env_);
  LeaseCandidacy candidacy_{env_, kTimes, keeper_};
  env::Thread runner_;
};

TEST_F(LeaseCandidacyTest, a_standby_tries_again_after_a_jittered_retry_period) {
  await_tries(1);
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Duration(2'000)));
  env_.set_random(120);  // the largest jitter, from the next pause on
  step(Duration(2'000), 2);
  step(Duration(4'400), 3);
  EXPECT_FALSE(candidacy_.valid_until());
}

TEST_F(LeaseCandidacyTest, it_leads_with_the_first_try_that_succeeds) {
  await_tries(1);
  answer(Held::kYes);
  step(Duration(2'000), 2);
  EXPECT_TRUE(candidacy_.await_leading({}));
  EXPECT_EQ(candidacy_.valid_until(), StillEnv::kStart + Seconds(2 + 14));
}

TEST_F(LeaseCandidacyTest, the_term_ends_at_once_when_somebody_else_holds_the_lease) {
  lead();
  answer(Held::kNo);
  step(Duration(2'000), 3);
  EXPECT_TRUE(candidacy_.await_lost({}));
  EXPECT_FALSE(candidacy_.valid_until()) << "though the fence has not passed yet";
  runner_.join();
}

TEST_F(LeaseCandidacyTest, failed_tries_end_the_term_only_after_the_renew_deadline) {
  lead();
  answer(Held::kUnknown);
  step(Duration(2'000), 3);
  for (int tries = 4; tries <= 18; ++tries) step(kSoon, tries);
  EXPECT_TRUE(candidacy_.valid_until()) << "9.5 s after the last success";
  step(kSoon, 19);
  EXPECT_TRUE(candidacy_.await_lost({}));
  EXPECT_FALSE(candidacy_.valid_until());
}

TEST_F(LeaseCandidacyTest, a_success_in_time_saves_the_term) {
  lead();
  answer(Held::kUnknown);
  step(Duration(2'000), 3);
  for (int tries = 4; tries <= 17; ++tries) step(kSoon, tries);
  answer(Held::kYes);
  step(kSoon, 18);
  answer(Held::kUnknown);
  step(Duration(2'000), 19);
  for (int tries = 20; tries <= 30; ++tries) step(kSoon, tries);
  EXPECT_TRUE(candidacy_.valid_until()) << "7.5 s after the last success, 17 s after the first";
}

TEST_F(LeaseCandidacyTest, a_server_that_does_not_answer_is_asked_again_soon) {
  await_tries(1);
  answer(Held::kUnknown);
  step(Duration(2'000), 2);
  for (int tries = 3; tries <= 6; ++tries) step(kSoon, tries);
  answer(Held::kYes);
  step(kSoon, 7);
  EXPECT_TRUE(candidacy_.await_leading({}));
}

TEST_F(LeaseCandidacyTest, a_try_that_hangs_does_not_prolong_the_term) {
  lead();
  keeper_->state.with([](FakeKeeper::State& s) { s.hangs = true; });
  step(Duration(2'000), 3);
  std::atomic<bool> lost{false};
  env::Thread watcher = env_.spawn("watcher", [&](const std::stop_token& stop) { lost = candidacy_.await_lost(stop); });
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(12)));
  env_.advance(Seconds(8));
  watcher.join();
  EXPECT_TRUE(lost);
}

TEST_F(LeaseCandidacyTest, a_lease_that_changed_hands_unseen_is_another_term) {
  lead();
  keeper_->state.with([](FakeKeeper::State& s) { s.transitions = 3; });
  step(Duration(2'000), 3);
  EXPECT_TRUE(candidacy_.await_lost({})) << "what was seen in the first term may be old";
}

TEST_F(LeaseCandidacyTest, a_renewal_that_began_after_the_deadline_does_not_revive_the_term) {
  lead();
  // As after a suspend: the pause ends far too late, and the lease is renewed all the same.
  ASSERT_TRUE(env_.await_deadline(env_.now() + Duration(2'000)));
  env_.advance(Seconds(60));
  runner_.join();  // it ends only with a loss, and nobody else has looked at the time
  EXPECT_FALSE(candidacy_.valid_until());
}

TEST_F(LeaseCandidacyTest, a_stop_ends_each_of_its_waits_at_once) {
  await_tries(1);
  std::atomic<int> answers{0};
  env::Thread leading =
      env_.spawn("leading", [&](const std::stop_token& stop) { answers += candidacy_.await_leading(stop) ? 10 : 1; });
  env::Thread lost =
      env_.spawn("lost", [&](const std::stop_token& stop) { answers += candidacy_.await_lost(stop) ? 10 : 1; });
  ASSERT_TRUE(env_.await_waiting(3));
  for (env::Thread* thread : {&leading, &lost, &runner_}) {
    thread->request_stop();
    thread->join();
  }
  EXPECT_EQ(answers, 2);
}

TEST(LeaseTimes, contradictions_are_told_with_their_numbers) {
  const kube::LeaseOptions lease{.lease = {"ns", "lease"}, .identity = "me"};
  EXPECT_EQ(fault_of(lease, {}, {}), "");
  EXPECT_THAT(fault_of(lease, {.retry = Duration(0)}, {}), HasSubstr("longer than 0"));
  EXPECT_THAT(fault_of(lease, {.renew_deadline = Duration(2'400)}, {}), HasSubstr("2400 ms"));
  EXPECT_THAT(fault_of(lease, {.renew_deadline = Duration(14'000)}, {}), HasSubstr("renew deadline and the margin"));
  kube::LeaseOptions brief = lease;
  brief.duration = Duration(8'000);
  EXPECT_THAT(fault_of(brief, {.renew_deadline = Duration(6'000)}, {}), HasSubstr("nothing could ever be written"));
}

// Through kube's elector, against a scripted wire: the one place where the two meet.
TEST(StandForLease, a_candidate_creates_the_lease_leads_and_gives_it_back) {
  support::JumpEnv env;
  const auto wire = std::make_shared<support::FakeTransport>(env);
  support::FakeNetwork network(wire);
  const auto access = std::make_shared<kube::ClusterAccess>(
      env, network, kube::ClusterConfig{.source = "the test", .server = "https://10.0.0.1:6443"}, Log::silent());
  const kube::Client client(env, access, {}, Log::silent());
  const auto stand =
      stand_for_lease(env, client, {.lease = {"ns", "lease"}, .identity = "me"}, kTimes, {}, Log::silent());
  ASSERT_TRUE(stand);
  const auto lease = [](const std::string& holder, const std::string& version) {
    return R"({"metadata":{"name":"lease","namespace":"ns","resourceVersion":")" + version +
           R"("},"spec":{"holderIdentity":")" + holder + R"(","leaseDurationSeconds":15,"leaseTransitions":0}})";
  };
  const std::string at = "/apis/coordination.k8s.io/v1/namespaces/ns/leases";
  std::stop_source stop;
  const Instant began = env.now();
  wire->expect("GET " + at + "/lease").answer(404, "{}");
  wire->expect("POST " + at + "*").before([&] { stop.request_stop(); }).answer(201, lease("me", "1"));
  const auto candidate = (*stand)();
  candidate->run(stop.get_token());
  EXPECT_TRUE(candidate->await_leading({}));
  EXPECT_EQ(candidate->valid_until(), began + Seconds(14));

  wire->expect("PUT " + at + "/lease*").answer(200, lease("", "2"));
  candidate->release({});
  EXPECT_THAT(wire->last().body, HasSubstr(R"("holderIdentity":"")"));
  EXPECT_FALSE(candidate->valid_until()) << "nothing may be done in the name of a lease that was given back";
  EXPECT_TRUE(wire->done());
}

TEST(StandForLease, options_that_contradict_each_other_are_refused_at_the_start) {
  support::JumpEnv env;
  support::FakeNetwork network(std::make_shared<support::FakeTransport>(env));
  const auto access = std::make_shared<kube::ClusterAccess>(
      env, network, kube::ClusterConfig{.source = "the test", .server = "https://10.0.0.1:6443"}, Log::silent());
  const kube::Client client(env, access, {}, Log::silent());
  const auto stand = stand_for_lease(env, client, {.lease = {"ns", "lease"}, .identity = "me"},
                                     {.renew_deadline = Duration(15'000)}, {}, Log::silent());
  ASSERT_FALSE(stand);
  EXPECT_EQ(stand.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(stand.error().message, HasSubstr("renew deadline"));
}

}  // namespace
}  // namespace originpull::control
