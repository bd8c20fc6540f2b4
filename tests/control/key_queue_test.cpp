// SPDX-License-Identifier: Apache-2.0
// The laws of the queue, each by its name, on the pure core: time and chance are arguments, so no test waits. That they
// also hold together, in every order of events, is shown by key_queue_search_test.cpp.
#include "control/key_queue.hpp"

#include <gtest/gtest.h>

namespace originpull::control {
namespace {

constexpr Instant kT0{Seconds(100)};
const Key kA{"ns", "a"};
const Key kB{"ns", "b"};
const Key kC{"ns", "c"};
constexpr QueueOptions kOptions{.base = Duration(1'000), .cap = Duration(60'000)};

std::string name_of(const std::optional<Taken>& taken) { return taken ? taken->key.name : "nothing"; }

TEST(KeyQueue, a_key_has_one_entry_however_often_it_is_added) {
  KeyQueue queue;
  for (int i = 0; i < 1000; ++i) queue.add(kA, Urgency::kUserChange, kT0);
  EXPECT_EQ(queue.size(), 1U);
  EXPECT_EQ(name_of(queue.take(kT0)), "a");
  EXPECT_EQ(name_of(queue.take(kT0)), "nothing");
}

TEST(KeyQueue, the_earlier_time_wins) {
  KeyQueue queue;
  queue.add(kA, Urgency::kDrift, kT0 + Seconds(60));
  queue.add(kA, Urgency::kDrift, kT0 + Seconds(5));
  queue.add(kA, Urgency::kDrift, kT0 + Seconds(30));
  EXPECT_EQ(queue.next_due(), kT0 + Seconds(5));
  EXPECT_EQ(name_of(queue.take(kT0 + Seconds(5) - Duration(1))), "nothing");
  EXPECT_EQ(name_of(queue.take(kT0 + Seconds(5))), "a");
  queue.done(kA, Outcome::done(), kT0 + Seconds(5), 0);
  EXPECT_EQ(queue.next_due(), Instant::max()) << "the later times went with the earlier one";
}

TEST(KeyQueue, a_key_is_never_run_twice_at_once) {
  KeyQueue queue;
  queue.add(kA, Urgency::kUserChange, kT0);
  ASSERT_TRUE(queue.take(kT0));
  queue.add(kA, Urgency::kUserChange, kT0);
  EXPECT_EQ(name_of(queue.take(kT0 + Seconds(3600))), "nothing");
  queue.add(kB, Urgency::kDrift, kT0);
  EXPECT_EQ(name_of(queue.take(kT0)), "b") << "others may run meanwhile";
}

TEST(KeyQueue, a_change_during_a_run_causes_one_more_run) {
  KeyQueue queue;
  queue.add(kA, Urgency::kUserChange, kT0);
  ASSERT_TRUE(queue.take(kT0));
  queue.add(kA, Urgency::kUserChange, kT0 + Seconds(1));
  queue.add(kA, Urgency::kUserChange, kT0 + Seconds(2));
  queue.done(kA, Outcome::again(Seconds(600)), kT0 + Seconds(3), 0);
  EXPECT_EQ(name_of(queue.take(kT0 + Seconds(3))), "a");
  queue.done(kA, Outcome::done(), kT0 + Seconds(4), 0);
  EXPECT_EQ(queue.next_due(), Instant::max());
}

TEST(KeyQueue, a_failure_backs_off_exponentially_up_to_the_cap) {
  KeyQueue queue(kOptions);
  Instant now = kT0;
  queue.add(kA, Urgency::kUserChange, now);
  // The smallest chance gives half of 1, 2, 4, ... 60 s.
  for (const int expected_ms : {500, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000, 30'000}) {
    ASSERT_TRUE(queue.take(now));
    queue.done(kA, Outcome::failed(), now, 0);
    EXPECT_EQ(queue.next_due() - now, Duration(expected_ms));
    now = queue.next_due();
  }
}

TEST(KeyQueue, the_jitter_spreads_over_the_upper_half_of_the_back_off) {
  for (const auto& [chance, expected_ms] : {std::pair(0U, 500), {1U, 501}, {250U, 750}, {500U, 1'000}, {501U, 500}}) {
    KeyQueue queue(kOptions);
    queue.add(kA, Urgency::kUserChange, kT0);
    ASSERT_TRUE(queue.take(kT0));
    queue.done(kA, Outcome::failed(), kT0, chance);
    EXPECT_EQ(queue.next_due() - kT0, Duration(expected_ms)) << chance;
  }
}

TEST(KeyQueue, a_back_off_never_overflows) {
  KeyQueue queue(QueueOptions{.base = Duration(1), .cap = Duration::max()});
  Instant now = kT0;
  queue.add(kA, Urgency::kDrift, now);
  for (int i = 0; i < 40; ++i) {
    ASSERT_TRUE(queue.take(now));
    queue.done(kA, Outcome::failed(), now, 0);
    ASSERT_GE(queue.next_due(), now);
    now = queue.next_due();
  }
}

TEST(KeyQueue, a_failure_is_not_retried_before_the_other_side_allows_it) {
  KeyQueue queue(kOptions);
  queue.add(kA, Urgency::kUserChange, kT0);
  ASSERT_TRUE(queue.take(kT0));
  queue.done(kA, Outcome::failed(Seconds(90)), kT0, 0);
  EXPECT_EQ(queue.next_due(), kT0 + Seconds(90));
}

TEST(KeyQueue, success_forgets_the_back_off) {
  KeyQueue queue(kOptions);
  Instant now = kT0;
  queue.add(kA, Urgency::kUserChange, now);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(queue.take(now));
    queue.done(kA, Outcome::failed(), now, 0);
    now = queue.next_due();
  }
  EXPECT_EQ(queue.failures(kA), 5);
  ASSERT_TRUE(queue.take(now));
  queue.done(kA, Outcome::again(Seconds(10)), now, 0);
  EXPECT_EQ(queue.failures(kA), 0);
  now = queue.next_due();
  ASSERT_TRUE(queue.take(now));
  queue.done(kA, Outcome::failed(), now, 0);
  EXPECT_EQ(queue.next_due() - now, Duration(500));
}

TEST(KeyQueue, not_before_is_no_failure_and_forgets_none) {
  KeyQueue queue(kOptions);
  queue.add(kA, Urgency::kUserChange, kT0);
  ASSERT_TRUE(queue.take(kT0));
  queue.done(kA, Outcome::failed(), kT0, 0);
  Instant now = queue.next_due();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(queue.take(now));
    queue.done(kA, Outcome::not_before(Seconds(7), Urgency::kRotation), now, 0);
    EXPECT_EQ(queue.next_due(), now + Seconds(7));
    now = queue.next_due();
  }
  EXPECT_EQ(queue.failures(kA), 1);
}

TEST(KeyQueue, urgency_orders_due_keys_only) {
  KeyQueue queue;
  queue.add(kA, Urgency::kDrift, kT0 - Seconds(50));
  queue.add(kB, Urgency::kRotation, kT0 - Seconds(10));
  queue.add(kC, Urgency::kUserChange, kT0 + Seconds(1));
  EXPECT_EQ(name_of(queue.take(kT0)), "b") << "c is the most urgent, but not due";
  queue.add(kB, Urgency::kRotation, kT0 - Seconds(10));
  EXPECT_EQ(name_of(queue.take(kT0 + Seconds(1))), "c");
  EXPECT_EQ(name_of(queue.take(kT0 + Seconds(1))), "a");
}

TEST(KeyQueue, equals_are_served_in_the_order_of_their_times_then_as_they_came) {
  KeyQueue queue;
  queue.add(kC, Urgency::kDrift, kT0);
  queue.add(kA, Urgency::kDrift, kT0);
  queue.add(kB, Urgency::kDrift, kT0 - Seconds(1));
  EXPECT_EQ(name_of(queue.take(kT0)), "b");
  EXPECT_EQ(name_of(queue.take(kT0)), "c");
  EXPECT_EQ(name_of(queue.take(kT0)), "a");
}

TEST(KeyQueue, a_paused_queue_gives_nothing_and_forgets_nothing) {
  KeyQueue queue;
  queue.pause(true);
  queue.add(kA, Urgency::kUserChange, kT0);
  EXPECT_EQ(name_of(queue.take(kT0)), "nothing");
  EXPECT_EQ(queue.next_due(), Instant::max()) << "a worker must not wake for what it may not take";
  queue.pause(false);
  EXPECT_EQ(name_of(queue.take(kT0)), "a");
}

TEST(KeyQueue, a_key_that_is_done_leaves_nothing_behind) {
  KeyQueue queue;
  for (int i = 0; i < 100; ++i) {
    const Key key{"ns", std::to_string(i)};
    queue.add(key, Urgency::kUserChange, kT0);
    ASSERT_TRUE(queue.take(kT0));
    queue.done(key, Outcome::done(), kT0, 0);
  }
  EXPECT_EQ(queue.size(), 0U);
}

TEST(KeyQueue, the_figures_tell_what_is_due_waiting_and_running) {
  KeyQueue queue;
  queue.add(kA, Urgency::kDrift, kT0);
  queue.add(kB, Urgency::kDrift, kT0 + Seconds(5));
  queue.add(kC, Urgency::kDrift, kT0 + Seconds(50));
  ASSERT_TRUE(queue.take(kT0));
  const QueueFigures figures = queue.figures(kT0 + Seconds(9));
  EXPECT_EQ(figures.due, 1U);
  EXPECT_EQ(figures.waiting, 1U);
  EXPECT_EQ(figures.running, 1U);
  EXPECT_EQ(figures.adds, 3U);
  EXPECT_EQ(figures.longest_running, Seconds(9));
  EXPECT_FALSE(queue.idle());
}

TEST(KeyQueueDeathTest, done_without_a_run_is_a_bug) {
  KeyQueue queue;
  queue.add(kA, Urgency::kDrift, kT0);
  EXPECT_DEATH(queue.done(kA, Outcome::done(), kT0, 0), "ns/a, which is not running");
}

}  // namespace
}  // namespace originpull::control
