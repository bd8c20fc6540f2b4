// SPDX-License-Identifier: Apache-2.0
// Terms and permits: when work begins and ends, when a permit is refused, and that the lease is neither released nor
// sought again while work is under way. The candidacy and the work are stand-ins; threads are real, time is the test's.
#include "control/leadership.hpp"

#include <gmock/gmock.h>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using support::StillEnv;
using testing::HasSubstr;

constexpr LeadershipOptions kOptions{.longest_write = Duration(5'000), .wind_down = Duration(4'000)};

// What candidacies and work did, and what they are told to do.
struct Scene {
  int stood = 0;
  bool leading = false;
  bool lost = false;
  std::optional<Instant> valid_until = {};
  int released = 0;
  int running = 0;
  bool busy = false;  // guarded work is under way
  std::vector<std::shared_ptr<PermitSource>> terms = {};
  std::vector<std::stop_token> stops = {};
  int ended = 0;
  std::vector<std::string> events = {};
};
using Stage = env::Monitor<Scene>;

class FakeCandidacy final : public Candidacy {
 public:
  explicit FakeCandidacy(Stage& stage) : stage_(stage) {}
  void run(const std::stop_token& stop) override {
    stage_.with([](Scene& s) { ++s.running; });
    stage_.await(
        [](Scene& s, Instant) { return env::Poll<bool>{.value = s.lost ? std::optional(true) : std::nullopt}; }, stop);
    stage_.with([](Scene& s) { --s.running; });
  }
  bool await_leading(const std::stop_token& stop) override { return wait(&Scene::leading, stop); }
  bool await_lost(const std::stop_token& stop) override { return wait(&Scene::lost, stop); }
  std::optional<Instant> valid_until() const override {
    return stage_.look([](const Scene& s) { return s.valid_until; });
  }
  void release(const std::stop_token&) override {
    stage_.with([](Scene& s) {
      ++s.released;
      s.events.emplace_back(s.busy ? "released while busy" : "released");
      if (s.running > 0) s.events.emplace_back("released while renewing");
    });
  }

 private:
  bool wait(bool Scene::* flag, const std::stop_token& stop) {
    return stage_
        .await(
            [&](Scene& s, Instant) { return env::Poll<bool>{.value = s.*flag ? std::optional(true) : std::nullopt}; },
            stop)
        .has_value();
  }
  Stage& stage_;
};

class FakeLed final : public Led {
 public:
  explicit FakeLed(Stage& stage) : stage_(stage) {}
  void begin_term(std::shared_ptr<PermitSource> permits, std::stop_token term) override {
    stage_.with([&](Scene& s) {
      s.events.emplace_back("begin");
      s.terms.push_back(std::move(permits));
      s.stops.push_back(std::move(term));
    });
  }
  bool end_term(Instant until) override {
    stage_.with([](Scene& s) { s.events.emplace_back("end"); });
    return stage_
        .await(
            [&](Scene& s, Instant now) -> env::Poll<bool> {
              if (!s.busy) return {.value = true};
              if (now >= until) return {.value = false};
              return {.again = until};
            },
            {})
        .value();
  }

 private:
  Stage& stage_;
};

class LeadershipTest : public testing::Test {
 protected:
  void start(bool elected = true) {
    Leadership::Stand stand;
    if (elected) {
      stand = [this]() -> std::shared_ptr<Candidacy> {
        stage_.with([](Scene& s) {
          ++s.stood;
          s.lost = false;
          s.events.emplace_back("stand");
        });
        return std::make_shared<FakeCandidacy>(stage_);
      };
    }
    leadership_ = std::make_unique<Leadership>(env_, Log::silent(), kOptions, stand, led_);
    leadership_->start();
  }
  void win() {
    stage_.with([&](Scene& s) {
      s.leading = true;
      s.valid_until = StillEnv::kStart + Seconds(14);
    });
  }
  void lose() {
    stage_.with([](Scene& s) {
      s.lost = true;
      s.leading = false;
      s.valid_until.reset();
    });
  }
  void await_that(const std::function<bool(const Scene&)>& holds) {
    stage_.await(
        [&](Scene& s, Instant) { return env::Poll<bool>{.value = holds(s) ? std::optional(true) : std::nullopt}; }, {});
  }
  Scene scene() {
    return stage_.look([](const Scene& s) { return s; });
  }
  std::shared_ptr<PermitSource> term(std::size_t number) {
    await_that([&](const Scene& s) { return s.terms.size() >= number; });
    return scene().terms.at(number - 1);
  }

  StillEnv env_;
  Stage stage_{env_};
  FakeLed led_{stage_};
  std::unique_ptr<Leadership> leadership_;
};

TEST_F(LeadershipTest, no_work_begins_before_the_lease_is_won) {
  start();
  await_that([](const Scene& s) { return s.running == 1; });
  EXPECT_TRUE(scene().terms.empty());
  EXPECT_FALSE(leadership_->figures().leading);
  win();
  term(1);
  EXPECT_TRUE(leadership_->figures().leading);
  EXPECT_EQ(leadership_->figures().terms, 1U);
}

