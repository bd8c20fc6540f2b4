// SPDX-License-Identifier: Apache-2.0
// The engine with a pass of the test's own: keys run only during a term, a term looks at everything, a pass that throws
// or is cut short does not end the process nor its key, and every wait ends at a stop. Threads are real, time is the
// test's.
#include "control/loop.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

#include "support/still_env.hpp"

namespace originpull::control {
namespace {

using support::StillEnv;
using testing::ElementsAre;
using testing::HasSubstr;

const Key kA{"ns", "a"};
const Key kB{"ns", "b"};

class AlwaysPermits final : public PermitSource {
 public:
  Result<Permit> permit() override { return issue(Instant::max()); }
};

struct Runs {
  std::vector<Key> begun = {};
  int finished = 0;
  bool hold = false;  // passes wait until this is false or their term is over
};

class LoopTest : public testing::Test {
 protected:
  Outcome pass(const Key& key, PermitSource& permits, const std::stop_token& stop) {
    runs_.with([&](Runs& r) { r.begun.push_back(key); });
    runs_.await([](Runs& r, Instant) { return env::Poll<bool>{.value = r.hold ? std::nullopt : std::optional(true)}; },
                stop);
    runs_.with([](Runs& r) { ++r.finished; });
    if (!permits.permit()) return Outcome::failed();
    return outcome_(key);
  }
  void begin() { loop_.begin_term(std::make_shared<AlwaysPermits>(), term_.get_token()); }
  bool end(Duration within = Duration(4'000)) {
    term_.request_stop();
    return loop_.end_term(env_.now() + within);
  }
  void await_that(const std::function<bool(const Runs&)>& holds) {
    runs_.await(
        [&](Runs& r, Instant) { return env::Poll<bool>{.value = holds(r) ? std::optional(true) : std::nullopt}; }, {});
  }
  void await_idle(int finished) {
    await_that([&](const Runs& r) { return r.finished >= finished; });
    ASSERT_TRUE(queue_.await_idle(Instant::max()));
  }
  std::vector<Key> begun() {
    auto keys = runs_.look([](const Runs& r) { return r.begun; });
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  StillEnv env_;
  Metrics metrics_{env_, "originpullconfig"};
  WorkQueue queue_{env_};
  env::Monitor<Runs> runs_{env_};
  std::vector<Key> known_ = {kA, kB};
  std::function<Outcome(const Key&)> outcome_ = [](const Key&) { return Outcome::done(); };
  std::stop_source term_;
  Loop loop_{
      env_,
      Log::silent(),
      metrics_,
      queue_,
      [this] { return known_; },
      [this](const Key& key, PermitSource& permits, const std::stop_token& stop) { return pass(key, permits, stop); },
      {.workers = 2}};
};

TEST_F(LoopTest, nothing_runs_before_a_term_and_everything_runs_when_it_begins) {
  queue_.add(kA, Urgency::kUserChange);
  loop_.start();
  ASSERT_TRUE(env_.await_waiting(2));
  EXPECT_TRUE(begun().empty());
  begin();
  await_idle(2);
  EXPECT_THAT(begun(), ElementsAre(kA, kB));
}

TEST_F(LoopTest, nothing_begins_after_a_term_and_what_came_meanwhile_runs_in_the_next) {
  loop_.start();
  begin();
  await_idle(2);
  EXPECT_TRUE(end());
  known_.clear();
  queue_.add(kB, Urgency::kUserChange);
  ASSERT_TRUE(env_.await_waiting(2));
  EXPECT_EQ(begun().size(), 2U);
  term_ = std::stop_source();
  begin();
  await_idle(3);
  EXPECT_THAT(begun(), ElementsAre(kA, kB, kB));
}

TEST_F(LoopTest, a_term_has_not_ended_before_its_passes_have) {
  runs_.with([](Runs& r) { r.hold = true; });
  known_ = {kA};
  loop_.start();
  begin();
  await_that([](const Runs& r) { return r.begun.size() == 1; });
  std::atomic<int> ended{-1};
  env::Thread ender =
      env_.spawn("ender", [&](const std::stop_token&) { ended = loop_.end_term(env_.now() + Seconds(4)); });
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Seconds(4)));
  EXPECT_EQ(ended, -1);
  env_.advance(Seconds(4));
  ender.join();
  EXPECT_EQ(ended, 0) << "it gave up waiting and said so";
  term_.request_stop();
  EXPECT_TRUE(loop_.end_term(env_.now() + Seconds(4)));
}

TEST_F(LoopTest, a_pass_that_its_term_cut_short_is_no_failure_and_runs_in_the_next) {
  runs_.with([](Runs& r) { r.hold = true; });
  known_ = {kA};
  outcome_ = [](const Key&) { return Outcome::failed(Seconds(3'600)); };
  loop_.start();
  begin();
  await_that([](const Runs& r) { return r.begun.size() == 1; });
  EXPECT_TRUE(end());
  EXPECT_EQ(queue_.failures(kA), 0);
  known_.clear();
  runs_.with([](Runs& r) { r.hold = false; });
  term_ = std::stop_source();
  begin();
  await_idle(2);
  EXPECT_THAT(begun(), ElementsAre(kA, kA));
}

TEST_F(LoopTest, a_pass_that_throws_is_counted_and_tried_again) {
  known_ = {kA};
  std::atomic<int> calls{0};
  outcome_ = [&](const Key&) -> Outcome {
    if (++calls == 1) throw std::runtime_error("a fault");
    return Outcome::done();
  };
  env_.set_random(501);  // a multiple of the spread: the shortest back-off
  loop_.start();
  begin();
  ASSERT_TRUE(env_.await_deadline(StillEnv::kStart + Duration(500)));
  EXPECT_EQ(queue_.failures(kA), 1);
  env_.advance(Duration(500));
  await_idle(2);
  EXPECT_EQ(queue_.failures(kA), 0);
  EXPECT_THAT(metrics_.text(),
              HasSubstr("controller_runtime_reconcile_panics_total{controller=\"originpullconfig\"} 1\n"));
}

TEST_F(LoopTest, results_are_counted_by_kind) {
  outcome_ = [](const Key& key) { return key == kA ? Outcome::again(Seconds(60)) : Outcome::failed(Seconds(60)); };
  loop_.start();
  begin();
  await_idle(2);
  loop_.report();
  const std::string text = metrics_.text();
  const std::string total = "controller_runtime_reconcile_total{controller=\"originpullconfig\",result=";
  EXPECT_THAT(text, HasSubstr(total + "\"requeue_after\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(total + "\"error\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("controller_runtime_reconcile_errors_total{controller=\"originpullconfig\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("workqueue_adds_total{controller=\"originpullconfig\",name=\"originpullconfig\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("controller_runtime_max_concurrent_reconciles{controller=\"originpullconfig\"} 2\n"));
}

TEST_F(LoopTest, a_pass_that_never_ends_is_a_fault) {
  runs_.with([](Runs& r) { r.hold = true; });
  known_ = {kA};
  loop_.start();
  begin();
  await_that([](const Runs& r) { return r.begun.size() == 1; });
  env_.advance(Seconds(599));
  EXPECT_FALSE(loop_.fault());
  env_.advance(Seconds(1));
  EXPECT_THAT(loop_.fault().value_or(""), HasSubstr("600 s"));
  term_.request_stop();
}

TEST_F(LoopTest, workers_stop_at_once_and_leave_the_rest_of_the_queue) {
  loop_.start();
  ASSERT_TRUE(env_.await_waiting(2));
  queue_.add(kA, Urgency::kUserChange);
  loop_.stop();
  EXPECT_TRUE(begun().empty());
  EXPECT_EQ(queue_.figures().due, 1U);
}

}  // namespace
}  // namespace originpull::control
