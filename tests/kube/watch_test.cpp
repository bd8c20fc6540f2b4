// SPDX-License-Identifier: Apache-2.0
// The watch at work: what the sink is told, in which order, and what the server is asked, through outages, expired
// versions, broken frames and silence. Method: the thread body is called on the test's thread, against a scripted wire
// and a clock that jumps; the script's last step stops it.
#include "kube/watch.hpp"

#include "kube/access_fixture.hpp"

namespace originpull::kube {
namespace {

const ResourceType kWidgets{.group = "x.dev", .version = "v1", .plural = "widgets", .kind = "Widget"};
const std::string kList = "GET /apis/x.dev/v1/widgets?limit=500";
const std::string kWatch = "GET /apis/x.dev/v1/widgets?watch=1&allowWatchBookmarks=true&resourceVersion=";

std::string object(const std::string& name, int version) {
  return R"({"metadata":{"name":")" + name + R"(","resourceVersion":")" + std::to_string(version) + "\"}}";
}
std::string event(const std::string& type, const std::string& name, int version) {
  return R"({"type":")" + type + R"(","object":)" + object(name, version) + "}\n";
}
std::string list(int version, const std::string& items, const std::string& more = "") {
  return R"({"metadata":{"resourceVersion":")" + std::to_string(version) + R"(","continue":")" + more +
         R"("},"items":[)" + items + "]}";
}
std::string error_event(int code, const std::string& reason) {
  return R"({"type":"ERROR","object":{"kind":"Status","status":"Failure","message":"m","reason":")" + reason +
         R"(","code":)" + std::to_string(code) + "}}\n";
}

// Writes down what it is told.
struct Told final : WatchSink {
  std::vector<std::string> told;
  std::function<void()> on_change = [] {};
  static std::string name(std::string_view json) {
    const auto meta = json.find("\"name\":\"") + 8;
    return std::string(json.substr(meta, json.find('"', meta) - meta));
  }
  void begin_list() override { told.emplace_back("begin"); }
  void listed(std::string_view json) override { told.push_back("item " + name(json)); }
  void end_list(const std::string& version) override { told.push_back("end " + version); }
  void changed(Change change, std::string_view json) override {
    on_change();
    told.push_back((change == Change::kAdded ? "+" : change == Change::kDeleted ? "-" : "~") + name(json));
  }
  void bookmark(const std::string& version) override { told.push_back("mark " + version); }
  void troubled(const Error& error) override { told.push_back("trouble " + std::string(to_string(error.kind))); }
  void recovered() override { told.emplace_back("recovered"); }
};

class WatchLaws : public WithWire {
 protected:
  void run(WatchOptions options = {}) {
    // A script that is not followed has failed already; this only ends the test then.
    env_.after(Duration(24 * 3'600'000), [this] { stop_.request_stop(); });
    Watch watch(env_, client_, {.type = kWidgets}, sink_, options, Log(lines_));
    watch.run(stop_.get_token());
    counts_ = watch.counts();
  }
  void stop_at(const std::string& request) {
    wire_->expect(request).before([this] { stop_.request_stop(); }).fail(ErrorKind::kUnavailable, "stopped");
  }
  Told sink_;
  Watch::Counts counts_;
};
using Lines = std::vector<std::string>;

TEST_F(WatchLaws, lists_page_by_page_then_follows_and_resumes_where_it_stood) {
  wire_->expect(kList).answer(200, list(10, object("a", 3) + "," + object("b", 4), "more"));
  wire_->expect(kList + "&continue=more").answer(200, list(11, object("c", 5)));
  wire_->expect(kWatch + "10&timeoutSeconds=*")
      .part(event("ADDED", "d", 12) + event("MODIFIED", "a", 13))
      .part(event("BOOKMARK", "", 20) + event("DELETED", "b", 21));
  stop_at(kWatch + "21*");
  run();
  EXPECT_EQ(sink_.told, (Lines{"begin", "item a", "item b", "item c", "end 10", "+d", "~a", "mark 20", "-b"}));
  EXPECT_EQ(counts_.lists, 1U);
  EXPECT_EQ(counts_.watches, 2U);
  EXPECT_EQ(counts_.events, 3U);
  EXPECT_EQ(counts_.failures, 0U);
}

