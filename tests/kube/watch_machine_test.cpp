// SPDX-License-Identifier: Apache-2.0
// The rules of list-and-watch, one by one, and then all short histories of failures: whatever happens, a list is at
// quorum and complete before anything is watched, versions never go back but by a new list, and no failure is repeated
// without a pause. Method: the machine alone; it has no I/O, so every history of a given length is walked.
#include "kube/watch_machine.hpp"

#include <gtest/gtest.h>

namespace originpull::kube {
namespace {

using Machine = WatchMachine;

Error http(int status, std::string reason = {}, std::optional<Duration> retry_after = {}) {
  const bool denied = status == 401 || status == 403;
  const bool busy = status == 429;
  return {.kind = status == 0 || status >= 500 ? ErrorKind::kUnavailable
                  : denied                     ? ErrorKind::kDenied
                  : busy                       ? ErrorKind::kRateLimited
                  : status == 410              ? ErrorKind::kConflict
                                               : ErrorKind::kInternal,
          .attempted = "watch",
          .message = "as the test says",
          .retry_after = retry_after,
          .http_status = status,
          .reason = std::move(reason)};
}

const Error kRefused = http(0);
const Error kExpired = http(410, "Expired");
const Error kForbidden = http(403, "Forbidden");

template <class T>
std::optional<T> as(const Machine::Step& step) {
  const T* value = std::get_if<T>(&step);
  return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

Machine listed(std::string version = "10", WatchOptions options = {}) {
  Machine machine(options);
  machine.next(0);
  EXPECT_TRUE(machine.page_came(std::move(version), ""));
  machine.list_taken();
  return machine;
}

std::optional<Duration> pause_of(Machine& machine, std::uint64_t random = 0) {
  const auto wait = as<Machine::Wait>(machine.next(random));
  return wait ? std::optional(wait->time) : std::nullopt;
}

TEST(WatchMachine, begins_with_the_first_page_of_a_list) {
  Machine machine({});
  const auto page = as<Machine::ListPage>(machine.next(0));
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->first);
  EXPECT_TRUE(page->paged);
  EXPECT_EQ(page->continue_token, "");
  EXPECT_FALSE(machine.in_step());
}

TEST(WatchMachine, watches_from_the_version_of_the_first_page_once_all_pages_are_taken) {
  Machine machine({});
  machine.next(0);
  EXPECT_FALSE(machine.page_came("10", "c1"));
  EXPECT_EQ(as<Machine::ListPage>(machine.next(0)).value().continue_token, "c1");
  EXPECT_FALSE(machine.page_came("11", "c2"));
  EXPECT_FALSE(as<Machine::ListPage>(machine.next(0)).value().first);
  EXPECT_TRUE(machine.page_came("12", ""));
  EXPECT_EQ(machine.list_version(), "10");
  machine.list_taken();
  EXPECT_EQ(as<Machine::Watch>(machine.next(0)).value().resource_version, "10");
}

TEST(WatchMachine, the_servers_timeout_is_random_and_silence_is_never_longer) {
  for (std::uint64_t random = 0; random < 200; ++random) {
    Machine machine = listed();
    const auto watch = as<Machine::Watch>(machine.next(random));
    EXPECT_GE(watch->timeout, Seconds(240));
    EXPECT_LE(watch->timeout, Seconds(290));
    EXPECT_EQ(watch->idle, Duration(90'000));
    Machine patient = listed("10", {.silence = Duration(3'600'000)});
    const auto long_watch = as<Machine::Watch>(patient.next(random));
    EXPECT_EQ(long_watch->idle, Duration(long_watch->timeout) + Duration(15'000));
  }
}

TEST(WatchMachine, resumes_at_the_last_version_that_was_taken_without_a_new_list) {
  Machine machine = listed();
  machine.next(0);
  machine.watch_opened();
  EXPECT_TRUE(machine.in_step());
  machine.took("15");
  machine.watch_ended(nullptr, Duration(250'000), 1);
  EXPECT_EQ(as<Machine::Watch>(machine.next(0)).value().resource_version, "15");
  machine.watch_ended(&kRefused, Duration(5'000), 3);  // cut while it worked
  EXPECT_EQ(as<Machine::Watch>(machine.next(0)).value().resource_version, "15");
}

TEST(WatchMachine, an_expired_version_means_a_new_list_at_once) {
  for (const Error& error : {kExpired, http(410), http(504, "ResourceVersionTooLarge")}) {
    Machine machine = listed();
    machine.next(0);
    machine.watch_ended(&error, Duration(10), 0);
    EXPECT_TRUE(as<Machine::ListPage>(machine.next(0)).value().first);
    Machine by_event = listed();
    by_event.next(0);
    by_event.watch_opened();
    by_event.error_event(error);
    by_event.watch_ended(nullptr, Duration(10), 0);
    EXPECT_TRUE(as<Machine::ListPage>(by_event.next(0)).value().first);
    EXPECT_FALSE(by_event.in_step());
  }
}

TEST(WatchMachine, versions_that_expire_again_and_again_are_not_listed_in_a_loop) {
  Machine machine = listed();
  for (int round = 0; round < 5; ++round) {
    machine.next(0);
    machine.error_event(kExpired);
    machine.watch_ended(nullptr, Duration(10), 0);
    EXPECT_EQ(pause_of(machine).has_value(), round > 0) << round;
    EXPECT_TRUE(as<Machine::ListPage>(machine.next(0)).value().first);
    machine.page_came("20", "");
    machine.list_taken();
  }
}

TEST(WatchMachine, pages_that_expire_are_listed_again_in_one_piece) {
  Machine machine({});
  machine.next(0);
  machine.page_came("10", "c");
  machine.next(0);
  machine.list_failed(kExpired);
  const auto again = as<Machine::ListPage>(machine.next(0));
  EXPECT_TRUE(again->first);
  EXPECT_FALSE(again->paged);
  machine.page_came("20", "");
  machine.list_taken();
  machine.next(0);
  machine.watch_ended(&kExpired, Duration(10), 0);
  machine.next(0);  // the pause of the second time
  EXPECT_TRUE(as<Machine::ListPage>(machine.next(0)).value().paged) << "later lists are paged again";
}

TEST(WatchMachine, a_list_that_fails_in_its_middle_begins_again) {
  Machine machine({});
  machine.next(0);
  machine.page_came("10", "c");
  machine.next(0);
  machine.list_failed(kRefused);
  EXPECT_TRUE(pause_of(machine));
  const auto again = as<Machine::ListPage>(machine.next(0));
  EXPECT_TRUE(again->first);
  EXPECT_EQ(again->continue_token, "");
}

TEST(WatchMachine, while_the_server_cannot_be_reached_it_is_asked_at_least_each_second) {
  for (const Error& error : {kRefused, http(503), http(500), http(504), http(429)}) {
    Machine machine = listed();
    Duration least(0);
    for (int i = 0; i < 20; ++i) {
      machine.next(0);
      machine.watch_ended(&error, Duration(1), 0);
      const auto wait = pause_of(machine, static_cast<std::uint64_t>(i) * 7'919);
      ASSERT_TRUE(wait);
      EXPECT_GE(*wait, Duration(50));
      EXPECT_LE(*wait, Duration(1'000));
      least = *wait;
    }
    EXPECT_GE(least, Duration(500));
    EXPECT_EQ(as<Machine::Watch>(machine.next(0)).value().resource_version, "10") << "its copy is as good as before";
  }
}

TEST(WatchMachine, a_refusal_backs_off_up_to_half_a_minute_and_a_missing_permission_needs_no_new_list) {
  Machine machine = listed();
  Duration last(0);
  for (int i = 0; i < 12; ++i) {
    ASSERT_TRUE(as<Machine::Watch>(machine.next(0)));
    machine.watch_ended(&kForbidden, Duration(1), 0);
    const auto wait = pause_of(machine, ~std::uint64_t{0});
    ASSERT_TRUE(wait);
    EXPECT_GE(*wait, Duration(400));
    EXPECT_LE(*wait, Duration(30'000));
    EXPECT_GE(*wait * 4, last);
    last = *wait;
  }
  EXPECT_GE(last, Duration(15'000));
}

TEST(WatchMachine, the_servers_wish_to_wait_is_granted_up_to_the_cap) {
  Machine machine({});
  machine.next(0);
  machine.list_failed(http(429, "TooManyRequests", Duration(7'000)));
  EXPECT_EQ(pause_of(machine), Duration(7'000));
  machine.next(0);
  machine.list_failed(http(503, "", Duration(600'000)));
  EXPECT_EQ(pause_of(machine), Duration(30'000));
}

TEST(WatchMachine, a_very_short_watch_that_brought_nothing_backs_off_more_each_time) {
  Machine machine = listed();
  Duration last(0);
  for (int i = 0; i < 4; ++i) {
    machine.next(0);
    machine.watch_opened();
    machine.watch_ended(nullptr, Duration(999), 0);
    const auto wait = pause_of(machine);
    ASSERT_TRUE(wait);
    EXPECT_GT(*wait, last);
    last = *wait;
  }
  machine.next(0);
  machine.watch_ended(nullptr, Duration(999), 1);
  EXPECT_FALSE(pause_of(machine)) << "one event is enough to go on";
}

TEST(WatchMachine, a_watch_that_worked_resets_the_back_off) {
  Machine machine = listed();
  for (int i = 0; i < 8; ++i) {
    machine.next(0);
    machine.watch_ended(&kForbidden, Duration(1), 0);
    pause_of(machine);
  }
  machine.next(0);
  machine.watch_opened();
  machine.watch_ended(nullptr, Duration(60'000), 0);
  machine.next(0);
  machine.watch_ended(&kForbidden, Duration(1), 0);
  EXPECT_LE(pause_of(machine, ~std::uint64_t{0}).value(), Duration(800));
}

TEST(WatchMachine, a_silenced_connection_is_replaced_at_once) {
  Machine machine = listed();
  machine.next(0);
  machine.watch_opened();
  machine.watch_ended(&kRefused, Duration(90'000), 0);
  EXPECT_TRUE(as<Machine::Watch>(machine.next(0)));
}

TEST(WatchMachine, a_watch_that_never_opened_is_an_outage_however_long_it_took) {
  Machine machine = listed();
  for (int i = 0; i < 5; ++i) {
    machine.next(0);
    machine.watch_ended(&kRefused, Duration(120'000), 0);
    EXPECT_FALSE(machine.in_step());
    const auto wait = pause_of(machine);
    ASSERT_TRUE(wait);
    EXPECT_LE(*wait, Duration(1'000));
  }
}

TEST(WatchMachine, an_answer_that_cannot_be_read_is_got_past_by_a_new_list_after_a_pause) {
  Machine machine = listed();
  machine.next(0);
  machine.watch_opened();
  const Error too_large{
      .kind = ErrorKind::kInternal, .attempted = "watch", .message = "an event is larger than 16 MiB"};
  machine.watch_ended(&too_large, Duration(5'000), 3);
  EXPECT_TRUE(pause_of(machine));
  EXPECT_TRUE(as<Machine::ListPage>(machine.next(0)));
}

TEST(WatchMachine, a_cut_watch_is_out_of_step_until_it_is_open_again) {
  Machine machine = listed();
  machine.next(0);
  machine.watch_opened();
  EXPECT_TRUE(machine.in_step());
  machine.watch_ended(&kRefused, Duration(120'000), 3);
  EXPECT_FALSE(machine.in_step());
  ASSERT_TRUE(as<Machine::Watch>(machine.next(0)));
  machine.watch_opened();
  EXPECT_TRUE(machine.in_step());
}

TEST(WatchMachine, an_error_event_lists_again_after_a_pause_unless_the_server_is_only_busy) {
  Machine machine = listed();
  machine.next(0);
  machine.watch_opened();
  machine.took("12");
  machine.error_event(http(500, "InternalError"));
  machine.watch_ended(nullptr, Duration(5'000), 4);
  EXPECT_TRUE(pause_of(machine));
  EXPECT_TRUE(as<Machine::ListPage>(machine.next(0)));
  Machine busy = listed();
  busy.next(0);
  busy.took("12");
  busy.error_event(http(429));
  busy.watch_ended(nullptr, Duration(5'000), 4);
  EXPECT_TRUE(pause_of(busy));
  EXPECT_EQ(as<Machine::Watch>(busy.next(0)).value().resource_version, "12");
}

// What the world may do at each step. Every history of `kDepth` of these is walked.
constexpr int kMoves = 8;
constexpr int kDepth = 6;

struct Walk {
  Machine machine{WatchOptions{}};
  int clock = 0;   // of the server: its present version
  int taken = -1;  // the sink's version, -1: no complete list yet
  bool listing = false;
  int failures = 0;  // in a row, without a pause

  void list(const Machine::ListPage& page, int move) {
    if (page.first) {
      listing = true;
      EXPECT_EQ(page.continue_token, "");
    } else {
      EXPECT_TRUE(listing) << "a page of a list that never began";
    }
    switch (move) {
      case 0: fail(kRefused); return;
      case 1: fail(kExpired); return;
      case 2: fail(kForbidden); return;
      case 3:
        if (page.paged) {
          machine.page_came(std::to_string(clock), "more");
          failures = 0;
          return;
        }
        break;
      default: break;
    }
    ++clock;
    ASSERT_TRUE(machine.page_came(std::to_string(clock), ""));
    const int version = std::stoi(machine.list_version());
    EXPECT_GE(version, taken) << "a list went back in time";
    taken = version;
    listing = false;
    machine.list_taken();
    failures = 0;
  }

  void fail(const Error& error) {
    machine.list_failed(error);
    listing = false;
    ++failures;
  }

  void watch(const Machine::Watch& watch, int move) {
    ASSERT_GE(taken, 0) << "watched before a list was complete";
    EXPECT_EQ(watch.resource_version, std::to_string(taken)) << "resumed elsewhere than the sink stands";
    const Error internal = http(500);
    switch (move) {
      case 0: machine.watch_ended(&kRefused, Duration(1), 0); break;
      case 1: machine.watch_ended(&kExpired, Duration(1), 0); break;
      case 2: machine.watch_ended(&kForbidden, Duration(1), 0); break;
      case 3: machine.watch_ended(nullptr, Duration(1), 0); break;
      case 4:
        machine.error_event(kExpired);
        machine.watch_ended(nullptr, Duration(1), 0);
        break;
      case 5:
        machine.error_event(internal);
        machine.watch_ended(nullptr, Duration(1), 0);
        break;
      case 6:
        machine.watch_opened();
        taken = ++clock;
        machine.took(std::to_string(taken));
        machine.watch_ended(&kRefused, Duration(5'000), 1);
        failures = 0;
        return;
      default:
        machine.watch_opened();
        machine.watch_ended(nullptr, Duration(250'000), 0);
        failures = 0;
        return;
    }
    ++failures;
  }

  void step(int move) {
    Machine::Step step = machine.next(static_cast<std::uint64_t>(move));
    if (const auto wait = as<Machine::Wait>(step)) {
      EXPECT_GT(wait->time, Duration(0));
      EXPECT_LE(wait->time, Duration(30'000));
      failures = 0;
      step = machine.next(0);
      ASSERT_FALSE(as<Machine::Wait>(step)) << "two pauses in a row";
    }
    ASSERT_LE(failures, 1) << "a failure was repeated without a pause";
    if (const auto page = as<Machine::ListPage>(step)) {
      list(*page, move);
    } else {
      watch(*as<Machine::Watch>(step), move);
    }
  }
};

TEST(WatchMachine, no_history_of_failures_breaks_the_rules) {
  long histories = 1;
  for (int i = 0; i < kDepth; ++i) histories *= kMoves;
  for (long history = 0; history < histories; ++history) {
    Walk walk;
    long moves = history;
    for (int i = 0; i < kDepth; ++i, moves /= kMoves) walk.step(static_cast<int>(moves % kMoves));
    // Whatever was, two good answers later the copy follows the server.
    for (int i = 0; i < 4; ++i) walk.step(7);
    EXPECT_TRUE(walk.machine.in_step()) << history;
    if (HasFailure()) FAIL() << "in history " << history;
  }
}

}  // namespace
}  // namespace originpull::kube
