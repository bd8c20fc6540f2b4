// SPDX-License-Identifier: Apache-2.0
// The rules of one try for the Lease, and the law that matters: two processes never both believe that they may act.
// Method: single rules by hand; the law by walking every interleaving of two machines over one model of the Lease, with
// lost answers, slow answers, outages and stopped processes.
#include "kube/lease_machine.hpp"

#include <gtest/gtest.h>

#include "base/rfc3339.hpp"

namespace originpull::kube {
namespace {

const Wall kWall = *parse_rfc3339("2026-11-24T05:00:00Z");
constexpr Instant kStart{Duration(1'000'000)};

LeaseOptions options(std::string identity = "me") { return {.lease = {"n", "l"}, .identity = std::move(identity)}; }
LeaseRecord held_by(std::string holder, std::string renew = "r1") {
  return {.holder = std::move(holder),
          .duration = Duration(15'000),
          .transitions = 2,
          .renew_time = std::move(renew),
          .resource_version = "5",
          .body = "{}"};
}
template <class T>
std::optional<T> as(const LeaseMachine::Step& step) {
  const T* value = std::get_if<T>(&step);
  return value == nullptr ? std::nullopt : std::optional<T>(*value);
}
const Error kConflict{.kind = ErrorKind::kConflict, .attempted = "update", .message = "somebody wrote"};
const Error kLost{.kind = ErrorKind::kUnknownOutcome, .attempted = "update", .message = "no answer"};

TEST(LeaseMachine, who_does_not_hold_it_reads_first) {
  LeaseMachine machine(options());
  machine.begin_try();
  EXPECT_TRUE(as<LeaseMachine::Read>(machine.next(kStart, kWall)));
  EXPECT_FALSE(machine.holding());
}

TEST(LeaseMachine, a_missing_lease_is_created_and_an_empty_one_taken_at_once) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw_nothing();
  const auto create = as<LeaseMachine::Write>(machine.next(kStart, kWall));
  ASSERT_TRUE(create);
  EXPECT_EQ(create->record.body, "");
  EXPECT_EQ(create->record.holder, "me");
  EXPECT_EQ(create->record.transitions, 0);
  EXPECT_EQ(create->record.acquire_time, "2026-11-24T05:00:00.000000Z");
  LeaseMachine other(options());
  other.begin_try();
  other.saw(held_by(""), kStart);
  const auto take = as<LeaseMachine::Write>(other.next(kStart, kWall));
  ASSERT_TRUE(take);
  EXPECT_EQ(take->record.transitions, 3);
  EXPECT_EQ(take->record.resource_version, "5");
}

TEST(LeaseMachine, another_holders_lease_is_over_when_we_saw_it_unchanged_for_its_whole_duration) {
  LeaseMachine machine(options());
  for (const int second : {0, 2, 14}) {
    machine.begin_try();
    machine.saw(held_by("other"), kStart + Seconds(second));
    EXPECT_EQ(as<Held>(machine.next(kStart + Seconds(second), kWall)), Held::kNo) << second;
  }
  machine.begin_try();
  machine.saw(held_by("other", "r2"), kStart + Seconds(14));  // renewed: the time begins again
  EXPECT_EQ(as<Held>(machine.next(kStart + Seconds(28), kWall)), Held::kNo);
  EXPECT_TRUE(as<LeaseMachine::Write>(machine.next(kStart + Seconds(29), kWall)));
}

TEST(LeaseMachine, times_inside_the_record_are_not_compared) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw(held_by("other", "1999-01-01T00:00:00.000000Z"), kStart);
  EXPECT_EQ(as<Held>(machine.next(kStart, kWall)), Held::kNo);
}

TEST(LeaseMachine, the_time_to_act_counts_from_the_start_of_the_write) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw_nothing();
  machine.next(kStart, kWall);
  machine.wrote(held_by("me"), kStart);  // answered much later
  EXPECT_EQ(as<Held>(machine.next(kStart + Seconds(9), kWall)), Held::kYes);
  EXPECT_TRUE(machine.holding());
  EXPECT_EQ(machine.valid_until(), kStart + Seconds(14));
}

TEST(LeaseMachine, a_holder_renews_without_reading_and_stays_in_its_term) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw_nothing();
  machine.next(kStart, kWall);
  LeaseRecord mine = held_by("me");
  mine.acquire_time = "2026-11-24T04:00:00.000000Z";
  machine.wrote(mine, kStart);
  machine.begin_try();
  const auto renewal = as<LeaseMachine::Write>(machine.next(kStart + Seconds(2), kWall + Seconds(2)));
  ASSERT_TRUE(renewal);
  EXPECT_EQ(renewal->record.transitions, 2);
  EXPECT_EQ(renewal->record.acquire_time, "2026-11-24T04:00:00.000000Z");
  EXPECT_EQ(renewal->record.renew_time, "2026-11-24T05:00:02.000000Z");
}

TEST(LeaseMachine, a_failed_renewal_leaves_the_old_time_and_the_next_try_reads) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw_nothing();
  machine.next(kStart, kWall);
  machine.wrote(held_by("me"), kStart);
  machine.begin_try();
  machine.next(kStart + Seconds(2), kWall);
  machine.failed(kLost);
  EXPECT_EQ(as<Held>(machine.next(kStart + Seconds(2), kWall)), Held::kUnknown);
  EXPECT_TRUE(machine.holding());
  EXPECT_EQ(machine.valid_until(), kStart + Seconds(14));
  machine.begin_try();
  EXPECT_TRUE(as<LeaseMachine::Read>(machine.next(kStart + Seconds(4), kWall)));
}