TEST_F(WatchLaws, the_first_list_is_at_quorum) {
  stop_at(kList);
  run();
  EXPECT_EQ(wire_->last().target.find("resourceVersion"), std::string::npos);
}

TEST_F(WatchLaws, the_version_counts_only_once_the_sink_has_taken_the_event) {
  wire_->expect(kList).answer(200, list(10, ""));
  wire_->expect(kWatch + "10*").part(event("ADDED", "a", 12)).part(event("ADDED", "b", 13).substr(0, 30));
  stop_at(kWatch + "12*");
  run();
  EXPECT_EQ(sink_.told, (Lines{"begin", "end 10", "+a"})) << "half an event is none";
}

TEST_F(WatchLaws, an_expired_version_in_each_of_its_forms_is_answered_by_a_new_list) {
  wire_->expect(kList).answer(200, list(10, object("a", 3)));
  wire_->expect(kWatch + "10*").part(event("ADDED", "b", 12) + error_event(410, "Expired"));
  wire_->expect(kList).answer(200, list(30, object("c", 3), "more"));
  wire_->expect(kList + "&continue=more").answer(410, "{}");
  wire_->expect("GET /apis/x.dev/v1/widgets").answer(200, list(40, object("d", 3)));
  wire_->expect(kWatch + "40*").part(event("ADDED", "e", 41));
  wire_->expect(kWatch + "41*").answer(410, "{}");
  stop_at(kList);
  run();
  EXPECT_EQ(sink_.told,
            (Lines{"begin", "item a", "end 10", "+b", "begin", "item c", "begin", "item d", "end 40", "+e", "begin"}));
  EXPECT_EQ(counts_.failures, 0U);
}

