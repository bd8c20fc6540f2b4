// SPDX-License-Identifier: Apache-2.0
// Events and their two faces.
#include "worlds/kube_event.hpp"

#include "worlds/kube_house.hpp"

namespace originpull::worlds {
namespace {

using nlohmann::json;

constexpr const char* kEvents = "/apis/events.k8s.io/v1/namespaces/shop/events";
constexpr const char* kCoreEvents = "/api/v1/namespaces/shop/events";

class KubeEventTest : public KubeHouse {
 protected:
  static json event() {
    return {{"metadata", {{"name", "e"}}},
            {"eventTime", "2026-11-24T05:00:00.000000Z"},
            {"reportingController", "x.y/z"},
            {"reportingInstance", "i"},
            {"action", "A"},
            {"reason", "R"},
            {"type", "Normal"},
            {"note", "hello"},
            {"regarding", {{"kind", "Secret"}, {"namespace", "shop"}, {"name", "a"}}}};
  }
};

TEST_F(KubeEventTest, one_object_is_seen_in_both_groups_under_their_names) {
  const json made = ask("POST", kEvents, event());
  EXPECT_EQ(made["note"], "hello");
  EXPECT_EQ(made["deprecatedFirstTimestamp"], nullptr);
  const json core = ask("GET", path(kCoreEvents, "/e"));
  EXPECT_EQ(core["apiVersion"], "v1");
  EXPECT_EQ(core["message"], "hello");
  EXPECT_EQ(core["involvedObject"]["name"], "a");
  EXPECT_EQ(core["reportingComponent"], "x.y/z");
  EXPECT_FALSE(core.contains("note"));
  EXPECT_EQ(core["metadata"]["uid"], made["metadata"]["uid"]);
}

TEST_F(KubeEventTest, an_old_event_is_taken_by_the_core_alone) {
  const json old = {{"metadata", {{"name", "o"}}},
                    {"involvedObject", {{"namespace", "shop"}, {"name", "a"}}},
                    {"message", "m"},
                    {"type", "Normal"},
                    {"count", 1},
                    {"firstTimestamp", "2026-11-24T05:00:00Z"}};
  ask("POST", kCoreEvents, old);
  EXPECT_EQ(code, 201);
  EXPECT_EQ(ask("GET", path(kEvents, "/o"))["deprecatedCount"], 1);
  json wrong = event();
  wrong.erase("eventTime");
  wrong["deprecatedCount"] = 3;
  wrong["type"] = "Odd";
  wrong["regarding"]["namespace"] = "other";
  EXPECT_EQ(ask("POST", kEvents, wrong)["message"],
            "Event \"e\" is invalid: [involvedObject.namespace: Invalid value: \"other\": does not match "
            "event.namespace, eventTime: Required value, type: Invalid value: \"\": has invalid value: Odd, count: "
            "Invalid value: \"\": needs to be unset]");
}

TEST_F(KubeEventTest, a_new_event_has_its_fields_within_their_limits) {
  for (const char* needed : {"reportingController", "reportingInstance", "action", "reason"}) {
    json wrong = event();
    wrong.erase(needed);
    EXPECT_EQ(ask("POST", kEvents, wrong)["message"],
              "Event \"e\" is invalid: " + std::string(needed) + ": Required value");
  }
  for (const char* limited : {"reportingInstance", "action", "reason"}) {
    json wrong = event();
    wrong[limited] = std::string(129, 'x');
    ask("POST", kEvents, wrong);
    EXPECT_EQ(code, 422) << limited;
  }
  json longest = event();
  longest["note"] = std::string(1024, 'x');
  ask("POST", path(kEvents, "?dryRun=All"), longest);
  EXPECT_EQ(code, 201);
  longest["note"] = std::string(1025, 'x');
  ask("POST", kEvents, longest);
  EXPECT_EQ(code, 422);
}

TEST_F(KubeEventTest, nothing_but_the_series_of_an_event_changes) {
  ask("POST", kEvents, event());
  EXPECT_EQ(patch(path(kEvents, "/e"), {{"note", "other"}})["message"],
            "Event \"e\" is invalid: message: Invalid value: \"other\": field is immutable");
  const json series = {{"count", 2}, {"lastObservedTime", "2026-11-24T05:00:01.000000Z"}};
  EXPECT_EQ(patch(path(kEvents, "/e"), {{"series", series}})["series"], series);
}

TEST_F(KubeEventTest, an_event_about_the_cluster_is_in_the_default_namespace) {
  json about_cluster = event();
  about_cluster["regarding"].erase("namespace");
  ask("POST", kEvents, about_cluster);
  EXPECT_EQ(code, 422);
  ask("POST", "/apis/events.k8s.io/v1/namespaces/default/events", about_cluster);
  EXPECT_EQ(code, 201);
}

}  // namespace
}  // namespace originpull::worlds