TEST(LeaseMachine, after_a_conflict_a_look_tells_whether_we_wrote_it_ourselves) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw(held_by(""), kStart);
  machine.next(kStart, kWall);
  machine.failed(kConflict);
  EXPECT_TRUE(as<LeaseMachine::Read>(machine.next(kStart, kWall)));
  machine.saw(held_by("me", "ours"), kStart);
  EXPECT_FALSE(machine.holding()) << "only a write whose start we know gives time";
  EXPECT_TRUE(as<LeaseMachine::Write>(machine.next(kStart, kWall)));
  machine.failed(kConflict);
  machine.saw(held_by("me", "again"), kStart);
  EXPECT_EQ(as<Held>(machine.next(kStart, kWall)), Held::kUnknown) << "a try ends";
}

TEST(LeaseMachine, whoever_reads_another_holder_has_lost_it) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw_nothing();
  machine.next(kStart, kWall);
  machine.wrote(held_by("me"), kStart);
  machine.begin_try();
  machine.next(kStart + Seconds(40), kWall);
  machine.failed(kConflict);
  machine.saw(held_by("other"), kStart + Seconds(40));
  EXPECT_FALSE(machine.holding());
  EXPECT_EQ(as<Held>(machine.next(kStart + Seconds(40), kWall)), Held::kNo);
}

TEST(LeaseMachine, what_is_given_back_is_held_by_nobody_for_the_shortest_time) {
  LeaseMachine machine(options());
  machine.begin_try();
  machine.saw_nothing();
  machine.next(kStart, kWall);
  machine.wrote(held_by("me"), kStart);
  const LeaseRecord record = machine.released(kWall);
  EXPECT_EQ(record.holder, "");
  EXPECT_EQ(record.duration, Duration(1'000));
  EXPECT_EQ(record.transitions, 2);
}

// The Lease in the API server: a write succeeds only over the version that it names.
struct Server {
  std::optional<LeaseRecord> lease = {};
  int version = 0;
  int writes = 0;

  bool put(LeaseRecord& record) {
    const bool fits =
        lease ? !record.body.empty() && record.resource_version == lease->resource_version : record.body.empty();
    if (!fits) return false;
    record.resource_version = std::to_string(++version);
    record.renew_time = "w" + std::to_string(++writes);  // two writes always differ, as with real times
    record.body = "{}";
    lease = record;
    return true;
  }
};

enum Fate { kFine, kAnswerLost, kAnswerLate, kUnreachable, kAsleep, kFates };

// One try of one process at `now`; what happens to its calls is `fate`.
void try_once(LeaseMachine& machine, Server& server, Instant now, Fate fate) {
  if (fate == kAsleep) return;
  machine.begin_try();
  for (;;) {
    const auto step = machine.next(now, kWall);
    if (as<Held>(step)) return;
    if (fate == kUnreachable) {
      machine.failed(kLost);
    } else if (as<LeaseMachine::Read>(step)) {
      if (server.lease) {
        machine.saw(*server.lease, now);
      } else {
        machine.saw_nothing();
      }
    } else {
      LeaseRecord record = as<LeaseMachine::Write>(step).value().record;
      if (!server.put(record)) {
        machine.failed(kConflict);
      } else if (fate == kAnswerLost) {
        machine.failed(kLost);
      } else {
        // kAnswerLate: it was begun two seconds before it arrived at the server.
        machine.wrote(std::move(record), fate == kAnswerLate ? now - Seconds(2) : now);
      }
    }
  }
}

bool may_act(const LeaseMachine& machine, Instant now) { return machine.holding() && now < machine.valid_until(); }

TEST(LeaseMachine, two_processes_never_both_may_act_whatever_happens_to_their_calls) {
  constexpr int kSteps = 3;
  constexpr int kChoices = kFates * kFates;
  long histories = 1;
  for (int i = 0; i < kSteps; ++i) histories *= kChoices;
  long changes = 0;
  for (long history = 0; history < histories; ++history) {
    Server server;
    LeaseMachine one(options("one"));
    LeaseMachine two(options("two"));
    Instant now = kStart;
    long rest = history;
    std::string leader;
    for (int i = 0; i < kSteps; ++i, rest /= kChoices) {
      const auto choice = static_cast<int>(rest % kChoices);
      // Time passes in jumps that lie just before and just after the durations that matter.
      for (const int gap : {2, 13, 1, 1}) {
        try_once(one, server, now, static_cast<Fate>(choice % kFates));
        try_once(two, server, now + Duration(500), static_cast<Fate>(choice / kFates));
        for (Instant at = now + Duration(500); at < now + Seconds(gap); at += Duration(500)) {
          ASSERT_FALSE(may_act(one, at) && may_act(two, at)) << "history " << history << " step " << i;
        }
        now += Seconds(gap);
      }
      const std::string holder = server.lease ? server.lease->holder : "";
      changes += holder != leader && !leader.empty() ? 1 : 0;
      leader = holder;
    }
    // When both can work again, one of them leads within a lease and a try.
    for (int i = 0; i < 20; ++i, now += Seconds(1)) {
      try_once(one, server, now, kFine);
      try_once(two, server, now, kFine);
    }
    ASSERT_NE(may_act(one, now), may_act(two, now)) << "history " << history;
  }
  EXPECT_GT(changes, histories / 10) << "the histories must contain take-overs, or they prove nothing";
}

}  // namespace
}  // namespace originpull::kube