TEST_F(WatchLaws, after_an_outage_it_is_back_within_a_second_and_misses_nothing) {
  wire_->expect(kList).answer(200, list(10, ""));
  wire_->expect(kWatch + "10*").part(event("ADDED", "a", 12)).fail(ErrorKind::kUnknownOutcome, "connection reset");
  const Instant begin = env_.now();
  for (int i = 0; i < 40; ++i) wire_->expect(kWatch + "12*").fail(ErrorKind::kUnavailable, "connection refused");
  wire_->expect(kWatch + "12*").part(event("MODIFIED", "a", 20));
  stop_at(kWatch + "20*");
  run();
  const auto sent = wire_->sent();
  for (std::size_t i = 2; i + 1 < sent.size(); ++i) EXPECT_LE(sent[i + 1].at - sent[i].at, Duration(1'000)) << i;
  EXPECT_GT(env_.now() - begin, Duration(15'000)) << "forty tries in no time would be a hot loop";
  EXPECT_EQ(sink_.told.back(), "~a");
  EXPECT_EQ(*(sink_.told.end() - 2), "recovered");
  EXPECT_LE(lines_.warnings(), 7U) << "an outage must not fill the log";
}

TEST_F(WatchLaws, silence_is_taken_for_a_dead_connection) {
  wire_->expect(kList).answer(200, list(10, ""));
  wire_->expect(kWatch + "10*").part(event("ADDED", "a", 12)).silence();
  stop_at(kWatch + "12*");
  const Instant begin = env_.now();
  run({.silence = Duration(3'000)});
  EXPECT_EQ(env_.now() - begin, Duration(3'000));
}

TEST_F(WatchLaws, a_stop_ends_a_silent_watch_and_a_pause_at_once_and_is_no_trouble) {
  wire_->expect(kList).answer(200, list(10, ""));
  wire_->expect(kWatch + "10*").silence();
  const Instant begin = env_.now();
  env_.after(Duration(1'234), [this] { stop_.request_stop(); });
  run();
  EXPECT_EQ(env_.now() - begin, Duration(1'234));
  EXPECT_EQ(sink_.told, (Lines{"begin", "end 10"}));
}

TEST_F(WatchLaws, a_stop_ends_a_long_pause_at_once) {
  wire_->expect(kList).answer(429, "{}", {{"Retry-After", "30"}});
  const Instant begin = env_.now();
  env_.after(Duration(500), [this] { stop_.request_stop(); });
  run();
  EXPECT_EQ(env_.now() - begin, Duration(500));
}

TEST_F(WatchLaws, a_list_that_never_completes_never_ends_for_the_sink) {
  wire_->expect(kList).answer(200, list(10, object("a", 3), "more"));
  wire_->expect(kList + "&continue=more").part(R"({"items":[)" + object("b", 4)).fail(ErrorKind::kUnknownOutcome);
  stop_at(kList);
  run();
  EXPECT_EQ(sink_.told, (Lines{"begin", "item a", "item b", "trouble Unavailable", "begin"}));
}

TEST_F(WatchLaws, what_is_no_event_ends_the_watch_and_lists_again) {
  wire_->expect(kList).answer(200, list(10, ""));
  wire_->expect(kWatch + "10*").part("<html>\n");
  stop_at(kList);
  run();
  EXPECT_EQ(sink_.told, (Lines{"begin", "end 10", "trouble Internal", "begin"}));
}

TEST_F(WatchLaws, events_of_an_unknown_form_are_skipped) {
  wire_->expect(kList).answer(200, list(10, ""));
  wire_->expect(kWatch + "10*")
      .part(event("SHINY", "a", 12) + R"({"type":"ADDED","object":{"kind":"Table"}})" + "\n" + event("ADDED", "b", 13));
  stop_at(kWatch + "13*");
  run();
  EXPECT_EQ(sink_.told, (Lines{"begin", "end 10", "+b"}));
}

TEST_F(WatchLaws, other_error_events_list_again_after_a_pause) {
  wire_->expect(kList).answer(200, list(10, ""));
  wire_->expect(kWatch + "10*").part(error_event(500, "InternalError"));
  stop_at(kList);
  const Instant begin = env_.now();
  run();
  EXPECT_GE(env_.now() - begin, Duration(400));
}

TEST_F(WatchLaws, a_watch_that_ends_at_once_again_and_again_is_slowed_down) {
  wire_->expect(kList).answer(200, list(10, ""));
  for (int i = 0; i < 10; ++i) wire_->expect(kWatch + "10*").part("");
  stop_at(kWatch + "10*");
  const Instant begin = env_.now();
  run();
  EXPECT_GT(env_.now() - begin, Duration(60'000));
}

TEST_F(WatchLaws, a_frame_of_more_than_16_mib_fails_the_watch_and_not_the_process) {
  wire_->expect(kList).answer(200, list(10, ""));
  auto& step = wire_->expect(kWatch + "10*").part(R"({"type":"ADDED","object":{"x":")");
  for (int i = 0; i < 17; ++i) step.part(std::string(std::size_t{1} << 20, 'x'));
  stop_at(kList);
  run();
  EXPECT_TRUE(lines_.has("16 MiB"));
}

TEST_F(WatchLaws, one_object_is_listed_and_watched_by_its_name) {
  const ResourceType secrets{.group = "", .version = "v1", .plural = "secrets", .kind = "Secret"};
  wire_->expect("GET /api/v1/namespaces/n/secrets?limit=500&fieldSelector=metadata.name%3Ds").answer(200, list(10, ""));
  wire_->expect("GET /api/v1/namespaces/n/secrets?watch=1*").before([this] { stop_.request_stop(); }).part("");
  Watch watch(env_, client_, {.type = secrets, .ns = "n", .name = "s"}, sink_, {}, Log(lines_));
  watch.run(stop_.get_token());
  EXPECT_TRUE(wire_->last().target.ends_with("&fieldSelector=metadata.name%3Ds"));
}

}  // namespace
}  // namespace originpull::kube