TEST_F(LeadershipTest, a_permit_is_refused_when_less_time_is_left_than_the_longest_write_takes) {
  start();
  win();
  const auto permits = term(1);
  env_.advance(Seconds(9) - Duration(1));
  const auto permit = permits->permit();
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->until(), StillEnv::kStart + Seconds(14));
  env_.advance(Duration(1));
  const auto refused = permits->permit();
  ASSERT_FALSE(refused) << "exactly 5 s are left, and a write may take 5 s";
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(refused.error().reason, kNotLeading);
  EXPECT_EQ(leadership_->figures().refused, 1U);
}

TEST_F(LeadershipTest, a_process_that_was_suspended_refuses_before_it_notices_the_loss) {
  start();
  win();
  const auto permits = term(1);
  env_.advance(Seconds(3'600));
  EXPECT_FALSE(permits->permit());
}

TEST_F(LeadershipTest, a_renewal_makes_permits_possible_again) {
  start();
  win();
  const auto permits = term(1);
  env_.advance(Seconds(12));
  ASSERT_FALSE(permits->permit());
  stage_.with([&](Scene& s) { s.valid_until = StillEnv::kStart + Seconds(26); });
  EXPECT_TRUE(permits->permit());
}

TEST_F(LeadershipTest, a_lost_term_stops_its_work_and_its_permits_never_hold_again) {
  start();
  win();
  const auto first = term(1);
  lose();
  await_that([](const Scene& s) { return s.stood == 2; });
  EXPECT_TRUE(scene().stops.at(0).stop_requested());
  win();
  const auto second = term(2);
  EXPECT_TRUE(second->permit());
  EXPECT_FALSE(first->permit()) << "what it saw is from before somebody else led";
}

TEST_F(LeadershipTest, it_does_not_stand_again_while_work_of_the_last_term_is_under_way) {
  start();
  win();
  term(1);
  stage_.with([](Scene& s) { s.busy = true; });
  lose();
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(4)));
  env_.advance(Seconds(4));
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(8)));
  EXPECT_EQ(scene().stood, 1);
  stage_.with([](Scene& s) { s.busy = false; });
  await_that([](const Scene& s) { return s.stood == 2; });
}

TEST_F(LeadershipTest, the_lease_is_released_after_all_guarded_work_has_stopped) {
  start();
  await_that([](const Scene& s) { return s.running == 1; });
  win();
  term(1);
  stage_.with([](Scene& s) { s.busy = true; });
  env::Thread stopper = env_.spawn("stopper", [&](const std::stop_token&) { leadership_->stop(); });
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(4)));
  EXPECT_EQ(scene().released, 0);
  EXPECT_EQ(scene().running, 1) << "the lease is still renewed meanwhile";
  stage_.with([](Scene& s) { s.busy = false; });
  stopper.join();
  EXPECT_THAT(scene().events, testing::ElementsAre("stand", "begin", "end", "released"));
}

TEST_F(LeadershipTest, work_that_does_not_stop_in_time_keeps_the_lease_from_being_released) {
  start();
  win();
  term(1);
  stage_.with([](Scene& s) { s.busy = true; });
  env::Thread stopper = env_.spawn("stopper", [&](const std::stop_token&) { leadership_->stop(); });
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(4)));
  env_.advance(Seconds(4));
  stopper.join();
  EXPECT_EQ(scene().released, 0);
  EXPECT_TRUE(scene().stops.at(0).stop_requested());
}

TEST_F(LeadershipTest, a_standby_stops_at_once_and_releases_nothing) {
  start();
  await_that([](const Scene& s) { return s.running == 1; });
  leadership_->stop();
  EXPECT_EQ(scene().running, 0);
  EXPECT_EQ(scene().released, 0);
  leadership_->stop();
}

TEST_F(LeadershipTest, without_an_election_one_term_lasts_from_start_to_stop) {
  start(false);
  const auto permits = term(1);
  env_.advance(Seconds(86'400));
  const auto permit = permits->permit();
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->until(), Instant::max());
  leadership_->stop();
  EXPECT_FALSE(permits->permit()) << "a pass that outlives the stop must not write";
  EXPECT_THAT(scene().events, testing::ElementsAre("begin", "end"));
}

TEST_F(LeadershipTest, a_lease_that_ran_out_unnoticed_is_a_fault) {
  start();
  win();
  term(1);
  EXPECT_FALSE(leadership_->fault());
  env_.advance(Seconds(14 + 19));
  EXPECT_FALSE(leadership_->fault());
  env_.advance(Seconds(1));
  EXPECT_THAT(leadership_->fault().value_or(""), HasSubstr("ran out 20 s ago"));
}

}  // namespace
}  // namespace originpull::control
