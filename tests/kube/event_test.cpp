// SPDX-License-Identifier: Apache-2.0
// Events as the API server accepts them: its limits, its times, its names. Method: texts compared, and limits at their
// edge.
#include "kube/event.hpp"

#include <gtest/gtest.h>

#include "base/rfc3339.hpp"
#include "kube/json_scan.hpp"

namespace originpull::kube {
namespace {

Event event() {
  return {.subject = {.api_version = "x.dev/v1", .kind = "Widget", .key = {"n", "w"}, .uid = "u"},
          .warning = true,
          .reason = "Broke",
          .action = "Look",
          .note = "it broke"};
}

TEST(Event, has_what_the_server_requires) {
  EXPECT_EQ(
      encode_event(event(), {.controller = "c/d", .instance = "pod"}, "w.0", *parse_rfc3339("2026-11-24T05:00:00.5Z")),
      R"({"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"w.0","namespace":"n"},)"
      R"("eventTime":"2026-11-24T05:00:00.500000Z","reportingController":"c/d","reportingInstance":"pod",)"
      R"("action":"Look","reason":"Broke","type":"Warning","note":"it broke",)"
      R"("regarding":{"apiVersion":"x.dev/v1","kind":"Widget","namespace":"n","name":"w","uid":"u"}})");
}

TEST(Event, what_is_too_long_is_cut_at_a_whole_character) {
  Event one = event();
  one.note = std::string(1'023, 'x') + "\u00e9\u00e9";
  const std::string body = encode_event(one, {}, "w.0", {});
  EXPECT_EQ(plain_string_member(body, "note"), std::string(1'023, 'x'));
}

TEST(Event, its_name_is_the_subjects_and_a_number_and_always_a_dns_name) {
  EXPECT_EQ(event_name({.api_version = {}, .kind = {}, .key = {"n", "w"}, .uid = {}}, 0xABCU), "w.0000000000000abc");
  const std::string name(235, 'a');
  const std::string cut_name = event_name({.api_version = {}, .kind = {}, .key = {"n", name + ".bcd"}, .uid = {}}, 1);
  EXPECT_EQ(cut_name, name + ".0000000000000001");
}

TEST(Event, of_a_cluster_scoped_subject_lives_in_default) {
  EXPECT_EQ(event_namespace({.api_version = {}, .kind = {}, .key = {"", "w"}, .uid = {}}), "default");
}

TEST(Event, is_the_same_thing_only_if_all_of_it_is) {
  EXPECT_EQ(same_thing(event()), same_thing(event()));
  for (const auto change : {+[](Event& e) { e.note = "other"; }, +[](Event& e) { e.reason = "other"; },
                            +[](Event& e) { e.warning = false; }, +[](Event& e) { e.subject.uid = "other"; },
                            +[](Event& e) { e.action = "other"; }}) {
    Event other = event();
    change(other);
    EXPECT_NE(same_thing(event()), same_thing(other));
  }
}

TEST(Event, a_series_says_how_often_and_when) {
  EXPECT_EQ(encode_series(3, *parse_rfc3339("2026-11-24T05:00:00Z")),
            R"({"series":{"count":3,"lastObservedTime":"2026-11-24T05:00:00.000000Z"}})");
}

}  // namespace
}  // namespace originpull::kube
