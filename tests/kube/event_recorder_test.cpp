// SPDX-License-Identifier: Apache-2.0
// The recorder: it never waits, never floods, and tells what happened even at the end. Method: the thread body is
// called on the test's thread against a scripted wire and a clock that jumps.
#include "kube/event_recorder.hpp"

#include "kube/access_fixture.hpp"

namespace originpull::kube {
namespace {

const std::string kEvents = "/apis/events.k8s.io/v1/namespaces/n/events";

Event event(const std::string& note = "it broke", const std::string& subject = "w") {
  return {.subject = {.api_version = "x.dev/v1", .kind = "Widget", .key = {"n", subject}, .uid = "u-" + subject},
          .warning = false,
          .reason = "Broke",
          .action = "Look",
          .note = note};
}

class RecorderLaws : public WithWire {
 protected:
  EventRecorder& recorder() {
    if (!recorder_) recorder_.emplace(env_, client_, options_, Log(lines_));
    return *recorder_;
  }
  void run_for(Duration time) {
    std::stop_source stop;
    env_.after(time, [&stop] { stop.request_stop(); });
    recorder().run(stop.get_token());
  }
  void accept(int count) {
    for (int i = 0; i < count; ++i) wire_->expect("POST " + kEvents + "*").answer(201, "{}");
  }
  EventOptions options_;
  std::optional<EventRecorder> recorder_;
};

TEST_F(RecorderLaws, recording_sends_nothing_itself_and_the_thread_sends_in_order) {
  recorder().record(event("first"));
  recorder().record(event("second"));
  EXPECT_TRUE(wire_->sent().empty());
  accept(2);
  run_for(Duration(1'000));
  EXPECT_NE(wire_->sent()[0].body.find("first"), std::string::npos);
  EXPECT_NE(wire_->sent()[1].body.find("second"), std::string::npos);
  EXPECT_EQ(recorder().counts().sent, 2U);
}

TEST_F(RecorderLaws, the_same_thing_again_is_counted_and_pushed_at_most_each_half_minute) {
  accept(1);
  wire_->expect("PATCH " + kEvents + "/w.*").answer(200, "{}");
  wire_->expect("PATCH " + kEvents + "/w.*").answer(200, "{}");
  for (int i = 0; i < 10; ++i) recorder().record(event());
  run_for(Duration(60'000));
  const auto sent = wire_->sent();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_NE(sent[1].body.find(R"("count":2)"), std::string::npos);
  EXPECT_EQ(sent[1].content_type, "application/merge-patch+json");
  EXPECT_NE(sent[2].body.find(R"("count":10)"), std::string::npos);
  EXPECT_EQ(sent[2].at - sent[1].at, Duration(30'000));
  EXPECT_EQ(recorder().counts().counted, 9U);
}

TEST_F(RecorderLaws, after_six_quiet_minutes_the_same_thing_is_news_again) {
  accept(2);
  recorder().record(event());
  run_for(Duration(1'000));
  env_.advance(options_.series_idle);
  recorder().record(event());
  run_for(Duration(1'000));
  EXPECT_EQ(recorder().counts().sent, 2U);
}

TEST_F(RecorderLaws, a_series_whose_event_is_gone_begins_anew) {
  accept(1);
  wire_->expect("PATCH*").answer(404, "{}");
  accept(1);
  for (int i = 0; i < 3; ++i) recorder().record(event());
  run_for(Duration(1'000));
  EXPECT_EQ(recorder().counts().sent, 2U);
}

TEST_F(RecorderLaws, one_object_has_a_burst_and_then_one_each_five_minutes_and_others_are_not_touched) {
  options_.burst = 3;
  accept(4);
  for (int i = 0; i < 10; ++i) recorder().record(event("note " + std::to_string(i)));
  recorder().record(event("other", "v"));
  run_for(Duration(1'000));
  EXPECT_EQ(recorder().counts().sent, 4U);
  EXPECT_EQ(recorder().counts().dropped, 7U);
  env_.advance(options_.refill);
  accept(1);
  recorder().record(event("later"));
  recorder().record(event("too soon"));
  run_for(Duration(1'000));
  EXPECT_EQ(recorder().counts().sent, 5U);
}

TEST_F(RecorderLaws, a_full_queue_drops_the_newest_and_counts_it) {
  options_.queue = 2;
  for (int i = 0; i < 5; ++i) recorder().record(event("note " + std::to_string(i)));
  EXPECT_EQ(recorder().counts().dropped, 3U);
}

TEST_F(RecorderLaws, while_the_server_is_away_it_is_tried_again_under_the_same_name) {
  wire_->expect("POST*").fail(ErrorKind::kUnavailable);
  wire_->expect("POST*").fail(ErrorKind::kUnknownOutcome);
  wire_->expect("POST*").answer(409, R"({"kind":"Status","status":"Failure","reason":"AlreadyExists"})");
  recorder().record(event());
  run_for(Duration(10'000));
  EXPECT_EQ(recorder().counts().sent, 1U);
  EXPECT_EQ(wire_->sent()[0].body, wire_->sent()[2].body);
  EXPECT_GE(wire_->sent()[1].at - wire_->sent()[0].at, Duration(1'000));
}

TEST_F(RecorderLaws, what_the_server_refuses_is_dropped_and_logged_and_not_tried_again) {
  wire_->expect("POST*").answer(403, "{}");
  recorder().record(event());
  run_for(Duration(60'000));
  EXPECT_EQ(recorder().counts().dropped, 1U);
  EXPECT_EQ(lines_.warnings(), 1U);
}

TEST_F(RecorderLaws, in_a_namespace_that_is_going_nothing_is_told_and_nothing_complained_of) {
  wire_->expect("POST*").answer(403, R"({"kind":"Status","status":"Failure","reason":"Forbidden",
      "details":{"causes":[{"reason":"NamespaceTerminating"}]}})");
  recorder().record(event());
  run_for(Duration(1'000));
  EXPECT_EQ(lines_.warnings(), 0U);
}

TEST_F(RecorderLaws, what_was_recorded_before_a_stop_is_still_sent_within_a_second) {
  accept(1);
  wire_->expect("POST*").hang();
  wire_->expect("POST*").hang();
  for (const char* note : {"last words", "more", "and more", "too late"}) recorder().record(event(note));
  stop_.request_stop();
  const Instant begin = env_.now();
  recorder().run(stop_.get_token());
  EXPECT_LE(env_.now() - begin, Duration(1'000));
  EXPECT_EQ(recorder().counts().sent, 1U);
}

}  // namespace
}  // namespace originpull::kube
